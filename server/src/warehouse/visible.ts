/** Which properties of a data version an account may see. What a rule is true of is found once for each version, and then looked up. */
import type { Caller } from '../core/access.ts';
import { compileCondition } from '../core/conditions/compile.ts';
import { ConveyanceError } from '../core/errors.ts';
import { PropertyIdSet } from '../core/ids/property-ids.ts';
import { STORED } from '../core/plan/stored-question.ts';
import { type Entitlement, type Grants, isRule } from '../core/ports/database/accounts.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import { type Ask, askRows, type Query, queryRows, type Watch } from '../core/ports/engine.ts';
import { listOf, type ResultRow } from '../core/rows.ts';
import type { TimeLimit } from '../core/turns/time-limit.ts';
import { TABLES } from './tables.ts';

/** How the caller asks the engine: in its own turn, and within its own time. */
export type ReadRows = (query: Query) => Promise<readonly ResultRow[]>;

const LIMIT: TimeLimit = { ms: 30_000, tooLong: 'Looking up what the account may see took too long; try again' };

/** For whoever is in a look-up already. */
export function readWithin(ask: Ask): ReadRows {
  return (query) => askRows(ask, query, LIMIT);
}

/** For whoever is not: the account's turn for one. */
export function readInTurn({ engine }: Pick<Deps, 'engine'>, { accountId }: Pick<Caller, 'accountId'>): ReadRows {
  return (query) => engine.lookUp({ accountId, size: 'small' }, (ask) => askRows(ask, query, LIMIT));
}

const { name: PROPERTIES, columns: COLUMNS } = TABLES.properties;

/** Throws `invalid_parameter` with the place in the rule, and what was expected there. */
export function checkRule(rule: string): void {
  compileCondition(rule, COLUMNS, STORED);
}

/** The properties of the version for which the rule is true: a comparison with an empty cell is not. */
function matchQuery(rule: string, { tables }: DataVersion): Query {
  const { where, parameters } = compileCondition(rule, COLUMNS, STORED);
  return {
    tables: { [PROPERTIES]: { columns: COLUMNS, files: tables[PROPERTIES] ?? [] } },
    inputs: {},
    parameters,
    question: { ask: 'matching-ids', table: PROPERTIES, where },
  };
}

const RETRY_SECONDS = 300;

/** It was sound when it was given. A column that a later release lacks is nothing that its customer could put right. */
function queryOf(rule: string, version: DataVersion): Query {
  try {
    return matchQuery(rule, version);
  } catch (cause) {
    throw new ConveyanceError(
      'unavailable',
      'What this account may see cannot be told at present: the operator of the server has to renew its rule',
      { cause, retryAfterSeconds: RETRY_SECONDS },
    );
  }
}

async function matchesOf(
  { db }: Pick<Deps, 'db'>,
  rule: string,
  version: DataVersion,
  read: ReadRows,
): Promise<PropertyIdSet> {
  const known = await db.warehouse.matches(version.version, rule);
  if (known !== null) return known;
  const [row] = await read(queryOf(rule, version));
  const found = PropertyIdSet.of(listOf(row?.['ids']).map(Number));
  await db.warehouse.keepMatches(version.version, rule, found);
  return found;
}

/** What it gives of that version. A version never changes, so neither does the answer: jobs, pages and attempts that read it see the same. */
export async function visibleAt(
  deps: Pick<Deps, 'db'>,
  given: Entitlement,
  version: DataVersion,
  read: ReadRows,
): Promise<Grants> {
  return isRule(given) ? matchesOf(deps, given.rule, version, read) : given;
}

/** Those of which nobody has asked yet what of the version they are true of. */
export async function rulesWithoutMatches(
  { db }: Pick<Deps, 'db'>,
  { version }: DataVersion,
): Promise<readonly string[]> {
  const rules = await db.accounts.rules();
  const known = await Promise.all(rules.map((rule) => db.warehouse.matches(version, rule)));
  return rules.filter((_, index) => known[index] === null);
}

/**
 * Finds what all rules are true of in a version that has just become current, so that no customer waits for it. What fails here is found
 * when it is asked for.
 */
export async function findMatches(
  deps: Pick<Deps, 'db' | 'engine' | 'log'>,
  version: DataVersion,
  { signal }: Pick<Watch, 'signal'>,
): Promise<void> {
  const rules = await deps.db.accounts.rules().catch((error: unknown) => {
    deps.log.warn('rules-not-evaluated', { version: version.version, error });
    return [];
  });
  for (const rule of rules) {
    try {
      await matchesOf(deps, rule, version, (query) => queryRows(deps.engine, query, { signal }));
    } catch (error) {
      deps.log.warn('rule-not-evaluated', { version: version.version, rule, error });
    }
  }
}
