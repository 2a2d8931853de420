/** Merges sound rows and stored rows into new sealed files of a table. */
import { utcDay } from '../../core/dates.ts';
import type { DataFile } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { InputTable, Program, SourceTable, Watch } from '../../core/ports/engine.ts';
import type { ResultRow } from '../../core/rows.ts';
import {
  byPlace,
  cutRanges,
  MAX_ROWS_PER_FILE,
  planRewrites,
  type Rewrite,
  ROWS_PER_GROUP,
  WHOLE_TABLE,
} from '../layout.ts';
import { directoryOf } from '../source-files.ts';
import { quoteName, quoteNames, quoteText } from '../sql.ts';
import { Steps } from '../steps.ts';
import { WAREHOUSE_PREFIX } from '../sweep.ts';
import type { Table } from '../tables.ts';
import { DELETED } from '../tables-extra.ts';
import { PROPERTY_ID } from './column-mapping.ts';
import {
  deletedRows,
  mergedRows,
  type NewNumbers,
  type Output,
  type SoundRows,
  unchangedRows,
  withinSlot,
} from './merged-rows.ts';

export interface Merged {
  readonly files: readonly DataFile[];
  readonly loaded: number;
  /** Of the loaded rows, those whose key was stored before. */
  readonly replaced: number;
  /** Of the replaced rows, those that are stored as they are. */
  readonly unchanged: number;
  /** Stored rows that loaded ones took away. */
  readonly deleted: number;
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

function loadedView({ columns: own, deletes, path }: SoundRows, numbers: NewNumbers): string {
  const columns = deletes ? [...own, DELETED] : own;
  if (numbers.length === 0) {
    return `CREATE TEMP VIEW loaded AS SELECT ${quoteNames(columns)} FROM read_parquet(${quoteText(path)})`;
  }
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
    steps: [{ sql: loadedView(sound, numbers) }, ...steps.list],
  };
}

function storedTable(table: Table, files: readonly DataFile[]): SourceTable {
  return { columns: table.columns, files };
}

