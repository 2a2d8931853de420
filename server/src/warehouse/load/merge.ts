/** Merges sound rows and stored rows into new sealed files of a table. */
import { utcDay } from '../../core/dates.ts';
import type { DataFile } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { type InputTable, PROPERTY_UUID, type Program, type SourceTable, type Watch } from '../../core/ports/engine.ts';
import type { ResultRow } from '../../core/rows.ts';
import {
  byPlace,
  cutRanges,
  daysOf,
  MAX_ROWS_PER_FILE,
  type PropertyRange,
  planRewrites,
  type Rewrite,
  type Slot,
  WHOLE_TABLE,
} from '../layout.ts';
import { directoryOf } from '../source-files.ts';
import { quoteName, quoteNames, quoteText } from '../sql.ts';
import { WAREHOUSE_PREFIX } from '../sweep.ts';
import type { Table } from '../tables.ts';
import { PROPERTY_ID } from './column-mapping.ts';
import { Steps } from './steps.ts';

/**
 * Small groups prune better and make longer footers. Measured on a month of 310,000 rows of 65 columns, CPU time of reading three
 * properties and of reading all: 2,048 rows 73 and 1,686 ms · 4,096: 54, 1,254 · 8,192: 48, 972 · 16,384: 61, 921 ·
 * 32,768: 74, 828 · 122,880: 176, 872. All but the smallest are within 15 % of each other's size.
 */
export const ROWS_PER_GROUP = 8192;

export interface SoundRows {
  readonly table: Table;
  /** The table's columns in the files; the others keep what is stored. */
  readonly columns: readonly string[];
  /** A Parquet file of those columns. */
  readonly path: string;
}

/** The numbers that rows with property id -1, -2, … get. */
export type NewNumbers = readonly number[];

export interface Merged {
  readonly files: readonly DataFile[];
  readonly loaded: number;
  /** Of the loaded rows, those whose key was stored before. */
  readonly replaced: number;
}

interface Output extends PropertyRange {
  readonly slot: Slot;
  readonly stored: readonly DataFile[];
}

type Merging = Pick<Deps, 'engine' | 'store' | 'ids' | 'clock'>;

function numberedTable(numbers: NewNumbers): InputTable {
  return {
    columns: [
      { name: 'provisional', type: 'id' },
      { name: 'property_id', type: 'id' },
    ],
    batches: [numbers.map((number, index) => [-(index + 1), number])],
  };
}

function loadedView({ columns, path }: SoundRows): string {
  const others = columns.filter((name) => name !== PROPERTY_ID);
  return `CREATE TEMP VIEW loaded AS
    SELECT coalesce(numbered.property_id, sound.property_id) AS property_id${others.map((name) => `, sound.${quoteName(name)}`).join('')}
    FROM read_parquet(${quoteText(path)}) AS sound LEFT JOIN numbered ON numbered.provisional = sound.property_id`;
}

function program(sound: SoundRows, numbers: NewNumbers, tables: Program['tables'], steps: Steps): Program {
  return {
    tables,
    inputs: { numbered: numberedTable(numbers) },
    directories: [directoryOf(sound.path)],
    steps: [{ sql: loadedView(sound) }, ...steps.list],
  };
}

function storedTable(table: Table, files: readonly DataFile[]): SourceTable {
  return { columns: table.columns, files: files.map(({ key }) => key) };
}

async function findRewrites(
  deps: Merging,
  sound: SoundRows,
  numbers: NewNumbers,
  stored: readonly DataFile[],
  watch: Watch,
) {
  const { dayColumn } = sound.table;
  const slot = dayColumn === null ? quoteText(WHOLE_TABLE) : `strftime(${quoteName(dayColumn)}, '%Y-%m')`;
  const steps = new Steps();
  steps.add(`SELECT ${slot} AS slot, count(*) AS rows, min(property_id) AS lowest, max(property_id) AS highest
    FROM loaded GROUP BY slot ORDER BY slot`);
  const [, rows = []] = await deps.engine.run(program(sound, numbers, {}, steps), { lane: 'load' }, watch);
  const loads = rows.map((row) => ({
    slot: String(row['slot']),
    rows: Number(row['rows']),
    minPropertyId: Number(row['lowest']),
    maxPropertyId: Number(row['highest']),
  }));
  return { plan: planRewrites(stored, loads), loaded: loads.reduce((sum, load) => sum + load.rows, 0) };
}

function withinSlot({ dayColumn }: Table, slot: Slot): string {
  const days = daysOf(slot);
  if (dayColumn === null || days === null) return 'true';
  return `${quoteName(dayColumn)} BETWEEN DATE ${quoteText(days.first)} AND DATE ${quoteText(days.last)}`;
}

/** A property's rows stay in one file. Rows that will be replaced count twice here, which only makes a file smaller. */
async function cutRewrite(
  deps: Merging,
  sound: SoundRows,
  numbers: NewNumbers,
  { slot, rows, replaced, minPropertyId, maxPropertyId }: Rewrite,
  watch: Watch,
): Promise<readonly Output[]> {
  if (rows <= MAX_ROWS_PER_FILE) return [{ slot, stored: replaced, from: minPropertyId, to: maxPropertyId }];
  const steps = new Steps();
  steps.add(`SELECT property_id, count(*) AS rows FROM (
      SELECT property_id FROM loaded WHERE ${withinSlot(sound.table, slot)} UNION ALL SELECT property_id FROM stored
    ) GROUP BY property_id ORDER BY property_id`);
  const tables = { stored: storedTable(sound.table, replaced) };
  const [, census = []] = await deps.engine.run(program(sound, numbers, tables, steps), { lane: 'load' }, watch);
  const counts = census.map((row) => ({ propertyId: Number(row['property_id']), rows: Number(row['rows']) }));
  return cutRanges(counts, MAX_ROWS_PER_FILE).map(({ from, to }) => ({
    slot,
    from,
    to,
    stored: replaced.filter((file) => file.minPropertyId <= to && file.maxPropertyId >= from),
  }));
}

