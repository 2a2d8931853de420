/** What the runs of all kinds of job share: progress recorded, files sealed, nothing left behind. */

import { Interruption } from '../../core/interruption.ts';
import type { Progress, ResultFile } from '../../core/job.ts';
import type { Claim } from '../../core/ports/database/queue.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { EngineProgress, ExportPlan, FileForm, Sink, Watch } from '../../core/ports/engine.ts';
import type { ByteWriter, ObjectWriter, SealedObject } from '../../core/ports/store.ts';
import { resultDirectory, resultKey } from '../result-key.ts';

type Writing = Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'log' | 'tracer'>;

/** Twice a second is as often as a person can see it change; each write is a row version in the database. */
const PROGRESS_INTERVAL_MS = 500;
/** @internal for tests. Most jobs are over by then: of them nobody would see any, and each write is a transaction that waits for the disk. */
export const FIRST_PROGRESS_MS = 250;

/**
 * Records progress of a job that lasts, rarely and one write at a time, of several that wait the latest; calls `lost` if the job is no longer this
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
  let isDue = false;
  const first = setTimeout(() => {
    isDue = true;
    begin();
  }, FIRST_PROGRESS_MS);
  function begin(): void {
    if (isDue && waiting !== null) writing ??= write();
  }
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
      if (isDue && progress.phase === lastPhase && now - lastAt < PROGRESS_INTERVAL_MS) return;
      lastAt = now;
      lastPhase = progress.phase;
      waiting = progress;
      begin();
    },
    /** Nothing may be written after the job's end: waits for the write in progress, and drops what waits. */
    async flushed(): Promise<void> {
      clearTimeout(first);
      waiting = null;
      await writing;
    },
  };
}

/** Rejects with the signal's reason as soon as it is aborted, whatever becomes of the work. */
function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A process that died could not clean up after itself, and its unfinished file may be large. */
async function discardEarlierAttempts(store: Deps['store'], { job, attempt }: Claim): Promise<void> {
  for (let earlier = 1; earlier < attempt; earlier++) await store.abandon(resultDirectory(job, earlier));
}

type Recorded = NonNullable<Watch['onProgress']>;
type NewFile = Pick<ResultFile, 'filename' | 'contentType'>;

interface Made {
  readonly rows: number;
}

export interface ResultWriter {
  /** Ends the attempt's work, and receives its progress, which is recorded. */
  readonly watch: Watch & Required<Pick<Watch, 'onProgress'>>;
  /** Has the file made, and seals it. Nothing is sealed once the attempt is over. */
  write(file: NewFile, make: (target: ByteWriter) => Promise<Made>): Promise<ResultFile>;
  /** The same for files that the engine writes together, one after the other. */
  writePlan(plan: ExportPlan, files: readonly NewFile[], form: FileForm): Promise<readonly ResultFile[]>;
}

/** One file of an attempt, from its first byte to its seal. It takes its place in the store when there is something to write. */
class ResultObject {
  readonly key: string;
  readonly #store: Deps['store'];
  #writer: Promise<ObjectWriter> | null = null;
  #sealing: Promise<SealedObject> | null = null;
  sealed: SealedObject | null = null;

  constructor(store: Deps['store'], key: string) {
    this.#store = store;
    this.key = key;
  }

  async write(piece: Uint8Array): Promise<void> {
    await (await this.#open()).write(piece);
  }

  seal(): Promise<SealedObject> {
    this.#sealing = this.#finish();
    // Told to whoever waits for it, which an attempt that is over no longer does.
    this.#sealing.catch(() => undefined);
    return this.#sealing;
  }

  /** Leaves nothing, also of one that was sealed, or is about to be: no job will name it. */
  async drop(): Promise<void> {
    if (this.sealed === null) {
      // One that could not be begun has left nothing.
      await (await this.#writer?.catch(() => null))?.abort();
      await this.#sealing?.catch(() => undefined);
    }
    if (this.sealed !== null) await this.#store.delete(this.key);
  }

  async #finish(): Promise<SealedObject> {
    this.sealed = await (await this.#open()).finish();
    return this.sealed;
  }

  #open(): Promise<ObjectWriter> {
    this.#writer ??= this.#store.create(this.key);
    return this.#writer;
  }
}

/** What the engine knows of an attempt, and tells of who found its rows. */
function watchOf({ job: { accountId, id: jobId }, attempt }: Claim, signal: AbortSignal, onProgress: Recorded) {
  let found: Pick<ResultFile, 'finder'> = {};
  const onFinder = (finder: string) => {
    found = { finder };
  };
  return { watch: { signal, onProgress, onFinder, origin: { accountId, jobId, attempt } }, found: () => found };
}

/**
 * Runs one attempt's work, which makes the job's files. The job is not ended here. Rejects with the reason of an abort, however the
 * work reacted to it, and leaves nothing in the store.
 */
export async function writeResults(
  deps: Writing,
  claim: Claim,
  signal: AbortSignal,
  work: (writer: ResultWriter) => Promise<readonly ResultFile[]>,
): Promise<readonly ResultFile[]> {
  const { engine, store, log, tracer } = deps;
  const objects: ResultObject[] = [];
  const stop = new AbortController();
  const recorder = progressRecorder(deps, claim, (cause) => stop.abort(cause));
  const { watch, found } = watchOf(claim, AbortSignal.any([signal, stop.signal]), recorder.record);
  function begin({ filename }: NewFile): ResultObject {
    const object = new ResultObject(store, resultKey(claim.job, claim.attempt, filename));
    objects.push(object);
    return object;
  }
  async function seal(object: ResultObject): Promise<void> {
    watch.signal.throwIfAborted();
    // A store that does not answer must not hold up an attempt that is over.
    await tracer.span({ name: 'seal' }, () => unlessAborted(object.seal(), watch.signal));
  }
  /** What cannot be dropped, a sweep finds. */
  async function drop(object: ResultObject): Promise<void> {
    try {
      await object.drop();
    } catch (error) {
      log.warn('result-not-dropped', { jobId: claim.job.id, attempt: claim.attempt, key: object.key, error });
    }
  }
  function resultOf({ filename, contentType }: NewFile, { key, sealed }: ResultObject, { rows }: Made): ResultFile {
    if (sealed === null) throw new Error(`the engine did not end ${key}`);
    return { key, filename, contentType, rows, ...sealed, ...found() };
  }
  async function writePlan(
    plan: ExportPlan,
    files: readonly NewFile[],
    form: FileForm,
  ): Promise<readonly ResultFile[]> {
    const begun = files.map((file) => ({ file, object: begin(file) }));
    const sinks = begun.map(({ object }): Sink => {
      return { ...form, target: { write: (piece) => object.write(piece), end: () => seal(object) } };
    });
    const written = await engine.write(plan, sinks, watch);
    return begun.map(({ file, object }, index) => resultOf(file, object, { rows: written[index] ?? 0 }));
  }
  async function write(file: NewFile, make: (target: ByteWriter) => Promise<Made>): Promise<ResultFile> {
    const object = begin(file);
    const made = await make(object);
    await seal(object);
    return resultOf(file, object, made);
  }
  try {
    await discardEarlierAttempts(store, claim);
    return await work({ watch, write, writePlan });
  } catch (error) {
    for (const object of objects) await drop(object);
    // Interrupted work may fail with an error of its own, late or wrapped: the reason is what counts.
    watch.signal.throwIfAborted();
    throw error;
  } finally {
    await recorder.flushed();
  }
}
