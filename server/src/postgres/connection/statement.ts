/** Statements that are asked many times a second: written once as text, and planned once by each connection. */
import { CompiledQuery, type QueryResult } from 'kysely';

/** What asks a statement: the pool, or one transaction on it. */
interface Asking {
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>;
}

const NAMES = new Map<string, string>();
/** The server's words for a plan whose columns a migration has changed. */
const PLAN_IS_OLD = { code: '0A000', words: 'cached plan must not change result type' };

/** Under which the database keeps the statement; undefined for one that it need not keep. */
export function nameOf(text: string): string | undefined {
  return NAMES.get(text);
}

/**
 * From now on the statement is planned each time, if the error says that its plan is of before a migration: the plan belongs to the connection,
 * which would say so for ever. True if it was that.
 */
export function forgetOldPlan(error: unknown, text: string): boolean {
  const isOld =
    error instanceof Error && 'code' in error && error.code === PLAN_IS_OLD.code && error.message === PLAN_IS_OLD.words;
  return isOld && NAMES.delete(text);
}

/** How many rows it changed, and those that it returns. */
export interface Answer<Row> {
  readonly rows: readonly Row[];
  readonly changed: number;
}

export type Statement<Row> = (connection: Asking, ...values: readonly unknown[]) => Promise<Answer<Row>>;

/**
 * A statement that each connection parses and plans once. It names its columns: of `*`, a program of before would have an old plan as soon as
 * a newer one adds a column.
 * @param name shown to the database's operators; unique.
 */
export function statement<Row>(name: string, text: string): Statement<Row> {
  if ([...NAMES.values()].includes(name)) throw new Error(`there are two statements ${name}`);
  NAMES.set(text, name);
  return async (connection, ...values) => {
    const query: CompiledQuery<Row> = CompiledQuery.raw(text, [...values]);
    const { rows, numAffectedRows } = await connection.executeQuery(query);
    return { rows, changed: Number(numAffectedRows ?? 0n) };
  };
}
