/** The audit log: who exported what, when and from where. Entries are only ever added. */
import type { Caller } from './access.ts';
import { AUDIT_EVENTS, type AuditEvent, type AuditEventRow } from './auditing/events.ts';

export { AUDIT_EVENTS, AUDIT_FIELDS, type AuditEvent } from './auditing/events.ts';

/** Not even a setting makes the log forget sooner: whoever takes over an account must not be able to hide it. */
export const SHORTEST_RETENTION_DAYS = 30;
/** Three years. */
export const DEFAULT_RETENTION_DAYS = 1095;

/** A person searches less than that in an hour; a program that searches more is known by then. Some 300 bytes each. */
export const MOST_AN_HOUR = 1000;

/** In the place of a credential, for what an operator does. */
export const OPERATOR = 'operator';

export function isHourly(event: AuditEvent): boolean {
  const row: AuditEventRow = AUDIT_EVENTS[event];
  return row.isHourly ?? false;
}

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
  /** What it was done to or with: the event says which. */
  readonly subject: string | null;
}

/** A caller, or whoever holds a link, and so has no credential. */
interface Actor extends Pick<Caller, 'accountId' | 'address'> {
  readonly credentialId: string | null;
}

/** What someone did, with a job of the account or without one. */
export function entryBy(
  { accountId, credentialId, address }: Actor,
  event: AuditEvent,
  jobId: string | null,
): NewAuditEntry {
  return { event, accountId, credentialId, jobId, address: address ?? null, properties: null, subject: null };
}

/** What an entry of an hourly event becomes beyond `MOST_AN_HOUR`: the same for all that follow. */
export function withoutDetails(entry: NewAuditEntry): NewAuditEntry {
  return { ...entry, address: null, properties: null, subject: null };
}

/** Which operator: whoever runs a command on the data, or a credential of operators, with where it came from. */
export interface OperatorActor {
  readonly credentialId: string;
  readonly address?: string;
}

export const BY_COMMAND: OperatorActor = { credentialId: OPERATOR };

/** What an operator did to an account. */
export function entryByOperator(
  event: AuditEvent,
  accountId: string,
  subject: string | null,
  { credentialId, address }: OperatorActor = BY_COMMAND,
): NewAuditEntry {
  return { ...entryBy({ accountId, credentialId, ...(address !== undefined && { address }) }, event, null), subject };
}

export interface PropertiesAudited {
  readonly count: number;
  /** `digestPropertyIds` of them: proves later which ones they were, without storing them. Null where only their number is told. */
  readonly sha256: string | null;
}

/** SHA-256, in hex, of JSON: proves later what was asked, without storing it. */
export async function digestConditions(conditions: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(conditions));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export interface AuditEntry extends NewAuditEntry {
  /** Grows from entry to entry. */
  readonly id: number;
  readonly at: Date;
}

export interface AuditQuery {
  /** Null: of every account. */
  readonly accountId: string | null;
  /** Only these; all when left out or empty. */
  readonly events?: readonly AuditEvent[];
  /** Only what it did; all when left out. */
  readonly credentialId?: string | null;
  /** Only older ones; all when left out. */
  readonly beforeId?: number | null;
  /** Inclusive; null: from the first. */
  readonly from: Date | null;
  /** Exclusive; null: to the last. */
  readonly until: Date | null;
  readonly limit: number;
}

export interface AuditStore {
  /** An entry of an hourly event is left out if the hour has it already. */
  append(entry: NewAuditEntry): Promise<void>;
  /** All or none, in their order, in one statement however many they are; those of hourly events as `append` does. */
  appendAll(entries: readonly NewAuditEntry[]): Promise<void>;
  /** The oldest entries after `afterId` that the query selects, in their order. */
  read(query: AuditQuery & { readonly afterId: number }): Promise<readonly AuditEntry[]>;
  /** The newest that the query selects, oldest first. */
  last(query: AuditQuery): Promise<readonly AuditEntry[]>;
  /** Deletes the oldest entries of before the instant, `limit` at most; returns how many. None of the last `SHORTEST_RETENTION_DAYS` is ever deleted. */
  prune(before: Date, limit: number): Promise<number>;
}
