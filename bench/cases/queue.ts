import type { JobKey } from '../../server/dist/core/job.js';
import { type BenchCase, beside, type Figures, type How, measured, type Row } from '../frame/figures.ts';
import { idleJobs } from '../frame/idle-jobs.ts';
import { type Served, startServed } from '../frame/served.ts';
import { type Subjects, seconds, takeTurns } from '../frame/turns.ts';
import { graphileWorker, ourQueue, pgBoss, type Queue } from '../peers/queues.ts';

const WHOLE = { tasks: 2000, rounds: 5, idleTasks: 20 };
const QUICK = { tasks: 40, rounds: 1, idleTasks: 2 };
const CLIENTS = 8;

/** What the tasks are tasks of: in the product a task is queued with its job, here only the task is measured. */
async function jobsFor({ app: { deps } }: Served, count: number): Promise<JobKey[]> {
  const make = await idleJobs(deps);
  const jobs: JobKey[] = [];
  for (let made = 0; made < count; made++) jobs.push(await make());
  return jobs;
}

async function enqueueAll(queue: Queue, tasks: number): Promise<void> {
  let left = tasks;
  const client = async () => {
    while (left-- > 0) await queue.enqueue();
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** Milliseconds from the call that queues a task to a worker that has been idle having it; the median of some. */
async function wait(queue: Queue, tasks: number): Promise<number> {
  let told = () => {};
  const stop = await queue.listen(() => told());
  const waits: number[] = [];
  for (let task = 0; task < tasks; task++) {
    const heard = new Promise<void>((resolve) => {
      told = resolve;
    });
    const start = performance.now();
    await queue.enqueue();
    await heard;
    waits.push(performance.now() - start);
  }
  await stop();
  return measured(waits).median;
}

type Name = 'ours' | 'graphile' | 'boss';
type Queues = Readonly<Record<Name, Queue>>;

function each(queues: Queues, measure: (queue: Queue) => Promise<number>): Subjects<Name> {
  return {
    ours: () => measure(queues.ours),
    graphile: () => measure(queues.graphile),
    boss: () => measure(queues.boss),
  };
}

async function measure(queues: Queues, { tasks, rounds, idleTasks }: typeof WHOLE): Promise<Row[]> {
  const rows: Row[] = [];
  const enqueued = new Map<Queue, number[]>();
  const drained = await takeTurns(
    rounds,
    each(queues, async (queue) => {
      const rates = enqueued.get(queue) ?? [];
      enqueued.set(queue, rates);
      rates.push(tasks / (await seconds(() => enqueueAll(queue, tasks))));
      return tasks / (await seconds(() => queue.drain(tasks)));
    }),
  );
  const waited = await takeTurns(
    rounds,
    each(queues, (queue) => wait(queue, idleTasks)),
  );
  const of = (name: Name) => enqueued.get(queues[name]) ?? [];
  for (const peer of ['graphile', 'boss'] as const) {
    const { name } = queues[peer];
    const queued = { subject: `tasks queued, ${CLIENTS} at a time`, unit: '/s' } as const;
    const taken = { subject: `tasks taken and settled, ${CLIENTS} at a time`, unit: '/s' } as const;
    const idle = { subject: 'an idle worker has a task after', unit: 'ms' } as const;
    rows.push(beside(queued, of('ours'), { name, values: of(peer) }));
    rows.push(beside(taken, drained.ours, { name, values: drained[peer] }));
    rows.push(beside(idle, waited.ours, { name, values: waited[peer] }));
  }
  return rows;
}

async function run({ quick }: How): Promise<Figures> {
  const size = quick ? QUICK : WHOLE;
  // No workers of its own, which would take the tasks.
  const served = await startServed(null, { CONVEYANCE_ROLE: 'api' });
  try {
    const jobs = await jobsFor(served, size.rounds * (size.tasks + size.idleTasks));
    const next = () => {
      const key = jobs.pop();
      if (key === undefined) throw new Error('there are more tasks than jobs');
      return key;
    };
    const { databaseUrl } = served;
    const queues = {
      ours: ourQueue(served.app.deps, { next }),
      graphile: await graphileWorker(databaseUrl),
      boss: await pgBoss(databaseUrl),
    };
    try {
      return { rows: await measure(queues, size), peakBytes: null, skipped: [] };
    } finally {
      for (const queue of Object.values(queues)) await queue.close();
    }
  } finally {
    await served.close();
  }
}

export const queue: BenchCase = {
  name: 'queue',
  title: 'Queue of work',
  about:
    'Tasks that do nothing, on the same PostgreSQL, against graphile-worker and pg-boss as their packages come. Ours does more for a task: it takes turns among accounts, counts the attempt in the job, and fences every later write by it. A worker of pg-boss looks for tasks every two seconds and is not told of them.',
  run,
};
