/** Entries of the audit log as a spreadsheet opens them. */
import type { AuditEntry } from '../../server/admin-wire.ts';
import { csvText } from '../../text/csv.ts';

const COLUMNS = [
  'id',
  'at',
  'event',
  'account_id',
  'credential_id',
  'job_id',
  'address',
  'property_count',
  'property_ids_sha256',
  'subject',
] as const satisfies readonly (keyof AuditEntry)[];

export function csvOf(entries: readonly AuditEntry[]): string {
  return csvText([COLUMNS, ...entries.map((entry) => COLUMNS.map((column) => entry[column] ?? null))]);
}
