/**
 * A fleet of the release before becomes one of this release, a node after the other, under load through nginx: old and new serve beside each
 * other on the new schema, and no job is lost. On a data directory that all of them have, as that release knows no buckets.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../src/http/server/listening.ts';
import { OwnPostgres } from '../crash/own-postgres.ts';
import { DEMO_END, MASTER_KEY, type TestAccount, until } from '../support/app.ts';
import { NodeProcess, type Settings } from '../support/fleet/node-process.ts';
import { NodeProxy, nginxMissing } from '../support/fleet/proxy.ts';
import { buildRelease, releaseMissing } from '../support/fleet/release.ts';
import { notInThisTier } from '../support/fleet/tier.ts';
import { type Receiver, startReceiver } from '../webhooks/receiver.ts';
import { MixedLoad } from './mixed-load.ts';
import { judge } from './verdict.ts';

const TIMEOUT_MS = 1_500_000;
const CUSTOMERS = 4;
/** Jobs that customers have read before the next node is replaced. */
const JOBS_BETWEEN = 6;
const missing = notInThisTier ?? releaseMissing ?? nginxMissing;

let directory: string;
let postgres: OwnPostgres;
let before: NodeProcess[];
let after: NodeProcess[];
let proxy: NodeProxy;
let sink: Receiver;
let accounts: TestAccount[];

/** A command of the release before. */
async function operate(
  program: string,
  settings: Settings,
  ...words: readonly string[]
): Promise<Record<string, string>> {
  const env = { ...process.env, ...settings, CONVEYANCE_LOG_LEVEL: 'silent' };
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words, '--json'], { env });
  return JSON.parse(stdout);
}

async function addAccount(program: string, settings: Settings, name: string): Promise<TestAccount> {
  const scopes = 'exports:read,exports:write,data:read';
  const { id = '' } = await operate(program, settings, 'accounts', 'create', name);
  const { token = '' } = await operate(program, settings, 'tokens', 'create', '--account', id, '--scopes', scopes);
  const made = await operate(program, settings, 'keys', 'create', '--account', id);
  const key = { accessKey: made['access_key'] ?? '', secret: made['secret'] ?? '' };
  return { id, token, key: key as TestAccount['key'] };
}

/** The same places twice: of the release before, and of this one. */
async function makeNodes(program: string, settings: Settings, dataDir: string): Promise<void> {
  [before, after] = [[], []];
  for (const role of ['api', 'worker'] as const) {
    for (const number of [1, 2]) {
      const place = { role, name: `${role}-${number}`, port: await freePort('127.0.0.1'), dataDir, settings };
      before.push(new NodeProcess({ ...place, program }));
      after.push(new NodeProcess(place));
    }
  }
}

describe.skipIf(missing !== null)(
  `a fleet that is upgraded node by node${missing === null ? '' : ` (${missing})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    beforeAll(async () => {
      const fleets = join(inject('runDirectory'), 'fleets');
      await mkdir(fleets, { recursive: true });
      directory = await mkdtemp(join(fleets, 'upgrade-'));
      await chmod(directory, 0o711);
      const program = await buildRelease(join(directory, 'release'));
      postgres = await OwnPostgres.make(join(directory, 'database'));
      sink = await startReceiver();
      const port = await freePort('127.0.0.1');
      const dataDir = join(directory, 'data');
      await mkdir(dataDir);
      const settings = {
        DATABASE_URL: postgres.url,
        CONVEYANCE_DATA_DIR: dataDir,
        CONVEYANCE_MASTER_KEY: MASTER_KEY,
        CONVEYANCE_PUBLIC_URL: `http://127.0.0.1:${port}`,
        CONVEYANCE_LEASE_SECONDS: '10',
        CONVEYANCE_DRAIN_SECONDS: '10',
        CONVEYANCE_WORKERS: '1',
        CONVEYANCE_ENGINE_THREADS: '1',
        CONVEYANCE_MEMORY_LIMIT: '256MiB',
        CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0',
        CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
        CONVEYANCE_CALLBACK_ALLOW: '127.0.0.0/8',
        CONVEYANCE_LOG_LEVEL: 'info',
      };
      await makeNodes(program, settings, dataDir);
      const [first, ...others] = before;
      await first?.start();
      const made = join(directory, 'generated');
      await operate(program, settings, 'generate', '--size', 'tiny', '--end', DEMO_END, '--out', made);
      await operate(program, settings, 'load', made);
      accounts = [];
      for (let count = 1; count <= CUSTOMERS; count++)
        accounts.push(await addAccount(program, settings, `Customer ${count}`));
      await Promise.all(others.map((node) => node.start()));
      const apis = before.filter(({ role }) => role === 'api').map(({ url }) => url);
      proxy = await NodeProxy.start(directory, apis, port);
    }, TIMEOUT_MS);
    afterAll(async () => {
      await proxy?.[Symbol.asyncDispose]();
      await Promise.all([...(before ?? []), ...(after ?? [])].map((node) => node.kill()));
      await postgres?.[Symbol.asyncDispose]();
      await sink?.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 20 });
    }, TIMEOUT_MS);

    it('answers what it should, and loses no job, whichever release does it', async () => {
      const load = new MixedLoad({ urls: () => [proxy.url], callbackUrl: sink.url(), mustAnswer: true });
      const moreJobs = async () => {
        const enough = load.read + JOBS_BETWEEN;
        await until(
          async () => load.read,
          (read) => read >= enough,
          TIMEOUT_MS / 6,
        );
      };
      // Why an answer was a fault is in the log of the node that gave it.
      const errors: string[] = [];
      for (const [release, nodes] of Object.entries({ before, after })) {
        for (const node of nodes) {
          node.onLog = ({ event, error }) => {
            if (error !== undefined) errors.push(`${node.name} ${release}: ${event}: ${error.stack ?? error.message}`);
          };
        }
      }
      load.begin(accounts);
      try {
        await moreJobs();
        for (const [index, old] of before.entries()) {
          await old.stop();
          await after[index]?.start();
          await moreJobs();
        }
      } finally {
        await load.stop();
      }
      // Two releases may write the same rows in other bytes: each file is held to the digest that its job names.
      const jobs = load.acknowledged.map((job) => ({ ...job, request: job.id }));
      const [api] = after;
      if (api === undefined) throw new Error('there is no node');
      const verdict = await judge({ api: () => api, postgres }, jobs);
      console.info(
        `an upgrade node by node: ${jobs.length} jobs acknowledged, ${load.read} read by their customers; ` +
          `answers ${JSON.stringify(Object.fromEntries(load.statuses))}; ${load.faults.length} faults`,
      );
      expect(load.faults, errors.join('\n')).toEqual([]);
      expect(load.torn).toEqual([]);
      expect(verdict).toMatchObject({ lost: [], torn: [], duplicated: [], untold: [] });
    });
  },
);
