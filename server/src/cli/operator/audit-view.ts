/** Entries of the audit log as the command line shows them. */

import { formatCount } from '@conveyance/cli/terminal';
import type { AuditEntry } from '../../core/audit.ts';

const SHOWN_OF_SUBJECT = 36;

/** A digest is shown by its beginning. */
export function auditRow({
  at,
  event,
  accountId,
  credentialId,
  jobId,
  address,
  properties,
  subject,
}: AuditEntry): string[] {
  const count = properties === null ? '-' : formatCount(properties.count);
  const about = subject === null ? '-' : subject.slice(0, SHOWN_OF_SUBJECT);
  return [at.toISOString(), event, accountId, credentialId ?? '-', jobId ?? '-', address ?? '-', count, about];
}

export const AUDIT_HEADER = ['AT', 'EVENT', 'ACCOUNT', 'CREDENTIAL', 'JOB', 'FROM', 'PROPERTIES', 'SUBJECT'];
