/** Queues of work in PostgreSQL, as the benchmark of our own drives each of them: the same number of tasks that do nothing. */
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import PgBoss from 'pg-boss';
import type { JobKey } from '../../server/dist/core/job.js';
import type { Deps } from '../../server/dist/core/ports/deps.js';

/** What a worker of ours does at a time, too. */
const HANDS = 8;
const POLL_MS = 2000;
const POLL_SECONDS = 2;
const LEASE_SECONDS = 30;
/** The largest of PostgreSQL’s `integer`. */
const WITHOUT_LIMIT = 2 ** 31 - 1;
const TASK = 'nothing';

export interface Queue {
  readonly name: string;
  /** Queues one task, durably. */
  enqueue(): Promise<void>;
  /** Takes and settles so many tasks, which are queued, eight at a time. */
  drain(tasks: number): Promise<void>;
  /** Calls `told` whenever a worker that has nothing to do is given a task. */
  listen(told: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** So many at a time, each until there is no more to do. */
async function byHand(step: () => Promise<boolean>): Promise<void> {
  const hand = async () => {
    while (await step());
  };
  await Promise.all(Array.from({ length: HANDS }, hand));
}

/** @param newJob makes what a task of ours is a task of, outside the measured time */
export function ourQueue({ db }: Pick<Deps, 'db'>, jobs: { readonly next: () => JobKey }): Queue {
  const terms = { workerId: 'bench', leaseSeconds: LEASE_SECONDS, accountConcurrency: WITHOUT_LIMIT };
  const step = async () => {
    const claim = await db.queue.claim(terms);
    return claim !== null && (await db.queue.settle(claim));
  };
  return {
    name: 'Conveyance',
    enqueue: () => db.queue.enqueue({ kind: 'run-job', job: jobs.next() }),
    drain: () => byHand(step),
    async listen(told) {
      const release = db.subscribe('task-ready', () => void step().then((taken) => taken && told()));
      return async () => release();
    },
    close: async () => undefined,
  };
}

const SILENT = new Logger(() => () => undefined);

export async function graphileWorker(connectionString: string): Promise<Queue> {
  const utils = await makeWorkerUtils({ connectionString, logger: SILENT });
  await utils.migrate();
  const work = (task: () => void) =>
    run({
      connectionString,
      logger: SILENT,
      concurrency: HANDS,
      pollInterval: POLL_MS,
      noHandleSignals: true,
      taskList: { [TASK]: async () => task() },
    });
  return {
    name: 'graphile-worker',
    enqueue: async () => void (await utils.addJob(TASK, {})),
    async drain(tasks) {
      let done = 0;
      let finish = () => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const runner = await work(() => {
        done += 1;
        if (done === tasks) finish();
      });
      await finished;
      // Settles the last ones.
      await runner.stop();
    },
    async listen(told) {
      const runner = await work(told);
      return () => runner.stop();
    },
    close: async () => utils.release(),
  };
}

export async function pgBoss(connectionString: string): Promise<Queue> {
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  await boss.start();
  await boss.createQueue(TASK);
  return {
    name: 'pg-boss',
    enqueue: async () => void (await boss.send(TASK, {})),
    drain: () =>
      byHand(async () => {
        const [job] = await boss.fetch(TASK);
        if (job !== undefined) await boss.complete(TASK, job.id);
        return job !== undefined;
      }),
    async listen(told) {
      await boss.work(TASK, { pollingIntervalSeconds: POLL_SECONDS }, async () => told());
      return () => boss.offWork(TASK);
    },
    close: () => boss.stop({ graceful: false }),
  };
}
