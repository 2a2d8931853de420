import { Conveyance } from '@conveyance/sdk';
import { type BenchCase, beside, type Figures, type How } from '../frame/figures.ts';
import { serveProcess } from '../frame/processes.ts';
import { type Pace, type Place, paceOf, RequestClient, withPlace } from '../frame/request-rounds.ts';
import { takeTurns } from '../frame/turns.ts';
import { END, propertyIds, type ReportRequest, type Size, smallJob } from '../server.ts';

const CONNECTIONS = 4;

interface Extent extends Size {
  readonly rounds: number;
  readonly requests: number;
}

const WHOLE: Extent = { size: 'bench', properties: 300, parcels: 0, rounds: 5, requests: 2000 };
const QUICK: Extent = { size: 'tiny', properties: 12, rounds: 1, requests: 100 };

/** Keeps an export running until it is told to stop; resolves when the last one has ended. */
function exporting(client: Conveyance, request: ReportRequest): () => Promise<void> {
  let stopped = false;
  const work = async () => {
    do {
      const { job_id } = await client.exports.create(request);
      await client.exports.wait(job_id);
    } while (!stopped);
  };
  const ended = work();
  // Whoever stops it is told of a fault; until then nobody waits.
  ended.catch(() => undefined);
  return async () => {
    stopped = true;
    await ended;
  };
}

async function measure(place: Place, url: string, { rounds, requests }: Extent) {
  const client = new Conveyance({ url, token: place.authorization.slice('Bearer '.length) });
  const requester = new RequestClient();
  try {
    const { job_id } = await client.exports.create(smallJob('csv'));
    await client.exports.wait(job_id);
    const year = END.slice(0, 4);
    const property_ids = await propertyIds({ client });
    const large: ReportRequest = {
      report_type: 'units',
      output_format: 'csv',
      start_date: `${year}-01-01`,
      end_date: `${year}-12-31`,
      property_ids,
    };
    const paces = { idle: [] as Pace[], busy: [] as Pace[] };
    const ask = async (kind: keyof typeof paces) => {
      const pace = paceOf(
        await requester.run({
          method: 'GET',
          url: `${url}/apartmentiq/api/v1/bulk_api/jobs/${job_id}`,
          headers: { authorization: place.authorization },
          body: '',
          connections: CONNECTIONS,
          requests,
        }),
      );
      paces[kind].push(pace);
      return pace.p99;
    };
    const subjects = {
      idle: () => ask('idle'),
      busy: async () => {
        const stop = exporting(client, large);
        try {
          return await ask('busy');
        } finally {
          await stop();
        }
      },
    };
    await takeTurns(1, subjects);
    for (const warm of Object.values(paces)) warm.length = 0;
    await takeTurns(rounds, subjects);
    return paces;
  } finally {
    await requester.close();
  }
}

async function run({ quick }: How): Promise<Figures> {
  const extent = quick ? QUICK : WHOLE;
  return withPlace(extent, async (place) => {
    const api = await serveProcess('api', place.env, place.log);
    const worker = await serveProcess('worker', place.env, place.log);
    try {
      const { idle, busy } = await measure(place, api.url, extent);
      const of = (figure: keyof Pace) => ({
        ours: busy.map((pace) => pace[figure]),
        reference: { name: 'the same server, idle', values: idle.map((pace) => pace[figure]) },
      });
      const [p50, p99] = [of('p50'), of('p99')];
      return {
        rows: [
          beside({ subject: 'the median look at a job', unit: 'ms' }, p50.ours, p50.reference),
          beside({ subject: 'the slowest in a hundred', unit: 'ms' }, p99.ours, p99.reference),
        ],
        peakBytes: null,
        skipped: [],
      };
    } finally {
      await worker.stop();
      await api.stop();
    }
  });
}

export const statusUnderLoad: BenchCase = {
  name: 'status-under-load',
  title: 'State of a job during an export',
  about:
    'The state of a job that has ended, asked for over 4 connections while a worker on the same machine writes a year of units of three hundred properties, one export after the other. The reference is the same server while nothing runs, in turns.',
  run,
};
