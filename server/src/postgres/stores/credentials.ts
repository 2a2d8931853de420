import { type Selectable, sql } from 'kysely';
import { type Credential, isScope } from '../../core/access.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import type { CredentialStore, NewCredential, StoredCredential } from '../../core/ports/database/credentials.ts';
import type { Topic } from '../../core/ports/database/events.ts';
import type { Connection, CredentialsTable } from '../tables/schema.ts';
import { plainBytes } from './bytes.ts';

const REVOKED = 'credential-revoked' satisfies Topic;

type CredentialRow = Selectable<CredentialsTable>;

const PUBLIC_COLUMNS = ['id', 'account_id', 'kind', 'access_key', 'scopes', 'created_at', 'revoked_at'] as const;

function toCredential(row: Omit<CredentialRow, 'secret_hash'>): Credential {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    accessKey: row.access_key,
    // A scope that this version does not know grants nothing.
    scopes: row.scopes.filter(isScope),
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}

function toStoredCredential(row: CredentialRow | undefined): StoredCredential | null {
  return row === undefined ? null : { ...toCredential(row), secretHash: plainBytes(row.secret_hash) };
}

export class PostgresCredentials implements CredentialStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insert(credential: NewCredential): Promise<Credential> {
    const row = await this.#connection
      .insertInto('credentials')
      .values({
        id: credential.id,
        account_id: credential.accountId,
        kind: credential.kind,
        access_key: credential.accessKey,
        secret_hash: credential.secretHash,
        scopes: [...credential.scopes],
      })
      .returning(PUBLIC_COLUMNS)
      .executeTakeFirstOrThrow();
    return toCredential(row);
  }

  async byAccessKey(accessKey: string): Promise<StoredCredential | null> {
    const stored = this.#connection.selectFrom('credentials').selectAll();
    return toStoredCredential(await stored.where('access_key', '=', accessKey).executeTakeFirst());
  }

  async byTokenHash(secretHash: Uint8Array): Promise<StoredCredential | null> {
    const stored = this.#connection.selectFrom('credentials').selectAll().where('kind', '=', 'token');
    return toStoredCredential(await stored.where('secret_hash', '=', secretHash).executeTakeFirst());
  }

  async byId(id: string): Promise<Credential | null> {
    if (!isUuid(id)) return null;
    const row = await this.#connection
      .selectFrom('credentials')
      .select(PUBLIC_COLUMNS)
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? null : toCredential(row);
  }

  async list(accountId: string | null): Promise<readonly Credential[]> {
    if (accountId !== null && !isUuid(accountId)) return [];
    const rows = await this.#connection
      .selectFrom('credentials')
      .select(PUBLIC_COLUMNS)
      .$if(accountId !== null, (query) => query.where('account_id', '=', accountId))
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(toCredential);
  }

  async revoke(id: string): Promise<boolean> {
    if (!isUuid(id)) return false;
    const row = await this.#connection
      .with('revoked', (db) =>
        db
          .updateTable('credentials')
          .set({ revoked_at: sql<Date>`clock_timestamp()` })
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .returning('id'),
      )
      .selectFrom('revoked')
      .select(sql<unknown>`pg_notify(${REVOKED}, revoked.id::text)`.as('notified'))
      .executeTakeFirst();
    return row !== undefined;
  }
}
