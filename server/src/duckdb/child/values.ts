/** Values between plain data and the driver's classes. Days and microseconds are counted from 1970-01-01. */

import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { isScalar } from '../../core/column-types.ts';
import type { ColumnType, ScalarType } from '../../core/columns.ts';
import { isCalendarDay } from '../../core/dates.ts';
import type { Value } from '../../core/rows.ts';
import { MS_PER_DAY } from '../../core/time.ts';

const MICROS_PER_MS = 1000n;

/** RFC 3339 with six digits, as the export's text formats write it. */
function instantText(micros: bigint): string {
  const rest = ((micros % MICROS_PER_MS) + MICROS_PER_MS) % MICROS_PER_MS;
  const milliseconds = new Date(Number((micros - rest) / MICROS_PER_MS)).toISOString().slice(0, -1);
  return `${milliseconds}${String(rest).padStart(3, '0')}Z`;
}

/** A driver's value as a plain one. What has no plain form (intervals, blobs, …) becomes its text. */
export function plainValue(value: DuckDBValue): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue)
    return instantText(value.micros);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue) return value.items.map(plainValue);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, field]) => [name, plainValue(field)]));
  }
  return String(value);
}

type Convert = (value: Value) => DuckDBValue;

function refuse(value: Value, wanted: string): never {
  throw new TypeError(`an input value is no ${wanted} but ${value === null ? 'null' : typeof value}`);
}

function toInteger(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  return Number.isInteger(value) ? BigInt(Number(value)) : refuse(value, 'integer');
}

function toNumber(value: Value): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : refuse(value, 'number');
}

function toDate(value: Value): DuckDBDateValue {
  if (typeof value !== 'string' || !isCalendarDay(value)) return refuse(value, 'calendar day');
  return new DuckDBDateValue(Date.parse(`${value}T00:00:00Z`) / MS_PER_DAY);
}

const INSTANT_FORM = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6})\d*)?(Z|[+-]\d{2}:\d{2})$/;

function toInstant(value: Value): DuckDBTimestampTZValue {
  const [, seconds, fraction = '', zone] = INSTANT_FORM.exec(String(value)) ?? [];
  const milliseconds = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(milliseconds)) return refuse(value, 'instant');
  return new DuckDBTimestampTZValue(BigInt(milliseconds) * MICROS_PER_MS + BigInt(fraction.padEnd(6, '0')));
}

const CONVERT: Readonly<Record<ScalarType, Convert>> = {
  id: toInteger,
  count: toNumber,
  number: toNumber,
  money: toNumber,
  fraction: toNumber,
  text: (value) => (typeof value === 'string' ? value : refuse(value, 'text')),
  boolean: (value) => (typeof value === 'boolean' ? value : refuse(value, 'boolean')),
  date: toDate,
  instant: toInstant,
};

function isStruct(value: Value): value is { readonly [field: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How plain values of a declared type become the driver's. Throws `TypeError` on a value of another type. */
export function converter(type: ColumnType): Convert {
  if (isScalar(type)) {
    const convert = CONVERT[type];
    return (value) => (value === null ? null : convert(value));
  }
  if ('list' in type) {
    const item = converter(type.list);
    return (value) => {
      if (value === null) return null;
      return Array.isArray(value) ? new DuckDBListValue(value.map(item)) : refuse(value, 'list');
    };
  }
  const fields = Object.entries(type.struct).map(([name, field]) => [name, converter(field)] as const);
  return (value) => {
    if (value === null) return null;
    if (!isStruct(value)) return refuse(value, 'struct');
    return new DuckDBStructValue(Object.fromEntries(fields.map(([name, field]) => [name, field(value[name] ?? null)])));
  };
}
