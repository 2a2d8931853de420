/**
 * A real S3 server: OpenStack Swift with its S3 API, from Debian's packages, in a folder of its own and on free ports of the loopback. For the
 * benchmark, and for the tests, which share it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const SWIFT_KEYS = { accessKeyId: 'test:tester', secretAccessKey: 'testing' } as const;
export const SWIFT_REGION = 'us-east-1';
const ROLES = ['account', 'container', 'object'] as const;
const PROGRAMS = ['swift-ring-builder', 'swift-proxy-server', ...ROLES.map((role) => `swift-${role}-server`)];
export const SWIFT_START_MS = 90_000;

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
/** What to say where it is not installed; null where it is. */
export const swiftMissing: string | null =
  missing.length === 0
    ? null
    : `${missing.join(', ')} not found: apt-get install swift swift-proxy swift-object swift-container swift-account`;

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

/** Runs `swift-ring-builder` with each of the lists of words. A process for each took most of Swift's start. */
const RING_BUILDER = `
import json, sys
from swift.cli.ringbuilder import main
for words in json.loads(sys.argv[1]):
    try:
        main(['swift-ring-builder', *words])
    except SystemExit as end:
        # 1: a warning, here that one copy of everything is few.
        if end.code not in (None, 0, 1):
            raise
`;

function buildRings(commands: readonly (readonly string[])[], cwd: string): void {
  // Debian's Python has Debian's packages.
  const args = ['-c', RING_BUILDER, JSON.stringify(commands)];
  const { status, stderr } = spawnSync('/usr/bin/python3', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`swift-ring-builder: ${stderr}`);
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
  const rings: string[][] = [];
  for (const [index, role] of ROLES.entries()) {
    const port = ports[index] ?? 0;
    const ring = `${role}.builder`;
    const device = ['--region', '1', '--zone', '1', '--ip', '127.0.0.1', '--port', String(port), '--device', 'd1'];
    rings.push([ring, 'create', '4', '1', '1'], [ring, 'add', ...device, '--weight', '1'], [ring, 'rebalance']);
    const own = { ...common, bind_port: port, devices, mount_check: 'false', log_address: join(directory, 'none') };
    const text =
      section('DEFAULT', own) +
      section('pipeline:main', { pipeline: `${role}-server` }) +
      section(`app:${role}-server`, { use: `egg:swift#${role}` });
    await writeFile(join(etc, `${role}.conf`), text);
  }
  buildRings(rings, etc);
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

/** Resolves with its URL when it answers. What runs is written down in the folder’s file `pids`. */
export async function startSwift(directory: string): Promise<string> {
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
  const deadline = Date.now() + SWIFT_START_MS;
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

/** Its parts are groups of their own: what they have started ends with them. */
export async function stopSwift(directory: string): Promise<void> {
  const pids = (await readFile(join(directory, 'pids'), 'utf8')).split('\n').map(Number);
  for (const pid of pids.filter((each) => each > 1)) process.kill(-pid, 'SIGKILL');
}