/** The day when the row was last changed: today, unless a row of this key with these values is stored. */
function changedOn(keys: readonly string[], came: readonly string[], changed: string): string {
  const values = came.filter((name) => !keys.includes(name)).map(quoteName);
  const same = values.map((name) => `fresh.${name} IS NOT DISTINCT FROM old.${name}`);
  return `CASE WHEN ${[`old.${PROPERTY_ID} IS NOT NULL`, ...same].join(' AND ')} THEN old.${changed} ELSE CAST($today AS DATE) END`;
}

/**
 * A loaded row replaces the stored row of its key; columns that it lacks are kept. All other rows stay unchanged, except for their UUIDs:
 * rows that were stored before there were any get theirs.
 */
function mergedRows({ table, columns }: SoundRows, slot: Slot): string {
  const names = table.columns.map(({ name }) => name);
  const came = new Set(columns);
  const keys = quoteNames(table.key);
  const values = table.columns.map(({ name, computed }) => {
    if (computed === 'changed-on') return `${changedOn(table.key, columns, quoteName(name))} AS ${quoteName(name)}`;
    return `${came.has(name) ? 'fresh' : 'old'}.${quoteName(name)}`;
  });
  const order = [PROPERTY_ID, ...table.key.filter((name) => name !== PROPERTY_ID)];
  const range = 'property_id BETWEEN $from AND $to';
  const uuids = table.columns.flatMap((column) =>
    column.computed === 'uuid5' ? [`${PROPERTY_UUID}(property_id) AS ${quoteName(column.name)}`] : [],
  );
  const replaced = uuids.length > 0 ? ` REPLACE (${uuids.join(', ')})` : '';
  return `WITH fresh AS MATERIALIZED (FROM loaded WHERE ${range} AND ${withinSlot(table, slot)}),
      old AS (FROM stored WHERE ${range})
    SELECT *${replaced} FROM (
      SELECT ${values.join(', ')} FROM fresh LEFT JOIN old USING (${keys})
      UNION ALL
      SELECT ${quoteNames(names, 'old')} FROM old ANTI JOIN fresh USING (${keys})
    ) ORDER BY ${quoteNames(order)}`;
}

type Facts = Omit<DataFile, 'key' | 'bytes' | 'sha256'>;

function factsOf(row: ResultRow | undefined): Facts {
  const day = (value: ResultRow[string] | undefined) => (typeof value === 'string' ? value : null);
  return {
    rows: Number(row?.['rows']),
    minPropertyId: Number(row?.['lowest']),
    maxPropertyId: Number(row?.['highest']),
    minDate: day(row?.['first']),
    maxDate: day(row?.['last']),
  };
}

/** Writes the file and measures its content. Same rows, same bytes. */
async function writeOutput(
  { engine, clock }: Merging,
  sound: SoundRows,
  numbers: NewNumbers,
  output: Output,
  path: string,
  watch: Watch,
): Promise<Facts> {
  const { table } = sound;
  const day = table.dayColumn === null ? 'NULL' : quoteName(table.dayColumn);
  const steps = new Steps();
  steps.add(
    `COPY (${mergedRows(sound, output.slot)}) TO $path
     (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_PER_GROUP})`,
    { from: output.from, to: output.to, path, today: utcDay(clock()) },
  );
  const facts = steps.ask(
    `SELECT count(*) AS rows, min(property_id) AS lowest, max(property_id) AS highest, min(${day}) AS first, max(${day}) AS last
     FROM read_parquet($path)`,
    { path },
  );
  const tables = { stored: storedTable(table, output.stored) };
  const written = program(sound, numbers, tables, steps);
  const answers = await engine.run(
    { ...written, directories: [...new Set([...written.directories, directoryOf(path)])] },
    { lane: 'load' },
    watch,
  );
  return factsOf(facts(answers.slice(1))[0]);
}

async function sealOutput(
  deps: Merging,
  sound: SoundRows,
  numbers: NewNumbers,
  output: Output,
  watch: Watch,
): Promise<DataFile> {
  const id = deps.ids();
  const scratch = `load-${id}.parquet`;
  try {
    const path = await deps.store.scratch(scratch);
    const facts = await writeOutput(deps, sound, numbers, output, path, watch);
    const key = `${WAREHOUSE_PREFIX}${sound.table.name}/${output.slot}-${id}.parquet`;
    return { key, ...facts, ...(await deps.store.put(key, path)) };
  } finally {
    await deps.store.discard(scratch);
  }
}

/** The table's files with the rows in them. The new ones are sealed; nothing refers to them yet. */
export async function mergeTable(
  deps: Merging,
  sound: SoundRows,
  numbers: NewNumbers,
  stored: readonly DataFile[],
  watch: Watch,
): Promise<Merged> {
  const { plan, loaded } = await findRewrites(deps, sound, numbers, stored, watch);
  const files: DataFile[] = [...plan.kept];
  let replaced = 0;
  for (const rewrite of plan.rewrites) {
    replaced += rewrite.rows;
    for (const output of await cutRewrite(deps, sound, numbers, rewrite, watch)) {
      const file = await sealOutput(deps, sound, numbers, output, watch);
      files.push(file);
      replaced -= file.rows;
    }
  }
  return { files: files.sort(byPlace), loaded, replaced };
}
