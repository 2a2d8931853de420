import { sql } from 'kysely';
import { isScope } from '../../../core/access.ts';
import { isUuid } from '../../../core/ids/job-id.ts';
import type { Topic } from '../../../core/ports/database/events.ts';
import type {
  Invitation,
  NewInvitation,
  NewSession,
  Session,
  SessionStore,
} from '../../../core/ports/database/sessions.ts';
import type { Connection } from '../../tables/schema.ts';
import { plainBytes } from '../bytes.ts';
import { STANDING, toCredential } from './credentials.ts';

const ENDED = 'session-ended' satisfies Topic;
const MOST_LISTED = 100;
const PUBLIC_COLUMNS = ['id', 'credential_id', 'address', 'created_at', 'expires_at'] as const;

interface SessionRow {
  readonly id: string;
  readonly credential_id: string;
  readonly address: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
}

function toSession({ id, credential_id, address, created_at, expires_at }: SessionRow): Session {
  return { id, credentialId: credential_id, address, createdAt: created_at, expiresAt: expires_at };
}

export class PostgresSessions implements SessionStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async invite({ id, accountId, scopes, tokenHash, expiresAt }: NewInvitation): Promise<void> {
    await this.#connection
      .insertInto('invitations')
      .values({ id, account_id: accountId, scopes: [...scopes], token_hash: tokenHash, expires_at: expiresAt })
      .execute();
  }

  async takeInvitation(tokenHashes: readonly Uint8Array[], now: Date): Promise<Invitation | null> {
    const row = await this.#connection
      .deleteFrom('invitations')
      .where('token_hash', 'in', tokenHashes)
      .where('expires_at', '>', now)
      .returning(['account_id', 'scopes', 'token_hash'])
      .executeTakeFirst();
    if (row === undefined) return null;
    return { accountId: row.account_id, scopes: row.scopes.filter(isScope), tokenHash: plainBytes(row.token_hash) };
  }

  async insert({ id, credentialId, tokenHash, address, expiresAt }: NewSession): Promise<void> {
    await this.#connection
      .insertInto('sessions')
      .values({ id, credential_id: credentialId, token_hash: tokenHash, address, expires_at: expiresAt })
      .execute();
  }

  async byTokenHash(tokenHashes: readonly Uint8Array[], now: Date) {
    const row = await this.#connection
      .selectFrom('sessions')
      .innerJoin('credentials', 'credentials.id', 'sessions.credential_id')
      .select([
        'sessions.id as session_id',
        'credential_id',
        'address',
        'sessions.created_at as began_at',
        'sessions.expires_at',
        'token_hash',
      ])
      .select(['credentials.id', 'account_id', 'kind', 'access_key', 'scopes', 'credentials.created_at', 'revoked_at'])
      .select(['name', 'credentials.expires_at as ends_at', 'last_used_at', 'last_address'])
      .select(STANDING)
      .where('token_hash', 'in', tokenHashes)
      .where('sessions.expires_at', '>', now)
      .executeTakeFirst();
    if (row === undefined) return null;
    const session = toSession({ ...row, id: row.session_id, created_at: row.began_at });
    const credential = toCredential({ ...row, expires_at: row.ends_at });
    return { session, credential, tokenHash: plainBytes(row.token_hash) };
  }

  async prolong(id: string, { expiresAt, tokenHash }: Pick<NewSession, 'expiresAt' | 'tokenHash'>): Promise<void> {
    await this.#connection
      .updateTable('sessions')
      .set({ expires_at: sql<Date>`greatest(expires_at, ${expiresAt})`, token_hash: tokenHash })
      .where('id', '=', id)
      .execute();
  }

  async list(credentialId: string, now: Date): Promise<readonly Session[]> {
    const rows = await this.#connection
      .selectFrom('sessions')
      .select(PUBLIC_COLUMNS)
      .where('credential_id', '=', credentialId)
      .where('expires_at', '>', now)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(MOST_LISTED)
      .execute();
    return rows.map(toSession);
  }

  async endAll(accountId: string): Promise<void> {
    await this.#connection
      .deleteFrom('sessions')
      .where('credential_id', 'in', (eb) =>
        eb.selectFrom('credentials').select('id').where('account_id', '=', accountId),
      )
      .execute();
    await this.#connection.deleteFrom('invitations').where('account_id', '=', accountId).execute();
  }

  async end(credentialId: string, id: string): Promise<boolean> {
    if (!isUuid(id)) return false;
    const row = await this.#connection
      .with('ended', (db) =>
        db.deleteFrom('sessions').where('credential_id', '=', credentialId).where('id', '=', id).returning('id'),
      )
      .selectFrom('ended')
      .select(sql<unknown>`pg_notify(${ENDED}, ended.id::text)`.as('notified'))
      .executeTakeFirst();
    return row !== undefined;
  }
}
