/** Entries of the audit log as the command line shows them. */

import { formatCount } from '@conveyance/cli/terminal';
import type { AuditEntry } from '../../core/audit.ts';

/** As `--json` and `audit export` write it. */
export function auditJson({ id, at, event, accountId, credentialId, jobId, address, properties, subject }: AuditEntry) {
  return {
    id,
    at: at.toISOString(),
    event,
    account_id: accountId,
    credential_id: credentialId,
    job_id: jobId,
    address,
    property_count: properties?.count ?? null,
    property_ids_sha256: properties?.sha256 ?? null,
    subject,
  };
}

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
