/** How rents, seasons and demand move, by metro and day. Days are counted from 1970-01-01. */
import { MS_PER_DAY } from '../../core/time.ts';
import { METRO_TABLE } from './metro-table.ts';

export interface Metro {
  readonly cbsa: number;
  readonly msa: string;
  readonly city: string;
  readonly state: string;
  /** The first three digits of the principal city's ZIP codes. */
  readonly zip3: string;
  readonly county: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly populationMillions: number;
  readonly oneBedroomRent: number;
  readonly twoBedroomRent: number;
  /** Growth of asking rents from December to December, by year. */
  readonly growth: ReadonlyMap<number, number>;
  /** The strongest month against the weakest. */
  readonly seasonalSwing: number;
  readonly vacancy: number;
}

const DAYS_PER_YEAR = 365.25;
const RENT_LEVEL_YEAR = 2025 + 2.5 / 12;

/** What the seasons do to the country as a whole, January first. */
const ASKING_RENT_BY_MONTH = [
  0.9863, 0.9868, 0.9917, 0.9978, 1.0053, 1.012, 1.016, 1.015, 1.0097, 1.0028, 0.9947, 0.9888,
];
const NATIONAL_SWING = 1.016 - 0.9863;
const DAYS_ON_MARKET_BY_MONTH = [37, 36, 33, 30, 28, 27, 28, 29, 31, 33, 34, 36];
/** Shares of a year's leases that end in the month. */
const LEASE_EXPIRIES_BY_MONTH = [
  0.0715, 0.0725, 0.078, 0.083, 0.089, 0.095, 0.098, 0.0965, 0.089, 0.082, 0.0745, 0.071,
];
const AVERAGE_VACANCY = 0.06;

function parseMetro(line: string): Metro {
  const [cbsa, msa = '', city = '', state = '', zip3 = '', county = '', ...figures] = line.split('|');
  const [latitude = 0, longitude = 0, populationMillions = 0, oneBedroomRent = 0, twoBedroomRent = 0, ...percents] =
    figures.map(Number);
  const [swing = 0, vacancy = 0] = percents.slice(-2);
  const growth = percents.slice(0, -2).map((percent, index) => [2018 + index, percent / 100] as const);
  return {
    cbsa: Number(cbsa),
    msa,
    city,
    state,
    zip3,
    county,
    latitude,
    longitude,
    populationMillions,
    oneBedroomRent,
    twoBedroomRent,
    growth: new Map(growth),
    seasonalSwing: swing / 100,
    vacancy: vacancy / 100,
  };
}

export const METROS: readonly Metro[] = METRO_TABLE.trim().split('\n').slice(1).map(parseMetro);

export function monthIndex(day: number): number {
  return new Date(day * MS_PER_DAY).getUTCMonth();
}

function at(byMonth: readonly number[], month: number): number {
  return byMonth[month] ?? 1;
}

/** Years outside the table grow like the nearest one in it. */
function growthOf(metro: Metro, year: number): number {
  const years = [...metro.growth.keys()];
  return metro.growth.get(Math.min(Math.max(year, Math.min(...years)), Math.max(...years))) ?? 0;
}

/** Asking rent on the day against that of March 2025, without seasons. */
function trend(metro: Metro, day: number): number {
  const time = 1970 + day / DAYS_PER_YEAR;
  let logarithm = 0;
  const [from, to] = time < RENT_LEVEL_YEAR ? [time, RENT_LEVEL_YEAR] : [RENT_LEVEL_YEAR, time];
  for (let year = Math.floor(from); year < to; year++) {
    const part = Math.min(to, year + 1) - Math.max(from, year);
    logarithm += Math.log1p(growthOf(metro, year)) * part;
  }
  return Math.exp(time < RENT_LEVEL_YEAR ? -logarithm : logarithm);
}

/** What a metro's rents of March 2025 are multiplied by on the day: years of growth, and the season. */
export function rentFactor(metro: Metro, day: number): number {
  // Months are blended by the day, otherwise every rent would jump on the first.
  const date = new Date(day * MS_PER_DAY);
  const position = date.getUTCMonth() + (date.getUTCDate() - 15) / 30;
  const before = Math.floor(position);
  const weight = position - before;
  const national =
    at(ASKING_RENT_BY_MONTH, (before + 12) % 12) * (1 - weight) + at(ASKING_RENT_BY_MONTH, (before + 13) % 12) * weight;
  return trend(metro, day) * (1 + ((national - 1) * metro.seasonalSwing) / NATIONAL_SWING);
}

/** Below 1 if units go fast. Damped: a metro's vacancy also includes units that nobody advertises. */
export function slackness(metro: Metro): number {
  return 0.5 + (0.5 * metro.vacancy) / AVERAGE_VACANCY;
}

export function meanDaysOnMarket(day: number): number {
  return at(DAYS_ON_MARKET_BY_MONTH, monthIndex(day));
}

/** How many leases end in the day's month, against an even spread over the year. */
export function expiryWeight(day: number): number {
  return at(LEASE_EXPIRIES_BY_MONTH, monthIndex(day)) * 12;
}

/** Degrees are near enough to miles to tell which metro is closer, once longitude is narrowed by latitude. */
export function nearestMetro(latitude: number, longitude: number): Metro {
  const narrowing = Math.cos((latitude * Math.PI) / 180);
  const distance = (metro: Metro) => Math.hypot(metro.latitude - latitude, (metro.longitude - longitude) * narrowing);
  return METROS.reduce((best, metro) => (distance(metro) < distance(best) ? metro : best));
}
