/**
 * The database as the inside sees it. Every method of `Tables` also works inside a transaction; comments are the contract
 * that the adapter's suite checks.
 */
import type { Account, Credential, Scope } from './access.ts';
import type { Job, JobFailure, JobKey, Progress, ReportSpec, ReportType, ResultFile } from './job.ts';
import type { Page, PageRequest } from './pages.ts';
import type { PropertyIdSet } from './property-ids.ts';
import type { QuotaPreview, QuotaUsage } from './quota.ts';
import type { Delivery, DeliveryCaps, WebhookAttempt } from './webhook-delivery.ts';

export interface NewJob extends JobKey {
  readonly spec: ReportSpec;
  /** As `encodePropertyIds` writes them: distinct, in the order of the request. */
  readonly propertyIds: Uint8Array;
  readonly propertyCount: number;
  readonly callbackUrl: string | null;
  readonly dataVersion: number;
  /** The credential that asked. */
  readonly credentialId: string;
}

/** How a job ends. A worker's ending carries its attempt and is void when another attempt has the job. */
export type Ending =
  | { readonly outcome: 'succeeded'; readonly attempt: number; readonly result: ResultFile; readonly expiresAt: Date }
  | { readonly outcome: 'failed'; readonly attempt: number; readonly failure: JobFailure }
  | { readonly outcome: 'cancelled' };

export interface JobStore {
  insert(job: NewJob): Promise<Job>;
  get(key: JobKey): Promise<Job | null>;
  /** Newest first. */
  list(accountId: string, request: PageRequest): Promise<Page<Job>>;
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
  recentResults(accountId: string, reportType: ReportType): Promise<readonly Job[]>;
  /** Succeeded jobs whose files are past `expiresAt` and not yet forgotten, oldest first. */
  expired(now: Date, limit: number): Promise<readonly Job[]>;
  /** Marks the result's files as deleted: `result` stays as the record of what there was, `filesDeletedAt` is set. */
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
  /** Tasks waiting before the job's, over all accounts; null when it does not wait. */
  position(job: JobKey): Promise<number | null>;
}

/** A customer's own word for one request, so that it can be sent again without being done twice. */
export interface IdempotencyKey {
  readonly accountId: string;
  readonly key: string;
}

/** What a key was used for. */
export interface AcceptedRequest {
  /** Equal for requests that ask for the same. */
  readonly fingerprint: Uint8Array;
  readonly jobId: string;
  readonly acceptedAt: Date;
}

export interface IdempotencyStore {
  /** Inside a transaction: keeps the key until its end. False, at once, when another transaction has it. */
  hold(key: IdempotencyKey): Promise<boolean>;
  find(key: IdempotencyKey): Promise<AcceptedRequest | null>;
  /** Replaces what the key was used for before. */
  remember(key: IdempotencyKey, request: AcceptedRequest): Promise<void>;
  /** Returns how many. */
  forget(acceptedBefore: Date): Promise<number>;
}

export interface RateTerms {
  /** Requests of one credential in one window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Requests to take at once. */
  readonly block: number;
}

/** Requests that the taker may let pass until the window ends. */
export interface RateLease {
  readonly granted: number;
  /** What nobody has taken yet of this window. */
  readonly unclaimed: number;
  readonly windowEndsInMs: number;
}

export interface RateLimitStore {
  /**
   * Takes a block, or what is left of it, out of the window that is current on the database's clock. All leases of a window
   * together never grant more than the limit.
   */
  take(credentialId: string, terms: RateTerms): Promise<RateLease>;
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
  /** False when there is no such credential or it was revoked before. */
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
  /** Drops versions that are not current and that no unfinished job reads; returns the object keys that no version holds any more. */
  prune(): Promise<readonly string[]>;
  /** True when some version holds the object: for the sweep that deletes orphans. */
  holds(objectKey: string): Promise<boolean>;
}

/**
 * The ledger of what each account has used, by calendar month. A job that has not ended holds its own set of properties; what
 * succeeded jobs held stays counted. Reserving, keeping and giving back of one account wait for each other.
 */
