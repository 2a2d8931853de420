import { Conveyance } from '@conveyance/sdk';
import { fillWithProperties } from '../details-warehouse.ts';
import { numberFlag } from '../flags.ts';
import { alone, type BenchCase, type Figures, type How } from '../frame/figures.ts';
import { type Served, startServed } from '../frame/served.ts';
import { seconds } from '../frame/turns.ts';
import { untilEnd } from '../server.ts';

const COUNTS = { whole: 10_000_000, quick: 20_000 };
const ROUNDS = 7;
const SILENCE_MS = 600_000;
const MOST_SECONDS = 1;
/** One property in eight, or so. */
const SETTINGS = { year_built: { min: 1990 }, total_units: { min: 150 } };

async function measure(served: Served, client: Conveyance, rounds: number): Promise<Figures> {
  const page = async () => {
    const { items } = await client.properties.search(SETTINGS);
    if (items.length === 0) throw new Error('the search found nothing');
  };
  const job = () => untilEnd(served, async () => (await client.files.submitSearch(SETTINGS)).id);
  const peakBytes = await served.peakOf(async () => {
    await page();
    await job();
  });
  const pages: number[] = [];
  const jobs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    pages.push(await seconds(page));
    jobs.push(await seconds(job));
  }
  const goal = { of: 'value', is: 'at most', limit: MOST_SECONDS } as const;
  return {
    rows: [
      alone({ subject: 'the first page', unit: 's', goal }, pages),
      alone({ subject: 'all that is found, as a job', unit: 's' }, jobs),
    ],
    peakBytes,
    skipped: [],
  };
}

async function run({ quick }: How): Promise<Figures> {
  const count = numberFlag('parcels', quick ? COUNTS.quick : COUNTS.whole);
  const served = await startServed((app) => fillWithProperties(app, count, ['properties']), {
    CONVEYANCE_WORKERS: '1',
  });
  try {
    const { accessKey, secret } = served.key;
    const client = new Conveyance({ url: served.url, accessKey, secret, silenceMs: SILENCE_MS });
    return await measure(served, client, numberFlag('pairs', quick ? 1 : ROUNDS));
  } finally {
    await served.close();
  }
}

export const search: BenchCase = {
  name: 'search',
  title: 'Searches',
  about:
    'Ten million properties, searched by two settings: the first page, which also says how many there are, and a job with all that is found. Files as a load leaves them, without the index of addresses. Nothing does the same, so there is no reference.',
  run,
};
