import { type Selectable, sql } from 'kysely';
import { type Credential, isScope } from '../../../core/access.ts';
import { isUuid } from '../../../core/ids/job-id.ts';
import type { CredentialStore, NewCredential, StoredCredential } from '../../../core/ports/database/credentials.ts';
import type { Topic } from '../../../core/ports/database/events.ts';
import { statement } from '../../connection/statement.ts';
import type { Connection, CredentialsTable } from '../../tables/schema.ts';
import { plainBytes } from '../bytes.ts';

const REVOKED = 'credential-revoked' satisfies Topic;

type CredentialRow = Selectable<CredentialsTable>;

const PUBLIC_COLUMNS = ['id', 'account_id', 'kind', 'access_key', 'scopes', 'created_at', 'revoked_at'] as const;

const SELECTED = `select ${PUBLIC_COLUMNS.join(', ')}`;
const BY_ID = statement<Omit<CredentialRow, 'secret_hash'>>(
  'credential-by-id',
  `${SELECTED} from credentials where id = $1`,
);
const BY_ACCESS_KEY = statement<CredentialRow>(
  'credential-by-access-key',
  `${SELECTED}, secret_hash from credentials where access_key = $1`,
);
const BY_TOKEN = statement<CredentialRow>(
  'credential-by-token',
  `${SELECTED}, secret_hash from credentials where kind = 'token' and secret_hash = $1`,
);

export function toCredential(row: Omit<CredentialRow, 'secret_hash'>): Credential {
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
    return toStoredCredential((await BY_ACCESS_KEY(this.#connection, accessKey)).rows[0]);
  }

  async byTokenHash(secretHash: Uint8Array): Promise<StoredCredential | null> {
    return toStoredCredential((await BY_TOKEN(this.#connection, secretHash)).rows[0]);
  }

  async byId(id: string): Promise<Credential | null> {
    if (!isUuid(id)) return null;
    const [row] = (await BY_ID(this.#connection, id)).rows;
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
