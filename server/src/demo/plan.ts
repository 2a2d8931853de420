/** From options to what exactly is made. */
import { addDays, isCalendarDay, lastDayOfMonth, monthOf, toDayNumber } from '../core/dates.ts';
import { ConveyanceError } from '../core/errors.ts';
import { METROS, type Metro, nearestMetro } from './parameters/market.ts';
import type { Period } from './parameters/model.ts';
import { Random } from './parameters/random.ts';
import { type PlannedParcel, planParcels } from './records/parcels.ts';
import type { PropertySeed } from './rents/property.ts';

export const DEMO_SIZES = {
  tiny: { properties: 6, days: 90, parcels: 40 },
  demo: { properties: 120, days: 365, parcels: 2000 },
  bench: { properties: 1200, days: 365, parcels: 30_000 },
} as const;
export type DemoSize = keyof typeof DEMO_SIZES;

/** A real property that gets an invented history. */
export interface ListedProperty {
  readonly propertyId?: number | undefined;
  /** The provider's own key, for properties that have no number yet. */
  readonly sourceId?: string | undefined;
  /** Two-letter postal code. */
  readonly state?: string | undefined;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
}

export interface PlanOptions {
  readonly size: DemoSize;
  /** How many are made up; of listed properties, how many are taken from the head of the list. By default the whole list. */
  readonly properties?: number | undefined;
  readonly days?: number | undefined;
  /** How many properties without a history of rents are made up in addition. */
  readonly parcels?: number | undefined;
  readonly seed?: number | undefined;
  /** The month, `YYYY-MM`, with whose last day the data ends. */
  readonly end: string;
  /** Makes histories of these properties in place of invented ones. */
  readonly propertiesFrom?: readonly ListedProperty[] | undefined;
}

export interface PlannedProperty extends PropertySeed {
  /** The property's number, or its provider's key. */
  readonly key: number | string;
  /** Its place among the invented properties; null for a listed one. */
  readonly index: number | null;
}

export interface Plan {
  readonly period: Period;
  readonly keyColumn: 'property_id' | 'source_id';
  /** False for listed properties: who and where they are is known already and must not be overwritten. */
  readonly describesProperties: boolean;
  /** In key order. */
  readonly properties: readonly PlannedProperty[];
  /** In key order, after the properties; none together with listed ones. */
  readonly parcels: readonly PlannedParcel[];
}

const DEFAULT_SEED = 1;
const MAX_DAYS = 3660;
const MAX_PROPERTIES = 100_000;
const MAX_PARCELS = 10_000_000;
/** The ids that the guide's examples ask for. */
const GUIDE_PROPERTY_IDS = [99001416, 99001470, 99004737];
const FIRST_OTHER_PROPERTY_ID = 99005000;
const PROPERTY_ID_STEP = 17;
/** A year back for the growth of a year, and one day for a leap year. */
const HISTORY_DAYS = 366;
/** Until the market has as many units as it will have from then on: longer than nearly every vacancy. */
const RUN_IN_DAYS = 150;
/** Of every hundred properties, one opens within the range; the first of them is in the smallest data set. */
const OPENING_INDEX = 5;

/** The last month that is complete on that day, `YYYY-MM`. */
export function lastFullMonth(today: string): string {
  return monthOf(addDays(`${monthOf(today)}-01`, -1));
}

/** Throws `bad_setting` for options that cannot be followed. */
export function makePlan(options: PlanOptions): Plan {
  const { days: defaultDays, properties: defaultProperties, parcels: defaultParcels } = DEMO_SIZES[options.size];
  const seed = checkCount('seed', options.seed ?? DEFAULT_SEED, 0, Number.MAX_SAFE_INTEGER);
  const period = makePeriod(options.end, checkCount('days', options.days ?? defaultDays, 1, MAX_DAYS));
  if (options.propertiesFrom !== undefined) {
    const all = Math.max(1, options.propertiesFrom.length);
    const count = checkCount('properties', options.properties ?? all, 1, MAX_PROPERTIES);
    return planListed(options.propertiesFrom.slice(0, count), seed, period);
  }
  const smallest = GUIDE_PROPERTY_IDS.length;
  const count = checkCount('properties', options.properties ?? defaultProperties, smallest, MAX_PROPERTIES);
  const properties = Array.from({ length: count }, (_, index) => planInvented(index, seed, period));
  const parcelCount = checkCount('parcels', options.parcels ?? defaultParcels, 0, MAX_PARCELS);
  const parcels = planParcels(parcelCount, seed, period.lastDay);
  return { period, keyColumn: 'property_id', describesProperties: true, properties, parcels };
}

