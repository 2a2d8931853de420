/** Rows leave the files of a table. */
import { coalesced, type Expression, literal, negated } from '../../core/plan/expression.ts';
import { STORED } from '../../core/plan/stored-question.ts';
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Parameters, Program, Watch } from '../../core/ports/engine.ts';
import type { ResultRow } from '../../core/rows.ts';
import { idTable, isListed } from '../../reports/granted.ts';
import { holdsOneOf } from '../../reports/requested.ts';
import { TABLES, type Table, type TableName } from '../tables.ts';
import { rewriteFile, sourceOf } from './store-rows.ts';

/** The rows of one table that are to go. */
export interface Doomed {
  readonly table: Table;
  /** In which some may be. */
  readonly files: readonly DataFile[];
  readonly where: Expression;
  readonly inputs: Program['inputs'];
  readonly parameters: Parameters;
}

const REMOVED = 'removed';
export const PROPERTIES: TableName = 'properties';

/** A row belongs to a property that is in `properties`: what is left of one that is not goes too. */
export function dependents({ tables }: Pick<DataVersion, 'tables'>, ids: Float64Array): readonly Doomed[] {
  const removed = idTable(ids);
  const where = isListed(STORED, REMOVED);
  return Object.values(TABLES)
    .filter(({ name }) => name !== PROPERTIES)
    .map((table) => ({
      table,
      files: (tables[table.name] ?? []).filter((file) => holdsOneOf(file, ids)),
      where,
      inputs: { [REMOVED]: removed },
      parameters: {},
    }));
}

/** How many of its rows go from each file. Read together: a program for each would cost more than the look. */
async function rowsByFile({ engine }: Pick<Deps, 'engine'>, doomed: Doomed, watch: Watch): Promise<readonly number[]> {
  const { table, files, where, inputs, parameters } = doomed;
  const names = files.map((_, index) => `file_${index}`);
  const program = {
    tables: Object.fromEntries(files.map((file, index) => [names[index] ?? '', sourceOf(table, [file])])),
    inputs,
    directories: [],
    steps: names.map((name) => ({
      question: { ask: 'matching', table: name, day: null, where } as const,
      parameters,
    })),
  };
  const answers: readonly (readonly ResultRow[])[] = await engine.run(program, { lane: 'load' }, watch);
  return answers.map(([row]) => Number(row?.['rows'] ?? 0));
}

/** The table's files without the rows: those that have none of them stay what they are. The new ones are sealed; nothing refers to them yet. */
export async function withoutRows(
  deps: Pick<Deps, 'engine' | 'store' | 'ids'>,
  stored: readonly DataFile[],
  doomed: Doomed,
  watch: Watch,
): Promise<readonly DataFile[]> {
  const { table, files, where, inputs, parameters } = doomed;
  const counts = await rowsByFile(deps, doomed, watch);
  const fates = new Map<string, DataFile | null>();
  for (const [index, file] of files.entries()) {
    const gone = counts[index] ?? 0;
    if (gone === 0) continue;
    // A condition that is null is not true.
    const stays = negated(coalesced(where, literal(false)));
    const rewriting = { table, file, where: [stays], inputs, parameters };
    fates.set(file.key, gone === file.rows ? null : await rewriteFile(deps, rewriting, watch));
  }
  return stored.flatMap((file) => {
    const fate = fates.get(file.key);
    if (fate === undefined) return [file];
    return fate === null ? [] : [fate];
  });
}
