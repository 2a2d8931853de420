/** Texts that are compared with a column of which it is known what it can hold: read as one of its values, or refused. */

import { likelyHint } from './nearest.ts';
import { POSTAL_STATES, parsePostalState, STATE_NAMES } from './states.ts';
import { SHOWN_CHARACTERS } from './unknown-fields.ts';

/** What a text column can hold. `zip-code`: the first five digits are compared. */
export type KnownValues =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'state' }
  | { readonly kind: 'zip-code' }
  | { readonly kind: 'digits'; readonly count: number; readonly least: number };

const ZIP_CODE = /^(\d{5})(?:-?\d{4})?$/;
/** Spreadsheets take a leading zero away. */
const ZIP_CODE_WITHOUT_ZERO = /^\d{4}$/;

function readWord(words: readonly string[], text: string): string | null {
  return words.find((word) => word.toLowerCase() === text.toLowerCase()) ?? null;
}

function readZipCode(text: string): string | null {
  if (ZIP_CODE_WITHOUT_ZERO.test(text)) return `0${text}`;
  return ZIP_CODE.exec(text)?.[1] ?? null;
}

function readDigits(count: number, least: number, text: string): string | null {
  const isCode = /^\d+$/.test(text) && text.length >= least && text.length <= count;
  return isCode ? text.padStart(count, '0') : null;
}

/** The value that the text stands for; null if the column can have none such. */
export function readKnownValue(values: KnownValues, text: string): string | null {
  switch (values.kind) {
    case 'words':
      return readWord(values.words, text);
    case 'state':
      return parsePostalState(text);
    case 'zip-code':
      return readZipCode(text);
    case 'digits':
      return readDigits(values.count, values.least, text);
  }
}

/** What is wrong with a text that stands for no value: `state has "Georgja", which is no state (nearest: Georgia); …`. */
export function noSuchValue(field: string, values: KnownValues, text: string): string {
  const has = `${field} has ${JSON.stringify(text.slice(0, SHOWN_CHARACTERS))}, which is`;
  switch (values.kind) {
    case 'words':
      return `${has} none of: ${values.words.join(', ')}`;
    case 'state':
      return `${has} no state${likelyHint(text, STATE_NAMES)}; the states are, by code or by name: ${POSTAL_STATES.join(', ')}`;
    case 'zip-code':
      return `${has} no ZIP code: five digits, as in 03904`;
    case 'digits':
      return `${has} no code of ${values.count} digits`;
  }
}
