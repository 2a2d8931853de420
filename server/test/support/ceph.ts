/** A second real S3 server, of another make: Ceph's RADOS Gateway from Debian's packages, with its objects in memory and on free ports of the loopback. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../src/http/server/listening.ts';
import { until } from './app.ts';

const run = promisify(execFile);

const PROGRAMS = ['ceph-authtool', 'monmaptool', 'ceph-mon', 'ceph-osd', 'ceph', 'radosgw-admin', 'radosgw'];
const missing = PROGRAMS.filter((program) => spawnSync('which', [program]).status !== 0);
/** What to say where it is not installed; null where it is. */
export const cephMissing: string | null =
  missing.length === 0
    ? null
    : `${missing.join(', ')} not found: apt-get install --no-install-recommends radosgw ceph-mon ceph-osd ceph-mgr ceph-common`;

export const CEPH_KEYS = { accessKeyId: 'tester', secretAccessKey: 'testing' } as const;
export const CEPH_START_MS = 120_000;
const COMMAND_MS = 60_000;
const GATEWAY = 'client.gateway';
/** Without keys the gateway hangs at its start: each has one. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  'mon.': ['mon', 'allow *'],
  'client.admin': ['mon', 'allow *', 'osd', 'allow *', 'mgr', 'allow *'],
  'osd.0': ['mon', 'allow profile osd', 'osd', 'allow *'],
  [GATEWAY]: ['mon', 'allow rw', 'osd', 'allow rwx'],
};

async function configuration(directory: string, fsid: string, monitor: string, port: number): Promise<string> {
  const global = {
    fsid,
    'mon host': monitor,
    'auth cluster required': 'cephx',
    'auth service required': 'cephx',
    'auth client required': 'cephx',
    keyring: join(directory, 'keyring'),
    'public addr': '127.0.0.1',
    'cluster addr': '127.0.0.1',
    'run dir': directory,
    'admin socket': join(directory, '$name.asok'),
    'log file': join(directory, '$name.log'),
    'crash dir': join(directory, 'crash'),
    'mon data': join(directory, 'mon'),
    'osd data': join(directory, 'osd'),
    // One copy of everything, in memory, on one machine.
    'osd objectstore': 'memstore',
    'memstore device bytes': 2 * 1024 ** 3,
    'osd pool default size': 1,
    'osd pool default min size': 1,
    'osd pool default pg num': 8,
    'osd pool default pgp num': 8,
    'osd pool default pg autoscale mode': 'off',
    'osd crush chooseleaf type': 0,
    'mon allow pool size one': true,
    'mon max pg per osd': 1000,
  };
  const gateway = { 'rgw frontends': `beast endpoint=127.0.0.1:${port}`, 'rgw data': join(directory, 'gateway') };
  const lines = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([name, value]) => `${name} = ${value}\n`);
  const path = join(directory, 'ceph.conf');
  await writeFile(path, ['[global]\n', ...lines(global), `[${GATEWAY}]\n`, ...lines(gateway)].join(''));
  return path;
}

/** Resolves with its URL when it answers. What runs is written down in the folder’s file `pids`. */
export async function startCeph(directory: string): Promise<string> {
  const fsid = randomUUID();
  const [first, second, port] = [await freePort('127.0.0.1'), await freePort('127.0.0.1'), await freePort('127.0.0.1')];
  const monitor = `[v2:127.0.0.1:${first},v1:127.0.0.1:${second}]`;
  await mkdir(directory, { recursive: true });
  for (const name of ['mon', 'osd', 'gateway']) await mkdir(join(directory, name));
  const conf = ['-c', await configuration(directory, fsid, monitor, port)];
  const command = (program: string, ...args: readonly string[]) =>
    run(program, [...args], { cwd: directory, timeout: COMMAND_MS });
  const daemon = async (program: string, ...args: readonly string[]) => {
    const log = openSync(join(directory, `${program}.out`), 'w');
    const child = spawn(program, [...conf, ...args, '-f'], { stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    child.unref();
    await appendFile(join(directory, 'pids'), `${child.pid}\n`);
  };
  for (const [name, rights] of Object.entries(RIGHTS)) {
    const caps = rights.flatMap((right, index) => (index % 2 === 0 ? ['--cap', right] : [right]));
    const create = name === 'mon.' ? ['--create-keyring'] : [];
    await command('ceph-authtool', 'keyring', ...create, '--gen-key', '-n', name, ...caps);
  }
  await command('monmaptool', '--create', '--addv', 'a', monitor, '--fsid', fsid, 'monmap');
  await command('ceph-mon', ...conf, '--mkfs', '-i', 'a', '--monmap', 'monmap', '--keyring', 'keyring');
  await daemon('ceph-mon', '-i', 'a');
  await command('ceph', ...conf, '--connect-timeout', '30', 'auth', 'import', '-i', 'keyring');
  const osd = randomUUID();
  await command('ceph', ...conf, 'osd', 'new', osd);
  await command('ceph-osd', ...conf, '-i', '0', '--mkfs', '--osd-uuid', osd);
  await daemon('ceph-osd', '-i', '0');
  await until(
    async () => (await command('ceph', ...conf, 'osd', 'stat')).stdout,
    (said) => said.includes('1 up'),
    CEPH_START_MS,
  );
  const { accessKeyId, secretAccessKey } = CEPH_KEYS;
  const keys = ['--access-key', accessKeyId, '--secret', secretAccessKey];
  const user = ['user', 'create', '--uid', 'tester', '--display-name', 'tester', ...keys];
  await command('radosgw-admin', ...conf, '-n', GATEWAY, ...user);
  await daemon('radosgw', '-n', GATEWAY);
  const url = `http://127.0.0.1:${port}`;
  await until(
    () =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    (answers) => answers,
    CEPH_START_MS,
  );
  return url;
}

/** Its parts are groups of their own: what they have started ends with them. */
export async function stopCeph(directory: string): Promise<void> {
  const pids = (await readFile(join(directory, 'pids'), 'utf8').catch(() => '')).split('\n').map(Number);
  for (const pid of pids.filter((each) => each > 1)) process.kill(-pid, 'SIGKILL');
}
