import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { resultKey } from '../../server/dist/jobs/result-key.js';
import type { Delivery, Order } from '../frame/download-client.ts';
import { alone, type BenchCase, beside, type Figures, type How, type Row } from '../frame/figures.ts';
import { idleJobs } from '../frame/idle-jobs.ts';
import { type Served, startServed } from '../frame/served.ts';
import { takeTurns } from '../frame/turns.ts';
import { startNginx } from '../peers/nginx.ts';
import { TreeWatch } from '../process-tree.ts';

const MB = 1_000_000;
const GB = 1_000_000_000;
const PIECE_BYTES = 1_048_576;
const WHOLE = { pieces: 1024, times: 8, rounds: 7 };
const QUICK = { pieces: 128, times: 3, rounds: 2 };
const DAY_MS = 86_400_000;
const LEASE_SECONDS = 30;
/** Processor time is read before and after; samples between would take theirs from what is measured. */
const NO_SAMPLES_MS = 3_600_000;
const LEAST_OF_NGINX = 0.9;
const MOST_CPU_OF_NGINX = 1.3;

interface Result {
  /** The signed link. */
  readonly url: string;
  /** The same file's path below the objects. */
  readonly key: string;
}

/** A job that has succeeded with a file of that size, as far as its link can tell. */
async function makeResult({ app: { deps }, url, token }: Served, pieces: number): Promise<Result> {
  const { db, store } = deps;
  const job = await (await idleJobs(deps))();
  await db.queue.enqueue({ kind: 'run-job', job });
  const claim = await db.queue.claim({ workerId: 'bench', leaseSeconds: LEASE_SECONDS, accountConcurrency: 1 });
  if (claim === null) throw new Error('the job is not queued');
  const { attempt } = claim;
  const filename = 'property.csv';
  const key = resultKey(job, attempt, filename);
  const writer = await store.create(key);
  for (let piece = 0; piece < pieces; piece++) await writer.write(Buffer.alloc(PIECE_BYTES, piece));
  const file = { key, filename, contentType: 'text/csv; charset=utf-8', rows: 1, ...(await writer.finish()) };
  const expiresAt = new Date(Date.now() + DAY_MS);
  await db.jobs.finish(job, { outcome: 'succeeded', attempt, results: [file], expiresAt });
  const answer = await fetch(`${url}/api/v1/bulk_api/jobs/${job.id}/results`, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'manual',
  });
  const link = answer.headers.get('location');
  if (link === null) throw new Error(`no link: ${answer.status} ${await answer.text()}`);
  return { url: link, key };
}

async function deliver(client: ChildProcess, order: Order): Promise<Delivery> {
  const ended = new AbortController();
  const { signal } = ended;
  const stop = () => ended.abort(new Error('the client of the downloads ended'));
  client.once('exit', stop);
  try {
    const answer = once(client, 'message', { signal });
    client.send(order);
    const [delivery]: Delivery[] = await answer;
    if (delivery === undefined) throw new Error('the client of the downloads said nothing');
    return delivery;
  } finally {
    client.off('exit', stop);
  }
}

interface Source {
  readonly url: string;
  readonly pid: number;
}

/** MB/s of each round, and the server's seconds of processor time per GB. */
async function measure(sources: Readonly<Record<'ours' | 'nginx', Source | null>>, { times, rounds }: typeof WHOLE) {
  const client = fork(new URL('../frame/download-client.js', import.meta.url));
  const cpu = { ours: [] as number[], nginx: [] as number[] };
  const subject = (name: 'ours' | 'nginx') => async () => {
    const source = sources[name];
    if (source === null) return Number.NaN;
    const watch = new TreeWatch([source.pid], NO_SAMPLES_MS);
    const { bytes, seconds } = await deliver(client, { url: source.url, times });
    cpu[name].push((watch.take().cpuSeconds * GB) / bytes);
    watch.stop();
    return bytes / MB / seconds;
  };
  try {
    await takeTurns(1, { ours: subject('ours'), nginx: subject('nginx') });
    cpu.ours.length = 0;
    cpu.nginx.length = 0;
    return { rates: await takeTurns(rounds, { ours: subject('ours'), nginx: subject('nginx') }), cpu };
  } finally {
    client.kill();
  }
}

async function run({ quick }: How): Promise<Figures> {
  const size = quick ? QUICK : WHOLE;
  // No worker of its own, which would take the job.
  const served = await startServed(null, { CONVEYANCE_ROLE: 'api' });
  const nginx = await startNginx(join(served.dataDir, 'objects'));
  try {
    const { url, key } = await makeResult(served, size.pieces);
    const ours: Source = { url, pid: served.pid };
    const theirs = nginx === null ? null : { url: `${nginx.url}/${key}`, pid: nginx.pid };
    const { rates, cpu } = await measure({ ours, nginx: theirs }, size);
    const rate = { subject: `a file of ${size.pieces} MiB`, unit: 'MB/s' } as const;
    const cost = { subject: `processor time, a file of ${size.pieces} MiB`, unit: 's/GB' } as const;
    const atLeast = { of: 'ratio', is: 'at least', limit: LEAST_OF_NGINX } as const;
    const atMost = { of: 'ratio', is: 'at most', limit: MOST_CPU_OF_NGINX } as const;
    const rows: Row[] =
      nginx === null
        ? [alone(rate, rates.ours), alone(cost, cpu.ours)]
        : [
            beside({ ...rate, goal: atLeast }, rates.ours, { name: 'nginx', values: rates.nginx }),
            beside({ ...cost, goal: atMost }, cpu.ours, { name: 'nginx', values: cpu.nginx }),
          ];
    const peakBytes = await served.peakOf(() => measure({ ours, nginx: null }, { ...size, rounds: 1 }));
    return { rows, peakBytes, skipped: nginx === null ? ['nginx is not installed: nothing to compare with'] : [] };
  } finally {
    await nginx?.stop();
    await served.close();
  }
}

export const downloads: BenchCase = {
  name: 'downloads',
  title: 'Downloads',
  about:
    'One client after the other fetches a result by its signed link, over loopback, from a server in a process of its own; nginx hands out the same file of the same folder, with `sendfile`. The client reads into the same megabyte and lets it go. Processor time is the server’s, without the client’s.',
  run,
};
