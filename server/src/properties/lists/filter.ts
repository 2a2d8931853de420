/** Filters of lists: conditions over what a look-up shows of a property. */
import { compileCondition } from '../../core/conditions/compile.ts';
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import { allOf, type Expression } from '../../core/plan/expression.ts';
import { STORED, type StoredQuestion } from '../../core/plan/stored-question.ts';
import type { Grants } from '../../core/ports/database/accounts.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { type Ask, askRows, type Query } from '../../core/ports/engine.ts';
import { listOf, type ResultRow } from '../../core/rows.ts';
import type { TimeLimit } from '../../core/turns/time-limit.ts';
import { GRANTED, grantedInputs, isListed } from '../../reports/granted.ts';
import { readVersion } from '../../warehouse/on-current-data.ts';
import { summaryColumns } from '../../warehouse/summary.ts';
import { TABLES } from '../../warehouse/tables.ts';

const LIMIT: TimeLimit = { ms: 30_000, tooLong: 'Judging the list’s filter took too long; try again, or simplify it' };
const { name: PROPERTIES } = TABLES.properties;

/** Throws `invalid_parameter` with the place in the text, and what was expected there. */
function compiled(filter: string) {
  try {
    return compileCondition(filter, summaryColumns(), STORED);
  } catch (error) {
    if (!isConveyanceError(error, 'invalid_parameter')) throw error;
    throw new ConveyanceError('invalid_parameter', `filter: ${error.message}`, { cause: error });
  }
}

/** Throws `invalid_parameter`. */
export function judgeFilter(filter: string): void {
  compiled(filter);
}

/** About the properties that meet the filter and that the account may see. */
export interface FilterTerms {
  readonly filter: string;
  readonly version: DataVersion;
  readonly grants: Grants;
}

async function askAbout(
  { db }: Pick<Deps, 'db'>,
  ask: Ask,
  { filter, version, grants }: FilterTerms,
  question: (where: Expression) => StoredQuestion,
): Promise<ResultRow | undefined> {
  const { where, parameters } = compiled(filter);
  const query: Query = {
    tables: { [PROPERTIES]: { columns: summaryColumns(), files: version.tables[PROPERTIES] ?? [] } },
    inputs: grantedInputs(grants),
    parameters,
    question: question(grants === 'all' ? where : allOf(where, isListed(STORED, GRANTED))),
  };
  const [row] = await readVersion({ db }, version, () => askRows(ask, query, LIMIT));
  return row;
}

/** The ids of the first `limit`, ascending. */
export async function idsByFilter(
  deps: Pick<Deps, 'db'>,
  ask: Ask,
  terms: FilterTerms,
  limit: number,
): Promise<Float64Array> {
  const row = await askAbout(deps, ask, terms, (where) => ({ ask: 'matching-ids', table: PROPERTIES, where, limit }));
  return Float64Array.from(listOf(row?.['ids']), Number);
}

export async function countByFilter(deps: Pick<Deps, 'db'>, ask: Ask, terms: FilterTerms): Promise<number> {
  const row = await askAbout(deps, ask, terms, (where) => ({ ask: 'matching', table: PROPERTIES, day: null, where }));
  return Number(row?.['properties'] ?? 0);
}
