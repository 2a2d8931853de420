/**
 * kill -9 of the server at each step of a result's way from the engine to its place: what is found under a result's name is whole, and the
 * job ends after a restart with the bytes that it would have had. Control: a store that makes files where they are read.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Conveyance } from '@conveyance/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GUIDE_IDS } from '../support/app.ts';
import { ServerProcess } from './server-process.ts';

const TIMEOUT_MS = 240_000;
const PRELOAD = pathToFileURL(join(import.meta.dirname, 'killed-at-step.mjs')).href;
const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-01-01',
  end_date: '2025-12-31',
  property_ids: [...GUIDE_IDS],
} as const;

let server: ServerProcess;
let token: string;
/** Of the same request, undisturbed. */
let expected: string | undefined;

async function open(settings: Readonly<Record<string, string>> = {}): Promise<Conveyance> {
  return new Conveyance({ url: await server.serve({ settings }), token });
}

async function wait(client: Conveyance, jobId: string): Promise<string | undefined> {
  const ended = await client.exports.wait(jobId, { timeoutMs: TIMEOUT_MS / 3 });
  expect(ended.status).toBe('succeeded');
  return ended.result?.sha256;
}

beforeAll(async () => {
  // A short lease: a takeover that does not take half a minute.
  server = await ServerProcess.beside({ CONVEYANCE_LEASE_SECONDS: '3' }, { demo: true });
  ({ token } = await server.account());
  const client = await open();
  expected = await wait(client, (await client.exports.create(REQUEST)).job_id);
  await server.kill();
}, TIMEOUT_MS);
afterAll(() => server.close(), TIMEOUT_MS);

/** Of the files that have the name of a result of the job. */
async function digests(jobId: string): Promise<readonly string[]> {
  const results = join(server.dataDir, 'objects', 'results');
  const found = await readdir(results, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const own = paths.filter((path) => path.includes(jobId));
  return Promise.all(
    own.map(async (path) =>
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ),
  );
}

/** Creates the job, and resolves when the server has died of it. */
async function killAt(step: string): Promise<string> {
  const dying = await open({ NODE_OPTIONS: `--import ${PRELOAD}`, CONVEYANCE_TEST_KILLED_AT: step });
  const { job_id: jobId } = await dying.exports.create(REQUEST);
  expect(await server.died()).toBe('SIGKILL');
  return jobId;
}

describe('kill -9 of the server on the way of a result', () => {
  it.each([
    ['pipe open', 0],
    ['first bytes', 0],
    ['engine done', 0],
    ['file in place', 1],
  ] as const)(
    'at “%s” leaves nothing torn',
    async (step, files) => {
      const jobId = await killAt(step);
      const left = await digests(jobId);
      expect(left).toEqual(Array.from({ length: files }, () => expected));
      const client = await open();
      expect(await wait(client, jobId)).toBe(expected);
      expect(new Set(await digests(jobId))).toEqual(new Set([expected]));
      expect(await readdir(join(server.dataDir, 'objects', '.scratch'))).toEqual([]);
      await server.kill();
    },
    TIMEOUT_MS,
  );

  it(
    'would be seen to tear a file that is made where it is read',
    async () => {
      const jobId = await killAt('first bytes in place');
      const left = await digests(jobId);
      expect(left).toHaveLength(1);
      expect(left).not.toEqual([expected]);
    },
    TIMEOUT_MS,
  );
});
