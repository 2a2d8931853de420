import { type Selectable, sql } from 'kysely';
import {
  type AuditEntry,
  type AuditQuery,
  type AuditStore,
  isHourly,
  type NewAuditEntry,
  SHORTEST_RETENTION_DAYS,
} from '../../core/audit.ts';
import { atomically } from '../connection/pipeline.ts';
import { statement } from '../connection/statement.ts';
import type { AuditLogTable, Connection } from '../tables/schema.ts';
import { HourOfEntries, sameness } from './audit-hour.ts';

/** All but what only tells whether an entry is new. */
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
] as const;

/** A list for each column: the text and the number of its values stay the same, however many entries there are. */
const APPEND = statement(
  'append-audit',
  `insert into audit_log (event, account_id, credential_id, job_id, address, property_count, property_ids_sha256, subject, once)
  select event, account_id, credential_id, job_id, address, property_count, property_ids_sha256, subject,
    sha256(convert_to(said || floor(extract(epoch from clock_timestamp()) / 3600)::text, 'UTF8'))
  from unnest(
    $1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::integer[], $7::text[], $8::text[], $9::text[]
  ) with ordinality as entry (
    event, account_id, credential_id, job_id, address, property_count, property_ids_sha256, subject, said, place
  )
  order by place
  on conflict (once) where once is not null do nothing`,
);

function toEntry(row: Selectable<AuditLogTable>): AuditEntry {
  const { property_count: count, property_ids_sha256: sha256 } = row;
  return {
    id: row.id,
    at: row.at,
    event: row.event,
    accountId: row.account_id,
    credentialId: row.credential_id,
    jobId: row.job_id,
    address: row.address,
    properties: count === null ? null : { count, sha256 },
    subject: row.subject,
  };
}

export class PostgresAudit implements AuditStore {
  readonly #connection: Connection;
  readonly #hour = new HourOfEntries();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  append(entry: NewAuditEntry): Promise<void> {
    return this.appendAll([entry]);
  }

  async appendAll(all: readonly NewAuditEntry[]): Promise<void> {
    const hour = this.#hour;
    const entries = all
      .map((entry) => (isHourly(entry.event) ? hour.thinned(entry) : entry))
      .filter((entry) => !isHourly(entry.event) || !hour.isStored(entry));
    if (entries.length === 0) return;
    await APPEND(
      this.#connection,
      entries.map(({ event }) => event),
      entries.map(({ accountId }) => accountId),
      entries.map(({ credentialId }) => credentialId),
      entries.map(({ jobId }) => jobId),
      entries.map(({ address }) => address),
      entries.map(({ properties }) => properties?.count ?? null),
      entries.map(({ properties }) => properties?.sha256 ?? null),
      entries.map(({ subject }) => subject),
      entries.map((entry) => (isHourly(entry.event) ? sameness(entry) : null)),
    );
    for (const entry of entries) if (isHourly(entry.event)) hour.stored(entry);
  }

  #meant({ accountId, from, until, limit, events = [], credentialId = null, beforeId = null }: AuditQuery) {
    return this.#connection
      .selectFrom('audit_log')
      .select(COLUMNS)
      .$if(accountId !== null, (query) => query.where('account_id', '=', accountId))
      .$if(events.length > 0, (query) => query.where('event', 'in', events))
      .$if(credentialId !== null, (query) => query.where('credential_id', '=', credentialId))
      .$if(beforeId !== null, (query) => query.where('id', '<', beforeId ?? 0))
      .$if(from !== null, (query) => query.where('at', '>=', from))
      .$if(until !== null, (query) => query.where('at', '<', until))
      .limit(limit);
  }

  async read(query: AuditQuery & { readonly afterId: number }): Promise<readonly AuditEntry[]> {
    const rows = await this.#meant(query).where('id', '>', query.afterId).orderBy('id').execute();
    return rows.map(toEntry);
  }

  async last(query: AuditQuery): Promise<readonly AuditEntry[]> {
    const rows = await this.#meant(query).orderBy('id', 'desc').execute();
    return rows.reverse().map(toEntry);
  }

  prune(before: Date, limit: number): Promise<number> {
    return atomically(this.#connection, async (tx) => {
      await sql`set local conveyance.audit_retention = 'on'`.execute(tx);
      const { numAffectedRows } = await sql`
        delete from audit_log where id in (
          select id from audit_log
          where at < least(${before}::timestamptz, clock_timestamp() - make_interval(days => ${SHORTEST_RETENTION_DAYS}::int))
          order by at limit ${limit}
        )`.execute(tx);
      return Number(numAffectedRows ?? 0n);
    });
  }
}
