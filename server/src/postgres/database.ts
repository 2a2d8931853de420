import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Database, Tables } from '../core/ports/database/database.ts';
import type { Topic } from '../core/ports/database/events.ts';
import { tellingPool } from './connection/away.ts';
import { checkServer } from './connection/check-server.ts';
import { PostgresEvents } from './connection/events.ts';
import { type ConnectionOptions, createPool, waitUntilReady } from './connection/pool.ts';
import { migrate } from './migrate.ts';
import { PostgresAccounts } from './stores/accounts.ts';
import { PostgresAudit } from './stores/audit.ts';
import { PostgresCredentials } from './stores/credentials.ts';
import { PostgresDeliveries } from './stores/deliveries.ts';
import { PostgresIdempotency } from './stores/idempotency.ts';
import { PostgresJobs } from './stores/jobs.ts';
import { PostgresQueue } from './stores/queue.ts';
import { PostgresQuota } from './stores/quota.ts';
import { PostgresRateLimits } from './stores/rate-limits.ts';
import { PostgresRetention } from './stores/retention.ts';
import { PostgresSchedules } from './stores/schedules.ts';
import type { Connection, Schema } from './stores/schema.ts';
import { PostgresWarehouse } from './stores/warehouse.ts';
import { PostgresWebhookSecrets } from './stores/webhook-secrets.ts';

/** Every table over the pool, or over one transaction. */
function tablesOn(connection: Connection): Tables {
  return {
    jobs: new PostgresJobs(connection),
    queue: new PostgresQueue(connection),
    idempotency: new PostgresIdempotency(connection),
    rateLimits: new PostgresRateLimits(connection),
    accounts: new PostgresAccounts(connection),
    credentials: new PostgresCredentials(connection),
    warehouse: new PostgresWarehouse(connection),
    quota: new PostgresQuota(connection),
    deliveries: new PostgresDeliveries(connection),
    webhookSecrets: new PostgresWebhookSecrets(connection),
    audit: new PostgresAudit(connection),
    schedules: new PostgresSchedules(connection),
    retention: new PostgresRetention(connection),
  };
}

export interface OpenDatabase extends Database {
  /** Of this process's pool; `waiting` counts requests for a connection. */
  connections(): { readonly inUse: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

/**
 * Connects, waiting up to half a minute for a server that starts; checks that it is new and safe enough; migrates; listens. Throws
 * `unavailable`, `bad_setting`, `weak_authentication` or `unsafe_database`, and then holds no connection.
 */
export async function openDatabase(options: ConnectionOptions): Promise<OpenDatabase> {
  const pool = createPool(options);
  const connection = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: tellingPool(pool) }) });
  const events = new PostgresEvents(options);
  try {
    await waitUntilReady(pool, options.log);
    await checkServer(pool);
    await migrate(connection, options.log);
    await events.open();
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    ...tablesOn(connection),
    subscribe: (topic: Topic, listener) => events.subscribe(topic, listener),
    transaction: (work) => connection.transaction().execute((transaction) => work(tablesOn(transaction))),
    async ping() {
      await sql`select 1`.execute(connection);
    },
    connections: () => ({
      inUse: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    async close() {
      await events.close();
      await pool.end();
    },
  };
}
