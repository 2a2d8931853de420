/** The audit log: who exported what, when and from where. Entries are only ever added. */
import type { Caller } from './access.ts';

/** `job-created` an export was accepted · `property-read` a property was read by itself · `link-created` a download link was handed out · `file-downloaded` somebody with the link, or by SFTP, began to fetch it. */
export const AUDIT_EVENTS = ['job-created', 'property-read', 'link-created', 'file-downloaded'] as const;
export type AuditEvent = (typeof AUDIT_EVENTS)[number];

export interface NewAuditEntry {
  readonly event: AuditEvent;
  readonly accountId: string;
  /** Null for a download by link, which needs no credential. `operator` for what an operator did in the account's place. */
  readonly credentialId: string | null;
  /** Null for what is done without a job. */
  readonly jobId: string | null;
  /** Of the other end of the connection; null where there was none. */
  readonly address: string | null;
  /** Of the properties asked for, where the event names them. */
  readonly properties: PropertiesAudited | null;
}

/** What a caller did, with a job of its account or without one. */
export function entryBy(
  { accountId, credentialId, address }: Caller,
  event: AuditEvent,
  jobId: string | null,
): NewAuditEntry {
  return { event, accountId, credentialId, jobId, address: address ?? null, properties: null };
}

export interface PropertiesAudited {
  readonly count: number;
  /** `digestPropertyIds` of them: proves later which ones they were without keeping them. */
  readonly sha256: string;
}

export interface AuditEntry extends NewAuditEntry {
  /** Grows from entry to entry. */
  readonly id: number;
  readonly at: Date;
}

export interface AuditQuery {
  /** Null: of every account. */
  readonly accountId: string | null;
  /** Inclusive; null: from the first. */
  readonly from: Date | null;
  /** Exclusive; null: to the last. */
  readonly until: Date | null;
  readonly limit: number;
}

export interface AuditStore {
  append(entry: NewAuditEntry): Promise<void>;
  /** The oldest entries after `afterId` that the query means, in their order. */
  read(query: AuditQuery & { readonly afterId: number }): Promise<readonly AuditEntry[]>;
  /** The newest that the query means, oldest first. */
  last(query: AuditQuery): Promise<readonly AuditEntry[]>;
}
