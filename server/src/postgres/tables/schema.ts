/** The tables as Kysely sees them. `migrations/` makes them; the reasons for their form are there. */
import type { ColumnType, Generated, GeneratedAlways, Kysely } from 'kysely';
import type { Credential } from '../../core/access.ts';
import type { AuditEvent } from '../../core/audit.ts';
import type {
  Asked,
  Compression,
  CsvProfile,
  JobKind,
  JobStatus,
  OutputFormat,
  Phase,
  ReportType,
  ResultFile,
} from '../../core/job.ts';
import type { NodeRole } from '../../core/ports/database/nodes.ts';
import type { TaskKind } from '../../core/ports/database/queue.ts';
import type { RateSubject } from '../../core/ports/database/rate-limits.ts';
import type { DataFile } from '../../core/ports/database/warehouse.ts';
import type { VersionOrigin } from '../../core/versions/origin.ts';
import type { DeliveryState } from '../../core/webhooks/delivery.ts';
import type { Changing, Json, Stamp } from './column-kinds.ts';
import type { ErasedValuesTable, ErasuresTable } from './erasure-tables.ts';
import type { FeedSecretsTable, FeedsTable } from './feed-tables.ts';
import type { KeyringKeysTable, KeyringTable } from './keyring-tables.ts';
import type { PropertyListsTable } from './list-tables.ts';
import type { LoadHistoryTable, LoadLeasesTable } from './load-tables.ts';
import type { ScheduleRunsTable, SchedulesTable } from './schedule-tables.ts';
import type { InvitationsTable, SessionsTable } from './session-tables.ts';
import type { RemoteLoadSecretsTable, RemoteLoadsTable, UploadPartsTable, UploadsTable } from './upload-tables.ts';

/** Null for other kinds of job. */
type OfReport<Value> = ColumnType<Value | null, Value | null | undefined, never>;

export interface AccountsTable {
  id: string;
  name: string;
  created_at: Stamp;
  /** Null: every property. Empty with a rule. */
  property_ids: Uint8Array | null;
  grant_rule: ColumnType<string | null, string | null | undefined, string | null>;
  /** When a task of the account was last claimed. */
  served_at: Changing<Date | null>;
  /** Distinct properties per month; null: no limit. */
  quota_limit: Changing<number | null>;
  /** How often its download links were revoked. */
  link_epoch: Changing<number>;
  suspended_at: Changing<Date | null>;
  deleted_at: Changing<Date | null>;
}

export interface CredentialsTable {
  id: string;
  account_id: string;
  kind: Credential['kind'];
  access_key: string | null;
  secret_hash: Uint8Array;
  scopes: string[];
  created_at: Stamp;
  revoked_at: Changing<Date | null>;
  name: string | null;
  expires_at: ColumnType<Date | null, Date | null, Date>;
  last_used_at: Changing<Date | null>;
  last_address: Changing<string | null>;
}

export interface JobsTable {
  account_id: string;
  id: string;
  kind: JobKind;
  /** The parameters of every kind but a report; a report has columns for them. */
  spec: ColumnType<Asked['spec'] | null, string | undefined, never>;
  report_type: OfReport<ReportType>;
  output_format: OfReport<OutputFormat>;
  start_date: OfReport<string>;
  end_date: OfReport<string>;
  /** Null: all of the report. */
  columns: OfReport<string[]>;
  /** These two, and the warnings, begin with their defaults. */
  compression: ColumnType<Compression, Compression | undefined, never>;
  csv_profile: ColumnType<CsvProfile, CsvProfile | undefined, never>;
  name: OfReport<string>;
  warnings: ColumnType<string[], string[] | undefined, never>;
  property_count: number;
  callback_url: string | null;
  credential_id: string;
  data_version: number;
  status: Changing<JobStatus>;
  attempt: Changing<number>;
  phase: Changing<Phase>;
  rows_written: Changing<number>;
  rows_total: Changing<number | null>;
  failure_code: Changing<string | null>;
  failure_message: Changing<string | null>;
  results: ColumnType<readonly ResultFile[] | null, never, string>;
  created_at: Stamp;
  updated_at: Stamp;
  finished_at: Changing<Date | null>;
  expires_at: Changing<Date | null>;
  files_deleted_at: Changing<Date | null>;
  /** When its files were destroyed because of an erasure. */
  erased_at: Changing<Date | null>;
  started_at: Changing<Date | null>;
  /** Both by trigger. */
  revision: ColumnType<number, never, never>;
  ended_revision: ColumnType<number | null, never, never>;
}

export interface JobPropertyIdsTable {
  account_id: string;
  job_id: string;
  property_ids: Uint8Array;
}

