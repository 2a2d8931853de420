/**
 * The database as the inside sees it. Every method of `Tables` also works inside a transaction; comments are the contract
 * that the adapter's suite checks.
 */
import type { Account, Credential, Scope } from './access.ts';
import type { AuditStore } from './audit.ts';
import type { QueueBacklog, VersionAge } from './backlog.ts';
import type {
  Asked,
  BatchJob,
  Job,
  JobFailure,
  JobKey,
  JobKind,
  Progress,
  ReportJob,
  ReportType,
  ResultFile,
} from './job.ts';
import type { Page, PageRequest } from './pages.ts';
import type { PropertyIdSet } from './property-ids.ts';
import type { QuotaStore } from './quota-store.ts';
import type { IdempotencyStore, RateLimitStore } from './request-stores.ts';
import type { ScheduleStore } from './schedule-store.ts';
import type { DeliveryStore, WebhookSecretStore } from './webhook-stores.ts';

interface NewJobState extends JobKey {
  /** As `encodePropertyIds` writes them: distinct, in the order of the request. */
  readonly propertyIds: Uint8Array;
  readonly propertyCount: number;
  readonly callbackUrl: string | null;
  readonly dataVersion: number;
  /** The credential that asked. */
  readonly credentialId: string;
}

export type NewJob = NewJobState & Asked;

/** Jobs of one access key, and where in the list to begin. */
export interface BatchListRequest {
  readonly accountId: string;
  readonly credentialId: string;
  readonly limit: number;
  readonly offset: number;
}

/** How a job ends. A worker's ending carries its attempt and is void when another attempt has the job. */
export type Ending =
  | {
      readonly outcome: 'succeeded';
      readonly attempt: number;
      readonly results: readonly ResultFile[];
      readonly expiresAt: Date;
    }
  | { readonly outcome: 'failed'; readonly attempt: number; readonly failure: JobFailure }
  | { readonly outcome: 'cancelled' };

export interface JobStore {
  /** Throws `job_in_progress` when the access key has a batch job that has not ended: one at a time, whoever comes at once. */
  insert(job: NewJob): Promise<Job>;
  get(key: JobKey): Promise<Job | null>;
  /** The account's reports, newest first. */
  list(accountId: string, request: PageRequest): Promise<Page<ReportJob>>;
  /** The account's jobs of every kind, newest first: what an operator looks at. */
  listAll(accountId: string, request: PageRequest): Promise<Page<Job>>;
  /** Batch jobs of one access key, newest first, and how many there are. */
  listBatch(request: BatchListRequest): Promise<{ readonly items: readonly BatchJob[]; readonly count: number }>;
  /** The id of the access key's batch job that has not ended: for which `insert` would refuse another now. Null when there is none. */
  unfinishedBatch(key: { accountId: string; credentialId: string }): Promise<string | null>;
  /** The account's jobs of the kind whose files are still there, newest first; at most `limit`. */
  withFiles(accountId: string, kind: JobKind, limit: number): Promise<readonly Job[]>;
  /**
   * The ids of the account's reports that changed after the revision, those that have ended first, each in the order of their last
   * change; with null, of those that have not ended. Some that changed in the minute before it are among them: changes may become
   * visible in another order than they were made.
   */
  changedSince(accountId: string, revision: number | null): Promise<readonly string[]>;
  /** The encoded ids of the request, or null when there is no such job. */
  propertyIds(key: JobKey): Promise<Uint8Array | null>;
  /** Records progress. False, and nothing written, when the job has ended or another attempt has it. */
  recordProgress(key: JobKey, attempt: number, progress: Progress): Promise<boolean>;
  /**
   * Ends the job if it has not ended (and, for a worker's ending, if the attempt is still its own) and publishes `job-finished`.
   * Null when something else ended it first: the first ending wins, and only the winner may notify.
   */
  finish(key: JobKey, ending: Ending): Promise<Job | null>;
  /** Of the account's 200 newest jobs those of the report type that succeeded, newest first. */
  recentResults(accountId: string, reportType: ReportType): Promise<readonly ReportJob[]>;
  /** Succeeded jobs whose files are past `expiresAt` and not yet forgotten, oldest first. */
  expired(now: Date, limit: number): Promise<readonly Job[]>;
  /** Marks the result's files as deleted: `results` stays as the record of what there was, `filesDeletedAt` is set. */
  forgetFiles(key: JobKey): Promise<void>;
  /** True once `forgetFiles` was called for the job. */
  filesForgotten(key: JobKey): Promise<boolean>;
  /** The keys of all result files that may exist: for the sweep that deletes orphans. */
  isResultKey(objectKey: string): Promise<boolean>;
}

