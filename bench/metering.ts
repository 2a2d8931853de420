/** Metering a million properties, compared with a table with a row for each of them. */
import { randomUUID } from 'node:crypto';
import { createPool, WORK_POOL } from '../server/dist/postgres/connection/pool.js';
import { type BenchServer, startServer } from './server.ts';
import { inTurns, milliseconds, quantile, say } from './statistics.ts';

const MILLION = 1_000_000;
const ROUNDS = 5;
const MONTH = '2026-03';

/** Consecutive ids, as a provider numbers them; and one in a hundred of a hundred million. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  'side by side': Array.from({ length: MILLION }, (_, index) => 99_000_000 + index),
  scattered: Array.from({ length: MILLION }, (_, index) => 1_000_000 + index * 100 + ((index * 37) % 100)),
};

interface Ledger {
  /** The first job of an account, a second one with the same properties, the end of the second, the end of the first. */
  readonly steps: readonly (() => Promise<unknown>)[];
}

async function ours({ app: { deps } }: BenchServer, ids: readonly number[]): Promise<Ledger> {
  const { quota } = deps.db;
  const accountId = randomUUID();
  await deps.db.accounts.create({ id: accountId, name: 'bench', grants: 'all' });
  const [first, second] = [
    { accountId, id: randomUUID() },
    { accountId, id: randomUUID() },
  ];
  return {
    steps: [
      () => quota.reserve({ job: first, month: MONTH, propertyIds: ids }),
      () => quota.reserve({ job: second, month: MONTH, propertyIds: ids }),
      () => quota.giveBack(second),
      () => quota.keep(first),
    ],
  };
}

/** The simplest ledger that counts like ours: a row for each property and job, counted distinct. */
function rowPerProperty(pool: ReturnType<typeof createPool>, ids: readonly number[]): Ledger {
  const account = randomUUID();
  const [first, second] = [randomUUID(), randomUUID()];
  const insert = (job: string) =>
    pool.query('insert into bench_ledger select $1, $2, $3, unnest($4::bigint[]) on conflict do nothing', [
      account,
      `${MONTH}-01`,
      job,
      ids,
    ]);
  return {
    steps: [
      () => insert(first),
      () => insert(second),
      () => pool.query('delete from bench_ledger where account_id = $1 and job_id = $2', [account, second]),
      // A succeeded job's rows stay: nothing to do.
      () => Promise.resolve(),
    ],
  };
}

const STEPS = ['first job', 'second job, same properties', 'second job fails', 'first job succeeds'];

async function measure(open: () => Promise<Ledger>): Promise<readonly number[]> {
  const { steps } = await open();
  const times = [];
  for (const step of steps) times.push((await inTurns(1, [step]))[0]?.[0] ?? Number.NaN);
  return times;
}

function median(runs: readonly (readonly number[])[], step: number): number {
  return quantile(
    runs.map((times) => times[step] ?? Number.NaN).toSorted((left, right) => left - right),
    0.5,
  );
}

export async function benchMetering(): Promise<void> {
  const server = await startServer({ size: 'tiny' });
  const { embedded, deps } = server.app;
  if (embedded === null) throw new Error('the benchmark brings its own database');
  const pool = createPool({ url: embedded.url, log: deps.log, applicationName: 'bench' }, WORK_POOL);
  try {
    await pool.query(
      'create table bench_ledger (account_id uuid, month date, job_id uuid, property_id bigint, primary key (account_id, month, property_id, job_id))',
    );
    for (const [shape, ids] of Object.entries(SHAPES)) {
      const bitmaps: (readonly number[])[] = [];
      const rows: (readonly number[])[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        bitmaps.push(await measure(() => ours(server, ids)));
        rows.push(await measure(() => Promise.resolve(rowPerProperty(pool, ids))));
        await pool.query('truncate bench_ledger');
      }
      say(`metering a million properties, ${shape}, median of ${ROUNDS}: ours, and a row per property`);
      for (const [index, step] of STEPS.entries()) {
        const peer = index === STEPS.length - 1 ? 'nothing to do' : milliseconds(median(rows, index));
        say(`  ${step.padEnd(28)} ${milliseconds(median(bitmaps, index)).padStart(10)}   ${peer.padStart(13)}`);
      }
    }
  } finally {
    await pool.end();
    await server.close();
  }
}
