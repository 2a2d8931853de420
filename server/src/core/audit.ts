/** The audit log: who exported what, when and from where. Entries are only ever added. */
import type { Caller } from './access.ts';

/** What an entry can name, besides its instant. */
export const AUDIT_FIELDS = {
  accountId: 'account',
  credentialId: 'credential',
  jobId: 'job',
  address: 'address',
  properties: 'number of properties, SHA-256 of their ids',
} as const;
export type AuditField = keyof typeof AUDIT_FIELDS;

const ALWAYS = '';

interface AuditEventRow {
  /** What happened. */
  readonly meaning: string;
  /** When the entry is written. */
  readonly written: string;
  /** What the entry names; if not every entry of the event does, when it does. */
  readonly fields: Readonly<Partial<Record<AuditField, string>>>;
}

/** `docs/audit-log.md` is generated from this. */
export const AUDIT_EVENTS = {
  'job-created': {
    meaning: 'An export was accepted: a report, an upload, or a schedule’s run',
    written: 'in the transaction that accepts the job: both or neither',
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      jobId: ALWAYS,
      address: 'unless a schedule asked',
      properties: ALWAYS,
    },
  },
  'property-read': {
    meaning: 'A property, or up to a hundred, were read without a job',
    written: 'in the transaction that counts the properties, before they are answered',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: ALWAYS, properties: ALWAYS },
  },
  'link-created': {
    meaning:
      'Links to a job’s files were handed out: by the results route of Bulk Data Export, or in an answer of the Reonomy dialect that has `result_urls`, with one entry for each job in it',
    written: 'before the links are handed out',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, jobId: ALWAYS, address: ALWAYS },
  },
  'file-downloaded': {
    meaning: 'Someone began to fetch a file, with a link or by SFTP',
    written: 'before the first byte of a file, or of a range of it, is sent; by SFTP once each time the file is opened',
    fields: { accountId: ALWAYS, credentialId: 'by SFTP: a link needs none', jobId: ALWAYS, address: ALWAYS },
  },
} as const satisfies Readonly<Record<string, AuditEventRow>>;
export type AuditEvent = keyof typeof AUDIT_EVENTS;

export interface NewAuditEntry {
  readonly event: AuditEvent;
  readonly accountId: string;
  /** Null for a download by link, which needs no credential. `operator` for what an operator did on the account's behalf. */
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
  /** `digestPropertyIds` of them: proves later which ones they were, without storing them. */
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
  /** All or none, in their order, in one statement however many they are. */
  appendAll(entries: readonly NewAuditEntry[]): Promise<void>;
  /** The oldest entries after `afterId` that the query selects, in their order. */
  read(query: AuditQuery & { readonly afterId: number }): Promise<readonly AuditEntry[]>;
  /** The newest that the query selects, oldest first. */
  last(query: AuditQuery): Promise<readonly AuditEntry[]>;
}
