/** Following jobs as they change: one subscription of the process serves all followers, and one database read serves all who wait for it. */
import { type Caller, requirePermission } from '../core/access.ts';
import { ConveyanceError } from '../core/errors.ts';
import { isFinished, isReport, type JobKey, type ReportJob } from '../core/job.ts';
import { parseJobChange } from '../core/ports/database/events.ts';
import type { Deps } from '../core/ports/deps.ts';
import { Admission, NONE_WAITS, type Release } from '../core/turns/admission.ts';
import { jobPropertyIds, queuePositions, readJob } from './read.ts';

/** A longer list of ids is not repeated with every step of progress: it never changes, and a million of them are 10 MB. */
export const MOST_IDS_TOLD = 1000;
const RETRY_SECONDS = 2;
/** A program follows its jobs, or all of them, in one place; an account has some programs. Each holds a connection, and is told of every change. */
const MOST_OF_CREDENTIAL = 20;
const MOST_OF_ACCOUNT = 100;
const STREAM_RETRY_SECONDS = 10;

/** A job in the state that a follower was told. */
export interface JobChange {
  readonly job: ReportJob;
  readonly queuePosition: number | null;
  /** Encoded; null when there are more than `MOST_IDS_TOLD`. */
  readonly propertyIds: Uint8Array | null;
}

type ReadChange = (jobId: string) => Promise<JobChange | null>;

/** What one follower has not been told yet. A slow one misses intermediate steps, never the last state. */
export class JobWatch {
  readonly caller: Pick<Caller, 'credentialId' | 'sessionId'>;
  readonly #read: ReadChange;
  /** One job, told once for each revision after this one, up to its end; null: every job of the account. */
  readonly #only: { readonly jobId: string; after: number } | null;
  #pending = new Set<string>();
  #rouse: () => void = () => undefined;
  #closed = false;

  constructor(
    caller: JobWatch['caller'],
    read: ReadChange,
    only: { readonly jobId: string; after: number } | null = null,
  ) {
    this.caller = caller;
    this.#read = read;
    this.#only = only;
  }

  /** Puts these before what was touched meanwhile: a follower that breaks off and comes back with the last revision has seen them. */
  begin(jobIds: readonly string[]): void {
    this.#pending = new Set([...jobIds, ...this.#pending]);
    this.#rouse();
  }

