/** A server whose objects lie in a bucket, beside a real cluster of two machines. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type ClusterOptions, openCluster } from '../../src/clickhouse/open.ts';
import type { Engine, ExportPlan, TableFile } from '../../src/core/ports/engine.ts';
import { NO_METER } from '../../src/core/ports/telemetry.ts';
import { createEngine, type OpenEngine } from '../../src/duckdb/parent/engine.ts';
import { withCluster } from '../../src/export/by-cluster.ts';
import { column, recordingLog } from '../duckdb/engine-world.ts';
import { rowsOf } from '../duckdb/plans.ts';
import { type S3App, s3App } from '../support/s3-app.ts';
import { CLUSTER, COLLECTION, type Machine, PASSWORD, portsOfMachines, startMachines, USER_NAME } from './machines.ts';

interface Behind {
  readonly engine: Engine;
  readonly log: ReturnType<typeof recordingLog>;
  probe(): Promise<void>;
  close(): Promise<void>;
}

export interface ClusterWorld {
  /** With the cluster; every export goes to it that can. */
  readonly server: S3App;
  /** DuckDB alone, over the same objects. */
  readonly alone: OpenEngine;
  readonly machines: readonly Machine[];
  readonly directory: string;
  /** The same engine with the cluster behind these addresses; every export goes to it that can. */
  behind(urls: readonly string[], changes?: Partial<ClusterOptions>): Behind;
  /** Stores the rows of a query as one file of a table. */
  store(key: string, sql: string): Promise<TableFile>;
  close(): Promise<void>;
}

export async function clusterWorld(): Promise<ClusterWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-cluster-'));
  const ports = await portsOfMachines(2);
  const server = await s3App({
    settings: {
      CONVEYANCE_CLICKHOUSE_URL: ports.map(({ http }) => `http://127.0.0.1:${http}`).join(','),
      CONVEYANCE_CLICKHOUSE_CLUSTER: CLUSTER,
      CONVEYANCE_CLICKHOUSE_USER: USER_NAME,
      CONVEYANCE_CLICKHOUSE_PASSWORD: PASSWORD,
      CONVEYANCE_CLICKHOUSE_MIN_ROWS: '0',
    },
  });
  const machines = await startMachines(directory, ports, `${server.store.url}/${server.bucket}/conveyance/`);
  const { store } = server.app.deps;
  const alone = createEngine({
    exportChildren: 1,
    memoryLimit: '2GB',
    threads: 2,
    spillDirectory: join(directory, 'spill'),
    localize: (key) => store.localize(key),
    hold: (files, signal) => store.hold(files, signal),
    copies: store.copies,
    log: recordingLog(),
  });
  const maker = await (await DuckDBInstance.create(':memory:')).connect();
  await maker.run(`SET TimeZone = 'UTC'`);
  return {
    server,
    alone,
    machines,
    directory,
    behind(urls, changes = {}) {
      const log = recordingLog();
      const finder = openCluster({
        urls,
        cluster: CLUSTER,
        collection: COLLECTION,
        user: USER_NAME,
        password: PASSWORD,
        log,
        ...changes,
      });
      const rules = { minRows: 0, accounts: [], onlyRows: null };
      const engine = withCluster(alone, { finder, rules, log, meter: NO_METER });
      return { engine, log, probe: () => finder.probe(store), close: () => finder.close() };
    },
    async store(key, sql) {
      const path = await store.scratch(`made-${key.replaceAll('/', '-')}`);
      await maker.run(`COPY (${sql}) TO '${path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 8192)`);
      const [[rows = 0] = []] = (await maker.runAndReadAll(`SELECT count(*)::INTEGER FROM '${path}'`)).getRows();
      return { key, rows: Number(rows), tellsNulls: true, ...(await store.put(key, path)) };
    },
    async close() {
      maker.closeSync();
      await alone.close();
      await server.close();
      await Promise.all(machines.map((machine) => machine.kill()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const MANY = [column('property_id', 'id'), column('n', 'count'), column('note', 'text')];
const MANY_IDS = 1000;

/** Rows that lie in three files, of which each property has some in each; those of every second property are asked for. */
export async function manyRows({ store }: ClusterWorld, name: string, rows: number): Promise<ExportPlan> {
  const all = `SELECT id AS property_id, CASE WHEN n % 10 > 0 THEN CAST(n AS INTEGER) END AS n, 'note ' || hash(id * 1000 + n) AS note, n AS place
    FROM range(1, ${MANY_IDS + 1}) ids(id), range(${rows / MANY_IDS}) t(n)`;
  const files: TableFile[] = [];
  for (const third of [0, 1, 2]) {
    const own = `SELECT property_id, n, note FROM (${all}) WHERE place % 3 = ${third} ORDER BY property_id, n, note`;
    files.push(await store(`warehouse/${name}/${third}.parquet`, own));
  }
  const plan: ExportPlan = {
    tables: { t: { columns: MANY, files } },
    inputs: {},
    parameters: {},
    rows: rowsOf(MANY, { order: ['n', 'note'] }),
    columns: MANY,
  };
  return requesting(
    plan,
    Array.from({ length: MANY_IDS / 2 }, (_, index) => 2 * index + 1),
  );
}

/** All properties of the plan are asked for that a query would name. */
export function requesting(plan: ExportPlan, ids: readonly number[]): ExportPlan {
  const requested = { columns: [{ name: 'property_id', type: 'id' } as const], batches: [ids.map((id) => [id])] };
  return {
    ...plan,
    inputs: { ...plan.inputs, requested },
    rows: { ...plan.rows, requested: { input: 'requested', order: 'by-property', inFiles: false } },
  };
}
