/** What requests of the matrix name, and what permitted answers must tell. */

import { issueKey } from '../../src/core/logins/credentials.ts';
import { writeSearchToken } from '../../src/properties/search-token.ts';
import { uuidOf } from '../support/file-jobs.ts';
import { type Answer, type Listening, same } from './access-answer.ts';
import type { Credential } from './access-credentials.ts';
import {
  type Customer,
  type JobState,
  newJob,
  newList,
  newSchedule,
  otherOf,
  PRIVATE_PROPERTY,
  SHARED_PROPERTY,
  UNKNOWN_PROPERTY,
  type World,
} from './access-world.ts';

/** Something that belongs to an account, or that an account may ask for. */
export interface Subject {
  /** One that the customer may name, by this credential. */
  readonly own: (world: World, customer: Customer, credential: Credential) => string | Promise<string>;
  /** All that the customer must not learn of. */
  readonly foreign: (
    world: World,
    customer: Customer,
    other: Customer,
  ) => readonly string[] | Promise<readonly string[]>;
  /** Of the same form, and nobody's. */
  readonly absent: string;
  /** Nobody's is refused, unless the permitted answer can say that nothing was found. */
  readonly absentStatus?: number;
}

/** A permitted answer, and who got it. */
export interface View {
  readonly answer: Answer;
  readonly world: World;
  readonly customer: Customer;
  readonly credential: Credential;
  readonly subject: string;
}

export type Told = (view: View) => readonly string[] | Promise<readonly string[]>;

const NOBODYS_ID = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';

/** A report of the customer's in this state; a fresh one waits, and is made for one request. File jobs are of another dialect. */
export function aJob(state: JobState | 'fresh'): Subject {
  return {
    own: async ({ app }, customer) =>
      state === 'fresh' ? (await newJob(app, customer)).id : (customer.jobs[state] ?? ''),
    foreign: (_world, customer, other) => [
      ...Object.values(other.jobs),
      other.fileJobOfAnotherKey,
      customer.fileJobOfAnotherKey,
    ],
    absent: NOBODYS_ID,
  };
}

/** A file job of the key pair that asks. Another key's is not its, even in the same account, and a report is no file job. */
export const aFileJob: Subject = {
  own: (_world, { batchJobs }, { keyId }) => batchJobs.get(keyId ?? '') ?? '',
  foreign: (_world, customer, other) => [
    other.fileJobOfAnotherKey,
    ...[...other.batchJobs.values()].slice(-1),
    ...Object.values(other.jobs),
    customer.fileJobOfAnotherKey,
    customer.jobs.succeeded,
  ],
  absent: NOBODYS_ID,
};

export const aDelivery: Subject = {
  own: (_world, { deliveryId }) => deliveryId,
  foreign: (_world, _customer, { deliveryId }) => [deliveryId],
  absent: NOBODYS_ID,
};

/** A fresh one that may do nothing: whoever looks after keys may rotate it, whatever he may do himself. */
export const aKey: Subject = {
  own: async ({ app: { app } }, { id: accountId }) =>
    (await issueKey(app.deps, { accountId, scopes: [] })).credentialId,
  foreign: (_world, _customer, { key }) => [key.credentialId],
  absent: NOBODYS_ID,
};

export function aSchedule(which: 'kept' | 'fresh'): Subject {
  return {
    own: ({ app }, customer) => (which === 'fresh' ? newSchedule(app, customer) : customer.scheduleId),
    foreign: (_world, _customer, { scheduleId }) => [scheduleId],
    absent: NOBODYS_ID,
  };
}

export function aList(which: 'kept' | 'fresh'): Subject {
  return {
    own: ({ app }, customer) => (which === 'fresh' ? newList(app, customer) : customer.listId),
    foreign: (_world, _customer, { listId }) => [listId],
    absent: NOBODYS_ID,
  };
}

/** Where a search of the account goes on; whoever takes it would read on with the other's eyes. */
export const aSearchToken: Subject = {
  own: (world, customer) => searchToken(world, customer),
  foreign: (world, _customer, other) => [searchToken(world, other)],
  absent: 'bm9ib2R5cw',
};

function searchToken({ app: { app } }: World, { id }: Customer): string {
  const terms = { accountId: id, settings: JSON.stringify({}) };
  return writeSearchToken(app.deps, terms, { dataVersion: 1, after: 0 });
}

