/** What properties can be searched by. Checks, queries and the dictionary derive from this table. */

import { isCalendarDay } from '../../core/dates.ts';
import { ConveyanceError, refuseFaults } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import { type KnownValues, noSuchValue, readKnownValue } from '../../core/input/known-values.ts';
import { likelyHint } from '../../core/input/nearest.ts';
import { isObject } from '../../core/input/objects.ts';
import { isStorable } from '../../core/input/storable-text.ts';
import { SHOWN_CHARACTERS } from '../../core/input/unknown-fields.ts';
import { coalesced, column, type Expression } from '../../core/plan/expression.ts';
import type { Bounds } from '../columns/report.ts';
import { BASIC } from './basic.ts';

/** `texts`: any of a list, ignoring case · `numbers`, `days`: from `min` to `max`, both inclusive · `flag`: true or false. */
export type SettingKind = 'texts' | 'numbers' | 'days' | 'flag';

/** `steps`: what is not paid for is compared in steps · `exact`: by the value itself, because it has no range, or because searches or look-ups show it anyway. */
export type SearchPrecision = 'steps' | 'exact';

export interface SearchSetting {
  readonly name: string;
  readonly kind: SettingKind;
  /** Over the property `p`, its latest sale `s` and its latest mortgage `m`. A property without a value is not found. */
  readonly expression: Expression;
  /** What a text can be; null if it can be anything. */
  readonly values: KnownValues | null;
  readonly precision: SearchPrecision;
  readonly description: string;
}

interface ByColumn {
  readonly kind: SettingKind;
  /** Of a range: only what a search’s answer or a look-up shows, at no cost, may be `exact`. */
  readonly precision?: SearchPrecision;
  /** What is compared, if it is not the column of `basic` with the setting’s name. */
  readonly expression?: Expression;
  readonly description?: string;
  /** What a text can be, if its column does not tell. */
  readonly values?: KnownValues;
}

const TEXTS: ByColumn = { kind: 'texts' };
const NUMBERS = { kind: 'numbers', precision: 'steps' } as const;
const DAYS = { kind: 'days', precision: 'steps' } as const;
const SHOWN_NUMBERS = { kind: 'numbers', precision: 'exact' } as const;
const SHOWN_DAYS = { kind: 'days', precision: 'exact' } as const;

const DECLARATIONS: Readonly<Record<string, ByColumn>> = {
  city: TEXTS,
  state: TEXTS,
  zip5: { ...TEXTS, values: { kind: 'zip-code' } },
  fips: TEXTS,
  asset_category: TEXTS,
  asset_type: TEXTS,
  std_land_use_code: TEXTS,
  building_area: NUMBERS,
  lot_size_sqft: NUMBERS,
  year_built: SHOWN_NUMBERS,
  total_units: NUMBERS,
  sales_price: {
    ...NUMBERS,
    expression: column('s', 'sale_amount'),
    description: 'Price of the latest sale: by the day of the sale, or of its recording where that alone is known.',
  },
  sales_date: {
    ...DAYS,
    expression: coalesced(column('s', 'sale_date'), column('s', 'recording_date')),
    description: 'Day of the latest sale, or of its recording where that alone is known.',
  },
  mortgage_amount: {
    ...NUMBERS,
    expression: column('m', 'amount'),
    description: 'Amount of the mortgage that was recorded last.',
  },
  mortgage_recording_date: {
    ...DAYS,
    expression: column('m', 'recording_date'),
    description: 'Day on which the last mortgage was recorded.',
  },
  owner_occupied: { kind: 'flag' },
  master_update_time: SHOWN_DAYS,
  building_update_time: SHOWN_DAYS,
  owner_update_time: SHOWN_DAYS,
  sale_update_time: SHOWN_DAYS,
  mtg_update_time: SHOWN_DAYS,
  tax_update_time: SHOWN_DAYS,
  shape_update_time: SHOWN_DAYS,
};

/** From what a load takes for the column: no property can have another value. */
function valuesOf({ oneOf, form }: Bounds): KnownValues | null {
  if (oneOf !== undefined) return { kind: 'words', words: oneOf };
  if (form === undefined) return null;
  return form.kind === 'digits' ? form : { kind: form.kind };
}

function declareSetting([name, declared]: readonly [string, ByColumn]): SearchSetting {
  const { kind, precision = 'exact', expression, description, values } = declared;
  const basic = BASIC.columns.find((each) => each.name === name);
  const [value, meaning] = [expression ?? basic?.expression, description ?? basic?.description];
  if (value === undefined || meaning === undefined) throw new TypeError(`setting ${name} compares nothing`);
  return { name, kind, precision, expression: value, values: values ?? valuesOf(basic ?? {}), description: meaning };
}

export const SEARCH_SETTINGS: readonly SearchSetting[] = Object.entries(DECLARATIONS).map(declareSetting);

interface Range<Bound> {
  /** Inclusive. */
  readonly min: Bound | null;
  /** Inclusive. */
  readonly max: Bound | null;
}

/** A setting and its value. */
export type SearchCondition = { readonly setting: SearchSetting } & (
  | { readonly kind: 'texts'; readonly values: readonly string[] }
  | ({ readonly kind: 'numbers' } & Range<number>)
  | ({ readonly kind: 'days' } & Range<string>)
  | { readonly kind: 'flag'; readonly value: boolean }
);

