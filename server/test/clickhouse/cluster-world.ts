/**
 * A server whose objects lie in a bucket, beside a real cluster of two machines: ClickHouse out of npm's chdb, which is too large to be a
 * dependency. CONVEYANCE_TEST_CHDB names the folder in which it was installed (`npm install chdb@3.4.0`).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ExportPlan, TableFile } from '../../src/core/ports/engine.ts';
import { createEngine, type OpenEngine } from '../../src/duckdb/parent/engine.ts';
import { freePort } from '../../src/http/server/listening.ts';
import { recordingLog } from '../duckdb/engine-world.ts';
import { until } from '../support/app.ts';
import { type S3App, s3App } from '../support/s3-app.ts';
import { SWIFT_KEYS, swiftMissing } from '../support/swift.ts';

const CHDB = process.env['CONVEYANCE_TEST_CHDB'] ?? '';
const PYTHON = '/usr/bin/python3';

function whyMissing(): string | null {
  if (swiftMissing !== null) return swiftMissing;
  if (CHDB === '') return 'CONVEYANCE_TEST_CHDB names no folder with chdb';
  const absent = [join(CHDB, 'node_modules', '@chdb'), PYTHON].find((path) => !existsSync(path));
  return absent === undefined ? null : `${absent} not found`;
}

/** What to say where there is no cluster to try; null where there is. */
export const clusterMissing = whyMissing();

const CLUSTER = 'two';
const START_MS = 60_000;

interface Ports {
  readonly tcp: number;
  readonly http: number;
}

/** The least rights that docs/cluster.md asks for. */
const GRANTS = [
  'CREATE TEMPORARY TABLE ON *.*',
  'TABLE ENGINE ON Memory',
  'SELECT ON system.processes',
  'S3, REMOTE ON *.*',
  'NAMED COLLECTION ON conveyance',
];
const USER_NAME = 'exporter';
const PASSWORD = 'known to the tests alone';
const USER = '<profile>default</profile><quota>default</quota><networks><ip>127.0.0.1/8</ip></networks>';

const USERS = `<clickhouse>
  <users>
    <default><password></password>${USER}<named_collection_control>1</named_collection_control></default>
    <${USER_NAME}>
      <password>${PASSWORD}</password>${USER}
      <grants>${GRANTS.map((grant) => `<query>GRANT ${grant}</query>`).join('')}</grants>
    </${USER_NAME}>
  </users>
  <profiles><default/></profiles><quotas><default/></quotas>
</clickhouse>`;

/** @param users the path of `USERS`: a machine of this kind reads them from a file of their own alone */
function configOf(machines: readonly Ports[], objects: string, users: string): string {
  const shards = machines.map(
    ({ tcp }) => `<shard><replica><host>127.0.0.1</host><port>${tcp}</port></replica></shard>`,
  );
  const { accessKeyId, secretAccessKey } = SWIFT_KEYS;
  return `<clickhouse>
  <listen_host>127.0.0.1</listen_host>
  <remote_servers><${CLUSTER}>${shards.join('')}</${CLUSTER}></remote_servers>
  <named_collections><conveyance>
    <url>${objects}</url><access_key_id>${accessKeyId}</access_key_id><secret_access_key>${secretAccessKey}</secret_access_key>
  </conveyance></named_collections>
  <users_config>${users}</users_config>
</clickhouse>`;
}

/** One machine, which is ended by whoever started it. */
class Machine {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
    this.#ended = new Promise((resolve) => void process.once('exit', () => resolve()));
  }

  static async start(directory: string, { tcp, http }: Ports, config: string): Promise<Machine> {
    await mkdir(directory);
    const file = join(directory, 'config.xml');
    await writeFile(file, config);
    const program = join(import.meta.dirname, 'node.py');
    const data = join(directory, 'data');
    const child = spawn(PYTHON, [program, CHDB, data, String(tcp), String(http), file], { stdio: 'ignore' });
    const machine = new Machine(`http://127.0.0.1:${http}`, child);
    await until(
      () => machine.ask('SELECT 1').catch(() => ''),
      (answer) => answer === '1\n',
      START_MS,
    );
    return machine;
  }

  async ask(sql: string): Promise<string> {
    const answer = await fetch(this.url, { method: 'POST', body: sql });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  }

  /** How many objects it has read so far. */
  async objectsRead(): Promise<number> {
    return Number(await this.ask(`SELECT sum(value) FROM system.events WHERE event = 'S3GetObject'`));
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}

export interface ClusterWorld {
  /** With the cluster; every export goes to it that can. */
  readonly server: S3App;
  /** DuckDB alone, over the same objects. */
  readonly alone: OpenEngine;
  readonly machines: readonly Machine[];
  readonly directory: string;
  /** Stores the rows of a query as one file of a table. */
  store(key: string, sql: string): Promise<TableFile>;
  close(): Promise<void>;
}

export async function clusterWorld(): Promise<ClusterWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-cluster-'));
  const ports: Ports[] = [];
  for (let machine = 0; machine < 2; machine++)
    ports.push({ tcp: await freePort('127.0.0.1'), http: await freePort('127.0.0.1') });
  const server = await s3App({
    settings: {
      CONVEYANCE_CLICKHOUSE_URL: ports.map(({ http }) => `http://127.0.0.1:${http}`).join(','),
      CONVEYANCE_CLICKHOUSE_CLUSTER: CLUSTER,
      CONVEYANCE_CLICKHOUSE_USER: USER_NAME,
      CONVEYANCE_CLICKHOUSE_PASSWORD: PASSWORD,
      CONVEYANCE_CLICKHOUSE_MIN_ROWS: '0',
    },
  });
  const users = join(directory, 'users.xml');
  await writeFile(users, USERS);
  const config = configOf(ports, `${server.store.url}/${server.bucket}/conveyance/`, users);
  const machines = await Promise.all(
    ports.map((each, index) => Machine.start(join(directory, `machine-${index}`), each, config)),
  );
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

/** All properties of the plan are asked for that a query would name. */
export function requesting(plan: ExportPlan, ids: readonly number[]): ExportPlan {
  const requested = { columns: [{ name: 'property_id', type: 'id' } as const], batches: [ids.map((id) => [id])] };
  return {
    ...plan,
    inputs: { ...plan.inputs, requested },
    rows: { ...plan.rows, requested: { input: 'requested', order: 'by-property', inFiles: false } },
  };
}