/** By the point where it stands. Far from everything nothing is found, which is an answer. */
export const aPropertyByPoint: Subject = {
  own: (world) => pointOf(world, SHARED_PROPERTY),
  foreign: async (world, { grants }) => (grants === 'all' ? [] : [await pointOf(world, PRIVATE_PROPERTY)]),
  absent: '10,-150',
  absentStatus: 200,
};

async function pointOf({ app, first }: World, propertyId: number): Promise<string> {
  const answer = await app.as(first, { url: '/api/v1/properties/lookup?per_page=100' });
  const properties: { id: number; latitude: number; longitude: number }[] = answer.json().properties;
  const property = properties.find(({ id }) => id === propertyId);
  return `${property?.latitude},${property?.longitude}`;
}

/** By its UUID. The customer who may see every property has none that is hidden from it. */
export const aPropertyByUuid: Subject = {
  own: () => uuidOf(SHARED_PROPERTY),
  foreign: (_world, { grants }) => (grants === 'all' ? [] : [uuidOf(PRIVATE_PROPERTY)]),
  absent: NOBODYS_ID,
};

/** The customer who may see every property has none that is hidden from it. */
export const aPropertyToAskFor: Subject = {
  own: () => String(SHARED_PROPERTY),
  foreign: (_world, { grants }) => (grants === 'all' ? [] : [String(PRIVATE_PROPERTY)]),
  absent: String(UNKNOWN_PROPERTY),
};

export type Listen = (world: World, customer: Customer) => Promise<Listening>;

/** How a job that has ended stands. */
export const oneEvent: Listen = async () => ({ atOnce: 1, stir: null });

async function touch({ app }: World, { id, jobs }: Customer): Promise<void> {
  const progress = { phase: 'queued', rowsWritten: 0, rowsTotal: null } as const;
  await app.app.deps.db.jobs.recordProgress({ accountId: id, id: jobs.waiting }, 0, progress);
}

/** How each of one's unfinished jobs stands, then a change. One of the other's comes before it: whoever is told both is told it first. */
export const changesOfMine: Listen = async (world, customer) => {
  const [unfinished] = await world.query<{ count: number }>(
    `select count(*)::int as count from jobs where account_id = $1 and status = 'submitted' and kind = 'report'`,
    customer.id,
  );
  return {
    atOnce: unfinished?.count ?? 0,
    stir: async () => {
      await touch(world, otherOf(world, customer));
      await touch(world, customer);
    },
  };
};

function json({ body }: Answer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** `progress.queue_position` of the body. */
function at(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined,
      body,
    );
}

/** These fields of the body have these values. */
export function fields(expected: (subject: string, customer: Customer) => Readonly<Record<string, unknown>>): Told {
  return ({ answer, subject, customer }) =>
    Object.entries(expected(subject, customer)).flatMap(([path, value]) => same(path, at(json(answer), path), value));
}

/** The body contains the text. */
export function mentions(text: (subject: string, customer: Customer) => string): Told {
  return ({ answer, subject, customer }) =>
    answer.body.includes(text(subject, customer)) ? [] : [`the answer lacks ${text(subject, customer)}`];
}

async function owners({ query }: World, table: string, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await query<{ account_id: string }>(
    `select distinct account_id::text from ${table} where id = any($1::uuid[])`,
    ids,
  );
  return rows.map(({ account_id }) => account_id);
}

/** A page of a table of the database: only rows of the customer, and a count of them alone. */
export function listsMy(field: string, table: string, idField: string, only = 'true'): Told {
  return async ({ answer, world, customer }) => {
    const body = json(answer);
    const items = at(body, field);
    const ids = Array.isArray(items) ? items.map((item) => String(at(item, idField))) : [];
    const [own] = await world.query<{ count: number }>(
      `select count(*)::int as count from ${table} where account_id = $1 and ${only}`,
      customer.id,
    );
    return [
      ...same('the owner of what is listed', await owners(world, table, ids), [customer.id]),
      ...same('total_count', at(body, 'pagination.total_count'), own?.count),
    ];
  };
}

/** The file jobs of the key that asks, and a count of them alone. */
export const fileJobsOfMyKey: Told = async ({ answer, world, credential }) => {
  const items = at(json(answer), 'items');
  const ids = Array.isArray(items) ? items.map((item) => String(at(item, 'id'))) : [];
  const own = await world.query<{ id: string }>(
    `select id::text from jobs where credential_id = $1 and kind <> 'report'`,
    credential.keyId,
  );
  const expected = own.map(({ id }) => id).sort();
  return [...same('the jobs', ids.sort(), expected), ...same('count', at(json(answer), 'count'), expected.length)];
};

