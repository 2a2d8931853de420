/** Reads the files of a load, checks every row, and writes the sound ones and the rejects to scratch. The warehouse is not touched. */
import { sqlType } from '../../core/column-types.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import type { ResultRow } from '../../core/rows.ts';
import { directoryOf } from '../source-files.ts';
import { exactPath, quoteName, quoteNames } from '../sql.ts';
import { type Answers, Steps } from '../steps.ts';
import { acceptedColumns, TABLES, type Table, type TableName } from '../tables.ts';
import { DELETED } from '../tables-extra.ts';
import {
  cellParameters,
  FAULT_TYPE,
  isLeftOut,
  nulledColumns,
  restoredColumns,
  rowFaults,
  rowsOf,
  storedValues,
} from './cells.ts';
import { type MappedFile, PROPERTY_ID, SOURCE_ID } from './column-mapping.ts';
import { findLateFaults } from './late-faults.ts';
import type { TracedFile } from './line-traits.ts';
import { type Reject, type RejectSum, rejectOf, rejectSumOf, rejectSums, rejectsOf } from './rejects.ts';
import {
  groupByTable,
  handedOver,
  isDeletion,
  placeOrder,
  STAGING,
  type StagedTable,
  soundRows,
  stagedName,
} from './staged-table.ts';
import { numberLines } from './text-lines.ts';

export interface CheckedFile {
  readonly path: string;
  readonly table: TableName;
  readonly rows: number;
  readonly rejected: number;
  readonly ignoredColumns: readonly string[];
  /** By column, in how many sound rows a value was restored: a ZIP code that had lost its zero, a state in words. */
  readonly restored: Readonly<Record<string, number>>;
  /** By column, in how many sound rows a bad cell is loaded as null. */
  readonly nulled: Readonly<Record<string, number>>;
  /** Rows for which the mapping's condition is not true; they count as no rows of the file. */
  readonly leftOut: number;
}

export interface Checked {
  readonly files: readonly CheckedFile[];
  readonly rejected: number;
  /** All of them by column and reason, the most frequent first. */
  readonly sums: readonly RejectSum[];
  /** The first ones, in the order of files and lines. */
  readonly sample: readonly Reject[];
  /** Providers' keys that no stored property has and that came without a number, in the order of their rows. A row of the
   * k-th carries the property id -k. */
  readonly newSourceIds: readonly string[];
  /** Providers' keys that came with a number. */
  readonly givenSourceIds: ReadonlyMap<string, number>;
  /** Numbers that no stored property has. */
  readonly newPropertyIds: readonly number[];
  /** Numbers of stored properties whose rows say that they are to be deleted, ascending. */
  readonly deletedPropertyIds: readonly number[];
}

/** Where they go. */
export interface CheckPaths {
  readonly sound: (table: Table) => string;
  readonly rejects: string;
}

const NO_ROW = 'SELECT 1 WHERE false';
const SAMPLE_ROWS = 20;
/** Of different faults. */
const SUMS = 20;

/** Returns how many rows of each file were left out. */
function stage(steps: Steps, { table, columns, hasSourceId, deletes, files }: StagedTable<TracedFile>) {
  const names = new Set([...columns, ...(hasSourceId ? [SOURCE_ID] : []), ...(deletes ? [DELETED] : [])]);
  const types = new Map(acceptedColumns(table).map((column) => [column.name, sqlType(column.type)]));
  const declared = [...names].map((name) => `${quoteName(name)} ${types.get(name)}`);
  steps.add(
    `CREATE TEMP TABLE ${stagedName(table)} (_file INTEGER, _line BIGINT, _faults ${FAULT_TYPE}, _restored VARCHAR[], _nulled VARCHAR[], _left_out BOOLEAN, ${declared.join(', ')})`,
  );
  for (const { file, index } of files) {
    const lines = `lines_${index}`;
    const text = file.format !== 'parquet';
    if (text) steps.append(numberLines(lines, file.at, file.traits));
    const targets = quoteNames(file.mapped.map(({ column }) => column.name));
    steps.add(
      `INSERT INTO ${stagedName(table)} (_file, _line, _faults, _restored, _nulled, _left_out, ${targets})
       SELECT ${index}, line, ${rowFaults(file)}, ${restoredColumns(file)}, ${nulledColumns(file)},
         ${isLeftOut(file)}, ${storedValues(file)}
       FROM (${rowsOf(file, lines)})`,
      { ...cellParameters(file), ...(text ? {} : { path: exactPath(file.at) }) },
    );
    if (text) steps.add(`DROP TABLE ${lines}`);
  }
  const leftOut = steps.ask(`SELECT _file, count(*) AS rows FROM ${stagedName(table)} WHERE _left_out GROUP BY _file`);
  if (files.some(({ file }) => file.where !== null)) steps.add(`DELETE FROM ${stagedName(table)} WHERE _left_out`);
  return leftOut;
}

function deletedProperties(properties: StagedTable): string {
  return `SELECT sound.property_id FROM (${soundRows(properties)}) AS sound SEMI JOIN properties USING (property_id)
    WHERE ${isDeletion(properties, 'sound')} ORDER BY sound.property_id`;
}

/** Sound rows that bring a property, or a provider's key of one, that is not stored. */
function newProperties(properties: StagedTable): string {
  const sourceId = properties.hasSourceId ? 'sound.source_id' : 'NULL::VARCHAR';
  return `SELECT property_id, ${sourceId} AS source_id, stored.property_id IS NOT NULL AS stored
    FROM (${soundRows(properties)}) AS sound LEFT JOIN properties AS stored USING (property_id)
    WHERE NOT ${isDeletion(properties, 'sound')} AND property_id > 0 AND (stored.property_id IS NULL OR ${sourceId} <> coalesce(stored.source_id, ''))`;
}

