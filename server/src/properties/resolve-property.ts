import { type Caller, requireScope } from '../core/access.ts';
import type { Deps } from '../core/ports/deps.ts';
import type { ResultRow } from '../core/rows.ts';
import { withinTime } from '../core/time-limit.ts';
import { inputTable } from '../reports/requested.ts';
import { type MatchIndex, requireMatchIndex } from '../warehouse/match-index.ts';
import { matchProgram } from '../warehouse/match-query.ts';
import { onCurrentData, readVersion } from '../warehouse/on-current-data.ts';
import { parseResolveRequest, type ResolveRequest } from '../wire/reonomy/resolve-request.ts';

const LIMIT = { ms: 30_000, tooLong: 'Resolving the address took too long; try again' };

type Resolving = Pick<Deps, 'db' | 'engine' | 'policy'>;

async function ask(
  { db, engine, policy }: Resolving,
  { mode, cells }: ResolveRequest,
  accountId: string,
  index: MatchIndex,
): Promise<ResultRow> {
  const grants = await db.accounts.grants(accountId);
  const { question, program, answersOf } = matchProgram(
    { mode, explain: true },
    index,
    grants,
    policy.matchRadiusMeters,
  );
  const row = question.parameters.map((parameter) => cells[parameter] ?? '');
  const asked = inputTable(question.columns, 1, () => row);
  const answers = await withinTime(LIMIT, (signal) => engine.run(program(asked), { lane: 'look-up' }, { signal }));
  const [answer] = answersOf(answers);
  if (answer === undefined) throw new Error('the row has no answer');
  return answer;
}

async function askCurrent(deps: Resolving, request: ResolveRequest, accountId: string): Promise<ResultRow> {
  const index = await requireMatchIndex(deps);
  return readVersion(deps, index.version, () => ask(deps, request, accountId, index));
}

/**
 * One address or point to its property: what a `match` job with evidence answers for a row of these cells, at once. A property that
 * the account may not see is not there. Costs no quota. Throws `invalid_parameter` for a body that cannot be read.
 */
export async function resolveProperty(deps: Resolving, caller: Caller, body: unknown): Promise<ResultRow> {
  requireScope(caller, 'data:read', 'You do not have permission to resolve properties');
  const request = parseResolveRequest(body);
  const answer = await onCurrentData(() => askCurrent(deps, request, caller.accountId));
  const { reonomy_id, status, reason, confidence, codes, matched_address, candidates } = answer;
  return {
    reonomy_id: reonomy_id ?? null,
    status: status ?? null,
    miss_reason: reason ?? null,
    match_confidence: confidence ?? null,
    match_codes: typeof codes === 'string' && codes !== '' ? codes.split(' ') : [],
    matched_address: matched_address ?? null,
    candidates: candidates ?? [],
  };
}
