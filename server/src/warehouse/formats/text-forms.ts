/** Codes that programs take for numbers, and states in words: read as what they were, where that is certain. */
import { OTHER_POSTAL_STATES, STATE_SPELLINGS } from '../../core/input/states.ts';
import type { TextForm } from '../../reports/columns/report.ts';
import { quoteText, quoteTexts } from '../sql.ts';

const SPELLINGS = [...STATE_SPELLINGS, ...OTHER_POSTAL_STATES.map((code) => [code, code] as const)];

/** SQL: without the blanks around it, and as a whole number is written that a data frame took for a decimal (`3904.0`). */
function plainCode(cell: string): string {
  return `regexp_replace(trim(${cell}), '^([0-9]+)\\.0*$', '\\1')`;
}

function whenFull(text: string, form: string, value: string): string {
  return `WHEN regexp_full_match(${text}, ${quoteText(form)}) THEN ${value}`;
}

/** Without its zeros a ZIP code of five digits has three (00501 is the least) or four, and one of nine has seven or eight. */
function zipCode(cell: string): string {
  const text = plainCode(cell);
  const [five, nine] = [`lpad(${text}, 5, '0')`, `lpad(${text}, 9, '0')`];
  return `CASE ${whenFull(text, '[0-9]{5}(?:-[0-9]{4})?', text)}
    ${whenFull(text, '50[1-9]|5[1-9][0-9]|[6-9][0-9]{2}|[0-9]{4}', five)}
    ${whenFull(text, '[0-9]{7,9}', `${nine}[1:5] || '-' || ${nine}[6:9]`)}
    ${whenFull(text, '[0-9]{3,5}[- ][0-9]{4}', `lpad(regexp_extract(${text}, '^[0-9]+'), 5, '0') || '-' || right(${text}, 4)`)}
    ${whenFull(text, '[0-9]{5}-', `left(${text}, 5)`)} END`;
}

function state(cell: string): string {
  const names = quoteTexts(SPELLINGS.map(([spelling]) => spelling));
  const codes = quoteTexts(SPELLINGS.map(([, code]) => code));
  const words = `upper(trim(regexp_replace(replace(${cell}, '.', ' '), '\\s+', ' ', 'g')))`;
  return `list_extract(${codes}, nullif(list_position(${names}, ${words}), 0))`;
}

function digits(cell: string, count: number, least: number): string {
  const text = plainCode(cell);
  return `CASE ${whenFull(text, `[0-9]{${least},${count}}`, `lpad(${text}, ${count}, '0')`)} END`;
}

function certainly(form: TextForm, cell: string): string {
  switch (form.kind) {
    case 'zip-code':
      return zipCode(cell);
    case 'state':
      return state(cell);
    case 'digits':
      return digits(cell, form.count, form.least);
  }
}

/** SQL: the value of the cell, null if it is not of the form and must be. @param plain the cell as text of any form. */
export function valueOfForm(form: TextForm, cell: string, plain: string): string {
  const value = certainly(form, cell);
  return form.kind !== 'digits' && form.othersStay ? `coalesce(${value}, ${plain})` : value;
}

/** Completes “zip_code …” for a cell that is not of the form. */
export function formWords(form: TextForm): string {
  switch (form.kind) {
    case 'zip-code':
      return 'must be a ZIP code such as 03904 or 03904-1234';
    case 'state':
      return 'must be the two-letter code of a state, or its name';
    case 'digits':
      return `must be a code of ${form.count} digits`;
  }
}
