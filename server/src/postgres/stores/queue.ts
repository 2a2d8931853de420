import { sql } from 'kysely';
import { allInOrder } from '../../core/in-order.ts';
import type { JobKey } from '../../core/job.ts';
import type { QueueBacklog } from '../../core/ports/database/backlog.ts';
import type { Topic } from '../../core/ports/database/events.ts';
import type { Claim, ClaimTerms, TaskKind, TaskQueue } from '../../core/ports/database/queue.ts';
import { atomically } from '../connection/pipeline.ts';
import { statement } from '../connection/statement.ts';
import type { Connection } from '../tables/schema.ts';
import { lock } from './locks.ts';

/** A task that meets faults of the database or the store oftener than that may be what causes them. */
const MOST_EXCUSES = 10;
const LONGEST_EXCUSE_SECONDS = 60;
/** Of a lease: longer than any worker is silent, and shorter than a lease takes to expire unrenewed. */
const SILENCE = 2 / 3;
/** Of a lease: workers renew within a second once the database is back. */
const GRACE = 1 / 2;
export const READY = 'task-ready' satisfies Topic;

function seconds(count: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${count})`;
}

async function publishReady(connection: Connection): Promise<void> {
  await sql`select pg_notify(${READY}, '')`.execute(connection);
}

/** Of a run of the job, and `task-ready` when it is committed. */
const ENQUEUE = statement(
  'enqueue-task',
  `with task as (insert into tasks (kind, account_id, job_id) values ($1, $2, $3) returning id)
  select pg_notify('${READY}', '') from task`,
);

interface PickedRow {
  readonly id: number;
  readonly account_id: string;
  readonly job_id: string;
  /** Both null if a cancel removed the task before we had its lock. */
  readonly kind: TaskKind | null;
  readonly attempt: number | null;
  readonly forgiven: number | null;
}

/**
 * The task whose turn it is: of each account under its cap the oldest that is due; of these that of the account with the fewest
 * running, then of the one served longest ago. Locks the job: every transaction here takes a job before its tasks, or two of them
 * (a claim and a cancel) could wait for each other. What is then claimed gives its attempt to the job: see `setAttempt`.
 */
const CLAIM = statement<PickedRow>(
  'claim-task',
  `with picked as materialized (
    select head.id, a.id as account_id, head.job_id
    from accounts a
    cross join lateral (
      select count(*) as running from tasks t where t.account_id = a.id and t.worker_id is not null
    ) busy
    cross join lateral (
      select t.id, t.job_id from tasks t
      where t.account_id = a.id and t.worker_id is null and t.due_at <= clock_timestamp()
      order by t.id limit 1
    ) head
    join jobs j on j.account_id = a.id and j.id = head.job_id
    where busy.running < $1::int
    order by busy.running, a.served_at nulls first, head.id
    limit 1
    for no key update of j
  ),
  taken as (
    update tasks set attempt = tasks.attempt + 1, worker_id = $2,
      lease_until = clock_timestamp() + make_interval(secs => $3::float8)
    from picked where tasks.id = picked.id and tasks.worker_id is null
    returning tasks.id, tasks.kind, tasks.attempt, tasks.forgiven
  ),
  given as (
    update jobs set attempt = taken.attempt, phase = 'queued', rows_written = 0, rows_total = null,
      started_at = clock_timestamp()
    from taken, picked where jobs.account_id = picked.account_id and jobs.id = picked.job_id and jobs.status = 'submitted'
  ),
  served as (
    update accounts set served_at = clock_timestamp() from taken, picked where accounts.id = picked.account_id
  )
  select picked.id, picked.account_id, picked.job_id, taken.kind, taken.attempt, taken.forgiven
  from picked left join taken on taken.id = picked.id`,
);

/** By id, attempt and worker. */
const SETTLE = statement('settle-task', 'delete from tasks where id = $1 and attempt = $2 and worker_id = $3');

/** Before its task: see `CLAIM`. */
async function lockJob(tx: Connection, job: JobKey): Promise<void> {
  await tx
    .selectFrom('jobs')
    .select('id')
    .where('account_id', '=', job.accountId)
    .where('id', '=', job.id)
    .forNoKeyUpdate()
    .execute();
}

/** From here on the writes of every other attempt are void, and so is the progress they reported. */
async function setAttempt(tx: Connection, job: JobKey, attempt: number): Promise<void> {
  await tx
    .updateTable('jobs')
    .set({ attempt, phase: 'queued', rows_written: 0, rows_total: null, started_at: null })
    .where('account_id', '=', job.accountId)
    .where('id', '=', job.id)
    .where('status', '=', 'submitted')
    .execute();
}

export class PostgresQueue implements TaskQueue {
  readonly #connection: Connection;
  readonly #leases: Connection;

  /** @param leases over which leases are held: a lease must not run out because all other connections are taken. */
  constructor(connection: Connection, leases: Connection = connection) {
    this.#connection = connection;
    this.#leases = leases;
  }

  async enqueue({ kind, job }: { kind: TaskKind; job: JobKey }): Promise<void> {
    await ENQUEUE(this.#connection, kind, job.accountId, job.id);
  }

  claim(terms: ClaimTerms): Promise<Claim | null> {
    return atomically(this.#connection, async (tx) => {
      const take = () => CLAIM(tx, terms.accountConcurrency, terms.workerId, terms.leaseSeconds);
      let [, found] = await allInOrder([lock(tx, 'claim'), take()]);
      for (; ; found = await take()) {
        const [picked] = found.rows;
        if (picked === undefined) return null;
        const { id, kind, attempt, forgiven } = picked;
        if (kind === null || attempt === null) continue;
        const job = { accountId: picked.account_id, id: picked.job_id };
        return { taskId: String(id), kind, job, attempt, workerId: terms.workerId, ...(forgiven && { forgiven }) };
      }
    });
  }

  #held(connection: Connection, claim: Claim) {
    return connection
      .updateTable('tasks')
      .where('id', '=', Number(claim.taskId))
      .where('attempt', '=', claim.attempt)
      .where('worker_id', '=', claim.workerId);
  }

  async renew(claim: Claim, leaseSeconds: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#held(this.#leases, claim)
      .set({ lease_until: seconds(leaseSeconds) })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async settle(claim: Claim): Promise<boolean> {
    const { changed } = await SETTLE(this.#connection, Number(claim.taskId), claim.attempt, claim.workerId);
    return changed > 0;
  }

  async postpone(claim: Claim, delaySeconds: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#held(this.#connection, claim)
      .set({ worker_id: null, lease_until: null, due_at: seconds(delaySeconds) })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  giveBack(claim: Claim): Promise<boolean> {
    return atomically(this.#connection, async (tx) => {
      await lockJob(tx, claim.job);
      const { numUpdatedRows } = await this.#held(tx, claim)
        .set({ attempt: claim.attempt - 1, worker_id: null, lease_until: null })
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await setAttempt(tx, claim.job, claim.attempt - 1);
      await publishReady(tx);
      return true;
    });
  }

  excuse(claim: Claim): Promise<boolean> {
    return atomically(this.#connection, async (tx) => {
      await lockJob(tx, claim.job);
      const task = await this.#held(tx, claim)
        .set({
          attempt: sql<number>`case when excused < ${MOST_EXCUSES} then attempt - 1 else attempt end`,
          worker_id: null,
          lease_until: null,
          due_at: sql<Date>`clock_timestamp()
            + make_interval(secs => least(${LONGEST_EXCUSE_SECONDS}::int, power(2, least(excused, ${MOST_EXCUSES}))))`,
          excused: sql<number>`excused + 1`,
        })
        .returning('attempt')
        .executeTakeFirst();
      if (task === undefined) return false;
      await setAttempt(tx, claim.job, task.attempt);
      return true;
    });
  }

  async release(workerId: string): Promise<number> {
    const held = await this.#connection.selectFrom('tasks').selectAll().where('worker_id', '=', workerId).execute();
    let released = 0;
    for (const { id, kind, account_id, job_id, attempt } of held) {
      const job = { accountId: account_id, id: job_id };
      if (await this.excuse({ taskId: String(id), kind, job, attempt, workerId })) released += 1;
    }
    return released;
  }

  async drop(job: JobKey): Promise<void> {
    await this.#connection
      .deleteFrom('tasks')
      .where('account_id', '=', job.accountId)
      .where('job_id', '=', job.id)
      .execute();
  }

  /** The row of all workers is locked first: of those that come back at once, one finds the silence, and the others its sign. */
  beat(leaseSeconds: number): Promise<number> {
    return atomically(this.#leases, async (tx) => {
      const { rows } = await sql<{ silent: boolean }>`
        with before as (select at from workers_heard for update)
        update workers_heard set at = clock_timestamp() from before
        returning before.at < clock_timestamp() - make_interval(secs => ${leaseSeconds * SILENCE}) as silent`.execute(
        tx,
      );
      if (rows[0]?.silent !== true) return 0;
      const soon = seconds(leaseSeconds * GRACE);
      const { numUpdatedRows } = await tx
        .updateTable('tasks')
        .set({ lease_until: soon, excused: sql<number>`excused + (lease_until < clock_timestamp())::int` })
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('tasks')
            .select('id')
            .where('worker_id', 'is not', null)
            .where('lease_until', '<', soon)
            .where('excused', '<', MOST_EXCUSES)
            .forUpdate()
            .skipLocked(),
        )
        .executeTakeFirst();
      return Number(numUpdatedRows);
    });
  }

  /** Simultaneous rescuers share the work: one that finds a task locked leaves it to the other. */
  rescue(): Promise<number> {
    return atomically(this.#connection, async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('tasks')
        .set({ worker_id: null, lease_until: null })
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('tasks')
            .select('id')
            .where('worker_id', 'is not', null)
            .where('lease_until', '<', sql<Date>`clock_timestamp()`)
            .forUpdate()
            .skipLocked(),
        )
        .executeTakeFirst();
      if (numUpdatedRows > 0n) await publishReady(tx);
      return Number(numUpdatedRows);
    });
  }

  async positions(accountId: string, jobIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#connection
      .with('waiting', (db) =>
        db
          .selectFrom('tasks')
          .select(['job_id', sql<number>`row_number() over (order by id) - 1`.as('before')])
          .where('account_id', '=', accountId)
          .where('kind', '=', 'run-job')
          .where('worker_id', 'is', null),
      )
      .selectFrom('waiting')
      .select(['job_id', 'before'])
      .where('job_id', '=', sql<string>`any(${[...jobIds]})`)
      .execute();
    return new Map(rows.map(({ job_id, before }) => [job_id, before]));
  }

  /** Reads the whole table, which holds only unfinished work: 100,000 tasks take 50 ms. */
  async backlog(): Promise<QueueBacklog> {
    const { rows } = await sql<QueueBacklog>`
      select count(*) filter (where worker_id is null and due_at <= at) as waiting,
        count(*) filter (where worker_id is null and due_at > at) as delayed,
        count(worker_id) as running,
        coalesce(extract(epoch from max(at - due_at) filter (where worker_id is null and due_at <= at)), 0)::float8
          as "oldestWaitingSeconds"
      from tasks cross join (select clock_timestamp() as at) now`.execute(this.#connection);
    const [backlog] = rows;
    if (backlog === undefined) throw new Error('an aggregate yields one row');
    return backlog;
  }
}
