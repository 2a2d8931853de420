/** Two customers of one server, each with jobs in every state, results, webhooks and usage: what neither may see of the other. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { SCOPES } from '../../src/core/access.ts';
import { encodePropertyIds, PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import { failJob, succeedJob } from '../http/ending.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, type TestAppOptions, testApp } from '../support/app.ts';
import { type Credential, everyCredential } from './access-credentials.ts';
import { recordWork, type WorkRecorder } from './access-work.ts';
import { askOnce } from './ask-once.ts';

const DAY_MS = 86_400_000;
/** What both may see, and what only the one may. */
export const SHARED_PROPERTY = GUIDE_IDS[0];
export const PRIVATE_PROPERTY = GUIDE_IDS[1];
/** As long as the others, so that an answer that repeats it is too. */
export const UNKNOWN_PROPERTY = 99_999_999;
/** Both use it: an idempotency key is a word of its account. */
export const SHARED_IDEMPOTENCY_KEY = 'monthly export';

export type JobState = 'waiting' | 'running' | 'succeeded' | 'expired' | 'failed' | 'cancelled';

export interface Customer extends TestAccount {
  readonly name: string;
  readonly grants: Grants;
  readonly jobs: Readonly<Record<JobState, string>>;
  /** By key pair, of those that are tried. */
  readonly batchJobs: ReadonlyMap<string, string>;
  /** Of a key that is not tried: nobody may see it but that key. */
  readonly fileJobOfAnotherKey: string;
  readonly deliveryId: string;
  /** With a run that was skipped; the first customer's has two. */
  readonly scheduleId: string;
  /** Of one property, which both may see. */
  readonly listId: string;
  /** A download link of the succeeded job, as the server gave it: path and query. */
  readonly link: string;
  readonly credentials: readonly Credential[];
}

export interface World extends AsyncDisposable {
  readonly app: TestApp;
  readonly http: FastifyInstance;
  readonly work: WorkRecorder;
  /** May see every property. */
  readonly first: Customer;
  /** May see one of them, and has fewer jobs. */
  readonly second: Customer;
  query<Row extends pg.QueryResultRow>(sql: string, ...values: readonly unknown[]): Promise<Row[]>;
  /** The statement of `stateOf`. */
  readonly digests: string;
}

export function request(changes: object = {}) {
  return {
    report_type: 'property',
    output_format: 'csv',
    start_date: '2025-12-01',
    end_date: '2025-12-31',
    property_ids: [SHARED_PROPERTY],
    ...changes,
  };
}

export function scheduleRequest(propertyId: number = SHARED_PROPERTY) {
  const rule = { frequency: 'daily', time: '06:00', time_zone: 'Europe/Berlin', range: 'previous_month' };
  return { report_type: 'property', output_format: 'csv', property_ids: [propertyId], ...rule };
}

/** A fresh job of the customer, waiting to be run. No worker runs in this world. */
export async function newJob(app: TestApp, account: Pick<TestAccount, 'id' | 'token'>, changes: object = {}) {
  const payload = request({ name: `Plans of ${account.id}`, ...changes });
  const answer = await app.as(account, { method: 'POST', url: '/api/v1/bulk_api/jobs', payload });
  if (answer.statusCode !== 200) throw new Error(`no job was made: ${answer.body}`);
  return { accountId: account.id, id: String(answer.json().job_id) };
}

/** A job in each state. Those that end come first: a claim takes whatever waits. */
async function jobsInEveryState(app: TestApp, account: TestAccount, changes: object): Promise<Customer['jobs']> {
  const { deps } = app.app;
  const succeeded = await newJob(app, account, { ...changes, columns: ['property_name'] });
  await succeedJob(deps, succeeded, `property_name\nrows of ${account.id}\n`);
  const expired = await newJob(app, account);
  await succeedJob(deps, expired, `old rows of ${account.id}\n`, new Date(Date.now() - DAY_MS));
  const failed = await newJob(app, account);
  await failJob(deps, failed, { code: 'export_failed', message: `The export of ${account.id} failed` });
  const cancelled = await newJob(app, account, { callback_url: `https://${account.id}.example.com/hook` });
  await app.as(account, { method: 'DELETE', url: `/api/v1/bulk_api/jobs/${cancelled.id}` });
  const running = await newJob(app, account);
  const claim = await deps.db.queue.claim({ workerId: 'test', leaseSeconds: 3600, accountConcurrency: 100 });
  if (claim?.job.id !== running.id) throw new Error('another job was claimed');
  await deps.db.jobs.recordProgress(running, claim.attempt, { phase: 'running', rowsWritten: 1, rowsTotal: 9 });
  return {
    succeeded: succeeded.id,
    expired: expired.id,
    failed: failed.id,
    cancelled: cancelled.id,
    running: running.id,
    waiting: '',
  };
}