/** The newest hundred keys and tokens of the account. */
export const keysOfMine: Told = async ({ answer, world, customer }) => {
  const listed = at(json(answer), 'keys');
  const ids = Array.isArray(listed) ? listed.map((key) => String(at(key, 'credential_id'))) : [];
  const [own] = await world.query<{ count: number }>(
    `select least(100, count(*))::int as count from credentials where account_id = $1 and kind <> 'person'`,
    customer.id,
  );
  return [
    ...same('the owner of what is listed', await owners(world, 'credentials', ids), [customer.id]),
    ...same('how many are listed', ids.length, own?.count),
  ];
};

/** What was made belongs to the account. */
export function madeMy(table: string, idField: string): Told {
  return async ({ answer, world, customer }) =>
    same('the owner', await owners(world, table, [String(at(json(answer), idField))]), [customer.id]);
}

export const linkOfMine: Told = ({ answer, customer, subject }) => {
  const { pathname } = new URL(String(answer.headers['location']));
  return same('the owner of the file', pathname.split('/').slice(3, 5), [customer.id, subject]);
};

export const myAccount: Told = ({ answer, customer: { id, name } }) => [
  ...same('data', at(json(answer), 'data'), [{ id, name }]),
  ...same('total_count', at(json(answer), 'pagination.total_count'), 1),
];

async function visibleProperties({ app, query }: World, { grants }: Customer): Promise<readonly number[]> {
  const [row] = await query<{ version: number }>('select max(version)::int as version from data_versions');
  const all = [...(await app.app.deps.db.warehouse.propertyIds(row?.version ?? 0))];
  return grants === 'all' ? all : all.filter((id) => grants.has(id));
}

/** Every property that the account may see, and no other; counted too. */
export const myProperties: Told = async ({ answer, world, customer }) => {
  const visible = await visibleProperties(world, customer);
  const listed = at(json(answer), 'properties');
  const ids = Array.isArray(listed) ? listed.map((property) => Number(at(property, 'id'))) : [];
  return [
    ...same('the properties', ids.toSorted(), visible.toSorted()),
    ...same('total_count', at(json(answer), 'pagination.total_count'), visible.length),
  ];
};

/** The number of them alone. */
export const myCount: Told = async ({ answer, world, customer }) =>
  same('count', at(json(answer), 'count'), (await visibleProperties(world, customer)).length);

/** The same by their UUIDs. */
export const myPropertiesFound: Told = async ({ answer, world, customer }) => {
  const visible = (await visibleProperties(world, customer)).map(uuidOf);
  const items = at(json(answer), 'items');
  const ids = Array.isArray(items) ? items.map((item) => String(at(item, 'id'))) : [];
  return [
    ...same('the properties', ids.toSorted(), visible.toSorted()),
    ...same('count', at(json(answer), 'count'), visible.length),
  ];
};

/** The runs of the schedule, counted. */
export const runsOfMine: Told = async ({ answer, world, customer }) => {
  const runs = at(json(answer), 'runs');
  const [own] = await world.query<{ count: number }>(
    'select count(*)::int as count from schedule_runs where account_id = $1',
    customer.id,
  );
  return [
    ...same('the runs', Array.isArray(runs) ? runs.length : null, own?.count),
    ...same('total_count', at(json(answer), 'pagination.total_count'), own?.count),
  ];
};

/** The field tells how many properties count for the customer this month. */
export function usageIn(field: string): Told {
  return async ({ answer, world, customer }) => {
    const [row] = await world.query<{ usage: number }>(
      'select usage::int as usage from quota_months where account_id = $1',
      customer.id,
    );
    return same(field, at(json(answer), field), row?.usage);
  };
}

export const myUsage: Told = usageIn('quota_usage');

/** All of the customer's jobs, and no others. */
export const myDays: Told = async ({ answer, world, customer }) => {
  const usage = at(json(answer), 'usage');
  const jobs = Array.isArray(usage) ? usage.map((each) => Number(at(each, 'jobs'))) : [];
  const [own] = await world.query<{ count: number }>(
    'select count(*)::int as count from jobs where account_id = $1',
    customer.id,
  );
  return same(
    'the jobs',
    jobs.reduce((sum, each) => sum + each, 0),
    own?.count,
  );
};
