/**
 * A real S3 server for tests: OpenStack Swift with its S3 API, from Debian's packages, in a folder of the run and on free ports of the
 * loopback. Once for a run: the first test that asks starts it, the run's end ends it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import { presetVariable } from '../../src/config.ts';
import { SDK_SILENCE } from '../../src/objects.ts';
import { connect } from '../../src/storage/s3/client.ts';

export const SWIFT_KEYS = { accessKeyId: 'test:tester', secretAccessKey: 'testing' } as const;
export const SWIFT_REGION = 'us-east-1';
const ROLES = ['account', 'container', 'object'] as const;
const PROGRAMS = ['swift-ring-builder', 'swift-proxy-server', ...ROLES.map((role) => `swift-${role}-server`)];
const START_MS = 90_000;

const PIPELINE = 'catch_errors cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes proxy-server';
const FILTERS = {
  catch_errors: {},
  cache: { memcache_servers: '127.0.0.1:1' },
  listing_formats: {},
  bulk: {},
  s3api: { location: SWIFT_REGION, s3_acl: 'false', dns_compliant_bucket_names: 'true' },
  tempauth: { [`user_${SWIFT_KEYS.accessKeyId.replace(':', '_')}`]: `${SWIFT_KEYS.secretAccessKey} .admin` },
  copy: {},
  slo: {},
  dlo: {},
  versioned_writes: { allow_versioned_writes: 'true' },
} as const satisfies Record<string, Record<string, string>>;
/** Filters whose program has another name. */
const EGGS: Readonly<Record<string, string>> = { cache: 'memcache' };

function section(name: string, values: Readonly<Record<string, string | number>>): string {
  return `[${name}]\n${Object.entries(values)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')}`;
}

const missing = PROGRAMS.filter((program) => spawnSync('which', [program]).status !== 0);
/** What to say where it is not installed; null where it is. With CONVEYANCE_TEST_S3=required, tests then fail instead of being skipped. */
export const swiftMissing: string | null =
  missing.length === 0
    ? null
    : `${missing.join(', ')} not found: apt-get install swift swift-proxy swift-object swift-container swift-account`;

if (swiftMissing !== null && process.env['CONVEYANCE_TEST_S3'] === 'required') throw new Error(swiftMissing);

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      await new Promise((resolve) => server.close(resolve));
      return typeof address === 'object' && address !== null ? address.port : 0;
    }),
  );
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  // 1: a warning, here that one copy of everything is few.
  if (status !== 0 && status !== 1) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

async function configure(directory: string): Promise<number> {
  const etc = join(directory, 'etc');
  const devices = join(directory, 'srv');
  await mkdir(etc, { recursive: true });
  await mkdir(join(devices, 'd1'), { recursive: true });
  const hash = { swift_hash_path_suffix: 'suffix', swift_hash_path_prefix: 'prefix' };
  await writeFile(
    join(etc, 'swift.conf'),
    section('swift-hash', hash) + section('swift-constraints', { max_header_size: 16_384 }),
  );
  const [proxyPort = 0, ...ports] = await freePorts(1 + ROLES.length);
  const common = { bind_ip: '127.0.0.1', user: userInfo().username, swift_dir: etc, workers: 0 };
  for (const [index, role] of ROLES.entries()) {
    const port = ports[index] ?? 0;
    const ring = [`${role}.builder`];
    run('swift-ring-builder', [...ring, 'create', '4', '1', '1'], etc);
    const device = ['--region', '1', '--zone', '1', '--ip', '127.0.0.1', '--port', String(port), '--device', 'd1'];
    run('swift-ring-builder', [...ring, 'add', ...device, '--weight', '1'], etc);
    run('swift-ring-builder', [...ring, 'rebalance'], etc);
    const own = { ...common, bind_port: port, devices, mount_check: 'false', log_address: join(directory, 'none') };
    const text =
      section('DEFAULT', own) +
      section('pipeline:main', { pipeline: `${role}-server` }) +
      section(`app:${role}-server`, { use: `egg:swift#${role}` });
    await writeFile(join(etc, `${role}.conf`), text);
  }
  const proxy =
    section('DEFAULT', { ...common, bind_port: proxyPort, log_address: join(directory, 'none') }) +
    section('pipeline:main', { pipeline: PIPELINE }) +
    section('app:proxy-server', {
      use: 'egg:swift#proxy',
      account_autocreate: 'true',
      allow_account_management: 'true',
    }) +
    Object.entries(FILTERS)
      .map(([name, values]) => section(`filter:${name}`, { use: `egg:swift#${EGGS[name] ?? name}`, ...values }))
      .join('');
  await writeFile(join(etc, 'proxy.conf'), proxy);
  return proxyPort;
}

async function start(directory: string): Promise<string> {
  const port = await configure(directory);
  const pids = [...ROLES, 'proxy'].map((role) => {
    const log = openSync(join(directory, `${role}.log`), 'w');
    const child = spawn(`swift-${role}-server`, [join(directory, 'etc', `${role}.conf`)], {
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    child.unref();
    return child.pid;
  });
  await writeFile(join(directory, 'pids'), pids.join('\n'));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_MS;
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  ) {
    if (Date.now() > deadline)
      throw new Error(`Swift did not start: ${await readFile(join(directory, 'proxy.log'), 'utf8')}`);
    await delay(200);
  }
  await writeFile(join(directory, 'url'), url);
  return url;
}

/** Of the run's Swift. */
export async function swiftUrl(): Promise<string> {
  const directory = join(inject('runDirectory'), 'swift');
  const made = await mkdir(directory).then(
    () => true,
    () => false,
  );
  if (made) return start(directory);
  const url = join(directory, 'url');
  const deadline = Date.now() + START_MS;
  while (!existsSync(url)) {
    if (Date.now() > deadline) throw new Error('the test that starts Swift did not end with it');
    await delay(200);
  }
  return readFile(url, 'utf8');
}

/** A bucket of the test's own, by the endpoint that the test talks to. */
export async function swiftBucket(): Promise<{ readonly endpoint: string; readonly bucket: string }> {
  const endpoint = await swiftUrl();
  const bucket = `test-${randomUUID()}`;
  const { client } = connectTo(endpoint, bucket);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return { endpoint, bucket };
}

export function connectTo(endpoint: string, bucket: string, prefix = '') {
  presetVariable(...SDK_SILENCE);
  const credentials = { ...SWIFT_KEYS };
  return connect({ endpoint, bucket, prefix, region: SWIFT_REGION, pathStyle: true, credentials });
}

/** The settings of a server on that bucket. */
export function bucketSettings(endpoint: string, bucket: string): Readonly<Record<string, string>> {
  return { CONVEYANCE_STORAGE: `s3://${bucket}/conveyance`, CONVEYANCE_S3_ENDPOINT: endpoint };
}
