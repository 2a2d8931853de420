import type { Selectable } from 'kysely';
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

  async append(entry: NewAuditEntry): Promise<void> {
    await this.#connection
      .insertInto('audit_log')
      .values({
        event: entry.event,
        account_id: entry.accountId,
        credential_id: entry.credentialId,
        job_id: entry.jobId,
        address: entry.address,
        property_count: entry.properties?.count ?? null,
        property_ids_sha256: entry.properties?.sha256 ?? null,
      })
      .execute();
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
