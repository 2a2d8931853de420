/** What is asked of somebody else’s database, and its rows as CSV. */
import type pg from 'pg';
import { ConveyanceError } from '../../core/errors.ts';
import { KIB, MIB } from '../../core/size.ts';

/** Of one request: as many rows as come to about that. */
const BATCH_BYTES = MIB;
const FIRST_BATCH_ROWS = 100;
const MOST_BATCH_ROWS = 10_000;
const LEAST_ROW_BYTES = KIB / 16;

export interface Asked {
  /** Of the file that its rows become. */
  readonly name: string;
  /** What stands behind FROM. */
  readonly from: string;
}

/** @param table as it is typed: `rents`, `public.rents`. */
export function askedTable(client: Pick<pg.Client, 'escapeIdentifier'>, table: string): Asked {
  const parts = table.split('.');
  return { name: parts.at(-1) ?? table, from: parts.map((part) => client.escapeIdentifier(part)).join('.') };
}

export function askedQuery(query: string): Asked {
  // A comment in its last line must not hide what comes behind it.
  return { name: 'query', from: `(${query.replace(/;\s*$/, '')}\n)` };
}

export interface Columns {
  readonly names: readonly string[];
  /** By name, the type as SQL writes it. */
  readonly types: ReadonlyMap<string, string>;
  /** Each column as text that a load reads: lists and structs as JSON. */
  readonly list: string;
}

/** One statement, and no second one behind it. */
export function ask<Row extends unknown[]>(client: pg.Client, text: string, values: readonly unknown[] = []) {
  return client.query<Row>({
    text,
    values: [...values],
    rowMode: 'array',
    queryMode: 'extended',
  } as pg.QueryArrayConfig);
}

export async function columnsOf(client: pg.Client, { from }: Asked): Promise<Columns> {
  const { fields } = await ask(client, `select * from ${from} as asked limit 0`);
  const { rows } = await ask<[number, string, string]>(
    client,
    'select oid::int8::float8, typcategory::text, format_type(oid, null) from pg_catalog.pg_type where oid = any($1::oid[])',
    [[...new Set(fields.map(({ dataTypeID }) => dataTypeID))]],
  );
  const types = new Map(rows.map(([oid, category, type]) => [Number(oid), { category, type }]));
  const expressions = fields.map(({ name, dataTypeID }) => {
    const column = `asked.${client.escapeIdentifier(name)}`;
    const isNested = ['A', 'C'].includes(types.get(dataTypeID)?.category ?? '');
    return isNested ? `to_json(${column})::text` : `${column}::text`;
  });
  return {
    names: fields.map(({ name }) => name),
    types: new Map(fields.map(({ name, dataTypeID }) => [name, types.get(dataTypeID)?.type ?? 'text'])),
    list: expressions.join(', '),
  };
}

/** How many rows to ask for, by what those before came to. */
export class BatchSize {
  rows = FIRST_BATCH_ROWS;

  learn(rows: number, bytes: number): void {
    if (rows === 0) return;
    const fitting = Math.floor(BATCH_BYTES / Math.max(bytes / rows, LEAST_ROW_BYTES));
    this.rows = Math.max(1, Math.min(MOST_BATCH_ROWS, fitting));
  }
}

export type Cells = readonly (string | null)[];

function cellText(cell: string | null): string {
  const text = cell ?? '';
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A row of nothing is not a blank line, which would be no row. */
function lineOf(row: Cells): string {
  const line = row.map(cellText).join(',');
  return line === '' ? '""\n' : `${line}\n`;
}

export function csvOf(rows: readonly Cells[]): Buffer {
  return Buffer.from(rows.map(lineOf).join(''));
}

export function requireColumn({ names }: Columns, cursor: string): number {
  const at = names.indexOf(cursor);
  if (at >= 0) return at;
  throw new ConveyanceError(
    'load_refused',
    `there is no column ${cursor.slice(0, 100)} to go on by; there are ${names.join(', ').slice(0, 1000)}`,
  );
}
