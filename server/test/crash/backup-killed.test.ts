/**
 * kill -9 in the middle of a backup and of a restore: half a backup is none, half a restore is opened by nothing, and either is made whole by
 * being run again. Controls: a backup without one of its objects, and a restore that marks nothing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../cli/cli-world.ts';
import { demoDatabase, MASTER_KEY } from '../support/app.ts';
import { emptyDatabase } from '../support/postgres.ts';

const PROGRAM = resolve(import.meta.dirname, '../../dist/main.js');
const PRELOAD = pathToFileURL(join(import.meta.dirname, 'backup-killed-at.mjs')).href;
const TIMEOUT_MS = 120_000;

interface Place {
  readonly url: string;
  readonly dataDir: string;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let directory: string;
let original: Place;
const cleanUps: (() => Promise<void>)[] = [];

function settingsOf({ url, dataDir }: Place) {
  return {
    DATABASE_URL: url,
    CONVEYANCE_MASTER_KEY: MASTER_KEY,
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_LOG_LEVEL: 'silent',
  };
}

/** In this process. */
async function run(place: Place, words: readonly string[]): Promise<Ended> {
  const { code, stdout, stderr } = await cli(words, { settings: settingsOf(place) });
  return { code, out: stdout, err: stderr };
}

/** In a process of its own, which dies at that step. */
async function die(place: Place, words: readonly string[], step: string): Promise<void> {
  const hooks = { NODE_OPTIONS: `--import ${PRELOAD}`, CONVEYANCE_TEST_KILLED_AT: step };
  const env = { ...process.env, ...settingsOf(place), ...hooks };
  const child = spawn(process.execPath, [PROGRAM, ...words], { env, stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
}

async function newPlace(): Promise<Place> {
  const { url, close } = await emptyDatabase();
  cleanUps.push(close);
  const dataDir = await mkdtemp(join(directory, 'restored-'));
  return { url, dataDir };
}

async function backUp(folder: string): Promise<Record<string, unknown>> {
  const { code, out, err } = await run(original, ['backup', folder, '--json']);
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

async function contentOf(folder: string): Promise<readonly string[]> {
  const found = await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-backups-'));
  const dataDir = join(directory, 'original');
  await mkdir(dataDir);
  const { url, close } = await demoDatabase(dataDir);
  cleanUps.push(close);
  original = { url, dataDir };
}, TIMEOUT_MS);
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
  await rm(directory, { recursive: true, force: true });
});

describe('kill -9 of a backup', () => {
  it.each(['tables copied', 'an object copied', 'no header yet'])(
    'at “%s” leaves none, and the next one is whole',
    async (step) => {
      const folder = join(directory, `killed at ${step}`);
      await die(original, ['backup', folder], step);
      const left = (await contentOf(folder)).length;
      const listed = await run(original, ['restore', folder, '--list', '--json']);
      expect(JSON.parse(listed.out)).toEqual({ backups: [] });
      const refused = await run(await newPlace(), ['restore', folder]);
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('no whole backup')]);

      const whole = await backUp(folder);
      // What was copied is not copied again, and what was left of the other one is gone.
      expect(whole['copied_objects']).toBe(Number(whole['objects']) - left);
      expect(await readdir(join(folder, 'backups'))).toEqual([whole['id']]);
      expect((await run(original, ['restore', folder, '--check'])).code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'would be seen: a backup that lacks an object is found out, and not restored',
    async () => {
      const folder = join(directory, 'lacking');
      await backUp(folder);
      const [first = ''] = await contentOf(folder);
      await unlink(first);
      const checked = await run(original, ['restore', folder, '--check']);
      expect([checked.code, checked.out]).toEqual([1, expect.stringContaining('cannot be read')]);
      const refused = await run(await newPlace(), ['restore', folder]);
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('is damaged')]);
    },
    TIMEOUT_MS,
  );
});

describe('kill -9 of a restore', () => {
  let folder: string;
  beforeAll(async () => {
    folder = join(directory, 'whole');
    await backUp(folder);
  }, TIMEOUT_MS);

  it.each(['marked', 'an object copied', 'rows filled'])(
    'at “%s” leaves what nothing opens, and goes on when it is run again',
    async (step) => {
      const place = await newPlace();
      await die(place, ['restore', folder], step);
      const refused = await run(place, ['doctor']);
      expect([refused.code, refused.out]).toEqual([1, expect.stringContaining('was broken off')]);
      const again = await run(place, ['restore', folder]);
      expect(again.code, again.err).toBe(0);
      expect((await run(place, ['warehouse', 'check'])).code).toBe(0);
      const counted = async (at: Place) => JSON.parse((await run(at, ['warehouse', 'show', '--json'])).out);
      expect(await counted(place)).toEqual(await counted(original));
    },
    TIMEOUT_MS,
  );

  it(
    'would be seen: without its mark, half a restore opens as if it were a server’s data',
    async () => {
      const place = await newPlace();
      await die(place, ['restore', folder], 'an object copied, unmarked');
      expect((await run(place, ['doctor'])).code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'is nothing to go on with for another backup, and a whole one is not overwritten',
    async () => {
      const place = await newPlace();
      const first = await backUp(folder);
      await die(place, ['restore', folder], 'marked');
      await backUp(folder);
      const other = await run(place, ['restore', folder]);
      expect([other.code, other.err]).toEqual([1, expect.stringContaining(`--backup ${first['id']}`)]);
      expect((await run(place, ['restore', folder, '--backup', String(first['id'])])).code).toBe(0);
      const whole = await run(place, ['restore', folder]);
      expect([whole.code, whole.err]).toEqual([1, expect.stringContaining('has tables already')]);
    },
    TIMEOUT_MS,
  );
});
