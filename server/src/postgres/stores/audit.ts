import { type Selectable, sql } from 'kysely';
import type { AuditEntry, AuditQuery, AuditStore, NewAuditEntry } from '../../core/audit.ts';
import type { AuditLogTable, Connection } from './schema.ts';

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
    properties: count === null || sha256 === null ? null : { count, sha256 },
  };
}

export class PostgresAudit implements AuditStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  append(entry: NewAuditEntry): Promise<void> {
    return this.appendAll([entry]);
  }

  async appendAll(entries: readonly NewAuditEntry[]): Promise<void> {
    // A list for each column: the statement's text and the number of its parameters stay the same, however many entries there are.
    await sql`
      insert into audit_log (event, account_id, credential_id, job_id, address, property_count, property_ids_sha256)
      select event, account_id, credential_id, job_id, address, property_count, property_ids_sha256
      from unnest(
        ${entries.map(({ event }) => event)}::text[],
        ${entries.map(({ accountId }) => accountId)}::uuid[],
        ${entries.map(({ credentialId }) => credentialId)}::text[],
        ${entries.map(({ jobId }) => jobId)}::uuid[],
        ${entries.map(({ address }) => address)}::text[],
        ${entries.map(({ properties }) => properties?.count ?? null)}::integer[],
        ${entries.map(({ properties }) => properties?.sha256 ?? null)}::text[]
      ) with ordinality as entry (
        event, account_id, credential_id, job_id, address, property_count, property_ids_sha256, place
      )
      order by place`.execute(this.#connection);
  }

  #meant({ accountId, from, until, limit }: AuditQuery) {
    return this.#connection
      .selectFrom('audit_log')
      .selectAll()
      .$if(accountId !== null, (query) => query.where('account_id', '=', accountId))
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
}
