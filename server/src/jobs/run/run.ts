import { type ErrorCode, isConveyanceError } from '../../core/errors.ts';
import { allInOrder } from '../../core/in-order.ts';
import { Interruption } from '../../core/interruption.ts';
import type { Job, JobFailure, ResultFile } from '../../core/job.ts';
import { PassingFault } from '../../core/passing-fault.ts';
import type { Ending } from '../../core/ports/database/jobs.ts';
import type { Claim } from '../../core/ports/database/queue.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { EngineError } from '../../core/ports/engine-error.ts';
import { type AttemptResult, formatOf, type Span, workOf } from '../../core/ports/telemetry.ts';
import { MAX_ATTEMPTS, retryDelaySeconds } from '../../core/retry.ts';
import { MS_PER_DAY, MS_PER_SECOND } from '../../core/time.ts';
import { finishJob } from '../finish.ts';
import { runDetails } from './details.ts';
import { runMatch } from './match.ts';
import { persist } from './persist.ts';
import { runReport } from './report.ts';
import { runSearch } from './search.ts';

type Running = Pick<
  Deps,
  'db' | 'engine' | 'store' | 'intake' | 'clock' | 'ids' | 'log' | 'meter' | 'tracer' | 'policy'
>;

/** Ends the job and its task together. The first ending wins: a loser changes nothing, resolves with false, and its sealed file is an orphan. */
async function endRun(deps: Running, claim: Claim, ending: Ending, signal: AbortSignal): Promise<boolean> {
  const { db, log, meter } = deps;
  const finished = await persist(deps, claim, signal, () =>
    db.transaction(async (tx) => {
      // In this order: every transaction takes a job before its tasks.
      const [job] = await allInOrder([finishJob(tx, deps, claim.job, ending), tx.queue.settle(claim)]);
      return job;
    }),
  );
  if (finished !== null) meter.jobEnded(finished);
  const { outcome } = ending;
  const event = finished === null ? 'job-ending-ignored' : 'job-finished';
  log.info(event, { jobId: claim.job.id, accountId: claim.job.accountId, attempt: claim.attempt, outcome });
  return finished !== null;
}

/** What the customer reads. The underlying error is in the log: it may name paths and statements. */
const FAILURE_MESSAGES = {
  attempts_exhausted: `The export was interrupted ${MAX_ATTEMPTS} times and was given up; try fewer properties or a shorter range`,
  export_failed: `The export could not be written after ${MAX_ATTEMPTS} attempts`,
  out_of_disk: 'The server had no room left for the result; submit the job again later',
  result_too_large:
    'A file of the result became larger than the store can keep; split the export by properties or by dates',
  time_limit_exceeded: 'The export ran longer than the server allows; split it by properties or by dates',
} as const satisfies Partial<Record<ErrorCode, string>>;

function failure(code: keyof typeof FAILURE_MESSAGES): JobFailure {
  return { code, message: FAILURE_MESSAGES[code] };
}

/** However often it is made, it has as many bytes. */
function isTooLarge(error: unknown): boolean {
  return isConveyanceError(error, 'result_too_large');
}

function failureOf(error: unknown): JobFailure {
  if (isTooLarge(error)) return failure('result_too_large');
  return failure(error instanceof EngineError ? error.jobFailure : 'export_failed');
}

/** Attempts that count. */
function triesOf({ attempt, forgiven = 0 }: Claim): number {
  return attempt - forgiven;
}

function runKind(deps: Running, claim: Claim, job: Job, signal: AbortSignal): Promise<readonly ResultFile[]> {
  switch (job.kind) {
    case 'report':
      return runReport(deps, claim, job, signal);
    case 'property-details':
      return runDetails(deps, claim, job, signal);
    case 'search':
      return runSearch(deps, claim, job, signal);
    case 'match':
      return runMatch(deps, claim, job, signal);
  }
}

async function succeed(deps: Running, claim: Claim, job: Job, { signal, span }: Attempt): Promise<void> {
  const results = await runKind(deps, claim, job, signal);
  span.set({
    'conveyance.rows': results.reduce((sum, { rows }) => sum + rows, 0),
    'conveyance.bytes': results.reduce((sum, { bytes }) => sum + bytes, 0),
  });
  const expiresAt = new Date(deps.clock().getTime() + deps.policy.resultRetentionDays * MS_PER_DAY);
  if (await endRun(deps, claim, { outcome: 'succeeded', attempt: claim.attempt, results, expiresAt }, signal)) return;
  // Made of data that may not be kept any more. An ending that was committed without our learning it is no loser.
  for (const { key } of results) if (!(await deps.db.jobs.isResultKey(key))) await deps.store.delete(key);
}