/** A fresh schedule of the customer. No worker runs in this world: it never comes to a run of its own. */
export async function newSchedule(app: TestApp, account: Pick<TestAccount, 'id' | 'token'>): Promise<string> {
  const answer = await app.as(account, {
    method: 'POST',
    url: '/api/v1/bulk_api/schedules',
    payload: scheduleRequest(),
  });
  if (answer.statusCode !== 200) throw new Error(`no schedule was made: ${answer.body}`);
  return String(answer.json().schedule_id);
}

/** A fresh list of the customer, which no schedule uses. */
export async function newList(app: TestApp, account: Pick<TestAccount, 'id' | 'token'>): Promise<string> {
  const payload = { name: `${randomUUID()} of ${account.id}`, property_ids: [SHARED_PROPERTY] };
  const answer = await app.as(account, { method: 'POST', url: '/api/v1/property_lists', payload });
  if (answer.statusCode !== 200) throw new Error(`no list was made: ${answer.body}`);
  return String(answer.json().list_id);
}

/** As an upload makes it, but for its run, which would get in the way of others'. One for each key: that is all a key may have. */
async function newFileJob({ app: { deps } }: TestApp, accountId: string, credentialId: string): Promise<string> {
  const version = await deps.db.warehouse.current();
  const counts = { requested: 1, duplicate: 0, unknown: 0, notUpdated: 0 };
  const { id } = await deps.db.jobs.insert({
    accountId,
    id: deps.ids(),
    kind: 'property-details',
    spec: { detailTypes: ['basic'], filterPii: false, updated: null, fileSizes: [1], counts },
    propertyIds: encodePropertyIds([SHARED_PROPERTY], 1),
    propertyCount: 1,
    callbackUrl: null,
    dataVersion: version?.version ?? 0,
    credentialId,
  });
  return id;
}

async function fileJobsOf(app: TestApp, accountId: string, credentials: readonly Credential[]) {
  const jobs = new Map<string, string>();
  for (const keyId of new Set(credentials.map((credential) => credential.keyId))) {
    if (keyId !== null) jobs.set(keyId, await newFileJob(app, accountId, keyId));
  }
  return jobs;
}

async function customer(app: TestApp, name: string, grants: Grants, changes: object): Promise<Customer> {
  const account = await app.account({ name, grants, scopes: SCOPES });
  const jobs = await jobsInEveryState(app, account, changes);
  const get = (path: string) => app.as(account, { url: `/api/v1${path}` });
  await get('/webhooks/secret');
  const { deliveries } = (await get('/webhook_deliveries')).json();
  const { location } = (await get(`/bulk_api/jobs/${jobs.succeeded}/results`)).headers;
  const link = new URL(String(location));
  const credentials = await everyCredential(app, account.id);
  return {
    ...{ ...account, name, grants, jobs, credentials },
    batchJobs: await fileJobsOf(app, account.id, credentials),
    fileJobOfAnotherKey: await newFileJob(app, account.id, account.key.credentialId),
    deliveryId: String(deliveries[0].delivery_id),
    scheduleId: await newSchedule(app, account),
    listId: await newList(app, account),
    link: link.pathname + link.search,
  };
}

/** Its waiting jobs come when nobody claims any more. */
async function withWaitingJobs(app: TestApp, made: Customer, count: number): Promise<Customer> {
  const waiting = await newJob(app, made);
  for (let more = 1; more < count; more++) await newJob(app, made);
  return { ...made, jobs: { ...made.jobs, waiting: waiting.id } };
}

/** Runs of the customer's schedule that came to nothing. */
async function skipRuns({ query }: Pick<World, 'query'>, { id, scheduleId }: Customer, count: number): Promise<void> {
  await query(
    `insert into schedule_runs (account_id, schedule_id, planned_at, start_date, end_date, state, deadline_at, reason_code, reason)
     select $1::uuid, $2::uuid, day, '2025-12-01', '2025-12-31', 'skipped', day, 'paused', 'The schedule of ' || $1::uuid || ' was paused'
     from generate_series(timestamptz '2026-01-01', timestamptz '2026-01-01' + make_interval(days => $3::int - 1), '1 day') as day`,
    id,
    scheduleId,
    count,
  );
}

