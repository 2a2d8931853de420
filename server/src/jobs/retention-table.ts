/**
 * How long everything is kept that the server stores. A test holds that every table and every kind of object is in here, so that nothing
 * new grows without an end.
 */
import { NODE_KEPT_DAYS } from '../core/ports/database/nodes.ts';
import type { Chore } from '../core/ports/telemetry.ts';
import { DELIVERY_LOG_DAYS } from '../core/webhooks/delivery.ts';
import { LOAD_REJECTS_PREFIX, LOADS_KEPT_DAYS, REJECTS_KEPT_DAYS } from '../warehouse/loads/kept-rejects.ts';
import { INCOMING_PREFIX } from '../warehouse/remote/uploads.ts';
import { WAREHOUSE_PREFIX } from '../warehouse/sweep.ts';
import { RESULTS_PREFIX } from './result-key.ts';
import { UPLOADS_PREFIX } from './upload-key.ts';

export type Retention =
  /** Never deleted. `because`: why that does not grow without an end, or must. */
  | { readonly kept: 'always'; readonly because: string }
  /** Deleted together with a row of another table. */
  | { readonly kept: 'with'; readonly table: string }
  /** Deleted by a chore of the workers at its `end`, in words that follow “kept”. */
  | { readonly kept: 'until'; readonly end: string; readonly chore: Chore }
  /** Deleted by what ends it. */
  | { readonly kept: 'while'; readonly span: string };

const JOB_END = 'CONVEYANCE_JOB_RETENTION_DAYS after its end';

export const TABLE_RETENTION: Readonly<Record<string, Retention>> = {
  accounts: { kept: 'always', because: 'an operator makes them, and jobs and the audit log name them' },
  credentials: {
    kept: 'always',
    because: 'an operator makes them, and jobs and the audit log name them, also revoked ones',
  },
  invitations: { kept: 'until', end: '24 hours after its making; until it is accepted', chore: 'retention' },
  sessions: { kept: 'until', end: '12 hours after its last use; until it is ended', chore: 'retention' },
  jobs: {
    kept: 'until',
    end: `${JOB_END}, but not before its files are deleted and its calendar month is over`,
    chore: 'retention',
  },
  job_property_ids: { kept: 'with', table: 'jobs' },
  tasks: { kept: 'while', span: 'its job has not ended' },
  nodes: {
    kept: 'until',
    end: `it stops; of one that died, ${NODE_KEPT_DAYS} days after it was last heard`,
    chore: 'retention',
  },
  workers_heard: { kept: 'always', because: 'it is one row' },
  idempotency_keys: { kept: 'until', end: '24 hours after the request', chore: 'forget-keys' },
  rate_windows: {
    kept: 'until',
    end: 'a day after its credential was revoked: it is one row for each contract',
    chore: 'retention',
  },
  data_versions: {
    kept: 'until',
    end:
      'CONVEYANCE_VERSION_RETENTION_DAYS after a newer one took its place, or as one of the last CONVEYANCE_KEPT_VERSIONS, within ' +
      'CONVEYANCE_VERSION_LIMIT; and while a job or a search token reads it',
    chore: 'sweep',
  },
  kept_versions: {
    kept: 'until',
    end: '24 hours after the last page of a search, 4 hours after a command of an operator read it',
    chore: 'retention',
  },
  rule_matches: { kept: 'with', table: 'data_versions' },
  uploads: {
    kept: 'until',
    end: 'a day after its last byte came; until its rows are stored, or it is given up; while a load waits for it',
    chore: 'sweep',
  },
  upload_parts: { kept: 'with', table: 'uploads' },
  remote_loads: { kept: 'until', end: 'a week after its end', chore: 'sweep' },
  remote_load_secrets: { kept: 'while', span: 'its load has not ended' },
  load_history: { kept: 'until', end: `${LOADS_KEPT_DAYS} days after it began`, chore: 'retention' },
  feeds: { kept: 'while', span: 'an operator has not deleted it; there are 100 at most' },
  feed_secrets: { kept: 'with', table: 'feeds' },
  load_leases: {
    kept: 'while',
    span: 'a folder is watched; of a process that died, until the folder is watched again',
  },
  erasures: { kept: 'always', because: 'it is a row for each erasure of a person, without anything about them' },
  erased_values: { kept: 'always', because: 'what was erased may not come back; they are keyed hashes' },
  source_ids: { kept: 'always', because: 'a supplier’s key must mean the same property in every load' },
  highest_property_id: { kept: 'always', because: 'it is one row' },
  quota_months: { kept: 'until', end: '13 months after it', chore: 'forget-usage' },
  quota_blocks: { kept: 'with', table: 'quota_months' },
  quota_held: { kept: 'while', span: 'the job that holds it has not ended' },
  deliveries: {
    kept: 'until',
    end: `${DELIVERY_LOG_DAYS} days after the last try; a test event that no worker sent, after its making`,
    chore: 'prune-deliveries',
  },
  delivery_tries: { kept: 'until', end: `${DELIVERY_LOG_DAYS} days after it`, chore: 'prune-deliveries' },
  delivery_lanes: { kept: 'while', span: 'a delivery of its account and host is pending' },
  delivery_accounts: { kept: 'while', span: 'a delivery of its account is pending' },
  keyring: { kept: 'always', because: 'it is one row' },
  keyring_keys: {
    kept: 'until',
    end: 'nothing counts any more that was made under it, after its successor began',
    chore: 'renew-keys',
  },
  webhook_secrets: { kept: 'until', end: 'it signs no more: a day after its successor was made', chore: 'retention' },
  audit_log: { kept: 'until', end: 'CONVEYANCE_AUDIT_RETENTION_DAYS after it', chore: 'forget-audit' },
  schedules: { kept: 'while', span: 'the account has not deleted it; CONVEYANCE_SCHEDULES_PER_ACCOUNT bounds them' },
  schedule_runs: { kept: 'until', end: `${JOB_END}; without a job, as long after its instant`, chore: 'retention' },
  property_lists: { kept: 'while', span: 'the account has not deleted it; CONVEYANCE_LISTS_PER_ACCOUNT bounds them' },
  conveyance_migrations: { kept: 'always', because: 'it is a row for each step of the schema' },
  conveyance_migrations_lock: { kept: 'always', because: 'it is one row' },
};

/** By the beginning of their names. */
export const OBJECT_RETENTION: Readonly<Record<string, Retention>> = {
  [RESULTS_PREFIX]: {
    kept: 'until',
    end: 'CONVEYANCE_RESULT_RETENTION_DAYS after the job’s end, and as long as a link works; ten minutes, if no job names it',
    chore: 'sweep',
  },
  [UPLOADS_PREFIX]: { kept: 'until', end: 'until its job has ended; ten minutes, if there is none', chore: 'sweep' },
  [INCOMING_PREFIX]: {
    kept: 'until',
    end: 'until its upload is deleted, or its load forgotten; a day, if it belongs to none',
    chore: 'sweep',
  },
  [LOAD_REJECTS_PREFIX]: {
    kept: 'until',
    end: `${REJECTS_KEPT_DAYS} days after the load, of each the first 10 MiB; until newer ones of all loads come to 1 GiB`,
    chore: 'sweep',
  },
  '.scratch/': {
    kept: 'until',
    end: 'ten minutes after its last byte; a day, if a load may still need it',
    chore: 'sweep',
  },
  [WAREHOUSE_PREFIX]: {
    kept: 'until',
    end: 'until no data version names it; a day, if a load or another change of the data broke off',
    chore: 'sweep',
  },
};
