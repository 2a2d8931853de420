/**
 * A database as SQL: tables with their rows, then what holds them together. The built-in PostgreSQL comes without pg_dump, and
 * the release data must not depend on anything else. It supports what our migrations use, and refuses a database that has more.
 */
import type pg from 'pg';

/** How values become text: the same wherever it is read. */
const TEXT_FORMS =
  "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set bytea_output = 'hex'";

const UNKNOWN_THINGS = `
  select relkind::text || ' ' || relname as thing from pg_class
    where relnamespace = 'public'::regnamespace and relkind not in ('r', 'i', 'S')
  union all select 'sequence ' || relname from pg_class sequence
    where relnamespace = 'public'::regnamespace and relkind = 'S'
      and not exists (select from pg_depend where objid = sequence.oid and deptype = 'i')
  union all select 'type ' || typname from pg_type
    where typnamespace = 'public'::regnamespace and typrelid = 0 and typelem = 0
  union all select 'extension ' || extname from pg_extension where extname <> 'plpgsql'`;

const TABLES = `
  select t.oid, t.relname as name, t.relpersistence = 'u' as unlogged, t.reloptions as options,
    (select string_agg(quote_ident(attname), ', ' order by position) from pg_index
      cross join unnest(indkey) with ordinality as key(number, position)
      join pg_attribute on attrelid = indrelid and attnum = number
      where indrelid = t.oid and indisprimary) as key
  from pg_class t where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`;

const COLUMNS = `
  select quote_ident(attname) as name, format_type(atttypid, atttypmod) as type, attnotnull as required,
    attidentity as identity, pg_get_expr(adbin, adrelid) as default,
    case when attstorage <> typstorage then
      case attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end end as storage
  from pg_attribute join pg_type on pg_type.oid = atttypid
  left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where attrelid = $1 and attnum > 0 and not attisdropped order by attnum`;

const FUNCTIONS = `
  select pg_get_functiondef(oid) as statement from pg_proc where pronamespace = 'public'::regnamespace order by proname`;

/** Keys first: what refers to them comes after. */
const CONSTRAINTS = `
  select format('alter table %I add constraint %I %s', relname, conname, pg_get_constraintdef(c.oid)) as statement
  from pg_constraint c join pg_class t on t.oid = conrelid
  where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'c', 'f')
  order by array_position(array['p', 'u', 'c', 'f'], contype::text), relname, conname`;

const INDEXES = `
  select pg_get_indexdef(i.oid) as statement from pg_class i
  where relnamespace = 'public'::regnamespace and relkind = 'i'
    and not exists (select from pg_constraint where conindid = i.oid and contype in ('p', 'u')) order by relname`;

const TRIGGERS = `
  select pg_get_triggerdef(g.oid) as statement from pg_trigger g join pg_class t on t.oid = tgrelid
  where relnamespace = 'public'::regnamespace and not tgisinternal order by tgname`;

interface Table {
  readonly oid: number;
  readonly name: string;
  readonly unlogged: boolean;
  readonly options: readonly string[] | null;
  /** Its columns; null without a primary key. */
  readonly key: string | null;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** `a` for always, `d` for by default, else empty. */
  readonly identity: string;
  readonly default: string | null;
  readonly storage: string | null;
}

async function statements(client: pg.ClientBase, query: string): Promise<string> {
  const { rows } = await client.query<{ statement: string }>(query);
  return rows.map(({ statement }) => `${statement.trimEnd()};\n`).join('');
}

function columnText({ name, type, required, identity, default: value }: Column): string {
  const generated = identity === 'a' ? 'always' : 'by default';
  return [
    `  ${name} ${type}`,
    ...(identity === '' ? [] : [`generated ${generated} as identity`]),
    ...(value === null ? [] : [`default ${value}`]),
    ...(required ? ['not null'] : []),
  ].join(' ');
}

function tableText({ name, unlogged, options }: Table, columns: readonly Column[]): string {
  const settings = options === null ? '' : ` with (${options.join(', ')})`;
  const stored = columns.filter(({ storage }) => storage !== null);
  return [
    `create ${unlogged ? 'unlogged ' : ''}table ${name} (\n${columns.map(columnText).join(',\n')}\n)${settings};\n`,
    ...stored.map((column) => `alter table ${name} alter ${column.name} set storage ${column.storage};\n`),
  ].join('');
}

async function rowsText(client: pg.ClientBase, { name, key }: Table, columns: readonly Column[]): Promise<string> {
  const values = columns.map((column) => `quote_nullable(${column.name}::text)`).join(", ', ', ");
  const { rows } = await client.query<{ row: string }>(
    `select concat(${values}) as row from ${name} order by ${key ?? columns.map((column) => column.name).join(', ')}`,
  );
  if (rows.length === 0) return '';
  const names = columns.map((column) => column.name).join(', ');
  const lines = rows.map(({ row }) => `(${row})`).join(',\n');
  return `insert into ${name} (${names}) overriding system value values\n${lines};\n`;
}

async function sequencesText(client: pg.ClientBase, { name }: Table, columns: readonly Column[]): Promise<string> {
  let text = '';
  for (const column of columns.filter(({ identity }) => identity !== '')) {
    const sequence = `pg_get_serial_sequence('${name}', '${column.name}')`;
    const { rows } = await client.query<{ sequence: string }>(`select ${sequence} as sequence`);
    const state = await client.query<{ last: string; called: boolean }>(
      `select last_value as last, is_called as called from ${rows[0]?.sequence}`,
    );
    const { last, called } = state.rows[0] ?? { last: '1', called: false };
    text += `select setval(${sequence}, ${last}, ${called});\n`;
  }
  return text;
}

async function refuseUnknown(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ thing: string }>(UNKNOWN_THINGS);
  if (rows.length === 0) return;
  const things = rows.map(({ thing }) => thing).join(', ');
  throw new Error(`the database has what this dump does not know: ${things}; teach scripts/release-data/dump.ts`);
}

/** What to run in an empty database for the same tables, and the same rows unless only the schema is wanted. */
export async function dumpDatabase(client: pg.ClientBase, what: 'everything' | 'schema'): Promise<string> {
  await client.query(TEXT_FORMS);
  await refuseUnknown(client);
  const { rows: tables } = await client.query<Table>(TABLES);
  let made = '';
  let filled = '';
  for (const table of tables) {
    const { rows: columns } = await client.query<Column>(COLUMNS, [table.oid]);
    made += tableText(table, columns);
    if (what === 'schema') continue;
    filled += await rowsText(client, table, columns);
    filled += await sequencesText(client, table, columns);
  }
  // Rows before triggers, which would number and announce their changes again.
  const functions = await statements(client, FUNCTIONS);
  const bonds = `${await statements(client, CONSTRAINTS)}${await statements(client, INDEXES)}`;
  return [made, functions, filled, bonds, await statements(client, TRIGGERS)].filter(Boolean).join('\n');
}
