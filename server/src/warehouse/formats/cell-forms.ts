/** From a cell as a provider writes it to the text that the tables' columns are declared to take, in the engine's SQL. */
import type { ScalarType } from '../../core/columns.ts';
import { quoteText, quoteTexts } from '../sql.ts';
import type { Bind } from './bound.ts';
import { MONTH_IN_WORDS, NAMED_MONTHS, NUMBER_MARKS, numberPattern, YEAR_FIRST, YEAR_LAST } from './patterns.ts';
import { type CellForms, type DayStyle, UNMISTAKABLE } from './text-format.ts';

/** Two digits of a year from here on are of the last century, as POSIX has it. */
const LAST_CENTURY_FROM = '69';
/** A share has more digits than a double can tell apart from its neighbours. */
const SHARE_DIGITS = 12;

const NUMBERS: ReadonlySet<ScalarType> = new Set(['id', 'count', 'number', 'fraction', 'money']);

function isNumber(type: ScalarType): boolean {
  return NUMBERS.has(type);
}

function group(text: string, pattern: string, index: number): string {
  return `regexp_extract(${text}, ${quoteText(`^(?:${pattern})$`)}, ${index})`;
}

function fits(text: string, pattern: string): string {
  return `regexp_full_match(${text}, ${quoteText(pattern)})`;
}

interface PercentSigns {
  readonly mayBePercent: boolean;
  /** 95% is 0.95. */
  readonly isShare: boolean;
}

function markedNumber(text: string, style: 'point' | 'comma', { mayBePercent, isShare }: PercentSigns): string {
  const pattern = numberPattern(style, mayBePercent);
  const { decimal, thousands } = NUMBER_MARKS[style];
  const digits = `replace(regexp_replace(${group(text, pattern, 1)}, ${quoteText(thousands)}, '', 'g'), '${decimal}', '.')`;
  const sign = `CASE WHEN regexp_matches(${text}, '[-−(]') THEN '-' ELSE '' END`;
  const value = `${sign} || ${digits}`;
  const share = `CAST(round(TRY_CAST(${value} AS DOUBLE) / 100, ${SHARE_DIGITS}) AS VARCHAR)`;
  const read = isShare ? `CASE WHEN contains(${text}, '%') THEN ${share} ELSE ${value} END` : value;
  // Where a comma is the decimal mark, 12.5 is no number at all, and must not be taken for one.
  return `CASE WHEN ${fits(text, pattern)} THEN ${read} ${style === 'point' ? `ELSE ${text}` : ''} END`;
}

function isoDay(year: string, month: string, day: string): string {
  const full = `CASE WHEN length(${year}) = 4 THEN ${year} WHEN ${year} >= '${LAST_CENTURY_FROM}' THEN '19' || ${year} ELSE '20' || ${year} END`;
  return `${full} || '-' || lpad(${month}, 2, '0') || '-' || lpad(${day}, 2, '0')`;
}

function markedDay(text: string, style: DayStyle): string {
  const yearFirst = YEAR_FIRST.map((pattern) => {
    const [year, month, day] = [1, 2, 3].map((index) => group(text, pattern, index));
    return `WHEN ${fits(text, pattern)} THEN ${year} || '-' || lpad(${month}, 2, '0') || '-' || lpad(${day}, 2, '0')`;
  });
  const [first = '', second = '', year = ''] = [1, 2, 3].map((index) => group(text, YEAR_LAST, index));
  const ordered = style === 'mdy' ? isoDay(year, first, second) : isoDay(year, second, first);
  const yearLast = style === 'ymd' ? '' : `WHEN ${fits(text, YEAR_LAST)} THEN ${ordered}`;
  const inWords = `CAST(CAST(try_strptime(${text}, ${quoteTexts(NAMED_MONTHS)}) AS DATE) AS VARCHAR)`;
  return `CASE ${yearFirst.join(' ')} ${yearLast} WHEN ${fits(text, MONTH_IN_WORDS)} THEN ${inWords} ELSE ${text} END`;
}

/**
 * The cell in the declared form. One that is in no form of the style stays, or is null: its fault is told either way.
 *
 * @param isPercent true if a percent sign says what is known anyway.
 */
export function cleanedCell(type: ScalarType, cell: string, { numbers, dates }: CellForms, isPercent = false): string {
  const text = `trim(${cell})`;
  if (isNumber(type) && numbers !== 'plain')
    return markedNumber(text, numbers, {
      mayBePercent: type === 'fraction',
      isShare: type === 'fraction' && !isPercent,
    });
  if (type === 'date' && dates !== 'iso') return markedDay(text, dates);
  return cell;
}

/** The cell, or null where its words mean that there is nothing. */
export function emptiedCell(isText: boolean, cell: string, { empty, emptyEverywhere }: CellForms, bind: Bind): string {
  const unmistakable: readonly string[] = UNMISTAKABLE;
  const words = isText && !emptyEverywhere ? empty.filter((word) => unmistakable.includes(word)) : ['', ...empty];
  return words.length === 0
    ? cell
    : `CASE WHEN lower(trim(${cell})) NOT IN (${words.map(bind).join(', ')}) THEN ${cell} END`;
}
