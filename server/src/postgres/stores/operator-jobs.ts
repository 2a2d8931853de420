import { type RawBuilder, type Selectable, sql } from 'kysely';
import { isUuid } from '../../core/ids/job-id.ts';
import type { Job } from '../../core/job.ts';
import type {
  DeliveryTrouble,
  FailedDeliveriesRequest,
  JobState,
  OperatedDelivery,
  OperatedJob,
  OperatedJobsRequest,
  OperatorJobs,
  Place,
  Placed,
} from '../../core/ports/database/operator-jobs.ts';
import type { Connection, JobsTable } from '../tables/schema.ts';
import { PostgresDeliveries } from './deliveries.ts';
import { toJob } from './job-rows.ts';

/** A timestamp has microseconds; a date of the program would drop three digits, and a page would repeat its last row. */
const MADE_AT = (table: 'jobs' | 'deliveries') =>
  sql<number>`(extract(epoch from ${sql.ref(`${table}.created_at`)}) * 1000000)::bigint`.as('made_at');

function isBehind(table: 'jobs' | 'deliveries', { madeAt, id }: Place): RawBuilder<boolean> {
  const at = sql`timestamptz 'epoch' + ${madeAt}::bigint * interval '1 microsecond'`;
  return sql`(${sql.ref(`${table}.created_at`)}, ${sql.ref(`${table}.id`)}) < (${at}, ${id}::uuid)`;
}

const IN_STATE: Readonly<Record<JobState, RawBuilder<boolean>>> = {
  waiting: sql`(jobs.ended_revision is null and tasks.worker_id is null)`,
  running: sql`(jobs.ended_revision is null and tasks.worker_id is not null)`,
  succeeded: sql`jobs.status = 'succeeded'`,
  failed: sql`jobs.status = 'failed'`,
  cancelled: sql`jobs.status = 'cancelled'`,
};

const IN_TROUBLE: Readonly<Record<DeliveryTrouble, RawBuilder<boolean>>> = {
  // Tries of before it was sent again do not count.
  retrying: sql`(deliveries.state = 'pending' and deliveries.tries > deliveries.tries_before)`,
  failed: sql`deliveries.state = 'failed'`,
};

/** The index of unfinished jobs is taken only if the statement says so for each of them. */
const UNENDED: ReadonlySet<JobState> = new Set<JobState>(['waiting', 'running']);

interface JobRow extends Selectable<JobsTable> {
  readonly account_name: string;
  readonly worker_id: string | null;
  readonly due_at: Date | null;
}

function stateOf({ status, worker_id }: JobRow): JobState {
  if (status !== 'submitted') return status;
  return worker_id === null ? 'waiting' : 'running';
}

/** A task names its holder as `<node>/<slot>`. */
function toOperated(row: JobRow): OperatedJob {
  return {
    job: toJob(row),
    accountName: row.account_name,
    state: stateOf(row),
    attempt: row.attempt,
    nodeId: row.worker_id?.split('/')[0] ?? null,
    dueAt: row.due_at,
  };
}

interface DeliveryQuery {
  execute(): Promise<readonly { readonly id: string; readonly account_name: string; readonly made_at: number }[]>;
}

export class PostgresOperatorJobs implements OperatorJobs {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  #jobs() {
    return this.#connection
      .selectFrom('jobs')
      .innerJoin('accounts', 'accounts.id', 'jobs.account_id')
      .leftJoin('tasks', (join) =>
        join.onRef('tasks.account_id', '=', 'jobs.account_id').onRef('tasks.job_id', '=', 'jobs.id'),
      )
      .selectAll('jobs')
      .select(['accounts.name as account_name', 'tasks.worker_id', 'tasks.due_at']);
  }

  async list({ accountId, states, kinds, after, limit }: OperatedJobsRequest): Promise<readonly Placed<OperatedJob>[]> {
    const rows = await this.#jobs()
      .select(MADE_AT('jobs'))
      .$if(accountId !== null, (query) => query.where('jobs.account_id', '=', accountId))
      .$if(states.length > 0, (query) => query.where((eb) => eb.or(states.map((state) => IN_STATE[state]))))
      .$if(states.length > 0 && states.every((state) => UNENDED.has(state)), (query) =>
        query.where('jobs.ended_revision', 'is', null),
      )
      .$if(kinds.length > 0, (query) => query.where('jobs.kind', 'in', kinds))
      .$call((query) => (after === null ? query : query.where(isBehind('jobs', after))))
      .orderBy('jobs.created_at', 'desc')
      .orderBy('jobs.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ item: toOperated(row), place: { madeAt: row.made_at, id: row.id } }));
  }

  async find(id: string): Promise<OperatedJob | null> {
    if (!isUuid(id)) return null;
    const row = await this.#jobs().where('jobs.id', '=', id).executeTakeFirst();
    return row === undefined ? null : toOperated(row);
  }

  async unfinished(accountId: string): Promise<readonly Job[]> {
    const rows = await this.#connection
      .selectFrom('jobs')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('ended_revision', 'is', null)
      .execute();
    return rows.map(toJob);
  }

  #deliveries() {
    return this.#connection
      .selectFrom('deliveries')
      .innerJoin('accounts', 'accounts.id', 'deliveries.account_id')
      .select(['deliveries.id', 'deliveries.account_id', 'accounts.name as account_name', MADE_AT('deliveries')]);
  }

  async failedDeliveries({
    accountId,
    states,
    after,
    limit,
  }: FailedDeliveriesRequest): Promise<readonly Placed<OperatedDelivery>[]> {
    return this.#withDeliveries(
      this.#deliveries()
        .where((eb) => eb.or(states.map((state) => IN_TROUBLE[state])))
        .$if(accountId !== null, (query) => query.where('account_id', '=', accountId))
        .$call((query) => (after === null ? query : query.where(isBehind('deliveries', after))))
        .orderBy('deliveries.created_at', 'desc')
        .orderBy('deliveries.id', 'desc')
        .limit(limit),
    );
  }

  async findDelivery(id: string): Promise<OperatedDelivery | null> {
    if (!isUuid(id)) return null;
    const [found] = await this.#withDeliveries(this.#deliveries().where('deliveries.id', '=', id));
    return found?.item ?? null;
  }

  async #withDeliveries(query: DeliveryQuery): Promise<readonly Placed<OperatedDelivery>[]> {
    const rows = await query.execute();
    const read = await new PostgresDeliveries(this.#connection).some(rows.map(({ id }) => id));
    const byId = new Map(read.map((delivery) => [delivery.id, delivery]));
    return rows.flatMap(({ id, account_name: accountName, made_at: madeAt }) => {
      const delivery = byId.get(id);
      return delivery === undefined ? [] : [{ item: { delivery, accountName }, place: { madeAt, id } }];
    });
  }
}