function checkCount(name: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && min <= value && value <= max) return value;
  throw new ConveyanceError('bad_setting', `--${name} must be a whole number from ${min} to ${max}, not ${value}`);
}

function makePeriod(end: string, days: number): Period {
  if (!isCalendarDay(`${end}-01`)) {
    throw new ConveyanceError('bad_setting', `--end must be a month in the form YYYY-MM, not ${end}`);
  }
  const lastDay = toDayNumber(lastDayOfMonth(end));
  const firstDay = lastDay - days + 1;
  const historyFirstDay = firstDay - HISTORY_DAYS;
  return { firstDay, lastDay, historyFirstDay, simulationFirstDay: historyFirstDay - RUN_IN_DAYS };
}

function planInvented(index: number, seed: number, period: Period): PlannedProperty {
  const stream = `${seed}/${index}`;
  const random = new Random(stream, 'plan');
  const opensEmpty = index % 100 === OPENING_INDEX;
  const guideId = GUIDE_PROPERTY_IDS[index];
  const propertyId = guideId ?? FIRST_OTHER_PROPERTY_ID + index * PROPERTY_ID_STEP + random.between(0, 16);
  const metro =
    METROS[random.weighted(METROS.map((each) => Math.sqrt(each.populationMillions)))] ?? random.pick(METROS);
  const openedAfter = Math.floor((period.lastDay - period.firstDay) * (0.2 + 0.4 * random.share()));
  return {
    key: propertyId,
    index,
    propertyNo: index,
    stream,
    unitPrefix: String(propertyId),
    metro,
    trackedFromDay: opensEmpty ? period.firstDay + openedAfter : period.simulationFirstDay - random.between(30, 2000),
    opensEmpty,
    // The guide's own examples get complete answers.
    hasGaps: guideId === undefined,
  };
}

function planListed(listed: readonly ListedProperty[], seed: number, period: Period): Plan {
  const hasNumbers = listed.every(({ propertyId }) => propertyId !== undefined);
  const keyColumn = hasNumbers ? 'property_id' : 'source_id';
  const keyed = new Map(listed.map((each) => [hasNumbers ? each.propertyId : each.sourceId, each]));
  const properties = [...keyed]
    .map(([key, property]) => ({ key: checkKey(key), property }))
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ key, property }, propertyNo) => planListedProperty(key, property, { propertyNo, seed, period }));
  if (properties.length === 0) throw new ConveyanceError('bad_setting', '--properties-from names no property');
  return { period, keyColumn, describesProperties: false, properties, parcels: [] };
}

function checkKey(key: number | string | undefined): number | string {
  if (key !== undefined && key !== '') return key;
  throw new ConveyanceError('bad_setting', '--properties-from has a row with neither a property_id nor a source_id');
}

/** Complete on all days, and observed from long before: listed properties are real, so their data gets no invented flaws. */
function planListedProperty(
  key: number | string,
  property: ListedProperty,
  { propertyNo, seed, period }: { propertyNo: number; seed: number; period: Period },
): PlannedProperty {
  const stream = `${seed}/listed/${key}`;
  return {
    key,
    index: null,
    propertyNo,
    stream,
    unitPrefix: String(key),
    metro: metroOf(property, new Random(stream, 'metro')),
    trackedFromDay: period.simulationFirstDay,
    opensEmpty: false,
    hasGaps: false,
  };
}

/** The nearest metro, else one of the same state, else any. */
function metroOf({ latitude, longitude, state }: ListedProperty, random: Random): Metro {
  if (latitude !== undefined && longitude !== undefined) return nearestMetro(latitude, longitude);
  const sameState = METROS.filter((metro) => metro.state === state?.toUpperCase());
  const reaching = METROS.filter((metro) =>
    metro.msa
      .split(', ')[1]
      ?.split('-')
      .includes(state?.toUpperCase() ?? ''),
  );
  return sameState[0] ?? reaching[0] ?? random.pick(METROS);
}
