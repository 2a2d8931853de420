import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { readSettings } from '../../server/dist/config.js';
import { openDeps } from '../../server/dist/deps.js';
import { alone, type BenchCase, type Figures, type How } from '../frame/figures.ts';
import { dataDirectory, QUIET_SETTINGS } from '../frame/served.ts';
import { seconds } from '../frame/turns.ts';
import { type SpawnedServer, spawnServer } from '../process-tree.ts';

const STARTS = 9;
const LOOK_AGAIN_MS = 5;
const LOOKS = 24_000;
const MOST_SECONDS = 1;

async function untilReady(url: string): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const answer = await fetch(`${url}/readyz`);
    if (answer.ok) return;
    await delay(LOOK_AGAIN_MS);
  }
  throw new Error('the server is not ready');
}

/** Seconds from the spawn to the first 200 of `/readyz`. The server is stopped again, and its database with it. */
async function start(settings: Readonly<Record<string, string>>): Promise<number> {
  let server: SpawnedServer | undefined;
  const time = await seconds(async () => {
    server = await spawnServer(settings);
    await untilReady(server.url);
  });
  await server?.stop();
  return time;
}

async function run({ quick }: How): Promise<Figures> {
  const dataDir = await dataDirectory();
  const settings = { ...QUIET_SETTINGS, CONVEYANCE_DATA_DIR: dataDir };
  try {
    const first = await start(settings);
    const times: number[] = [];
    for (let round = 0; round < (quick ? 1 : STARTS); round++) times.push(await start(settings));
    const goal = { of: 'value', is: 'at most', limit: MOST_SECONDS } as const;
    return {
      rows: [
        alone({ subject: 'the first start, which makes the database', unit: 's' }, [first]),
        alone({ subject: 'a later start', unit: 's', goal }, times),
      ],
      peakBytes: null,
      skipped: [],
    };
  } finally {
    const { embedded, close } = await openDeps(readSettings(settings), {
      exportChildren: 0,
      publicUrl: 'http://127.0.0.1',
    });
    await close();
    await embedded?.remove();
    await rm(dataDir, { recursive: true, force: true });
  }
}

export const coldStart: BenchCase = {
  name: 'cold-start',
  title: 'Start',
  about:
    'From the spawn of `conveyance serve` to the first 200 of `/readyz`: PostgreSQL of its own, HTTP, a worker and its engine, on a warm disk. Nothing does the same, so there is no reference.',
  run,
};
