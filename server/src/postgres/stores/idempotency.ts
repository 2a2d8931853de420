import { sql } from 'kysely';
import type { AcceptedRequest, IdempotencyKey, IdempotencyStore } from '../../core/ports/database/idempotency.ts';
import type { Connection } from '../tables/schema.ts';
import { plainBytes } from './bytes.ts';
import { tryLock } from './locks.ts';

/** Deletes in small transactions: none of them holds up a request with a key. */
const KEYS_FORGOTTEN_AT_ONCE = 1000;

export class PostgresIdempotency implements IdempotencyStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** A lock, not a row: an uncommitted row would make the second request wait instead of learning of the first. */
  hold({ accountId, key }: IdempotencyKey): Promise<boolean> {
    return tryLock(this.#connection, `idempotency ${accountId} ${key}`);
  }

  async find({ accountId, key }: IdempotencyKey): Promise<AcceptedRequest | null> {
    const row = await this.#connection
      .selectFrom('idempotency_keys')
      .select(['fingerprint', 'job_id', 'accepted_at'])
      .where('account_id', '=', accountId)
      .where('key', '=', key)
      .executeTakeFirst();
    if (row === undefined) return null;
    return { fingerprint: plainBytes(row.fingerprint), jobId: row.job_id, acceptedAt: row.accepted_at };
  }

  async remember({ accountId, key }: IdempotencyKey, request: AcceptedRequest): Promise<void> {
    const columns = {
      fingerprint: request.fingerprint,
      job_id: request.jobId,
      accepted_at: request.acceptedAt,
    };
    await this.#connection
      .insertInto('idempotency_keys')
      .values({ account_id: accountId, key, ...columns })
      .onConflict((conflict) => conflict.columns(['account_id', 'key']).doUpdateSet(columns))
      .execute();
  }

  async forget(acceptedBefore: Date): Promise<number> {
    let forgotten = 0;
    for (let deleted = KEYS_FORGOTTEN_AT_ONCE; deleted === KEYS_FORGOTTEN_AT_ONCE; forgotten += deleted) {
      const { numAffectedRows = 0n } = await sql`
        with old as materialized (
          select account_id, key from idempotency_keys where accepted_at < ${acceptedBefore}
          order by accepted_at limit ${KEYS_FORGOTTEN_AT_ONCE} for update skip locked
        )
        delete from idempotency_keys spent using old
        where spent.account_id = old.account_id and spent.key = old.key`.execute(this.#connection);
      deleted = Number(numAffectedRows);
    }
    return forgotten;
  }
}