export interface QuotaStore {
  /** Counts the job's properties in the month. Throws `quota_exceeded`, and counts nothing, when more come new than are left. */
  reserve(reservation: { job: JobKey; month: string; propertyIds: Iterable<number> }): Promise<void>;
  /** The job succeeded: what it holds stays counted in its month. */
  keep(job: JobKey): Promise<void>;
  /** The job came to nothing: what it holds and no other job of its month has counts no longer. A job without a reservation is fine. */
  giveBack(job: JobKey): Promise<void>;
  /** Throws `not_found` when there is no such account. */
  usage(accountId: string, month: string): Promise<QuotaUsage>;
  /** What `reserve` would do just now. Waits for nobody and changes nothing. */
  preview(accountId: string, month: string, propertyIds: Iterable<number>): Promise<QuotaPreview>;
  /** Null: no limit. A limit below what is used refuses what comes new. Throws `not_found` when there is no such account. */
  setLimit(accountId: string, limit: number | null): Promise<void>;
}

export interface NewDelivery {
  readonly accountId: string;
  readonly id: string;
  /** Null for a test event. A job has one delivery at most. */
  readonly jobId: string | null;
  readonly url: string;
  /** Under which the receiver's messages are counted. */
  readonly host: string;
  /** Before the first try. */
  readonly delaySeconds: number;
}

export interface DeliveryKey {
  readonly accountId: string;
  readonly id: string;
}

/** One try at a delivery, held by one worker until it settles or the lease runs out. */
export interface DeliveryClaim extends DeliveryKey {
  /** Fences the try: of two workers, only the one that claimed last may settle. */
  readonly token: string;
  readonly jobId: string | null;
  readonly url: string;
  readonly createdAt: Date;
  /** Tries that the schedule has counted before this one: since the end of the job, or since the last redelivery. */
  readonly triesMade: number;
}

/** Webhooks to be sent, and the log of their tries. Times are the database's. */
export interface DeliveryStore {
  /** Queues the message and publishes `delivery-ready` when the transaction commits. */
  enqueue(delivery: NewDelivery): Promise<Delivery>;
  get(key: DeliveryKey): Promise<Delivery | null>;
  /** Newest first; those of one job, or all of the account's. */
  list(accountId: string, jobId: string | null, request: PageRequest): Promise<Page<Delivery>>;
  /**
   * Takes a due delivery for one try: of the account with the fewest under way, then the one that is due longest. Never more of a
   * host or of an account than the caps say. Null when there is none.
   */
  claim(terms: DeliveryCaps & { readonly leaseSeconds: number }): Promise<DeliveryClaim | null>;
  /**
   * Logs the try. Without a failure the delivery is delivered, else it is tried again after the delay, or has failed when there
   * is none. False, and nothing written, when the claim is no longer ours.
   */
  settle(claim: DeliveryClaim, attempt: WebhookAttempt, delaySeconds: number | null): Promise<boolean>;
  /** Frees the delivery at once and logs nothing: the worker stops, the receiver is not to blame. */
  giveBack(claim: DeliveryClaim): Promise<boolean>;
  /** Makes it due now with the schedule begun anew; a try under way is left to itself. Null when there is no such delivery. */
  redeliver(key: DeliveryKey): Promise<Delivery | null>;
  /** Deletes what ended, and tries that were made, more than so many days ago. Returns how many deliveries went. */
  prune(days: number): Promise<number>;
}

export interface StoredWebhookSecret {
  readonly sealed: Uint8Array;
  readonly createdAt: Date;
  /** Null for the current one. */
  readonly expiresAt: Date | null;
}

export interface WebhookSecretStore {
  /** Those that sign now, newest first: the current one and, for a while after a rotation, the one before it. */
  live(accountId: string): Promise<readonly StoredWebhookSecret[]>;
  /** Stores the account's first secret. Does nothing where there is a current one: of two at once, the first wins. */
  insertFirst(accountId: string, sealed: Uint8Array): Promise<void>;
  /** Makes it the current one. The one before lives on for the grace time, and any older one ends. */
  rotate(accountId: string, sealed: Uint8Array, graceSeconds: number): Promise<void>;
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
}

export const TOPICS = ['task-ready', 'job-finished', 'delivery-ready'] as const;
/** `task-ready` and `delivery-ready` carry nothing, `job-finished` the job's id. */
export type Topic = (typeof TOPICS)[number];

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
