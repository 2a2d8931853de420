import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Conveyance } from '@conveyance/sdk';
import { alone, type BenchCase, beside, type Figures, type Goal, type How, type Row } from '../frame/figures.ts';
import { serveProcess } from '../frame/processes.ts';
import { type Pace, type Place, paceOf, RequestClient, withPlace } from '../frame/request-rounds.ts';
import { takeTurns } from '../frame/turns.ts';
import { smallJob } from '../server.ts';

const CONNECTIONS = 16;
const WHOLE = { rounds: 7, requests: 4000 };
const QUICK = { rounds: 1, requests: 100 };
const LEAST_OF_BARE = 0.4;
const LEAST_OF_BY_HAND = 0.8;

async function startPeers({ app, accountId, authorization, log }: Place) {
  const { embedded } = app;
  if (embedded === null) throw new Error('the benchmark brings its own database');
  const token = authorization.slice('Bearer '.length);
  const peers = fork(new URL('../peers/status-routes.js', import.meta.url), [embedded.url, accountId, token, '3'], {
    stdio: ['ignore', 'inherit', 'inherit', log, 'ipc'],
  });
  const [origin]: unknown[] = await Promise.race([
    once(peers, 'message'),
    once(peers, 'exit').then(() => Promise.reject(new Error('the peers ended before they listened'))),
  ]);
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
  try {
    const client = new Conveyance({ url, token: authorization.slice('Bearer '.length) });
    const { job_id } = await client.exports.create(smallJob('csv'));
    await client.exports.wait(job_id);
    return job_id;
  } finally {
    await worker.stop();
  }
}

type Name = 'ours' | 'bare' | 'byHand';
const PEERS = [
  ['bare', 'bare route, one prepared query', LEAST_OF_BARE],
  ['byHand', 'the same duties by hand', LEAST_OF_BY_HAND],
] as const;

function rowsOf(paces: Readonly<Record<Name, readonly Pace[]>>): Row[] {
  const of = (name: Name, figure: keyof Pace) => paces[name].map((pace) => pace[figure]);
  return PEERS.flatMap(([peer, name, limit]) => {
    const goal: Goal = { of: 'ratio', is: 'at least', limit };
    const reference = (figure: keyof Pace) => ({ name, values: of(peer, figure) });
    return [
      beside({ subject: 'looks at a job', unit: '/s', goal }, of('ours', 'perSecond'), reference('perSecond')),
      beside({ subject: 'the slowest in a hundred', unit: 'ms' }, of('ours', 'p99'), reference('p99')),
    ];
  });
}

async function run({ quick }: How): Promise<Figures> {
  const { rounds, requests } = quick ? QUICK : WHOLE;
  return withPlace({ size: quick ? 'tiny' : 'demo' }, async (place) => {
    const api = await serveProcess('api', place.env, place.log);
    const client = new RequestClient();
    const peers = await startPeers(place);
    try {
      const jobId = await endedJob(api.url, place);
      const headers = { authorization: place.authorization };
      const paces = { ours: [] as Pace[], bare: [] as Pace[], byHand: [] as Pace[] };
      const cpus: number[] = [];
      const subject = (name: Name, url: string) => async () => {
        const cpu = api.watch.cpu();
        const round = { method: 'GET', url, headers, body: '', connections: CONNECTIONS, requests } as const;
        const pace = paceOf(await client.run(round));
        paces[name].push(pace);
        if (name === 'ours') cpus.push((api.watch.cpu() - cpu) / requests);
        return pace.perSecond;
      };
      const subjects = {
        ours: subject('ours', `${api.url}/apartmentiq/api/v1/bulk_api/jobs/${jobId}`),
        bare: subject('bare', `${peers.origin}/bare/${jobId}`),
        byHand: subject('byHand', `${peers.origin}/by-hand/${jobId}`),
      };
      await takeTurns(1, subjects);
      for (const warm of [...Object.values(paces), cpus]) warm.length = 0;
      await takeTurns(rounds, subjects);
      const rows = [...rowsOf(paces), alone({ subject: 'processor time of the API for each', unit: 'ms' }, cpus)];
      return { rows, peakBytes: null, skipped: [] };
    } finally {
      await peers.close();
      await client.close();
      await api.stop();
    }
  });
}

export const status: BenchCase = {
  name: 'status',
  title: 'State of a job',
  about:
    'The state of a job that has ended, asked for over 16 connections by a process of its own. One reference is a bare Fastify route that makes one prepared query; the other has the duties of ours written out by hand: the caller by his token, the count of his requests, the headers, a line of log.',
  run,
};
