/** Units that providers give amounts in, by what makes ours of them. */
export const UNITS = {
  /** 95.3 is 0.953. */
  percent: 0.01,
  thousand: 1_000,
  million: 1_000_000,
  'square feet to acres': 1 / 43_560,
  'acres to square feet': 43_560,
  /** An amount for a year is one for a month. */
  'year to month': 1 / 12,
  'month to year': 12,
} as const;
export type Unit = keyof typeof UNITS;

/** Beyond them, a product of doubles says more than was given. */
const DIGITS = 12;
/** Money is rounded to cents. */
const CENTS = 2;

/** SQL: the value in our unit. */
export function inOurUnit(value: string, unit: Unit, isMoney: boolean): string {
  // 57.3 / 100 is 0.573; 57.3 * 0.01 is a hair beside it.
  const factor = UNITS[unit];
  return `round(${factor < 1 ? `${value} / ${Math.round(1 / factor)}` : `${value} * ${factor}`}, ${isMoney ? CENTS : DIGITS})`;
}
