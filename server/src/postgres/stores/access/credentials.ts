import { type Selectable, sql } from 'kysely';
import { type Credential, isScope } from '../../../core/access.ts';
import { isUuid } from '../../../core/ids/job-id.ts';
import type { CredentialStore, NewCredential, StoredCredential } from '../../../core/ports/database/credentials.ts';
import type { Topic } from '../../../core/ports/database/events.ts';
import { noPlaceLeft } from '../../../core/turns/places.ts';
import { statement } from '../../connection/statement.ts';
import type { Connection, CredentialsTable } from '../../tables/schema.ts';
import { plainBytes } from '../bytes.ts';

export const REVOKED = 'credential-revoked' satisfies Topic;

/** What is asked of a credential besides what its row says. */
interface Standing {
  readonly expired: boolean;
  readonly suspended: boolean;
}

type CredentialRow = Selectable<CredentialsTable> & Standing;

const PUBLIC_COLUMNS = [
  'id',
  'account_id',
  'kind',
  'access_key',
  'scopes',
  'created_at',
  'revoked_at',
  'name',
  'expires_at',
  'last_used_at',
  'last_address',
] as const;

/** A minute is near enough for “last used”, and a program that polls writes no row with every request. */
const USE_NOTED_MS = 60_000;
const MOST_USES = 10_000;

const EXPIRED = 'coalesce(credentials.expires_at <= clock_timestamp(), false)';
const SUSPENDED =
  'exists (select from accounts where accounts.id = credentials.account_id and accounts.suspended_at is not null)';

export const STANDING = [
  sql<boolean>`${sql.raw(EXPIRED)}`.as('expired'),
  sql<boolean>`${sql.raw(SUSPENDED)}`.as('suspended'),
] as const;

const SELECTED = `select ${PUBLIC_COLUMNS.join(', ')}, ${EXPIRED} as expired, ${SUSPENDED} as suspended`;
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
  `${SELECTED}, secret_hash from credentials where kind = 'token' and secret_hash = any($1::bytea[])`,
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
    name: row.name,
    expiresAt: row.expires_at,
    isExpired: row.expired,
    lastUsedAt: row.last_used_at,
    lastAddress: row.last_address,
    isSuspended: row.suspended,
  };
}

function toStoredCredential(row: CredentialRow | undefined): StoredCredential | null {
  return row === undefined ? null : { ...toCredential(row), secretHash: plainBytes(row.secret_hash) };
}

export class PostgresCredentials implements CredentialStore {
  readonly #connection: Connection;
  readonly #uses = new Map<string, number>();

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
        name: credential.name ?? null,
        expires_at: credential.expiresAt ?? null,
      })
      .returning(PUBLIC_COLUMNS)
      .returning(STANDING)
      .executeTakeFirstOrThrow();
    return toCredential(row);
  }

  async byAccessKey(accessKey: string): Promise<StoredCredential | null> {
    return toStoredCredential((await BY_ACCESS_KEY(this.#connection, accessKey)).rows[0]);
  }

  async byTokenHash(secretHashes: readonly Uint8Array[]): Promise<StoredCredential | null> {
    return toStoredCredential((await BY_TOKEN(this.#connection, secretHashes)).rows[0]);
  }

  async rehash(id: string, from: Uint8Array, to: Uint8Array): Promise<void> {
    await this.#connection
      .updateTable('credentials')
      .set({ secret_hash: to })
      .where('id', '=', id)
      .where('secret_hash', '=', from)
      .execute();
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
      .select(STANDING)
      .$if(accountId !== null, (query) => query.where('account_id', '=', accountId))
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(toCredential);
  }

  async requireRoom(accountId: string, most: number): Promise<void> {
    await this.#connection.selectFrom('accounts').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
    const { count } = await this.#programs(accountId)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('revoked_at', 'is', null)
      .where(sql<boolean>`not ${sql.raw(EXPIRED)}`)
      .executeTakeFirstOrThrow();
    if (count >= most) throw noPlaceLeft('working keys and tokens', most);
  }

  #programs(accountId: string) {
    return this.#connection.selectFrom('credentials').where('account_id', '=', accountId).where('kind', '<>', 'person');
  }

  async listPrograms(accountId: string, limit: number): Promise<readonly Credential[]> {
    const rows = await this.#programs(accountId)
      .select(PUBLIC_COLUMNS)
      .select(STANDING)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toCredential);
  }

  async program(accountId: string, id: string): Promise<Credential | null> {
    if (!isUuid(id)) return null;
    const row = await this.#programs(accountId)
      .select(PUBLIC_COLUMNS)
      .select(STANDING)
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? null : toCredential(row);
  }

  async used(id: string, address: string): Promise<void> {
    const now = performance.now();
    if (now - (this.#uses.get(id) ?? -USE_NOTED_MS) < USE_NOTED_MS) return;
    if (this.#uses.size >= MOST_USES) this.#uses.clear();
    this.#uses.set(id, now);
    await this.#connection
      .updateTable('credentials')
      .set({ last_used_at: sql<Date>`clock_timestamp()`, last_address: address })
      .where('id', '=', id)
      .execute();
  }

  async endAt(id: string, expiresAt: Date): Promise<boolean> {
    if (!isUuid(id)) return false;
    const row = await this.#connection
      .updateTable('credentials')
      .set({ expires_at: sql<Date>`least(expires_at, ${expiresAt}::timestamptz)` })
      .where('id', '=', id)
      .returning(sql<unknown>`case when ${sql.raw(EXPIRED)} then pg_notify(${REVOKED}, id::text) end`.as('notified'))
      .executeTakeFirst();
    return row !== undefined;
  }

  async revoke(id: string): Promise<boolean> {
    return isUuid(id) && (await this.#revoke('id', id)) > 0;
  }

  async revokeAll(accountId: string): Promise<number> {
    return isUuid(accountId) ? this.#revoke('account_id', accountId) : 0;
  }

  async #revoke(column: 'id' | 'account_id', id: string): Promise<number> {
    const rows = await this.#connection
      .with('revoked', (db) =>
        db
          .updateTable('credentials')
          .set({ revoked_at: sql<Date>`clock_timestamp()` })
          .where(column, '=', id)
          .where('revoked_at', 'is', null)
          .returning('id'),
      )
      .selectFrom('revoked')
      .select(sql<unknown>`pg_notify(${REVOKED}, revoked.id::text)`.as('notified'))
      .execute();
    return rows.length;
  }
}
