/** What the runs of all kinds of job share: progress recorded, files sealed, nothing left behind. */

import { Interruption } from '../../core/interruption.ts';
import type { Progress, ResultFile } from '../../core/job.ts';
import type { Claim } from '../../core/ports/database/queue.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { EngineProgress, ExportPlan, Sink, Watch } from '../../core/ports/engine.ts';
import { resultKey, scratchName } from '../result-key.ts';

type Writing = Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'log' | 'tracer'>;

/** Twice a second is as often as a person can see it change; each write is a row version in the database. */
const PROGRESS_INTERVAL_MS = 500;

/**
 * Records progress, rarely and one write at a time, of several that wait the latest; calls `lost` if the job is no longer this
 * attempt's. A write that fails is nothing: the next one tells more.
 */
function progressRecorder(
  { db, clock, log }: Pick<Deps, 'db' | 'clock' | 'log'>,
  claim: Claim,
  lost: (cause: unknown) => void,
) {
  let writing: Promise<void> | null = null;
  let waiting: Progress | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  let lastPhase: Progress['phase'] = 'queued';
  async function write(): Promise<void> {
    while (waiting !== null) {
      const progress = waiting;
      waiting = null;
      try {
        if (!(await db.jobs.recordProgress(claim.job, claim.attempt, progress))) lost(new Interruption('lost'));
      } catch (error) {
        log.warn('progress-not-recorded', { jobId: claim.job.id, attempt: claim.attempt, error });
      }
    }
    writing = null;
  }
  return {
    record(progress: EngineProgress): void {
      const now = clock().getTime();
      if (progress.phase === lastPhase && now - lastAt < PROGRESS_INTERVAL_MS) return;
      lastAt = now;
      lastPhase = progress.phase;
      waiting = progress;
      writing ??= write();
    },
    /** Nothing may be written after the job's end: waits for the write in progress, and drops what waits. */
    async flushed(): Promise<void> {
      waiting = null;
      await writing;
    },
  };
}

/** A process that died could not clean up after itself, and its unfinished file may be large. */
async function discardEarlierAttempts(store: Deps['store'], { job, attempt }: Claim): Promise<void> {
  for (let earlier = 1; earlier < attempt; earlier++) await store.discard(scratchName(job, earlier));
}

type NewFile = Pick<ResultFile, 'filename' | 'contentType'>;

interface Made {
  readonly rows: number;
}

export interface ResultWriter {
  /** Ends the attempt's work, and receives its progress, which is recorded. */
  readonly watch: Required<Watch>;
  /** Has the file made in scratch, one at a time, and seals it. Nothing is sealed once the attempt is over. */
  write(file: NewFile, make: (path: string) => Promise<Made>): Promise<ResultFile>;
  /** The same for files that the engine writes together. */
  writePlan(plan: ExportPlan, files: readonly NewFile[], format: Omit<Sink, 'path'>): Promise<readonly ResultFile[]>;
}

/**
 * Runs one attempt's work, which makes the job's files. The job is not ended here. Rejects with the reason of an abort, however the
 * work reacted to it, and leaves nothing in scratch.
 */
export async function writeResults(
  deps: Writing,
  claim: Claim,
  signal: AbortSignal,
  work: (writer: ResultWriter) => Promise<readonly ResultFile[]>,
): Promise<readonly ResultFile[]> {
  const { engine, store, tracer } = deps;
  const scratch = scratchName(claim.job, claim.attempt);
  const stop = new AbortController();
  const recorder = progressRecorder(deps, claim, (cause) => stop.abort(cause));
  const watch = { signal: AbortSignal.any([signal, stop.signal]), onProgress: recorder.record };
  async function seal({ filename, contentType }: NewFile, path: string, { rows }: Made): Promise<ResultFile> {
    watch.signal.throwIfAborted();
    const key = resultKey(claim.job, claim.attempt, filename);
    const sealed = await tracer.span({ name: 'seal' }, () => store.put(key, path));
    return { key, filename, contentType, rows, ...sealed };
  }
  async function writePlan(
    plan: ExportPlan,
    files: readonly NewFile[],
    format: Omit<Sink, 'path'>,
  ): Promise<readonly ResultFile[]> {
    const first = await store.scratch(scratch);
    const sinks = files.map((_, index) => ({ ...format, path: index === 0 ? first : `${first}.${index}` }));
    const written = await engine.write(plan, sinks, watch);
    await recorder.flushed();
    const sealed: ResultFile[] = [];
    for (const [index, file] of files.entries()) {
      sealed.push(await seal(file, sinks[index]?.path ?? '', { rows: written[index] ?? 0 }));
    }
    return sealed;
  }
  async function write(file: NewFile, make: (path: string) => Promise<Made>): Promise<ResultFile> {
    const path = await store.scratch(scratch);
    const made = await make(path);
    await recorder.flushed();
    return seal(file, path, made);
  }
  try {
    await discardEarlierAttempts(store, claim);
    return await work({ watch, write, writePlan });
  } catch (error) {
    // Interrupted work may fail with an error of its own, late or wrapped: the reason is what counts.
    watch.signal.throwIfAborted();
    throw error;
  } finally {
    await recorder.flushed();
    await store.discard(scratch);
  }
}
