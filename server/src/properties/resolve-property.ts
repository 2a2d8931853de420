import { type Caller, requirePermission } from '../core/access.ts';
import { MATCH_STATUSES, MISS_REASONS, type Resolution, type ResolveRequest } from '../core/file-job-spec.ts';
import type { Deps } from '../core/ports/deps.ts';
import { type Ask, askRows } from '../core/ports/engine.ts';
import type { ResultRow, Value } from '../core/rows.ts';
import type { TimeLimit } from '../core/turns/time-limit.ts';
import { inputTable } from '../reports/requested.ts';
import { type MatchIndex, requireMatchIndex } from '../warehouse/match-index.ts';
import { matchProgram } from '../warehouse/match-query.ts';
import { onCurrentData, readVersion } from '../warehouse/on-current-data.ts';
import { visibleAt } from '../warehouse/visible.ts';
import { recordSearch } from './record-search.ts';

const LIMIT: TimeLimit = { ms: 30_000, tooLong: 'Resolving the address took too long; try again' };

type Resolving = Pick<Deps, 'db' | 'policy'>;

interface Resolvable {
  readonly request: ResolveRequest;
  readonly accountId: string;
  readonly ask: Ask;
}

async function answerOn(
  { db, policy }: Resolving,
  { request: { mode, cells }, accountId, ask }: Resolvable,
  index: MatchIndex,
): Promise<ResultRow> {
  const given = await db.accounts.grants(accountId);
  const grants = await visibleAt({ db }, given, index.version, (query) => askRows(ask, query, LIMIT));
  const { question, program, answersOf } = matchProgram(
    { mode, explain: true },
    index,
    grants,
    policy.matchRadiusMeters,
  );
  const row = question.parameters.map((parameter) => cells[parameter] ?? '');
  const asked = inputTable(question.columns, 1, () => row);
  const [answer] = answersOf(await ask(program(asked), LIMIT));
  if (answer === undefined) throw new Error('the row has no answer');
  return answer;
}

async function answerOnCurrent(deps: Resolving, resolvable: Resolvable): Promise<ResultRow> {
  const index = await requireMatchIndex(deps);
  return readVersion(deps, index.version, () => answerOn(deps, resolvable, index));
}

function textOf(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function resolutionOf(answer: ResultRow): Resolution {
  const { reonomy_id, reason, confidence, codes, matched_address, candidates } = answer;
  const status = MATCH_STATUSES.find((word) => word === answer['status']);
  if (status === undefined) throw new Error('the row has no verdict');
  const words = textOf(codes) ?? '';
  return {
    propertyId: textOf(reonomy_id),
    status,
    missReason: MISS_REASONS.find((word) => word === reason) ?? null,
    confidence: Number(confidence),
    codes: words === '' ? [] : words.split(' '),
    matchedAddress: textOf(matched_address),
    candidates: Array.isArray(candidates) ? candidates.map(String) : [],
  };
}

/**
 * One address or point to its property, without a job: what a `match` job with evidence answers for a row of these cells. A property
 * that the account may not see does not exist for it. Costs no quota.
 */
export async function resolveProperty(
  deps: Resolving & Pick<Deps, 'engine'>,
  caller: Caller,
  request: ResolveRequest,
): Promise<Resolution> {
  requirePermission(caller, 'resolve properties');
  const { accountId } = caller;
  const answer = await deps.engine.lookUp({ accountId, size: 'small' }, (ask) =>
    onCurrentData(() => answerOnCurrent(deps, { request, accountId, ask })),
  );
  const resolution = resolutionOf(answer);
  await recordSearch(deps, caller, 'resolve', [request.mode, request.cells], resolution.propertyId === null ? 0 : 1);
  return resolution;
}
