/** The rows of a new file, in the engine's SQL: what was loaded, and what is stored and stays. */
import { sqlType } from '../../core/column-types.ts';
import { toldNulls } from '../../core/plan/told-nulls.ts';
import type { DataFile } from '../../core/ports/database/warehouse.ts';
import { PROPERTY_UUID } from '../../core/ports/engine.ts';
import { daysOf, type PropertyRange, type Slot } from '../layout.ts';
import { quoteName, quoteNames, quoteText } from '../sql.ts';
import type { Table } from '../tables.ts';
import { DELETED } from '../tables-extra.ts';
import { PROPERTY_ID } from './column-mapping.ts';

export interface SoundRows {
  readonly table: Table;
  /** The table's columns in the files; the others keep what is stored. */
  readonly columns: readonly string[];
  /** Rows with `_deleted` take the stored row of their key away. */
  readonly deletes: boolean;
  /** A Parquet file with those columns, its rows in the order of `placeOrder`. */
  readonly path: string;
}

/** The numbers that rows with property id -1, -2, … get. */
export type NewNumbers = readonly number[];

/** A file to be written. */
export interface Output extends PropertyRange {
  readonly slot: Slot;
  readonly stored: readonly DataFile[];
}

export function withinSlot({ dayColumn }: Table, slot: Slot): string {
  const days = daysOf(slot);
  if (dayColumn === null || days === null) return 'true';
  return `${quoteName(dayColumn)} BETWEEN DATE ${quoteText(days.first)} AND DATE ${quoteText(days.last)}`;
}

/** The day when the row was last changed: today, unless a row of this key with these values is stored. */
function changedOn(keys: readonly string[], came: readonly string[], changed: string): string {
  const values = came.filter((name) => !keys.includes(name)).map(quoteName);
  const same = values.map((name) => `fresh.${name} IS NOT DISTINCT FROM old.${name}`);
  return `CASE WHEN ${[`old.${PROPERTY_ID} IS NOT NULL`, ...same].join(' AND ')} THEN old.${changed} ELSE CAST($today AS DATE) END`;
}

/** `rows` with the UUIDs of their properties: rows that were stored before there were any get theirs. */
function withUuids({ columns }: Table, rows: string): string {
  const uuids = columns.flatMap(({ name, computed }) =>
    computed === 'uuid5' ? [`${PROPERTY_UUID}(property_id) AS ${quoteName(name)}`] : [],
  );
  return uuids.length === 0 ? rows : `SELECT * REPLACE (${uuids.join(', ')}) FROM (${rows})`;
}

/** For a place where nothing is stored. */
function freshRows({ table, columns, deletes }: SoundRows): string {
  const came = new Set(columns);
  const values = table.columns.map(({ name, type, computed }) => {
    const value = came.has(name) ? quoteName(name) : `CAST(NULL AS ${sqlType(type)})`;
    return `${computed === 'changed-on' ? 'CAST($today AS DATE)' : value} AS ${quoteName(name)}`;
  });
  return `SELECT ${values.join(', ')} FROM fresh${deletes ? ` WHERE NOT ${DELETED}` : ''}`;
}

/** A loaded row replaces the stored row of its key, or deletes it; columns that it lacks are kept. All other rows stay unchanged. */
function mixedRows({ table, columns, deletes }: SoundRows): string {
  const names = table.columns.map(({ name }) => name);
  const came = new Set(columns);
  const keys = quoteNames(table.key);
  const values = table.columns.map(({ name, computed }) => {
    if (computed === 'changed-on') return `${changedOn(table.key, columns, quoteName(name))} AS ${quoteName(name)}`;
    return `${came.has(name) ? 'fresh' : 'old'}.${quoteName(name)}`;
  });
  const keepsNothing = names.every((name) => came.has(name));
  return `SELECT ${values.join(', ')} FROM fresh ${keepsNothing ? '' : `LEFT JOIN old USING (${keys})`} ${deletes ? `WHERE NOT fresh.${DELETED}` : ''}
      UNION ALL
      SELECT ${quoteNames(names, 'old')} FROM old ANTI JOIN fresh USING (${keys})`;
}

/** All rows of the output, in order. What was loaded is in order already, unless its rows got their numbers only now. */
export function mergedRows(sound: SoundRows, numbers: NewNumbers, { slot, stored }: Output): string {
  const { table } = sound;
  const order = [PROPERTY_ID, ...table.key.filter((name) => name !== PROPERTY_ID)];
  const range = 'property_id BETWEEN $from AND $to';
  const isNew = stored.length === 0;
  const rows = withUuids(table, isNew ? freshRows(sound) : mixedRows(sound));
  return `WITH fresh AS (FROM loaded WHERE ${range} AND ${withinSlot(table, slot)}), old AS (FROM stored WHERE ${range})
    SELECT *${toldNulls(table.columns)} FROM (${rows}) ${isNew && numbers.length === 0 ? '' : `ORDER BY ${quoteNames(order)}`}`;
}

/** How many loaded rows of the output say what is stored already. */
export function unchangedRows({ table, columns, deletes }: SoundRows, { slot }: Output): string {
  const range = 'property_id BETWEEN $from AND $to';
  const values = columns.filter((name) => !table.key.includes(name)).map(quoteName);
  const same = values.map((name) => `fresh.${name} IS NOT DISTINCT FROM old.${name}`);
  const kept = deletes ? [`NOT fresh.${DELETED}`] : [];
  return `SELECT count(*) AS same FROM (FROM loaded WHERE ${range} AND ${withinSlot(table, slot)}) AS fresh
    JOIN (FROM stored WHERE ${range}) AS old USING (${quoteNames(table.key)}) WHERE ${['true', ...same, ...kept].join(' AND ')}`;
}

/** How many stored rows of the output are deleted. */
export function deletedRows({ table }: SoundRows, { slot }: Output): string {
  const range = 'property_id BETWEEN $from AND $to';
  return `SELECT count(*) AS deleted FROM (FROM stored WHERE ${range})
    SEMI JOIN (FROM loaded WHERE ${range} AND ${withinSlot(table, slot)} AND ${DELETED}) USING (${quoteNames(table.key)})`;
}
