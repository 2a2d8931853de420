/** Entries of the audit log as a spreadsheet opens them. */
import { AUDIT_ENTRY_FIELDS, type AuditEntry } from '../../server/admin-wire.ts';
import { csvText } from '../../text/csv.ts';

export function csvOf(entries: readonly AuditEntry[]): string {
  return csvText([
    AUDIT_ENTRY_FIELDS,
    ...entries.map((entry) => AUDIT_ENTRY_FIELDS.map((field) => entry[field] ?? null)),
  ]);
}
