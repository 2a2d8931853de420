/** How many jobs an API process takes in a second, alone and beside a worker that runs them. */
import { setTimeout as delay } from 'node:timers/promises';
import { type ServerProcess, serveProcess } from './processes.ts';
import { type Pace, type Place, paceOf, RequestClient, withPlace } from './request-rounds.ts';
import { smallJob } from './server.ts';
import { milliseconds, quantile, say } from './statistics.ts';

const CONNECTIONS = 16;
const ROUNDS = 5;
const CREATES = 1000;
const WARM_UP = 500;
const POLL_MS = 50;

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((left, right) => left - right),
    0.5,
  );
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

function sayPaces(what: string, paces: readonly Pace[], cpuMs: number): void {
  const each = (pick: (pace: Pace) => number) => median(paces.map(pick));
  const spread = paces.map(({ perSecond }) => Math.round(perSecond)).sort((left, right) => left - right);
  say(
    `  ${what.padEnd(24)} ${Math.round(each(({ perSecond }) => perSecond))} creates/s (${spread[0]}–${spread.at(-1)})   p50 ${milliseconds(each(({ p50 }) => p50))}   p99 ${milliseconds(each(({ p99 }) => p99))}   ${cpuMs.toFixed(2)} ms of the API’s processor time each`,
  );
}

async function waiting({ app }: Place): Promise<number> {
  const { waiting: jobs, running } = await app.deps.db.queue.backlog();
  return jobs + running;
}

async function measure(client: RequestClient, api: ServerProcess, place: Place): Promise<readonly Pace[]> {
  const paces: Pace[] = [];
  for (let index = 0; index < ROUNDS; index++) paces.push(await round(client, api, place, CREATES));
  return paces;
}

/** Creates while a worker runs what was created; then what it does when nothing is created any more. */
async function besideWorker(client: RequestClient, api: ServerProcess, place: Place): Promise<void> {
  const worker = await serveProcess('worker', place.env, place.log);
  try {
    const [before, start] = [await waiting(place), performance.now()];
    const cpu = api.watch.cpu();
    const paces = await measure(client, api, place);
    const seconds = (performance.now() - start) / 1000;
    const done = before + ROUNDS * CREATES - (await waiting(place));
    sayPaces('with a worker beside it', paces, (api.watch.cpu() - cpu) / (ROUNDS * CREATES));
    say(`  the worker meanwhile     ${(done / seconds).toFixed(1)} jobs/s`);
    const left = await waiting(place);
    const [alone, workerCpu] = [performance.now(), worker.watch.cpu()];
    while ((await waiting(place)) > left - 500) await delay(POLL_MS);
    const ran = left - (await waiting(place));
    const rate = ran / ((performance.now() - alone) / 1000);
    say(
      `  the worker alone         ${rate.toFixed(1)} jobs/s, ${((worker.watch.cpu() - workerCpu) / ran).toFixed(1)} ms of its processor time each`,
    );
  } finally {
    await worker.stop();
  }
}

export async function benchCreates(): Promise<void> {
  await withPlace(async (place) => {
    const client = new RequestClient();
    const api = await serveProcess('api', place.env, place.log);
    try {
      await round(client, api, place, WARM_UP);
      const cpu = api.watch.cpu();
      const paces = await measure(client, api, place);
      say(`creates of 3 properties over ${CONNECTIONS} connections, median of ${ROUNDS} rounds of ${CREATES}`);
      sayPaces('an API process alone', paces, (api.watch.cpu() - cpu) / (ROUNDS * CREATES));
      await besideWorker(client, api, place);
    } finally {
      await client.close();
      await api.stop();
    }
  });
}