const MAX_TEXTS = 1000;
/** Of a text that properties are looked for by. */
export const MAX_TEXT_CHARACTERS = 200;

function isText(value: unknown): value is string {
  if (typeof value !== 'string' || value.trim() === '') return false;
  return value.length <= MAX_TEXT_CHARACTERS && isStorable(value);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && isCalendarDay(value);
}

/** For clients that sent a bare value, or numbers: their own value in the right form. */
function notTexts({ name }: SearchSetting, raw: unknown): string | null {
  const value = Array.isArray(raw) ? raw.find((each) => typeof each !== 'string') : raw;
  if (value === undefined) return null;
  const text = typeof value === 'number' ? String(value) : value;
  const isShort = isText(text) && text.length <= SHOWN_CHARACTERS;
  return `${name} must be a list of texts${isShort ? `, as in ${JSON.stringify([text])}` : ''}`;
}

/** The condition; or, for a value that no property can have, what it can be: nothing would be found, and nobody told why. */
function listed(setting: SearchSetting, texts: readonly string[]): SearchCondition | string {
  const { name, values } = setting;
  if (values === null) return { setting, kind: 'texts', values: [...new Set(texts)] };
  const stranger = texts.find((text) => readKnownValue(values, text) === null);
  if (stranger !== undefined) return noSuchValue(name, values, stranger);
  return { setting, kind: 'texts', values: [...new Set(texts.map((text) => readKnownValue(values, text) ?? text))] };
}

function parseTexts(setting: SearchSetting, raw: unknown): SearchCondition | string {
  if (Array.isArray(raw) && raw.length > 0 && raw.length <= MAX_TEXTS && raw.every(isText)) {
    return listed(
      setting,
      raw.map((text) => text.trim()),
    );
  }
  const fault = notTexts(setting, raw);
  if (fault !== null) return fault;
  return `${setting.name} must be a list of 1 to ${MAX_TEXTS} texts of 1 to ${MAX_TEXT_CHARACTERS} characters, none of them NUL or half a surrogate pair`;
}

function parseRange<Bound extends number | string>(
  { name }: SearchSetting,
  raw: unknown,
  { isBound, words }: { readonly isBound: (value: unknown) => value is Bound; readonly words: string },
): Range<Bound> | string {
  if (!isObject(raw)) return `${name} must be an object with min, max or both`;
  const stray = Object.keys(raw).find((key) => key !== 'min' && key !== 'max');
  if (stray !== undefined) return `${name} has ${stray}; a range has min, max or both`;
  const { min = null, max = null } = raw;
  if (min === null && max === null) return `${name} must have min, max or both`;
  if (min !== null && !isBound(min)) return `${name}.min must be ${words}`;
  if (max !== null && !isBound(max)) return `${name}.max must be ${words}`;
  if (min !== null && max !== null && min > max) return `${name}.min must not be greater than ${name}.max`;
  return { min, max };
}

/** The condition, or what is wrong with it. */
function parseSetting(setting: SearchSetting, raw: unknown): SearchCondition | string {
  switch (setting.kind) {
    case 'texts':
      return parseTexts(setting, raw);
    case 'numbers': {
      const range = parseRange(setting, raw, { isBound: isFiniteNumber, words: 'a number' });
      return typeof range === 'string' ? range : { setting, kind: 'numbers', ...range };
    }
    case 'days': {
      const range = parseRange(setting, raw, { isBound: isDay, words: 'a calendar day in YYYY-MM-DD format' });
      return typeof range === 'string' ? range : { setting, kind: 'days', ...range };
    }
    case 'flag':
      return typeof raw === 'boolean' ? { setting, kind: 'flag', value: raw } : `${setting.name} must be true or false`;
  }
}

function unknownSetting(name: string): string {
  const names = SEARCH_SETTINGS.map((each) => each.name);
  return `settings contains unknown setting ${name.slice(0, SHOWN_CHARACTERS)}${likelyHint(name, names)}`;
}

/**
 * Reads the value of `settings` in a search: every condition must hold. Throws `invalid_parameter` with every fault, naming for an
 * unknown setting the known one that is near. No settings find every property.
 */
export function parseSearchSettings(raw: unknown): readonly SearchCondition[] {
  if (!isObject(raw)) throw new ConveyanceError('invalid_parameter', 'settings must be a JSON object');
  const faults: Fault[] = [];
  const conditions: SearchCondition[] = [];
  for (const [name, value] of Object.entries(raw)) {
    const setting = SEARCH_SETTINGS.find((each) => each.name === name);
    const parsed = setting === undefined ? () => unknownSetting(name) : parseSetting(setting, value);
    if (typeof parsed === 'string' || typeof parsed === 'function') faults.push(parsed);
    else conditions.push(parsed);
  }
  refuseFaults(faults);
  // In the table's order, so that the same search is the same query however it was written.
  return conditions.sort(
    (left, right) => SEARCH_SETTINGS.indexOf(left.setting) - SEARCH_SETTINGS.indexOf(right.setting),
  );
}
