/** What ends with an account. Its jobs and its entries in the audit log have times of their own, at which they go. */
import { sql } from 'kysely';
import type { Connection } from '../../tables/schema.ts';
import { PostgresCredentials } from './credentials.ts';
import { PostgresSessions } from './sessions.ts';

/** Before any link's end: the next sweep deletes the files. */
const LONG_AGO = new Date(0);

/** Within the transaction that deletes the account. */
export async function endAllOf(connection: Connection, accountId: string): Promise<void> {
  await new PostgresCredentials(connection).revokeAll(accountId);
  await new PostgresSessions(connection).endAll(accountId);
  await connection.deleteFrom('schedules').where('account_id', '=', accountId).execute();
  await connection.deleteFrom('property_lists').where('account_id', '=', accountId).execute();
  await connection.deleteFrom('webhook_secrets').where('account_id', '=', accountId).execute();
  await connection
    .updateTable('deliveries')
    .set({ state: 'failed', finished_at: sql<Date>`clock_timestamp()`, claim: null })
    .where('account_id', '=', accountId)
    .where('state', '=', 'pending')
    .execute();
  await connection
    .updateTable('jobs')
    .set({ expires_at: LONG_AGO })
    .where('account_id', '=', accountId)
    .where('expires_at', 'is not', null)
    .where('files_deleted_at', 'is', null)
    .execute();
  await connection
    .updateTable('accounts')
    .set((eb) => ({ link_epoch: eb('link_epoch', '+', 1), property_ids: new Uint8Array() }))
    .where('id', '=', accountId)
    .execute();
}