interface Questions {
  readonly leftOut: (answers: Answers) => readonly ResultRow[];
  readonly counts: (answers: Answers) => readonly ResultRow[];
  readonly rejectCounts: (answers: Answers) => readonly ResultRow[];
  readonly restored: (answers: Answers) => readonly ResultRow[];
  readonly nulled: (answers: Answers) => readonly ResultRow[];
  readonly sums: (answers: Answers) => readonly ResultRow[];
  readonly sample: (answers: Answers) => readonly ResultRow[];
  readonly newSources: (answers: Answers) => readonly ResultRow[];
  readonly newProperties: (answers: Answers) => readonly ResultRow[];
  readonly deletedProperties: (answers: Answers) => readonly ResultRow[];
}

function ask(steps: Steps, tables: readonly StagedTable[]): Omit<Questions, 'leftOut'> {
  const counts = tables.map(({ table }) => `SELECT _file, count(*) AS rows FROM ${stagedName(table)} GROUP BY _file`);
  const changed = (names: '_restored' | '_nulled') => {
    const rows = tables.map(
      ({ table }) => `SELECT _file, unnest(${names}) AS name FROM ${stagedName(table)} WHERE _faults IS NULL`,
    );
    return `SELECT _file, name, count(*) AS rows FROM (${rows.join(' UNION ALL ')}) GROUP BY ALL ORDER BY ALL`;
  };
  const properties = tables.find(({ table }) => table.name === 'properties');
  return {
    counts: steps.ask(counts.join(' UNION ALL ')),
    rejectCounts: steps.ask('SELECT _file, count(*) AS rejected FROM rejects GROUP BY _file'),
    restored: steps.ask(changed('_restored')),
    nulled: steps.ask(changed('_nulled')),
    sums: steps.ask(rejectSums(SUMS)),
    sample: steps.ask(`FROM rejects ORDER BY _file, _line LIMIT ${SAMPLE_ROWS}`),
    newSources: steps.ask('SELECT source_id FROM sources WHERE property_id < 0 ORDER BY property_id DESC'),
    newProperties: steps.ask(properties === undefined ? NO_ROW : newProperties(properties)),
    deletedProperties: steps.ask(properties === undefined ? NO_ROW : deletedProperties(properties)),
  };
}

function readAnswers(files: readonly MappedFile[], questions: Questions, answers: Answers): Checked {
  const byFile = (rows: readonly ResultRow[], field: string) =>
    new Map(rows.map((row) => [Number(row['_file']), Number(row[field])]));
  const rows = byFile(questions.counts(answers), 'rows');
  const rejected = byFile(questions.rejectCounts(answers), 'rejected');
  const leftOut = byFile(questions.leftOut(answers), 'rows');
  const changed = (changes: readonly ResultRow[], index: number) =>
    Object.fromEntries(
      changes.filter((row) => Number(row['_file']) === index).map((row) => [String(row['name']), Number(row['rows'])]),
    );
  const [restored, nulled] = [questions.restored(answers), questions.nulled(answers)];
  const properties = questions.newProperties(answers);
  const given = properties.filter((row) => row['source_id'] !== null);
  return {
    files: files.map(({ path, table, ignored }, index) => ({
      path,
      table: table.name,
      rows: rows.get(index) ?? 0,
      rejected: rejected.get(index) ?? 0,
      ignoredColumns: ignored,
      restored: changed(restored, index),
      nulled: changed(nulled, index),
      leftOut: leftOut.get(index) ?? 0,
    })),
    rejected: [...rejected.values()].reduce((sum, count) => sum + count, 0),
    sums: questions.sums(answers).map((row) => rejectSumOf(row, files)),
    sample: questions.sample(answers).map((row) => rejectOf(row, files)),
    newSourceIds: questions.newSources(answers).map((row) => String(row['source_id'])),
    givenSourceIds: new Map(given.map((row) => [String(row['source_id']), Number(row['property_id'])])),
    newPropertyIds: properties.filter((row) => row['stored'] !== true).map((row) => Number(row['property_id'])),
    deletedPropertyIds: questions.deletedProperties(answers).map((row) => Number(row['property_id'])),
  };
}

/** For files that may have any fault: every row by its line, every fault with its reason. */
export async function checkFiles(
  { engine }: Pick<Deps, 'engine'>,
  files: readonly TracedFile[],
  base: DataVersion | null,
  paths: CheckPaths,
  watch: Watch,
): Promise<Checked> {
  const tables = groupByTable(files);
  const steps = new Steps();
  const leftOut = tables.map((table) => stage(steps, table));
  findLateFaults(steps, tables);
  steps.add(`CREATE TEMP TABLE rejects AS ${rejectsOf(tables)}`);
  steps.add('COPY (FROM rejects) TO $path (FORMAT parquet)', { path: paths.rejects });
  for (const staged of tables) {
    steps.add(`COPY (${handedOver(staged)} ORDER BY ${placeOrder(staged.table)}) TO $path (${STAGING})`, {
      path: paths.sound(staged.table),
    });
  }
  const questions = {
    ...ask(steps, tables),
    leftOut: (answers: Answers) => leftOut.flatMap((question) => question(answers)),
  };
  const identity = TABLES.properties.columns.filter(({ name }) => name === PROPERTY_ID || name === SOURCE_ID);
  const answers = await engine.run(
    {
      tables: { properties: { columns: identity, files: base?.tables['properties'] ?? [] } },
      inputs: {},
      directories: [...new Set([directoryOf(paths.rejects), ...files.map(({ at }) => directoryOf(at))])],
      steps: steps.list,
    },
    { lane: 'load' },
    watch,
  );
  return readAnswers(files, questions, answers);
}
