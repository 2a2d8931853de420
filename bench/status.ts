/** The state of a job, beside a bare route that makes one prepared query, and beside the same duties written out by hand. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Conveyance } from '@conveyance/sdk';
import { serveProcess } from './processes.ts';
import { type Pace, type Place, paceOf, RequestClient, withPlace } from './request-rounds.ts';
import { smallJob } from './server.ts';
import { milliseconds, quantile, say } from './statistics.ts';

const CONNECTIONS = 16;
const ROUNDS = 7;
const REQUESTS = 4000;

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((left, right) => left - right),
    0.5,
  );
}

async function startPeers({ app, accountId, authorization, log }: Place) {
  const { embedded } = app;
  if (embedded === null) throw new Error('the benchmark brings its own database');
  const token = authorization.slice('Bearer '.length);
  const peers = fork(new URL('peers/status-routes.js', import.meta.url), [embedded.url, accountId, token, '3'], {
    stdio: ['ignore', 'inherit', 'inherit', log, 'ipc'],
  });
  const [origin]: unknown[] = await once(peers, 'message');
  return {
    origin: String(origin),
    async close() {
      const exited = once(peers, 'exit');
      peers.disconnect();
      await exited;
    },
  };
}

/** A job that has ended, as most are that are looked at again and again. */
async function endedJob(url: string, { authorization, env, log }: Place): Promise<string> {
  const worker = await serveProcess('worker', env, log);
  const client = new Conveyance({ url, token: authorization.slice('Bearer '.length) });
  const { job_id } = await client.exports.create(smallJob('csv'));
  await client.exports.wait(job_id);
  await worker.stop();
  return job_id;
}

export async function benchStatus(): Promise<void> {
  await withPlace(async (place) => {
    const api = await serveProcess('api', place.env, place.log);
    const client = new RequestClient();
    const peers = await startPeers(place);
    try {
      const jobId = await endedJob(api.url, place);
      const urls = [
        `${api.url}/apartmentiq/api/v1/bulk_api/jobs/${jobId}`,
        `${peers.origin}/bare/${jobId}`,
        `${peers.origin}/by-hand/${jobId}`,
      ];
      const headers = { authorization: place.authorization };
      const ask = async (url: string) =>
        paceOf(
          await client.run({ method: 'GET', url, headers, body: '', connections: CONNECTIONS, requests: REQUESTS }),
        );
      for (const url of urls) await ask(url);
      const paces: Pace[][] = urls.map(() => []);
      const cpu = api.watch.cpu();
      for (let round = 0; round < ROUNDS; round++) {
        for (const [index, url] of urls.entries()) paces[index]?.push(await ask(url));
      }
      const cpuMs = (api.watch.cpu() - cpu) / (ROUNDS * REQUESTS);
      say(`the state of a job over ${CONNECTIONS} connections, median of ${ROUNDS} rounds of ${REQUESTS}`);
      for (const [index, name] of ['ours', 'bare route', 'by hand'].entries()) {
        const rounds = paces[index] ?? [];
        const ratios = rounds.map((each, at) => (paces[0]?.[at]?.perSecond ?? Number.NaN) / each.perSecond);
        say(
          `  ${name.padEnd(12)} ${Math.round(median(rounds.map(({ perSecond }) => perSecond)))} requests/s   p50 ${milliseconds(median(rounds.map(({ p50 }) => p50)))}   p99 ${milliseconds(median(rounds.map(({ p99 }) => p99)))}${index > 0 ? `   ours ${median(ratios).toFixed(2)} × of it` : `   ${cpuMs.toFixed(3)} ms of processor time each`}`,
        );
      }
    } finally {
      await peers.close();
      await client.close();
      await api.stop();
    }
  });
}