/** @param prepare as of `testApp`, as the other options are. */
export async function openWorld(
  prepare: (http: FastifyInstance) => void,
  options: Pick<TestAppOptions, 'parcels'> = {},
): Promise<World> {
  // A limit that is not reached: its headers are then on the answers, as they are in life.
  const settings = {
    CONVEYANCE_ROLE: 'api',
    CONVEYANCE_RATE_LIMIT_PER_MINUTE: '1000000',
    CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '100000',
  };
  const app = await testApp({
    ...options,
    // Each cell that may make a schedule, a key or a list makes one, in the same two accounts.
    settings: {
      CONVEYANCE_SCHEDULES_PER_ACCOUNT: '100000',
      CONVEYANCE_KEYS_PER_ACCOUNT: '100000',
      CONVEYANCE_LISTS_PER_ACCOUNT: '100000',
      ...settings,
    },
    prepare: (http) => {
      prepare(http);
      // As Node's own server does: what a refused request has left unread is read behind the answer. Injected requests lack that.
      http.addHook('onResponse', async ({ raw }) => void raw.resume());
    },
  });
  askOnce(app.app.deps.engine);
  const pool = new pg.Pool({ connectionString: app.databaseUrl, max: 1 });
  const both = { property_ids: [SHARED_PROPERTY, PRIVATE_PROPERTY] };
  const first = await customer(app, `Harbor ${randomUUID()}`, 'all', both);
  const second = await customer(app, `Meadow ${randomUUID()}`, PropertyIdSet.of([SHARED_PROPERTY]), {});
  const work = recordWork();
  const query: World['query'] = async (sql, ...values) => (await pool.query(sql, [...values])).rows;
  await skipRuns({ query }, first, 2);
  await skipRuns({ query }, second, 1);
  return {
    app,
    http: app.http,
    work,
    first: await withWaitingJobs(app, first, 3),
    second: await withWaitingJobs(app, second, 1),
    query,
    digests: await digestsQuery(query),
    async [Symbol.asyncDispose]() {
      work.stop();
      await pool.end();
      await app.close();
    },
  };
}

export function otherOf({ first, second }: Pick<World, 'first' | 'second'>, { id }: Pick<Customer, 'id'>): Customer {
  return id === first.id ? second : first;
}

/** Every text that names something of the customer's. None may be in an answer to anybody else. */
export async function secretsOf({ app, query }: World, { id, key, token, name, link }: Customer) {
  const rows = await query<{ text: string }>(
    `select id::text as text from jobs where account_id = $1
     union all select result ->> 'sha256' from jobs, jsonb_array_elements(results) as result where account_id = $1
     union all select id::text from deliveries where account_id = $1
     union all select id::text from schedules where account_id = $1
     union all select unnest(array[id::text, name]) from property_lists where account_id = $1
     union all select id::text from credentials where account_id = $1
     union all select sessions.id::text from sessions join credentials on credentials.id = credential_id where account_id = $1`,
    id,
  );
  const sealed = await query<{ sealed: Buffer }>('select sealed from webhook_secrets where account_id = $1', id);
  const opened = sealed.map((row) => app.app.deps.vault.open(new Uint8Array(row.sealed), id));
  const signature = new URLSearchParams(link.split('?')[1]).get('signature') ?? '';
  // The Reonomy dialect writes an account's id without its hyphens.
  const own = [id, id.replaceAll('-', ''), name, token, key.accessKey, key.secret, signature];
  return [...own, ...opened, ...rows.map(({ text }) => text)];
}

/**
 * What is only written down changes nothing of an account: that somebody who tried its key was refused, and that it asked for what it
 * may not see, or nobody has.
 */
const NOT_LOOKED_AT: Readonly<Record<string, string>> = {
  // When a credential was last taken, and from where, which is so of a refused request too.
  credentials: " - 'last_used_at' - 'last_address'",
};

const NOT_COUNTED: Readonly<Record<string, string>> = {
  audit_log: " and event not in ('login-refused', 'properties-searched')",
};

/** Asks for a digest of each table's rows of some accounts: equal as long as nobody changed anything of theirs. */
async function digestsQuery(query: World['query']): Promise<string> {
  const tables = await query<{ name: string; owner: string }>(
    `select table_name as name, 'account_id' as owner from information_schema.columns
     where table_schema = 'public' and column_name = 'account_id' union all select 'accounts', 'id'`,
  );
  // A sum of hashes is the same in whatever order the rows come. Sorted for one digest, thousands of them took most of the time.
  const digests = tables.map(
    ({ name, owner }) =>
      `select '${name}' as name, count(*) || ' ' || coalesce(sum(hashtextextended((to_jsonb(each)${NOT_LOOKED_AT[name] ?? ''})::text, 0)::numeric), 0) as digest
       from ${name} as each where ${owner} = any($1::uuid[])${NOT_COUNTED[name] ?? ''}`,
  );
  return digests.join(' union all ');
}

/** Of each table, by its name. */
export async function stateOf({ query, digests }: World, ...customers: readonly Customer[]) {
  const rows = await query<{ name: string; digest: string }>(
    digests,
    customers.map(({ id }) => id),
  );
  return new Map(rows.map(({ name, digest }) => [name, digest]));
}
