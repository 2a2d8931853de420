/** Forms of cells, as regular expressions that the engine and this program read alike. */

/** Between thousands, beside the mark of the style: blanks of three kinds, and the apostrophe of Switzerland. */
const BLANKS = " '\u00a0\u202f";
const CURRENCY = '[$€£]';

interface NumberMarks {
  readonly decimal: string;
  /** A class of characters. */
  readonly thousands: string;
}

export const NUMBER_MARKS: Readonly<Record<'point' | 'comma', NumberMarks>> = {
  point: { decimal: '.', thousands: `[,${BLANKS}]` },
  comma: { decimal: ',', thousands: `[.${BLANKS}]` },
};

/** A number with its marks. Its first group is the digits with their marks. */
export function numberPattern(style: 'point' | 'comma', percent: boolean): string {
  const { decimal, thousands } = NUMBER_MARKS[style];
  const point = decimal === '.' ? '\\.' : ',';
  const digits = `(?:[0-9]{1,3}(?:${thousands}[0-9]{3})+|[0-9]+)(?:${point}[0-9]*)?|${point}[0-9]+`;
  const sign = '[-+−]?';
  return (
    `(?:${sign} ?(?:US ?)?${CURRENCY}? ?${sign}|\\( ?${CURRENCY}? ?)(${digits})` +
    ` ?(?:${CURRENCY}|USD|EUR)?${percent ? ' ?%?' : ''} ?[-)]?`
  );
}

const TIME_OF_DAY =
  '(?:[ T,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]+)?)?(?: ?[AaPp]\\.?[Mm]\\.?)?(?: ?(?:Z|UTC|GMT|[-+][0-9]{2}:?[0-9]{2}))?)?';

/** Its three groups are year, month and day. */
export const YEAR_FIRST = [
  `([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})${TIME_OF_DAY}`,
  `([0-9]{4})([0-9]{2})([0-9]{2})${TIME_OF_DAY}`,
] as const;
/** Its three groups are day and month, in the order of the style, and year. */
export const YEAR_LAST = `([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})${TIME_OF_DAY}`;
/** In the engine's words. */
export const NAMED_MONTHS = [
  '%d-%b-%Y',
  '%d-%b-%y',
  '%d %b %Y',
  '%d %B %Y',
  '%b %d, %Y',
  '%B %d, %Y',
  '%b %d %Y',
  '%B %d %Y',
] as const;
export const MONTH_IN_WORDS = '(?:[0-9]{1,2}[- ][A-Za-z]{3,9}[- ][0-9]{2,4}|[A-Za-z]{3,9} [0-9]{1,2},? [0-9]{4})';

export function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}
