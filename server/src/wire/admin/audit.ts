/** The audit log as operators read it over HTTP. */
import { z } from 'zod';
import { AUDIT_EVENTS, type AuditEntry, type AuditEvent, type AuditQuery } from '../../core/audit.ts';
import { integer, text } from '../fields.ts';
import { encodeCursor, nextCursor, pageQuery, type Query, QueryReader } from './requests.ts';

/** An entry has some 300 bytes. */
const MOST_ENTRIES = 1000;
export const AUDIT_EVENT_NAMES = Object.keys(AUDIT_EVENTS) as AuditEvent[];
const LONGEST_CREDENTIAL = 64;

const auditEntrySchema = z
  .object({
    id: integer(),
    at: text({ format: 'date-time' }),
    event: text({ description: 'docs/audit-log.md says what each means.' }),
    account_id: text({ format: 'uuid' }),
    credential_id: text({ description: '`operator`: a command on the data.' }).nullable(),
    job_id: text({ format: 'uuid' }).nullable(),
    address: text().nullable(),
    property_count: integer().nullable(),
    property_ids_sha256: text().nullable(),
    subject: text().nullable(),
  })
  .meta({ id: 'AuditEntry' });

export const auditListSchema = z
  .object({ entries: z.array(auditEntrySchema), next_cursor: nextCursor })
  .meta({ id: 'AuditList' });

export const auditQuery = pageQuery(MOST_ENTRIES).extend({
  account_id: text({ format: 'uuid', description: 'Of this account alone.' }).optional(),
  credential_id: text({ description: 'By this credential alone; `operator`: by commands.' }).optional(),
  event: text({ description: 'Only these events, separated by commas.' }).optional(),
  from: text({ description: 'A day or an instant, inclusive.' }).optional(),
  to: text({ description: 'A day or an instant, exclusive.' }).optional(),
});

export function readAuditQuery(query: Query): AuditQuery {
  const reader = new QueryReader(query);
  return reader.done({
    accountId: reader.uuid('account_id'),
    credentialId: reader.text('credential_id', LONGEST_CREDENTIAL),
    events: reader.words('event', AUDIT_EVENT_NAMES),
    from: reader.instant('from'),
    until: reader.instant('to'),
    beforeId: reader.cursor(z.tuple([z.int().positive()]).transform(([id]) => id)),
    limit: reader.limit(MOST_ENTRIES),
  });
}

/** As `--json`, `audit export` and this interface write it. */
export function auditFields(entry: AuditEntry): z.infer<typeof auditEntrySchema> {
  const { id, at, event, accountId, credentialId, jobId, address, properties, subject } = entry;
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

/** @param entries the newest first. */
export function auditListFields(entries: readonly AuditEntry[], limit: number): z.infer<typeof auditListSchema> {
  const last = entries.at(-1);
  const next = last === undefined || entries.length < limit ? null : encodeCursor([last.id]);
  return { entries: entries.map(auditFields), next_cursor: next };
}