async function findRewrites(
  deps: Merging,
  sound: SoundRows,
  numbers: NewNumbers,
  stored: readonly DataFile[],
  watch: Watch,
) {
  const { dayColumn } = sound.table;
  const month = dayColumn === null ? 'NULL' : `date_trunc('month', ${quoteName(dayColumn)})`;
  const slot = dayColumn === null ? quoteText(WHOLE_TABLE) : `strftime(month, '%Y-%m')`;
  const deletions = sound.deletes ? `count(*) FILTER (${DELETED})` : '0';
  const steps = new Steps();
  steps.add(`SELECT ${slot} AS slot, * EXCLUDE (month) FROM (
      SELECT ${month} AS month, count(*) AS rows, ${deletions} AS deletions, min(property_id) AS lowest, max(property_id) AS highest FROM loaded GROUP BY month
    ) WHERE rows > 0 ORDER BY slot`);
  const [, rows = []] = await deps.engine.run(program(sound, numbers, {}, steps), { lane: 'load' }, watch);
  const loads = rows.map((row) => ({
    slot: String(row['slot']),
    rows: Number(row['rows']),
    minPropertyId: Number(row['lowest']),
    maxPropertyId: Number(row['highest']),
  }));
  const sumOf = (name: string) => rows.reduce((sum, row) => sum + Number(row[name]), 0);
  return { plan: planRewrites(stored, loads), rows: sumOf('rows'), deletions: sumOf('deletions') };
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

type Facts = Omit<DataFile, 'key' | 'bytes' | 'sha256'>;

/** What was written of an output; how many stored rows of it were deleted, and how many came again as they are. */
interface Written {
  readonly facts: Facts;
  readonly deleted: number;
  readonly unchanged: number;
}

function factsOf(row: ResultRow | undefined): Facts {
  const day = (value: ResultRow[string] | undefined) => (typeof value === 'string' ? value : null);
  return {
    rows: Number(row?.['rows']),
    minPropertyId: Number(row?.['lowest']),
    maxPropertyId: Number(row?.['highest']),
    minDate: day(row?.['first']),
    maxDate: day(row?.['last']),
    tellsNulls: true,
  };
}

/** Writes the files and measures their contents. Same rows, same bytes. */
async function writeOutputs(
  { engine, clock }: Merging,
  sound: SoundRows,
  numbers: NewNumbers,
  outputs: readonly (Output & { readonly path: string })[],
  watch: Watch,
): Promise<readonly Written[]> {
  const { table } = sound;
  const day = table.dayColumn === null ? 'NULL' : quoteName(table.dayColumn);
  const steps = new Steps();
  const questions = outputs.map((output) => {
    const { from, to, path } = output;
    steps.add(
      `COPY (${mergedRows(sound, numbers, output)}) TO $path
     (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_PER_GROUP})`,
      { from, to, path, today: utcDay(clock()) },
    );
    const deleted = sound.deletes ? steps.ask(deletedRows(sound, output), { from, to }) : () => [];
    const unchanged = output.stored.length > 0 ? steps.ask(unchangedRows(sound, output), { from, to }) : () => [];
    const facts = steps.ask(
      `SELECT count(*) AS rows, min(property_id) AS lowest, max(property_id) AS highest, min(${day}) AS first, max(${day}) AS last
     FROM read_parquet($path)`,
      { path },
    );
    return { facts, deleted, unchanged };
  });
  const tables = {
    stored: storedTable(
      table,
      outputs.flatMap(({ stored }) => stored),
    ),
  };
  const written = program(sound, numbers, tables, steps);
  const directories = [...written.directories, ...outputs.map(({ path }) => directoryOf(path))];
  const [, ...answers] = await engine.run(
    { ...written, directories: [...new Set(directories)] },
    { lane: 'load' },
    watch,
  );
  return questions.map(({ facts, deleted, unchanged }) => ({
    facts: factsOf(facts(answers)[0]),
    deleted: Number(deleted(answers)[0]?.['deleted'] ?? 0),
    unchanged: Number(unchanged(answers)[0]?.['same'] ?? 0),
  }));
}

async function sealOutputs(
  deps: Merging,
  sound: SoundRows,
  numbers: NewNumbers,
  outputs: readonly Output[],
  watch: Watch,
): Promise<Pick<Merged, 'files' | 'deleted' | 'unchanged'>> {
  const { store } = deps;
  const named = outputs.map((output) => ({ ...output, id: deps.ids() }));
  const scratch = ({ id }: { readonly id: string }) => `load-${id}.parquet`;
  try {
    const placed = await Promise.all(
      named.map(async (output) => ({ ...output, path: await store.scratch(scratch(output)) })),
    );
    const written = await writeOutputs(deps, sound, numbers, placed, watch);
    const files: DataFile[] = [];
    for (const [index, { slot, id, path }] of placed.entries()) {
      const { facts } = written[index] ?? { facts: factsOf(undefined) };
      // All rows of it were deleted.
      if (facts.rows === 0) continue;
      const key = `${WAREHOUSE_PREFIX}${sound.table.name}/${slot}-${id}.parquet`;
      files.push({ key, ...facts, ...(await store.put(key, path)) });
    }
    const sumOf = (what: 'deleted' | 'unchanged') => written.reduce((sum, each) => sum + each[what], 0);
    return { files, deleted: sumOf('deleted'), unchanged: sumOf('unchanged') };
  } finally {
    for (const output of named) await store.discard(scratch(output));
  }
}

/** A program has its own instance and its own answers: for a year of months, one takes half a second less than twelve. */
const OUTPUTS_AT_ONCE = 12;

/** Outputs that are written by one program: with what is stored each by itself, so that it opens no other files. */
function grouped(outputs: readonly Output[]): readonly (readonly Output[])[] {
  const groups: Output[][] = [];
  for (const output of outputs) {
    const last = groups.at(-1);
    const isNew = output.stored.length === 0;
    if (isNew && last?.[0]?.stored.length === 0 && last.length < OUTPUTS_AT_ONCE) last.push(output);
    else groups.push([output]);
  }
  return groups;
}

/** The table's files with the rows in them. The new ones are sealed; nothing refers to them yet. */
export async function mergeTable(
  deps: Merging,
  sound: SoundRows,
  numbers: NewNumbers,
  stored: readonly DataFile[],
  watch: Watch,
): Promise<Merged> {
  const { plan, rows, deletions } = await findRewrites(deps, sound, numbers, stored, watch);
  const outputs: Output[] = [];
  for (const rewrite of plan.rewrites) outputs.push(...(await cutRewrite(deps, sound, numbers, rewrite, watch)));
  const written: DataFile[] = [];
  let deleted = 0;
  let unchanged = 0;
  for (const group of grouped(outputs)) {
    const sealed = await sealOutputs(deps, sound, numbers, group, watch);
    written.push(...sealed.files);
    deleted += sealed.deleted;
    unchanged += sealed.unchanged;
  }
  const rowsOf = (some: readonly { readonly rows: number }[]) => some.reduce((sum, { rows }) => sum + rows, 0);
  // A row that deletes is no row of the table, and takes one away if there is one.
  const replaced = rowsOf(plan.rewrites) - rowsOf(written) - deletions - deleted;
  const loaded = rows - deletions;
  return { files: [...plan.kept, ...written].sort(byPlace), loaded, replaced, unchanged, deleted };
}
