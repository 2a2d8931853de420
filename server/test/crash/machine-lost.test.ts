/**
 * A machine is lost after a backup under load, and the backup restored on another: what was acknowledged before the backup began is there.
 * Every finished job's file has its hash, every unfinished one ends, and links, tokens, keys and the host key of SFTP are those of before.
 */
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Conveyance } from '@conveyance/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { embeddedRunning } from '../../src/postgres/embedded/embedded.ts';
import { until } from '../support/app.ts';
import { BatchClient, uuidOf } from '../support/file-jobs.ts';
import { ServerProcess } from './server-process.ts';

/** In which the Reonomy dialect counts a key's requests. */
const RATE_SECOND_MS = 1100;
const TIMEOUT_MS = 400_000;
/** How often a customer submits while the backup is made. */
const SUBMIT_MS = 50;

let server: ServerProcess;
let other: ServerProcess;
let backups: string;

beforeAll(async () => {
  const settings = { CONVEYANCE_LEASE_SECONDS: '3', CONVEYANCE_ENGINE_THREADS: '1', CONVEYANCE_SFTP_PORT: '0' };
  server = await ServerProcess.alone(settings);
  other = await ServerProcess.alone(settings);
  backups = await mkdtemp(join(tmpdir(), 'conveyance-backups-'));
  const generated = join(server.directory, 'generated');
  await server.command('generate', '--size', 'tiny', '--end', '2025-12', '--out', generated);
  await server.command('load', generated);
}, TIMEOUT_MS);
afterAll(async () => {
  await server?.close();
  await other?.close();
  await rm(backups, { recursive: true, force: true });
}, TIMEOUT_MS);

const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-11-01',
  end_date: '2025-12-31',
  property_ids: [99001416, 99001470, 99004737],
} as const;

/** Nothing of it is left but what was carried away before: the master key. */
async function lose(machine: ServerProcess): Promise<void> {
  await copyFile(join(machine.dataDir, 'master.key'), join(backups, 'master.key'));
  await machine.kill();
  const postgres = await embeddedRunning(machine.dataDir);
  if (postgres === null) throw new Error('the killed server was to leave its database running');
  process.kill(postgres.pid, 'SIGQUIT');
  await until(
    () => embeddedRunning(machine.dataDir),
    (running) => running === null,
  );
  await rm(machine.dataDir, { recursive: true });
}

async function sha256(response: Response): Promise<string> {
  expect(response.status).toBe(200);
  return createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex');
}

/** Handed out now, to be used later. */
async function linkOf(url: string, token: string, jobId: string): Promise<string> {
  const response = await fetch(`${url}/apartmentiq/api/v1/bulk_api/jobs/${jobId}/results`, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'manual',
  });
  expect(response.status).toBe(302);
  return response.headers.get('location') ?? '';
}

function keysOf(facts: Record<string, unknown>): unknown {
  return (facts['checks'] as { check: string; detail: string }[]).filter(({ check }) => check.startsWith('sftp'));
}

it(
  'a lost machine costs what was accepted after its backup, and nothing else',
  async () => {
    const { id: accountId } = await server.command('accounts', 'create', 'Acme');
    const account = String(accountId);
    const { token } = await server.command('tokens', 'create', '--account', account);
    const key = await server.command('keys', 'create', '--account', account);
    const hostKeys = keysOf(await server.command('doctor'));
    let url = await server.serve();
    let client = new Conveyance({ url, token: String(token) });
    const asKey = () =>
      new BatchClient(
        { url },
        { key: { accessKey: String(key['access_key']), secret: String(key['secret']) } },
        60_000,
      );

    const finished = await Promise.all(
      [1, 2, 3].map(async () => client.exports.wait((await client.exports.create(REQUEST)).job_id)),
    );
    const details = JSON.stringify({ detail_type: ['basic', 'sales'], property_ids: [uuidOf(99001416)] });
    const fileJob = await asKey().run('property-details', details);
    const link = await linkOf(url, String(token), finished[0]?.job_id ?? '');
    // Waiting and running when the backup begins, in both dialects.
    const before: string[] = [];
    for (let made = 0; made < 12; made++) before.push((await client.exports.create(REQUEST)).job_id);
    // What the key has asked in the same second counts.
    await delay(RATE_SECOND_MS);
    const waiting = await asKey().submit('property-details', details);
    expect(waiting.status).toBe(201);
    const { id: waitingFileJob } = (await waiting.json()) as { id: string };

    let isBackedUp = false;
    const load = (async () => {
      while (!isBackedUp) {
        await client.exports.create(REQUEST);
        await new Promise((resolve) => setTimeout(resolve, SUBMIT_MS));
      }
    })();
    const backup = await server.command('backup', join(backups, 'place'));
    isBackedUp = true;
    await load;
    expect(backup['missing']).toEqual([]);
    await lose(server);

    const startedAt = performance.now();
    await mkdir(other.dataDir);
    await chmod(other.dataDir, 0o711);
    await copyFile(join(backups, 'master.key'), join(other.dataDir, 'master.key'));
    await other.command('restore', join(backups, 'place'));
    url = await other.serve();
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(
      `restored and serving after ${seconds.toFixed(1)} s: ${backup['rows']} rows, ${backup['objects']} objects`,
    );

    client = new Conveyance({ url, token: String(token) });
    for (const { job_id: jobId, result } of finished) {
      expect(await sha256(await fetch(await linkOf(url, String(token), jobId)))).toBe(result?.sha256);
    }
    const handedOut = new URL(link);
    expect(await sha256(await fetch(`${url}${handedOut.pathname}${handedOut.search}`))).toBe(
      finished[0]?.result?.sha256,
    );
    const { result_urls: urls } = await asKey().get(fileJob.job.id);
    expect(await Promise.all(urls.map(async (each) => (await fetch(each)).text()))).toEqual(fileJob.files);
    for (const jobId of before) {
      const { status, result } = await client.exports.wait(jobId, { timeoutMs: TIMEOUT_MS / 4 });
      expect([status, result?.sha256]).toEqual(['succeeded', finished[0]?.result?.sha256]);
    }
    expect((await asKey().ended(waitingFileJob)).status).toBe('SUCCESS');
    expect(keysOf(await other.command('doctor'))).toEqual(hostKeys);
    expect(await readFile(join(other.dataDir, 'master.key'))).toEqual(await readFile(join(backups, 'master.key')));
  },
  TIMEOUT_MS,
);
