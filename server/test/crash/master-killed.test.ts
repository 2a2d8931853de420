/**
 * kill -9 in the middle of a change of the master key, and of the database's password: the keys are those of before or of after, whatever
 * was done, and the change is finished by being run again. Controls: files that are written in the wrong order.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { embeddedRunning } from '../../src/postgres/embedded/embedded.ts';
import { cli } from '../cli/cli-world.ts';
import { until } from '../support/app.ts';

const PROGRAM = resolve(import.meta.dirname, '../../dist/main.js');
const PRELOAD = pathToFileURL(join(import.meta.dirname, 'master-killed-at.mjs')).href;
const TIMEOUT_MS = 120_000;

type Settings = Readonly<Record<string, string>>;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let directory: string;
/** As the first start has made it; each test has a copy. */
let template: string;
let dataDir: string;

function settingsWith(settings: Settings): Settings {
  return { CONVEYANCE_DATA_DIR: dataDir, CONVEYANCE_LOG_LEVEL: 'silent', ...settings };
}

/** In this process. */
async function run(words: readonly string[], settings: Settings = {}): Promise<Ended> {
  const { code, stdout, stderr } = await cli(words, { settings: settingsWith(settings) });
  return { code, out: stdout, err: stderr };
}

async function json(words: readonly string[], settings: Settings = {}): Promise<Record<string, unknown>> {
  const { code, out, err } = await run([...words, '--json'], settings);
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

/** The command in a process of its own, which dies at that step, and its database with it. */
async function die(words: readonly string[], step: string): Promise<void> {
  const hooks = { NODE_OPTIONS: `--import ${PRELOAD}`, CONVEYANCE_TEST_KILLED_AT: step };
  const env = { ...process.env, ...settingsWith(hooks) };
  const child = spawn(process.execPath, [PROGRAM, ...words], { env, stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  await stopDatabase();
}

async function stopDatabase(): Promise<void> {
  const postgres = await embeddedRunning(dataDir);
  if (postgres === null) return;
  process.kill(postgres.pid, 'SIGQUIT');
  await until(
    () => embeddedRunning(dataDir),
    (running) => running === null,
  );
}

async function masterKeyId(settings: Settings = {}): Promise<unknown> {
  const { master_key: masterKey } = await json(['master'], settings);
  return (masterKey as { id: string }).id;
}

async function keyFiles(): Promise<readonly string[]> {
  return (await readdir(dataDir)).filter((name) => name.includes('.key')).toSorted();
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-master-'));
  await chmod(directory, 0o711);
  template = join(directory, 'template');
  dataDir = template;
  await json(['accounts', 'create', 'Acme']);
}, TIMEOUT_MS);
beforeEach(async () => {
  dataDir = join(directory, 'data');
  // With its owners: the database runs as a user of its own under root.
  await promisify(execFile)('cp', ['-a', template, dataDir]);
});
afterEach(async () => {
  await stopDatabase();
  await rm(dataDir, { recursive: true, force: true });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('kill -9 of a change of the master key', () => {
  it.each([
    ['next key written', 'before'],
    ['password sealed by both', 'before'],
    ['not committed', 'before'],
    ['committed', 'after'],
    ['key before kept', 'after'],
    ['key in its place', 'after'],
  ])(
    'at “%s” leaves the one %s, and is finished by being run again',
    async (step, which) => {
      const oldKey = await readFile(join(dataDir, 'master.key'), 'utf8');
      const oldId = await masterKeyId();
      await die(['master', 'rotate', '--yes'], step);
      const left = await masterKeyId();
      if (which === 'before') {
        expect(left).toBe(oldId);
        await json(['master', 'rotate', '--yes']);
      } else {
        expect(left).not.toBe(oldId);
      }
      expect(await keyFiles()).toEqual(['database.key', 'master.key', `master.key.before-${String(oldId)}`]);
      const newKey = await readFile(join(dataDir, 'master.key'), 'utf8');
      expect(newKey).not.toBe(oldKey);
      expect((await json(['accounts', 'list']))['accounts']).toHaveLength(1);
      const refused = await run(['accounts', 'list'], { CONVEYANCE_MASTER_KEY: oldKey });
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('sealed by another master key')]);
    },
    TIMEOUT_MS,
  );

  it(
    'would be seen: a password that only the next master key opens keeps the server from starting',
    async () => {
      await die(['master', 'rotate', '--yes'], 'password sealed by the next alone');
      await rm(join(dataDir, 'master.key.next'));
      expect((await run(['accounts', 'list'])).code).not.toBe(0);
    },
    TIMEOUT_MS,
  );
});

describe('kill -9 of a change of the database’s password', () => {
  const CHANGE = ['master', 'rotate', '--purpose', 'database', '--yes'];

  it.each(['two passwords', 'password changed'])(
    'at “%s” leaves a database that opens, and is finished by being run again',
    async (step) => {
      await die(CHANGE, step);
      expect((await json(['accounts', 'list']))['accounts']).toHaveLength(1);
      await json(CHANGE);
      expect((await json(['accounts', 'list']))['accounts']).toHaveLength(1);
      const passwords: unknown = JSON.parse(await readFile(join(dataDir, 'database.key'), 'utf8'));
      expect(passwords).toEqual([{ isDerived: false, seals: expect.anything() }]);
    },
    TIMEOUT_MS,
  );

  it(
    'would be seen: a file that has only the next password keeps the server from starting',
    async () => {
      await die(CHANGE, 'next password alone');
      const { code, err } = await run(['accounts', 'list']);
      expect([code, err]).toEqual([2, expect.stringContaining('refuses our password')]);
    },
    TIMEOUT_MS,
  );
});

describe('a data directory of a release before the keyring', () => {
  it(
    'is opened as it is, and gets a password that the next change of the master key keeps',
    async () => {
      // What such a release has not made.
      await rm(join(dataDir, 'database.key'));
      expect((await json(['accounts', 'list']))['accounts']).toHaveLength(1);
      expect(await keyFiles()).toEqual(['database.key', 'master.key']);
      await json(['master', 'rotate', '--yes']);
      expect((await json(['accounts', 'list']))['accounts']).toHaveLength(1);
    },
    TIMEOUT_MS,
  );
});
