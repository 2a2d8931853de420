/** Notifications of changes, between processes. */
import type { JobKey } from '../../job.ts';

export const TOPICS = [
  'task-ready',
  'delivery-ready',
  'job-finished',
  'job-changed',
  'credential-revoked',
  'session-ended',
  'keyring-changed',
] as const;

/**
 * `task-ready`, `delivery-ready` and `keyring-changed` carry nothing, `job-finished` the job's id, `job-changed` the account's and the job's (`parseJobChange`) and
 * `credential-revoked` the credential's, `session-ended` the session's. An empty `job-changed` says that messages of any topic may have been lost.
 */
export type Topic = (typeof TOPICS)[number];

/** Reads what `job-changed` carries; null when it is empty. */
export function parseJobChange(payload: string): JobKey | null {
  const [accountId, id] = payload.split('/');
  return accountId && id ? { accountId, id } : null;
}

export interface Events {
  /** Calls back for every message from now on, including those of other processes. Returns a function that stops it. */
  subscribe(topic: Topic, listener: (payload: string) => void): () => void;
}