  touch(jobId: string): void {
    if (this.#only !== null && this.#only.jobId !== jobId) return;
    // After those that changed earlier: revisions are sent in their order.
    this.#pending.delete(jobId);
    this.#pending.add(jobId);
    this.#rouse();
  }

  /** The next change, as soon as there is one; null at the end. Rejects if the database does not answer. */
  async next(): Promise<JobChange | null> {
    while (!this.#closed) {
      const [jobId] = this.#pending;
      if (jobId === undefined) {
        await new Promise<void>((resolve) => {
          this.#rouse = resolve;
        });
        continue;
      }
      this.#pending.delete(jobId);
      const change = await this.#read(jobId);
      if (change !== null && this.#isNews(change.job)) return change;
    }
    return null;
  }

  #isNews(job: ReportJob): boolean {
    if (this.#only === null) return true;
    if (job.revision <= this.#only.after) return false;
    this.#only.after = job.revision;
    if (isFinished(job)) this.close();
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#rouse();
  }

  get closed(): boolean {
    return this.#closed;
  }
}

type Following = Pick<Deps, 'db'>;

function streams(perHolder: number, inAll: number): Admission {
  return new Admission({
    name: 'event streams',
    perHolder,
    inAll,
    ...NONE_WAITS,
    retryAfterSeconds: STREAM_RETRY_SECONDS,
  });
}

/** All followers of jobs in this process. */
export class JobFeed {
  readonly #deps: Following;
  readonly #watches = new Map<string, Set<JobWatch>>();
  readonly #reads = new Map<string, Promise<JobChange | null>>();
  readonly #releases: readonly (() => void)[];
  readonly #ofCredentials: Admission;
  readonly #ofAccounts: Admission;
  /** What each watch gives back at its end. */
  readonly #shares = new Map<JobWatch, Release>();
  #closed = false;

  constructor(deps: Following & Pick<Deps, 'policy'>) {
    this.#deps = deps;
    const { eventStreams } = deps.policy;
    this.#ofCredentials = streams(MOST_OF_CREDENTIAL, eventStreams);
    this.#ofAccounts = streams(MOST_OF_ACCOUNT, eventStreams);
    this.#releases = [
      deps.db.subscribe('job-changed', (payload) => this.#changed(payload)),
      deps.db.subscribe('credential-revoked', (id) => this.#end(({ caller }) => caller.credentialId === id)),
      deps.db.subscribe('session-ended', (id) => this.#end(({ caller }) => caller.sessionId === id)),
    ];
  }

  /**
   * The job's changes from `after` on, beginning with its current state, up to its end. Null if it has ended and the follower knows.
   * The watch must be closed, even after its end. Throws `rate_limited` if the credential or its account follows too much already.
   */
  async followJob(caller: Caller, jobId: string, after: number | null): Promise<JobWatch | null> {
    const job = await readJob(this.#deps, caller, jobId);
    // A number that the job has not reached did not come from us.
    const known = after === null || after > job.revision ? 0 : after;
    if (isFinished(job) && known === job.revision) return null;
    const watch = this.#watch(caller, { jobId: job.id, after: known });
    watch.begin([job.id]);
    return watch;
  }

  /**
   * The changes of all jobs of the account: first what changed since `after`, without it the jobs that have not ended, then what
   * changes. A change may be sent twice, an end is never lost. The watch must be closed. Throws `rate_limited` as `followJob` does.
   */
  async followJobs(caller: Caller, after: number | null): Promise<JobWatch> {
    requirePermission(caller, 'view jobs');
    const watch = this.#watch(caller, null);
    try {
      watch.begin(await this.#deps.db.jobs.changedSince(caller.accountId, after));
    } catch (error) {
      this.release(caller, watch);
      throw error;
    }
    return watch;
  }

  release({ accountId }: Pick<Caller, 'accountId'>, watch: JobWatch): void {
    watch.close();
    this.#shares.get(watch)?.();
    this.#shares.delete(watch);
    const watches = this.#watches.get(accountId);
    watches?.delete(watch);
    if (watches?.size === 0) this.#watches.delete(accountId);
  }

  /** Ends every watch and accepts no more. */
  close(): void {
    this.#closed = true;
    for (const release of this.#releases) release();
    this.#end(() => true);
  }

  #watch(caller: Caller, only: { readonly jobId: string; after: number } | null): JobWatch {
    if (this.#closed) {
      throw new ConveyanceError('unavailable', 'The server is stopping', { retryAfterSeconds: RETRY_SECONDS });
    }
    const { accountId, credentialId } = caller;
    const share = this.#enter(accountId, credentialId);
    const watch = new JobWatch(caller, (id) => this.#read({ accountId, id }), only);
    this.#shares.set(watch, share);
    const watches = this.#watches.get(accountId) ?? new Set();
    this.#watches.set(accountId, watches.add(watch));
    return watch;
  }

  #enter(accountId: string, credentialId: string): Release {
    const leave = this.#ofCredentials.enter(credentialId);
    try {
      const leaveAccount = this.#ofAccounts.enter(accountId);
      return () => {
        leaveAccount();
        leave();
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  #changed(payload: string): void {
    const key = parseJobChange(payload);
    // Ends and revocations may have been missed: followers that come back are authenticated again and told what they missed.
    if (key === null) {
      this.#end(() => true);
      return;
    }
    // A read in progress may have preceded the change: it needs a new one.
    this.#reads.delete(payload);
    for (const watch of this.#watches.get(key.accountId) ?? []) watch.touch(key.id);
  }

  #end(isOver: (watch: JobWatch) => boolean): void {
    for (const watches of this.#watches.values()) {
      for (const watch of watches) if (isOver(watch)) watch.close();
    }
  }

  #read(key: JobKey): Promise<JobChange | null> {
    const name = `${key.accountId}/${key.id}`;
    const reading =
      this.#reads.get(name) ??
      this.#load(key).finally(() => {
        if (this.#reads.get(name) === reading) this.#reads.delete(name);
      });
    this.#reads.set(name, reading);
    return reading;
  }

  async #load(key: JobKey): Promise<JobChange | null> {
    const job = await this.#deps.db.jobs.get(key);
    if (job === null || !isReport(job)) return null;
    const [positions, propertyIds] = await Promise.all([
      queuePositions(this.#deps, [job]),
      job.propertyCount <= MOST_IDS_TOLD ? jobPropertyIds(this.#deps, key) : null,
    ]);
    return { job, queuePosition: positions.get(job.id) ?? null, propertyIds };
  }
}
