/**
 * The check of files without a fault, which is most of them: all rows in one pass by all threads, in the order of the files that they will
 * be in. It does not know a row's line, nor what is wrong with it; where anything is, `check.ts` reads the files again and says so.
 */
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { EngineError } from '../../core/ports/engine-error.ts';
import type { ResultRow } from '../../core/rows.ts';
import { isRenamed } from '../mapping/cell-source.ts';
import { directoryOf } from '../source-files.ts';
import { exactPath, quoteName, quoteNames, quoteText } from '../sql.ts';
import { type Answers, Steps } from '../steps.ts';
import { TABLES } from '../tables.ts';
import { isFaulty, parquetRows, restoredColumns } from './cells.ts';
import type { Checked, CheckPaths } from './check.ts';
import { type MappedFile, PROPERTY_ID } from './column-mapping.ts';
import { countPlainLines, plainRows } from './plain-lines.ts';
import { groupByTable, placeOrder, STAGING, type StagedTable, stagedName } from './staged-table.ts';
import { pathParameter } from './text-lines.ts';

/** A provider's key gets its number by the order of its row; a column of one cell has lines that are blank and a record. Cells of other forms than ours are no plain ones. */
function isEligible(file: MappedFile, { hasSourceId, deletes }: StagedTable): boolean {
  const readable = file.format === 'parquet' || (file.format === 'csv' && file.columns.length > 1 && file.endsAgree);
  const isRead = file.mapped.every(({ source }) => source === undefined || isRenamed(source)) && file.where === null;
  const isOurs = file.forms === null && file.quote === '"' && isRead;
  return readable && isOurs && !hasSourceId && !deletes && file.nulled.size === 0;
}

type Loading = Pick<Deps, 'engine'>;

/** How many rows each file has, by its index; null if one of them is not plain. Of Parquet files nothing is asked. */
async function plainLines(
  { engine }: Loading,
  files: readonly MappedFile[],
  watch: Watch,
): Promise<ReadonlyMap<number, number> | null> {
  const steps = new Steps();
  const found = files.flatMap((file, index) => {
    if (file.format !== 'csv') return [];
    const parameters = { ...pathParameter(file.at), header: file.header };
    return [{ index, answer: steps.ask(countPlainLines(file), parameters) }];
  });
  if (found.length === 0) return new Map();
  const directories = [...new Set(files.map(({ at }) => directoryOf(at)))];
  const answers = await engine.run({ tables: {}, inputs: {}, directories, steps: steps.list }, { lane: 'load' }, watch);
  const counted = found.map(({ index, answer }) => ({ index, row: answer(answers)[0] }));
  if (counted.some(({ row }) => Number(row?.['others']) > 0)) return null;
  return new Map(counted.map(({ index, row }) => [index, Number(row?.['lines'])]));
}

function stage(steps: Steps, staged: StagedTable, path: string): void {
  const { table, columns, files } = staged;
  const parameters: Record<string, string> = { path };
  const rows = files.map(({ file, index }) => {
    // Each statement has one `$path` of its own; here they stand in one.
    const own = `path_${index}`;
    parameters[own] = exactPath(file.at);
    const text = (file.format === 'csv' ? plainRows(file) : parquetRows(file)).replaceAll('$path', `$${own}`);
    const values = columns.map((name) => {
      const at = file.mapped.findIndex(({ column }) => column.name === name);
      return `value_${at} AS ${quoteName(name)}`;
    });
    return `SELECT ${index} AS _file, CASE WHEN ${isFaulty(file)} THEN true END AS _faulty,
      CAST(${restoredColumns(file)} AS VARCHAR[]) AS _restored, ${values.join(', ')} FROM (${text})`;
  });
  steps.add(
    `COPY (FROM (${rows.join(' UNION ALL ')}) ORDER BY ${placeOrder(table)}) TO $path (${STAGING})`,
    parameters,
  );
  steps.add(`CREATE TEMP VIEW ${stagedName(table)} AS FROM read_parquet(${quoteText(path)})`);
}

type Question = (answers: Answers) => readonly ResultRow[];

interface Questions {
  /** (faults) of rows that are not sound; of keys that repeat; of properties that are not known. */
  readonly faults: readonly Question[];
  readonly rows: Question;
  readonly restored: Question;
  readonly newProperties: Question;
}

