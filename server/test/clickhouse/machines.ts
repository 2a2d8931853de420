/** Real machines of a cluster: ClickHouse out of npm's chdb, which is too large to be a dependency. CONVEYANCE_TEST_CHDB names the folder in which it was installed (`npm install chdb@3.4.0`). */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../src/http/server/listening.ts';
import { until } from '../support/app.ts';
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

export const CLUSTER = 'two';
export const COLLECTION = 'conveyance';
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
  `NAMED COLLECTION ON ${COLLECTION}`,
];
export const USER_NAME = 'exporter';
export const PASSWORD = 'known to the tests alone';
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
  <named_collections><${COLLECTION}>
    <url>${objects}</url><access_key_id>${accessKeyId}</access_key_id><secret_access_key>${secretAccessKey}</secret_access_key>
  </${COLLECTION}></named_collections>
  <users_config>${users}</users_config>
</clickhouse>`;
}

interface Started {
  readonly directory: string;
  readonly ports: Ports;
}

/** One machine, which is ended by whoever started it. */
export class Machine {
  readonly url: string;
  readonly #started: Started;
  #process: ChildProcess;
  #ended: Promise<void>;

  private constructor(started: Started) {
    this.url = `http://127.0.0.1:${started.ports.http}`;
    this.#started = started;
    [this.#process, this.#ended] = this.#spawn();
  }

  static async start(directory: string, ports: Ports, config: string): Promise<Machine> {
    await mkdir(directory);
    await writeFile(join(directory, 'config.xml'), config);
    const machine = new Machine({ directory, ports });
    await machine.#answers();
    return machine;
  }

  /** As an operator of the machine, or as the user that exports have. */
  async ask(sql: string, { asExporter = false, queryId = '' } = {}): Promise<string> {
    const headers = asExporter ? { 'X-ClickHouse-User': USER_NAME, 'X-ClickHouse-Key': PASSWORD } : {};
    const answer = await fetch(`${this.url}/?query_id=${queryId}`, { method: 'POST', body: sql, headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  }

  /** How many objects it has read so far. */
  async objectsRead(): Promise<number> {
    return Number(await this.ask(`SELECT sum(value) FROM system.events WHERE event = 'S3GetObject'`));
  }

  /** How many queries of exports it works on, for itself or for another machine. */
  async exportQueries(): Promise<number> {
    return Number(
      await this.ask(`SELECT count() FROM system.processes WHERE startsWith(initial_query_id, 'conveyance.')`),
    );
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** After it was killed. */
  async restart(): Promise<void> {
    [this.#process, this.#ended] = this.#spawn();
    await this.#answers();
  }

  #spawn(): [ChildProcess, Promise<void>] {
    const { directory, ports } = this.#started;
    const program = join(import.meta.dirname, 'node.py');
    const [data, config] = [join(directory, 'data'), join(directory, 'config.xml')];
    const child = spawn(PYTHON, [program, CHDB, data, String(ports.tcp), String(ports.http), config], {
      stdio: 'ignore',
    });
    return [child, new Promise((resolve) => void child.once('exit', () => resolve()))];
  }

  async #answers(): Promise<void> {
    await until(
      () => this.ask('SELECT 1').catch(() => ''),
      (answer) => answer === '1\n',
      START_MS,
    );
  }
}

export async function portsOfMachines(count: number): Promise<readonly Ports[]> {
  const ports: Ports[] = [];
  for (let machine = 0; machine < count; machine++)
    ports.push({ tcp: await freePort('127.0.0.1'), http: await freePort('127.0.0.1') });
  return ports;
}

/** @param objects where they see the store, with the prefix of its objects */
export async function startMachines(
  directory: string,
  ports: readonly Ports[],
  objects: string,
): Promise<readonly Machine[]> {
  const users = join(directory, 'users.xml');
  await writeFile(users, USERS);
  const config = configOf(ports, objects, users);
  return Promise.all(ports.map((each, index) => Machine.start(join(directory, `machine-${index}`), each, config)));
}