export const TASK_KINDS = ['run-job'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** A unit of work, held by one worker for as long as it renews. `attempt` counts from 1 and fences every write. */
export interface Claim {
  readonly taskId: string;
  readonly kind: TaskKind;
  readonly job: JobKey;
  readonly attempt: number;
}

export interface ClaimTerms {
  /** Who claims; shown to operators. */
  readonly workerId: string;
  readonly leaseSeconds: number;
  /** How many tasks of one account may run at once, over all workers. Never exceeded. */
  readonly accountConcurrency: number;
}

export interface TaskQueue {
  /** Queues the job's run and publishes `task-ready` when the transaction commits. */
  enqueue(task: { kind: TaskKind; job: JobKey }): Promise<void>;
  /**
   * Takes the next due task: of the account with the fewest running tasks, then the oldest. Counts the attempt and writes it
   * to the job. Null when nothing is due or every waiting account is at its cap.
   */
  claim(terms: ClaimTerms): Promise<Claim | null>;
  /** Extends the lease on the database's clock. False when the claim is no longer ours. */
  renew(claim: Claim, leaseSeconds: number): Promise<boolean>;
  /** The work is done: removes the task. False when the claim is no longer ours. */
  settle(claim: Claim): Promise<boolean>;
  /** Frees the task for a later try; the attempt stays counted. */
  postpone(claim: Claim, delaySeconds: number): Promise<boolean>;
  /** Frees the task at once and takes the attempt back: the worker stops, the job is not to blame. */
  giveBack(claim: Claim): Promise<boolean>;
  /** Removes the job's tasks, also running ones: their claims are then lost. */
  drop(job: JobKey): Promise<void>;
  /** Frees every task whose lease has run out; the attempt stays counted. Returns how many. */
  rescue(): Promise<number>;
  /** How many runs of the account's own jobs wait before each of these; a job that does not wait is left out. What other accounts have in the queue is theirs to know. */
  positions(accountId: string, jobIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  backlog(): Promise<QueueBacklog>;
}

/** What an account may see: every property, or a set. */
export type Grants = 'all' | PropertyIdSet;

export interface AccountStore {
  create(account: { id: string; name: string; grants: Grants }): Promise<Account>;
  get(id: string): Promise<Account | null>;
  /** By name, then id. */
  list(): Promise<readonly Account[]>;
  /** Throws `not_found` when there is no such account. */
  grants(id: string): Promise<Grants>;
  setGrants(id: string, grants: Grants): Promise<void>;
}

export interface NewCredential {
  readonly id: string;
  readonly accountId: string;
  readonly kind: Credential['kind'];
  readonly accessKey: string | null;
  /** Keyed hash of the secret; the secret itself is never stored. */
  readonly secretHash: Uint8Array;
  readonly scopes: readonly Scope[];
}

export interface StoredCredential extends Credential {
  readonly secretHash: Uint8Array;
}

export interface CredentialStore {
  insert(credential: NewCredential): Promise<Credential>;
  /** Revoked ones too: the caller judges. */
  byAccessKey(accessKey: string): Promise<StoredCredential | null>;
  byTokenHash(secretHash: Uint8Array): Promise<StoredCredential | null>;
  byId(id: string): Promise<Credential | null>;
  list(accountId: string | null): Promise<readonly Credential[]>;
  /** Publishes `credential-revoked`. False when there is no such credential or it was revoked before. */
  revoke(id: string): Promise<boolean>;
}

/** One immutable Parquet file of a table, with what is needed to leave it unread. */
export interface DataFile {
  readonly key: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly minPropertyId: number;
  readonly maxPropertyId: number;
  /** Null in tables without days. */
  readonly minDate: string | null;
  readonly maxDate: string | null;
}

/** A committed state of the warehouse: which files each table consists of. */
export interface DataVersion {
  readonly version: number;
  readonly committedAt: Date;
  readonly tables: Readonly<Record<string, readonly DataFile[]>>;
}

export interface WarehouseStore {
  current(): Promise<DataVersion | null>;
  get(version: number): Promise<DataVersion | null>;
  /** Of the current version; null while nothing is loaded. */
  age(): Promise<VersionAge | null>;
  /** The ids of table `properties` in that version. */
  propertyIds(version: number): Promise<PropertyIdSet>;
  /** Makes a new version current. Throws `load_refused` when `base` is no longer the current one: another load came first. */
  commit(change: {
    base: number | null;
    tables: Readonly<Record<string, readonly DataFile[]>>;
    propertyIds: PropertyIdSet;
  }): Promise<DataVersion>;
  /** The integer ids of providers' own keys, remembered for ever; unknown ones get the next integers, in the given order. */
  assignPropertyIds(sourceIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Records keys that came with an integer id. Returns those that are taken by another id, and records the rest. */
  recordSourceIds(pairs: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>>;
  /** Keeps the version for at least so long from now, whatever is loaded. False when it is gone already. */
  keep(version: number, seconds: number): Promise<boolean>;
  /** Drops versions that are not current, that no unfinished job reads and that nothing keeps; returns the object keys that no version holds any more. */
  prune(): Promise<readonly string[]>;
  /** True when some version holds the object: for the sweep that deletes orphans. */
  holds(objectKey: string): Promise<boolean>;
}

export interface Tables {
  readonly jobs: JobStore;
  readonly queue: TaskQueue;
  readonly idempotency: IdempotencyStore;
  readonly rateLimits: RateLimitStore;
  readonly accounts: AccountStore;
  readonly credentials: CredentialStore;
  readonly warehouse: WarehouseStore;
  readonly quota: QuotaStore;
  readonly deliveries: DeliveryStore;
  readonly webhookSecrets: WebhookSecretStore;
  readonly audit: AuditStore;
  readonly schedules: ScheduleStore;
}

export const TOPICS = ['task-ready', 'delivery-ready', 'job-finished', 'job-changed', 'credential-revoked'] as const;
/**
 * `task-ready` and `delivery-ready` carry nothing, `job-finished` the job's id, `job-changed` the account's and the job's (`parseJobChange`) and
 * `credential-revoked` the credential's. An empty `job-changed` says that messages of any topic may have been lost.
 */
export type Topic = (typeof TOPICS)[number];

/** Reads what `job-changed` carries; null when it is empty. */
export function parseJobChange(payload: string): JobKey | null {
  const [accountId, id] = payload.split('/');
  return accountId && id ? { accountId, id } : null;
}

export interface Events {
  /** Calls back for every message from now on, also for those of other processes. Returns how to stop. */
  subscribe(topic: Topic, listener: (payload: string) => void): () => void;
}

export interface Database extends Tables, Events {
  /** All or nothing. Retries nothing: a thrown error rolls back and is thrown on. */
  transaction<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
  /** Resolves when the database answers; throws what is wrong otherwise. */
  ping(): Promise<void>;
}
