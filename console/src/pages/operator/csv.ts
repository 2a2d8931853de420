/** Entries of the audit log as a spreadsheet opens them. */
import { AUDIT_ENTRY_FIELDS, type AuditEntry } from '../../server/admin-wire.ts';

/** What a spreadsheet would take for a formula: an account's name may begin like one. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string | number | null): string {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(entries: readonly AuditEntry[]): string {
  const lines = entries.map((entry) => AUDIT_ENTRY_FIELDS.map((field) => cell(entry[field])).join(','));
  return `${[AUDIT_ENTRY_FIELDS.join(','), ...lines].join('\r\n')}\r\n`;
}
