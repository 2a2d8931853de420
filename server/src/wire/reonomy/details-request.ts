/** What a `property-details` file requests, besides its ids. */

import { isCalendarDay } from '../../core/dates.ts';
import { DETAIL_TYPES, type DetailsSpec, type DetailType } from '../../core/details.ts';
import { refuseFaults } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import { type Fields, isObject } from '../../core/input/objects.ts';
import { type KnownNames, misspeltNames, unknownNames } from '../../core/input/unknown-fields.ts';

const TYPES = DETAIL_TYPES.join(', ');
const FILTER_PII = 'filter_pii';
const SPECIFICATION: KnownNames = {
  of: 'the specification',
  kind: 'field',
  known: ['detail_type', 'property_ids', 'updated', 'filters'],
  elsewhere: [`filters.${FILTER_PII}`],
};
const FILTERS: KnownNames = { of: 'filters', kind: 'field', known: [FILTER_PII] };
const SPEAKS_OF_PII = /pii/i;

function isDetailType(value: unknown): value is DetailType {
  return (DETAIL_TYPES as readonly unknown[]).includes(value);
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && isCalendarDay(value);
}

function readTypes(value: unknown, faults: Fault[]): readonly DetailType[] {
  if (!Array.isArray(value) || value.length === 0) {
    faults.push(`detail_type is required and must be a non-empty array of: ${TYPES}`);
    return [];
  }
  const unknown = value.filter((type) => !isDetailType(type));
  if (unknown.length > 0) faults.push(`detail_type has ${JSON.stringify(unknown[0])}, which is none of: ${TYPES}`);
  return DETAIL_TYPES.filter((type) => value.includes(type));
}

/** "Any types you specify must also be in the detail_type list." A bare date applies to each of them. */
function readUpdated(value: unknown, types: readonly DetailType[], faults: Fault[]): DetailsSpec['updated'] {
  if (value === undefined || value === null) return null;
  if (isDay(value)) return Object.fromEntries(types.map((type) => [type, value]));
  if (!isObject(value)) {
    faults.push('updated must be a date in YYYY-MM-DD format, or an object with such a date for each detail type');
    return null;
  }
  for (const [type, day] of Object.entries(value)) {
    if (!isDetailType(type)) faults.push(() => `updated has ${JSON.stringify(type)}, which is none of: ${TYPES}`);
    else if (!types.includes(type)) faults.push(`updated has ${type}, which is not in detail_type`);
    if (!isDay(day)) faults.push(() => `updated.${type} must be in YYYY-MM-DD format`);
  }
  const since = Object.entries(value).filter(
    (entry): entry is [DetailType, string] => isDetailType(entry[0]) && isDay(entry[1]),
  );
  return since.length === 0 ? null : Object.fromEntries(since);
}

/** Whoever writes the key means to filter: a null, as a program sends for a value that it does not have, is no answer to whether. */
function readFilterPii(value: unknown, faults: Fault[]): boolean {
  if (value === undefined) return false;
  // No client has filters of its own: one that we do not know would not be applied.
  if (isObject(value)) for (const fault of unknownNames(Object.keys(value), FILTERS)) faults.push(fault);
  const filterPii = isObject(value) ? (FILTER_PII in value ? value[FILTER_PII] : false) : null;
  if (typeof filterPii === 'boolean') return filterPii;
  faults.push('filters must be an object whose filter_pii is true or false');
  return false;
}

/**
 * A fault for each unknown name that was meant to be a known one. Personal data must not be delivered because its filter was misspelt,
 * so any name that mentions it counts as such. Other names are the client's own.
 */
export function mistakenNames(names: readonly string[], among: KnownNames): readonly Fault[] {
  const speaking = names.filter((name) => SPEAKS_OF_PII.test(name));
  const others = names.filter((name) => !SPEAKS_OF_PII.test(name));
  return [...unknownNames(speaking, among), ...misspeltNames(others, among)];
}

function readRequest(fields: Fields): { readonly request: DetailsSpec; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [...mistakenNames(Object.keys(fields), SPECIFICATION)];
  const detailTypes = readTypes(fields['detail_type'], faults);
  const updated = readUpdated(fields['updated'], detailTypes, faults);
  const filterPii = readFilterPii(fields['filters'], faults);
  return { request: { detailTypes, updated, filterPii }, faults };
}

/** Every fault of the fields other than `property_ids`. */
export function detailsRequestFaults(fields: Fields): readonly Fault[] {
  return readRequest(fields).faults;
}

/** Throws `invalid_parameter` with every fault. An unknown field of the specification is ignored, unless a known one was meant. */
export function parseDetailsRequest(fields: Fields): DetailsSpec {
  const { request, faults } = readRequest(fields);
  refuseFaults(faults);
  return request;
}
