/** Entries of the audit log as a spreadsheet opens them. */
import type { AuditEntry } from '../../server/admin-wire.ts';

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

/** What a spreadsheet would take for a formula: an account's name may begin like one. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string | number | null): string {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(entries: readonly AuditEntry[]): string {
  const lines = entries.map((entry) => COLUMNS.map((column) => cell(entry[column] ?? null)).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}
