import { Kysely, PostgresDialect, sql } from 'kysely';
import type pg from 'pg';
import type { Database, Tables } from '../core/ports/database/database.ts';
import type { Topic } from '../core/ports/database/events.ts';
import { Admission } from '../core/turns/admission.ts';
import { tellingPool } from './connection/away.ts';
import { checkServer } from './connection/check-server.ts';
import { PostgresEvents } from './connection/events.ts';
import { inPipeline } from './connection/pipeline.ts';
import {
  type ConnectionOptions,
  createPool,
  PROMPT_POOL,
  SETUP_POOL,
  WORK_POOL,
  waitUntilReady,
} from './connection/pool.ts';
import { migrate } from './migrate.ts';
import { PostgresAccounts } from './stores/access/accounts.ts';
import { PostgresCredentials } from './stores/access/credentials.ts';
import { PostgresKeyring } from './stores/access/keyring.ts';
import { PostgresSessions } from './stores/access/sessions.ts';
import { PostgresAudit } from './stores/audit.ts';
import { PostgresDeliveries } from './stores/deliveries.ts';
import { PostgresIdempotency } from './stores/idempotency.ts';
import { PostgresFeeds } from './stores/incoming/feeds.ts';
import { PostgresLoadHistory } from './stores/incoming/load-history.ts';
import { PostgresRemoteLoads } from './stores/incoming/remote-loads.ts';
import { PostgresUploads } from './stores/incoming/uploads.ts';
import { PostgresJobs } from './stores/jobs.ts';
import { PostgresLists } from './stores/lists/lists.ts';
import { backupRuns } from './stores/locks.ts';
import { PostgresNodes } from './stores/nodes.ts';
import { PostgresOperatorJobs } from './stores/operator-jobs.ts';
import { PostgresQueue } from './stores/queue.ts';
import { PostgresQuota } from './stores/quota.ts';
import { PostgresRateLimits } from './stores/rate-limits.ts';
import { PostgresRetention } from './stores/retention.ts';
import { PostgresSchedules } from './stores/schedules.ts';
import { PostgresErasures } from './stores/versions/erasures.ts';
import { PostgresWarehouse, VersionMemory } from './stores/versions/warehouse.ts';
import { PostgresWebhookSecrets } from './stores/webhook-secrets.ts';
import type { Connection, Schema } from './tables/schema.ts';

/** Every table over the pool, or over one transaction. */
function tablesOn(connection: Connection, versions: VersionMemory): Tables {
  return {
    jobs: new PostgresJobs(connection),
    queue: new PostgresQueue(connection),
    idempotency: new PostgresIdempotency(connection),
    rateLimits: new PostgresRateLimits(connection),
    accounts: new PostgresAccounts(connection),
    credentials: new PostgresCredentials(connection),
    sessions: new PostgresSessions(connection),
    warehouse: new PostgresWarehouse(connection, versions),
    erasures: new PostgresErasures(connection, versions),
    quota: new PostgresQuota(connection),
    deliveries: new PostgresDeliveries(connection),
    webhookSecrets: new PostgresWebhookSecrets(connection),
    audit: new PostgresAudit(connection),
    schedules: new PostgresSchedules(connection),
    lists: new PostgresLists(connection),
    retention: new PostgresRetention(connection),
    nodes: new PostgresNodes(connection),
    operatorJobs: new PostgresOperatorJobs(connection),
    uploads: new PostgresUploads(connection),
    remoteLoads: new PostgresRemoteLoads(connection),
    loads: new PostgresLoadHistory(connection),
    feeds: new PostgresFeeds(connection),
    keyring: new PostgresKeyring(connection),
  };
}

export interface OpenDatabase extends Database {
  /** Of this process's pool; `waiting` counts requests for a connection. */
  connections(): { readonly inUse: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

/** Of the connections for work about half: what reads, and what workers write, need some too. */
const CREATES = {
  name: 'requests to make something',
  perHolder: 2,
  inAll: 4,
  waitingPerHolder: 20,
  waitingInAll: 1000,
};

function open(pool: pg.Pool, { password }: Pick<ConnectionOptions, 'password'>): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: tellingPool(pool, password) }) });
}

/** Waits for the server, checks it and migrates it, on connections of its own, which are closed again. */
async function prepare(options: ConnectionOptions): Promise<void> {
  const pool = createPool(options, SETUP_POOL);
  try {
    await waitUntilReady(pool, options.log);
    await checkServer(pool);
    await migrate(open(pool, options), options.log);
  } finally {
    await pool.end();
  }
}

function countsOf(pools: readonly pg.Pool[]): ReturnType<OpenDatabase['connections']> {
  const total = (count: (pool: pg.Pool) => number) => pools.reduce((sum, pool) => sum + count(pool), 0);
  return {
    inUse: total(({ totalCount, idleCount }) => totalCount - idleCount),
    idle: total(({ idleCount }) => idleCount),
    waiting: total(({ waitingCount }) => waitingCount),
  };
}

/**
 * Connects, waiting up to half a minute for a server that starts; checks that it is new and safe enough; migrates; listens. Throws
 * `unavailable`, `bad_setting`, `weak_authentication` or `unsafe_database`, and then holds no connection.
 */
export async function openDatabase(options: ConnectionOptions): Promise<OpenDatabase> {
  await prepare(options);
  const events = new PostgresEvents(options);
  await events.open();
  const pools = [createPool(options, WORK_POOL), createPool(options, PROMPT_POOL)] as const;
  const [connection, prompt] = [open(pools[0], options), open(pools[1], options)];
  const creates = new Admission(CREATES);
  const versions = new VersionMemory();
  return {
    ...tablesOn(connection, versions),
    queue: new PostgresQueue(connection, prompt),
    credentials: new PostgresCredentials(prompt),
    sessions: new PostgresSessions(prompt),
    rateLimits: new PostgresRateLimits(prompt),
    nodes: new PostgresNodes(prompt),
    keyring: new PostgresKeyring(prompt),
    subscribe: (topic: Topic, listener) => events.subscribe(topic, listener),
    transaction: (work) => inPipeline(connection, (transaction) => work(tablesOn(transaction, versions))),
    inTurn: (accountId, work) => creates.run(accountId, null, work),
    backupRuns: () => backupRuns(connection),
    async ping() {
      await sql`select 1`.execute(prompt);
    },
    async now() {
      const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(prompt);
      return rows[0]?.now ?? Promise.reject(new Error('a statement without tables yields one row'));
    },
    connections: () => countsOf(pools),
    async close() {
      await events.close();
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}
