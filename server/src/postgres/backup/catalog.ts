/** Which tables there are, and in which order they can be filled. */
import type pg from 'pg';
import type { SequenceState, TableCopy } from '../../core/ports/backup.ts';
import { MIGRATIONS_LOCK_TABLE, MIGRATIONS_TABLE } from '../migrate.ts';

/**
 * The schema says what is in the first two; the third has the processes of a machine, which are not there after it is lost; the others what is
 * on its way from elsewhere, whose objects are in no backup: its sender sends it again;
 * and who watches a folder just now.
 */
const LEFT_OUT: readonly string[] = [
  MIGRATIONS_TABLE,
  MIGRATIONS_LOCK_TABLE,
  'nodes',
  'upload_parts',
  'uploads',
  'remote_loads',
  'remote_load_secrets',
  'load_leases',
];

/** What the database computes itself is not copied. */
const TABLES = `
  select relname as name, array_agg(attname::text order by attnum) as columns
  from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = ''
  where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> all($1)
  group by relname order by relname`;

const REFERENCES = `
  select distinct source.relname as "from", target.relname as "to"
  from pg_constraint join pg_class source on source.oid = conrelid join pg_class target on target.oid = confrelid
  where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`;

const SEQUENCES = `
  select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by relname`;

export interface Reference {
  readonly from: string;
  readonly to: string;
}

/** Each name after those it refers to. Throws if they refer to each other in a circle. */
export function inOrderOfReferences<Named extends { readonly name: string }>(
  tables: readonly Named[],
  references: readonly Reference[],
): readonly Named[] {
  const ordered: Named[] = [];
  let waiting = tables;
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ name }) => name));
    const isReady = ({ name }: Named) => !references.some(({ from, to }) => from === name && names.has(to));
    const ready = waiting.filter(isReady);
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${[...names].join(', ')}`);
    ordered.push(...ready);
    waiting = waiting.filter((table) => !ready.includes(table));
  }
  return ordered;
}

export async function readTables(client: pg.ClientBase): Promise<readonly TableCopy[]> {
  const { rows: tables } = await client.query<TableCopy>(TABLES, [LEFT_OUT]);
  const { rows: references } = await client.query<Reference>(REFERENCES);
  return inOrderOfReferences(tables, references);
}

export async function readSequences(client: pg.ClientBase): Promise<readonly SequenceState[]> {
  const { rows } = await client.query<{ name: string }>(SEQUENCES);
  const states: SequenceState[] = [];
  for (const { name } of rows) {
    const state = await client.query<Omit<SequenceState, 'name'>>(
      `select last_value::text as last, is_called as "isCalled" from ${client.escapeIdentifier(name)}`,
    );
    states.push(...state.rows.map((row) => ({ name, ...row })));
  }
  return states;
}

/** The table with the columns that are copied, for a COPY statement. */
export function copied(client: pg.ClientBase, { name, columns }: TableCopy): string {
  const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  return `${client.escapeIdentifier(name)} (${list})`;
}