export interface TasksTable {
  id: GeneratedAlways<number>;
  kind: TaskKind;
  account_id: string;
  job_id: string;
  attempt: Changing<number>;
  due_at: Stamp;
  worker_id: Changing<string | null>;
  lease_until: Changing<Date | null>;
  /** How often the database or the store was to blame. */
  excused: Changing<number>;
  /** Of the attempts, those over data that is no more. */
  forgiven: Changing<number>;
}

export interface WorkersHeardTable {
  at: Changing<Date>;
}

export interface NodesTable {
  id: string;
  role: NodeRole;
  host: string;
  pid: number;
  release: string;
  slots: number;
  started_at: Stamp;
  heard_at: Changing<Date>;
  draining_since: Changing<Date | null>;
  master_key_ids: ColumnType<string[], string[] | undefined, string[]>;
  erasure_id: number;
}

export interface IdempotencyKeysTable {
  account_id: string;
  key: string;
  fingerprint: Uint8Array;
  job_id: string;
  accepted_at: Date;
}

export interface RateWindowsTable {
  credential_id: string;
  door: RateSubject;
  window_number: number;
  taken: number;
  /** By the last lease. */
  granted: number;
}

export interface DataVersionsTable {
  version: number;
  committed_at: Stamp;
  changes_known_since: Generated<string>;
  tables: Json<Readonly<Record<string, readonly DataFile[]>>>;
  property_ids: Uint8Array;
  /** Null for versions made before this was noted. */
  origin: ColumnType<VersionOrigin | null, string | undefined, never>;
}

export interface RuleMatchesTable {
  version: number;
  rule: string;
  property_ids: Uint8Array;
}

export interface SourceIdsTable {
  source_id: string;
  property_id: number;
}

export interface HighestPropertyIdTable {
  highest: number | null;
}

export interface QuotaMonthsTable {
  account_id: string;
  /** Its first day. */
  month: string;
  usage: number;
}

export interface QuotaBlocksTable {
  account_id: string;
  month: string;
  block: number;
  counted: Uint8Array;
  kept: Uint8Array;
}

export interface QuotaHeldTable {
  account_id: string;
  month: string;
  block: number;
  job_id: string;
  members: Uint8Array;
}

export interface DeliveriesTable {
  account_id: string;
  id: string;
  job_id: string | null;
  url: string;
  host: string;
  state: Changing<DeliveryState>;
  tries: Changing<number>;
  tries_before: Changing<number>;
  due_at: Date;
  claim: Changing<string | null>;
  created_at: Stamp;
  finished_at: Changing<Date | null>;
}

export interface DeliveryTriesTable {
  delivery_id: string;
  number: number;
  at: Stamp;
  status: number | null;
  latency_ms: number;
  failure: string | null;
  response_head: string;
}

export interface WebhookSecretsTable {
  id: GeneratedAlways<number>;
  account_id: string;
  sealed: Uint8Array;
  created_at: Stamp;
  expires_at: Changing<Date | null>;
}

export interface AuditLogTable {
  id: GeneratedAlways<number>;
  at: GeneratedAlways<Date>;
  event: AuditEvent;
  account_id: string;
  credential_id: string | null;
  job_id: string | null;
  address: string | null;
  property_count: number | null;
  property_ids_sha256: string | null;
  subject: string | null;
}

export interface Schema {
  accounts: AccountsTable;
  credentials: CredentialsTable;
  invitations: InvitationsTable;
  sessions: SessionsTable;
  jobs: JobsTable;
  job_property_ids: JobPropertyIdsTable;
  tasks: TasksTable;
  workers_heard: WorkersHeardTable;
  nodes: NodesTable;
  idempotency_keys: IdempotencyKeysTable;
  rate_windows: RateWindowsTable;
  data_versions: DataVersionsTable;
  rule_matches: RuleMatchesTable;
  erasures: ErasuresTable;
  erased_values: ErasedValuesTable;
  source_ids: SourceIdsTable;
  highest_property_id: HighestPropertyIdTable;
  quota_months: QuotaMonthsTable;
  quota_blocks: QuotaBlocksTable;
  quota_held: QuotaHeldTable;
  deliveries: DeliveriesTable;
  delivery_tries: DeliveryTriesTable;
  webhook_secrets: WebhookSecretsTable;
  audit_log: AuditLogTable;
  schedules: SchedulesTable;
  schedule_runs: ScheduleRunsTable;
  uploads: UploadsTable;
  upload_parts: UploadPartsTable;
  remote_loads: RemoteLoadsTable;
  remote_load_secrets: RemoteLoadSecretsTable;
  load_history: LoadHistoryTable;
  load_leases: LoadLeasesTable;
  feeds: FeedsTable;
  feed_secrets: FeedSecretsTable;
  property_lists: PropertyListsTable;
  keyring: KeyringTable;
  keyring_keys: KeyringKeysTable;
}

/** The pool, or one transaction on it. */
export type Connection = Kysely<Schema>;