/** Equal keys have equal hashes: keys without a repetition are seen as such unless two hashes are equal by chance. */
function countFaults(steps: Steps, { table }: StagedTable): readonly Question[] {
  const name = stagedName(table);
  const known =
    table.name === 'properties'
      ? []
      : [
          `SELECT count(*) AS faults
    FROM (SELECT DISTINCT property_id FROM ${name}) ANTI JOIN known_properties USING (property_id)`,
        ];
  return [
    `SELECT count(*) AS faults FROM ${name} WHERE _faulty`,
    `SELECT count(*) - count(DISTINCT hash(${quoteNames(table.key)})) AS faults FROM ${name}`,
    ...known,
  ].map((sql) => steps.ask(sql));
}

function ask(steps: Steps, tables: readonly StagedTable[]): Questions {
  const properties = tables.find(({ table }) => table.name === 'properties');
  const loaded = properties === undefined ? '' : `UNION SELECT property_id FROM ${stagedName(properties.table)}`;
  steps.add(`CREATE TEMP TABLE known_properties AS SELECT property_id FROM properties ${loaded}`);
  const counts = tables.map(({ table }) => `SELECT _file, count(*) AS rows FROM ${stagedName(table)} GROUP BY _file`);
  const restored = tables.map(({ table }) => `SELECT _file, unnest(_restored) AS name FROM ${stagedName(table)}`);
  return {
    faults: tables.flatMap((staged) => countFaults(steps, staged)),
    rows: steps.ask(counts.join(' UNION ALL ')),
    restored: steps.ask(
      `SELECT _file, name, count(*) AS rows FROM (${restored.join(' UNION ALL ')}) GROUP BY ALL ORDER BY ALL`,
    ),
    newProperties: steps.ask(
      properties === undefined
        ? 'SELECT 1 WHERE false'
        : `SELECT property_id FROM ${stagedName(properties.table)} ANTI JOIN properties USING (property_id)`,
    ),
  };
}

/** Null if anything is wrong, or has got lost. */
function readAnswers(
  files: readonly MappedFile[],
  lines: ReadonlyMap<number, number>,
  questions: Questions,
  answers: Answers,
): Checked | null {
  if (questions.faults.some((faults) => Number(faults(answers)[0]?.['faults']) !== 0)) return null;
  const rows = new Map(questions.rows(answers).map((row) => [Number(row['_file']), Number(row['rows'])]));
  if ([...lines].some(([index, count]) => count !== (rows.get(index) ?? 0))) return null;
  const restored = questions.restored(answers);
  return {
    files: files.map(({ path, table, ignored }, index) => ({
      path,
      table: table.name,
      rows: rows.get(index) ?? 0,
      rejected: 0,
      ignoredColumns: ignored,
      restored: Object.fromEntries(
        restored.filter((row) => row['_file'] === index).map((row) => [String(row['name']), Number(row['rows'])]),
      ),
      nulled: {},
      leftOut: 0,
    })),
    rejected: 0,
    sums: [],
    sample: [],
    newSourceIds: [],
    givenSourceIds: new Map(),
    newPropertyIds: questions.newProperties(answers).map((row) => Number(row[PROPERTY_ID])),
    deletedPropertyIds: [],
  };
}

/** Writes the rows of files that have no fault. Null if one may have: `checkFiles` finds out. */
export async function checkQuickly(
  deps: Loading,
  files: readonly MappedFile[],
  base: DataVersion | null,
  paths: Pick<CheckPaths, 'sound'>,
  watch: Watch,
): Promise<Checked | null> {
  const tables = groupByTable(files);
  if (!tables.every((staged) => staged.files.every(({ file }) => isEligible(file, staged)))) return null;
  const steps = new Steps();
  for (const staged of tables) stage(steps, staged, paths.sound(staged.table));
  const questions = ask(steps, tables);
  const identity = TABLES.properties.columns.filter(({ name }) => name === PROPERTY_ID);
  const stored = base?.tables['properties'] ?? [];
  const directories = tables.flatMap(({ table }) => directoryOf(paths.sound(table)));
  try {
    const lines = await plainLines(deps, files, watch);
    if (lines === null) return null;
    const answers = await deps.engine.run(
      {
        tables: { properties: { columns: identity, files: stored } },
        inputs: {},
        directories: [...new Set([...directories, ...files.map(({ at }) => directoryOf(at))])],
        steps: steps.list,
      },
      { lane: 'load' },
      watch,
    );
    return readAnswers(files, lines, questions, answers);
  } catch (error) {
    // A line that is not UTF-8, the 30th of February: what the reader refuses. Whatever else it is, the other way meets it too.
    if (error instanceof EngineError && error.isFinal) return null;
    throw error;
  }
}