async function handleInterruption(deps: Running, claim: Claim, { why }: Interruption): Promise<void> {
  const { db, log, policy } = deps;
  log.info('job-interrupted', { jobId: claim.job.id, attempt: claim.attempt, why });
  switch (why) {
    case 'stopping':
      await db.queue.giveBack(claim);
      return;
    case 'time-limit': {
      const ending = { outcome: 'failed', attempt: claim.attempt, failure: failure('time_limit_exceeded') } as const;
      // The run's own signal is aborted already.
      await endRun(deps, claim, ending, AbortSignal.timeout(policy.leaseSeconds * MS_PER_SECOND));
      return;
    }
    case 'lease-over':
      // If the database is still away, the worker gives it back when it is there again; if another attempt has begun, this changes nothing.
      await db.queue.excuse(claim);
      return;
    case 'lost':
      return;
  }
}

/** Tries again later, or ends the job as failed if this was the last attempt. */
async function handleFailure(deps: Running, claim: Claim, error: unknown, signal: AbortSignal): Promise<void> {
  const { db, log } = deps;
  const { attempt } = claim;
  const tries = triesOf(claim);
  log.error('job-attempt-failed', { jobId: claim.job.id, attempt, error });
  if (tries < MAX_ATTEMPTS && !isTooLarge(error)) {
    await persist(deps, claim, signal, () => db.queue.postpone(claim, retryDelaySeconds(tries)));
  } else await endRun(deps, claim, { outcome: 'failed', attempt, failure: failureOf(error) }, signal);
}

interface Attempt {
  readonly signal: AbortSignal;
  readonly span: Span;
}

async function attempt(deps: Running, claim: Claim, job: Job, how: Attempt): Promise<AttemptResult> {
  try {
    await succeed(deps, claim, job, how);
    return 'completed';
  } catch (error) {
    if (error instanceof Interruption) {
      await handleInterruption(deps, claim, error);
      return error.why;
    }
    how.span.fail(error instanceof Error ? error.message : String(error));
    if (error instanceof PassingFault) {
      // Not the job's: the attempt is not counted, and the worker pauses. If the database cannot record that, the worker does so later.
      await deps.db.queue.excuse(claim);
      throw error;
    }
    await handleFailure(deps, claim, error, how.signal);
    return 'failed';
  }
}

/** Measures the attempt, for monitoring. */
async function observe(deps: Running, claim: Claim, job: Job, signal: AbortSignal): Promise<void> {
  const { clock, meter, tracer } = deps;
  const startedAt = clock().getTime();
  // From two clocks: the database's and this machine's.
  if (claim.attempt === 1) meter.jobStarted(Math.max(0, startedAt - job.createdAt.getTime()) / MS_PER_SECOND);
  const attributes = {
    'conveyance.job.id': job.id,
    'conveyance.task.kind': claim.kind,
    'conveyance.work': workOf(job),
    'conveyance.output_format': formatOf(job),
    'conveyance.attempt': claim.attempt,
  };
  await tracer.span({ name: 'job run', attributes, jobId: job.id }, async (span) => {
    const result = await attempt(deps, claim, job, { signal, span });
    span.set({ 'conveyance.outcome': result });
    meter.attemptEnded(job, result, (clock().getTime() - startedAt) / MS_PER_SECOND);
  });
}

/**
 * One attempt at a job, from claim to settled task. Rejects only if database or store do not answer: the task is then excused, or
 * still held by the claim. `signal` is aborted with an `Interruption`.
 */
export async function runJob(deps: Running, claim: Claim, signal: AbortSignal): Promise<void> {
  const job = await deps.db.jobs.get(claim.job);
  if (job === null || job.status !== 'submitted') {
    await deps.db.queue.settle(claim);
    return;
  }
  if (triesOf(claim) > MAX_ATTEMPTS) {
    const { attempt } = claim;
    await endRun(deps, claim, { outcome: 'failed', attempt, failure: failure('attempts_exhausted') }, signal);
    return;
  }
  await observe(deps, claim, job, signal);
}
