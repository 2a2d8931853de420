/**
 * The database as the inside sees it. Every method of `Tables` also works inside a transaction; comments are the contract
 * that the adapter’s suite checks.
 */
import type { AuditStore } from '../../audit.ts';
import type { AccountStore } from './accounts.ts';
import type { CredentialStore } from './credentials.ts';
import type { ErasureStore } from './erasures.ts';
import type { Events } from './events.ts';
import type { IdempotencyStore } from './idempotency.ts';
import type { FeedStore } from './incoming/feeds.ts';
import type { LoadHistoryStore } from './incoming/load-history.ts';
import type { RemoteLoadStore } from './incoming/remote-loads.ts';
import type { UploadStore } from './incoming/uploads.ts';
import type { JobStore } from './jobs.ts';
import type { KeyringStore } from './keyring.ts';
import type { SavedListStore } from './lists.ts';
import type { NodeStore } from './nodes.ts';
import type { OperatorJobs } from './operator-jobs.ts';
import type { TaskQueue } from './queue.ts';
import type { QuotaStore } from './quota.ts';
import type { RateLimitStore } from './rate-limits.ts';
import type { RetentionStore } from './retention.ts';
import type { ScheduleStore } from './schedules.ts';
import type { SessionStore } from './sessions.ts';
import type { WarehouseStore } from './warehouse.ts';
import type { DeliveryStore, WebhookSecretStore } from './webhooks.ts';

export interface Tables {
  readonly jobs: JobStore;
  readonly queue: TaskQueue;
  readonly idempotency: IdempotencyStore;
  readonly rateLimits: RateLimitStore;
  readonly accounts: AccountStore;
  readonly credentials: CredentialStore;
  readonly sessions: SessionStore;
  readonly warehouse: WarehouseStore;
  readonly erasures: ErasureStore;
  readonly quota: QuotaStore;
  readonly deliveries: DeliveryStore;
  readonly webhookSecrets: WebhookSecretStore;
  readonly audit: AuditStore;
  readonly schedules: ScheduleStore;
  readonly lists: SavedListStore;
  readonly retention: RetentionStore;
  readonly nodes: NodeStore;
  readonly operatorJobs: OperatorJobs;
  readonly uploads: UploadStore;
  readonly remoteLoads: RemoteLoadStore;
  readonly loads: LoadHistoryStore;
  readonly feeds: FeedStore;
  readonly keyring: KeyringStore;
}

export interface Database extends Tables, Events {
  /**
   * All or nothing. Retries nothing: a thrown error rolls back and is rethrown. Statements may be begun together (`allInOrder`): they are
   * carried out in the order in which they were begun, and behind one that fails all others fail.
   */
  transaction<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
  /**
   * Work that makes something for an account and takes connections for it, when it is the account’s turn: until then it has none. An
   * account has two such works in progress and twenty that wait, and accounts take turns; beyond that throws `rate_limited`, and
   * `unavailable` when all places to wait are taken.
   */
  inTurn<Result>(accountId: string, work: () => Promise<Result>): Promise<Result>;
  /** True while a backup runs: objects that were named when it began must stay. */
  backupRuns(): Promise<boolean>;
  /** Resolves if the database answers; otherwise throws what is wrong. */
  ping(): Promise<void>;
  /** The clock by which leases, schedules and throttles are counted. */
  now(): Promise<Date>;
}
