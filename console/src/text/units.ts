/** Figures with their units, as people read them. */
import { formatNumber, PERCENT } from './format.ts';

const DOLLARS = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });
const CENTS = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 2 });
const ONE_DECIMAL = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
/** Below, cents say something. */
const WHOLE_DOLLARS = 100;

const WORDS: Readonly<Record<string, string>> = {
  usd: 'US dollars',
  usd_per_month: 'US dollars a month',
  usd_per_year: 'US dollars a year',
  usd_per_sq_ft_per_month: 'US dollars per square foot and month',
  fraction: 'percent',
  number: '',
};

/** What stands beside an axis. */
export function unitWords(unit: string): string {
  return WORDS[unit] ?? unit.replaceAll('_', ' ');
}

export function formatFigure(value: number | null, unit: string): string {
  if (value === null) return '–';
  if (unit.startsWith('usd')) return (Math.abs(value) < WHOLE_DOLLARS ? CENTS : DOLLARS).format(value);
  if (unit === 'fraction') return `${ONE_DECIMAL.format(value * PERCENT)}\u00a0%`;
  return ONE_DECIMAL.format(value);
}

/** The same with the unit behind it where the figure does not have it. */
export function formatWithUnit(value: number | null, unit: string): string {
  const figure = formatFigure(value, unit);
  return value === null || unit.startsWith('usd') || unit === 'fraction' || unit === 'number'
    ? figure
    : `${figure} ${value === 1 ? unitWords(unit).replace(/ies$/, 'y').replace(/s$/, '') : unitWords(unit)}`;
}

/** “120 properties”, “1 property”. */
export function counted(count: number, one: string, many: string): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
