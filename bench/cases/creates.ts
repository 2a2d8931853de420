import { setTimeout as delay } from 'node:timers/promises';
import { alone, type BenchCase, type Figures, type How, type Row } from '../frame/figures.ts';
import { type ServerProcess, serveProcess } from '../frame/processes.ts';
import { type Pace, type Place, paceOf, RequestClient, withPlace } from '../frame/request-rounds.ts';
import { smallJob } from '../server.ts';

const CONNECTIONS = 16;
const WHOLE = { rounds: 5, creates: 1000, warmUp: 500, alone: 500 };
const QUICK = { rounds: 1, creates: 40, warmUp: 20, alone: 5 };
const POLL_MS = 50;
const MS_PER_SECOND = 1000;
const LEAST_ALONE = 400;
const MOST_P50_MS = 40;
const LEAST_BESIDE = 200;
const LEAST_JOBS = 20;

interface Paces {
  readonly paces: readonly Pace[];
  /** Milliseconds of the API’s processor time for each request. */
  readonly cpuMs: number;
}

async function round(client: RequestClient, api: ServerProcess, { authorization }: Place, requests: number) {
  return paceOf(
    await client.run({
      method: 'POST',
      url: `${api.url}/apartmentiq/api/v1/bulk_api/jobs`,
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(smallJob('csv')),
      connections: CONNECTIONS,
      requests,
    }),
  );
}

async function measure(client: RequestClient, api: ServerProcess, place: Place, size: typeof WHOLE): Promise<Paces> {
  const paces: Pace[] = [];
  const cpu = api.watch.cpu();
  for (let index = 0; index < size.rounds; index++) paces.push(await round(client, api, place, size.creates));
  return { paces, cpuMs: (api.watch.cpu() - cpu) / (size.rounds * size.creates) };
}

async function waiting({ app }: Place): Promise<number> {
  const { waiting: jobs, running } = await app.deps.db.queue.backlog();
  return jobs + running;
}

function rowsOf({ paces, cpuMs }: Paces, where: string, least: number): Row[] {
  const atLeast = { of: 'value', is: 'at least', limit: least } as const;
  const atMost = { of: 'value', is: 'at most', limit: MOST_P50_MS } as const;
  const isAlone = least === LEAST_ALONE;
  return [
    alone(
      { subject: `creates, ${where}`, unit: '/s', goal: atLeast },
      paces.map(({ perSecond }) => perSecond),
    ),
    alone(
      { subject: `the median create, ${where}`, unit: 'ms', ...(isAlone && { goal: atMost }) },
      paces.map(({ p50 }) => p50),
    ),
    alone(
      { subject: `the slowest in a hundred, ${where}`, unit: 'ms' },
      paces.map(({ p99 }) => p99),
    ),
    alone({ subject: `processor time of the API for each, ${where}`, unit: 'ms' }, [cpuMs]),
  ];
}

/** Creates while a worker runs what was created; then what it does when nothing is created any more. */
async function besideWorker(client: RequestClient, api: ServerProcess, place: Place, size: typeof WHOLE) {
  const worker = await serveProcess('worker', place.env, place.log);
  try {
    const [before, start] = [await waiting(place), performance.now()];
    const paces = await measure(client, api, place, size);
    const elapsed = (performance.now() - start) / MS_PER_SECOND;
    const done = before + size.rounds * size.creates - (await waiting(place));
    const left = await waiting(place);
    const [from, cpu] = [performance.now(), worker.watch.cpu()];
    while ((await waiting(place)) > Math.max(0, left - size.alone)) await delay(POLL_MS);
    const ran = left - (await waiting(place));
    const rate = (ran * MS_PER_SECOND) / (performance.now() - from);
    const goal = { of: 'value', is: 'at least', limit: LEAST_JOBS } as const;
    return [
      ...rowsOf(paces, 'a worker beside it', LEAST_BESIDE),
      alone({ subject: 'jobs of the worker meanwhile', unit: '/s', goal }, [done / elapsed]),
      alone({ subject: 'jobs of the worker by itself', unit: '/s' }, [rate]),
      alone({ subject: 'processor time of the worker for each job', unit: 'ms' }, [(worker.watch.cpu() - cpu) / ran]),
    ];
  } finally {
    await worker.stop();
  }
}

async function run({ quick }: How): Promise<Figures> {
  const size = quick ? QUICK : WHOLE;
  return withPlace({ size: quick ? 'tiny' : 'demo' }, async (place) => {
    const client = new RequestClient();
    const api = await serveProcess('api', place.env, place.log);
    try {
      await round(client, api, place, size.warmUp);
      const byItself = await measure(client, api, place, size);
      const rows = [
        ...rowsOf(byItself, 'an API process alone', LEAST_ALONE),
        ...(await besideWorker(client, api, place, size)),
      ];
      return { rows, peakBytes: null, skipped: [] };
    } finally {
      await client.close();
      await api.stop();
    }
  });
}

export const creates: BenchCase = {
  name: 'creates',
  title: 'Jobs accepted',
  about:
    'Jobs of 3 properties over 16 connections, which a process of its own sends to an API process that logs to a file: first alone, then with a worker that runs what was created. Nothing does the same, so there is no reference.',
  run,
};
