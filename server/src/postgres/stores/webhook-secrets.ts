import { sql } from 'kysely';
import type { StoredWebhookSecret, WebhookSecretStore } from '../../core/ports/database/webhooks.ts';
import { atomically } from '../connection/pipeline.ts';
import type { Connection } from '../tables/schema.ts';
import { plainBytes } from './bytes.ts';

export class PostgresWebhookSecrets implements WebhookSecretStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async live(accountId: string): Promise<readonly StoredWebhookSecret[]> {
    const rows = await this.#connection
      .selectFrom('webhook_secrets')
      .select(['sealed', 'created_at', 'expires_at'])
      .where('account_id', '=', accountId)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`clock_timestamp()`)]))
      .orderBy('id', 'desc')
      .execute();
    return rows.map(({ sealed, created_at, expires_at }) => ({
      sealed: plainBytes(sealed),
      createdAt: created_at,
      expiresAt: expires_at,
    }));
  }

  async insertFirst(accountId: string, sealed: Uint8Array): Promise<void> {
    await this.#connection
      .insertInto('webhook_secrets')
      .values({ account_id: accountId, sealed })
      .onConflict((conflict) => conflict.column('account_id').where('expires_at', 'is', null).doNothing())
      .execute();
  }

  async rotate(accountId: string, sealed: Uint8Array, graceSeconds: number): Promise<void> {
    await atomically(this.#connection, async (tx) => {
      // One rotation of an account at a time: two simultaneous ones would both find the same current secret.
      await tx.selectFrom('accounts').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
      await tx
        .deleteFrom('webhook_secrets')
        .where('account_id', '=', accountId)
        .where('expires_at', 'is not', null)
        .execute();
      await tx
        .updateTable('webhook_secrets')
        .set({ expires_at: sql<Date>`clock_timestamp() + make_interval(secs => ${graceSeconds})` })
        .where('account_id', '=', accountId)
        .execute();
      await tx.insertInto('webhook_secrets').values({ account_id: accountId, sealed }).execute();
    });
  }
}
