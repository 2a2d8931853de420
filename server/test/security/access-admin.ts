/**
 * The operators' door: a customer's credential opens none of it, whatever scopes somebody gave it; an operator's opens all of it, sees every
 * account, and what it looked at is in the audit log.
 */
import { randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { OPERATOR_SCOPES, OPERATORS_ACCOUNT, SCOPES } from '../../src/core/access.ts';
import { issueKey, issueToken } from '../../src/core/logins/credentials.ts';
import { startSession } from '../../src/core/logins/sessions.ts';
import { newLoadRecord } from '../../src/core/versions/load-record.ts';
import { ADMIN } from '../../src/http/admin/dialect.ts';
import { rejectsKey } from '../../src/warehouse/loads/kept-rejects.ts';
import { type Answer, ask, leaks, same } from './access-answer.ts';
import { APARTMENTIQ_DOOR } from './access-apartmentiq.ts';
import type { Credential } from './access-credentials.ts';
import { type Probe, type Report, unknownAt } from './access-probe.ts';
import { type Customer, newJob, secretsOf, stateOf, type World } from './access-world.ts';

const [BASE] = ADMIN.prefixes;
const REFUSAL = 'You do not have permission to operate the server';

export interface AdminRow {
  readonly method: string;
  readonly path: string;
  /** What stands in the place of the path's parameter. */
  readonly subject?: (world: World) => string | Promise<string>;
  /** Made of the subject where it names that. */
  readonly payload?: object | string | ((subject: string) => object);
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a good answer; 200 if it is left out. */
  readonly status?: number;
  readonly query?: (world: World) => Readonly<Record<string, string>>;
  /** The answer must say so: by a field of its body, or by any text in it. */
  readonly tells: (world: World, subject: string) => readonly string[];
  /** Of which account, or of that of operators, the audit log must have that somebody looked. */
  readonly looksAt?: (world: World) => string;
}

function row(route: string, tells: AdminRow['tells'], more: Partial<AdminRow> = {}): AdminRow {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, tells, ...more };
}

const both = ({ first, second }: World) => [first.id, first.name, second.id, second.name];
const theAccount = (_world: World, subject: string) => [`"account_id":"${subject}"`];
const theJob = (_world: World, subject: string) => [`"job_id":"${subject}"`];
const first = ({ first: { id } }: World) => id;
const ofAll = () => OPERATORS_ACCOUNT;

async function newAccount({ app }: World): Promise<string> {
  const { id } = await app.app.deps.db.accounts.create({ id: randomUUID(), name: 'For one request', grants: 'all' });
  return id;
}

const anAccount = { subject: newAccount };
const aJob = { subject: async ({ app, first: owner }: World) => (await newJob(app, owner)).id };

/** The webhook of a job that was cancelled, after its tries are over. */
async function failedDelivery({ query, first: { deliveryId } }: World): Promise<string> {
  await query(`update deliveries set state = 'failed', finished_at = now(), claim = null where id = $1`, deliveryId);
  return deliveryId;
}

async function newUpload({ app }: World): Promise<string> {
  const { db, ids } = app.app.deps;
  const upload = { id: ids(), credentialId: 'operator', filename: 'properties.csv', length: 3, sha256: null };
  const terms = { bounds: { uploads: 10_000, bytes: Number.MAX_SAFE_INTEGER }, keptSeconds: 3600 };
  return (await db.uploads.insert(upload, terms))?.id ?? '';
}

/** Nothing is to come of it any more. */
async function wholeUpload(world: World): Promise<string> {
  const id = await newUpload(world);
  await world.query('update uploads set length = 0 where id = $1', id);
  return id;
}

/** No worker runs in this world: it waits for ever, or has ended as is said here. */
async function newLoad(world: World): Promise<string> {
  const { db, ids } = world.app.app.deps;
  const request = {
    id: ids(),
    credentialId: 'operator',
    uploadIds: [await wholeUpload(world)],
    addresses: [],
    request: {},
  };
  return (await db.remoteLoads.insert(request, null)).id;
}

async function loadWithRejects(world: World): Promise<string> {
  const id = await newLoad(world);
  const key = `incoming/${id}/rejects-1.csv`;
  const writer = await world.app.app.deps.store.create(key);
  await writer.write(Buffer.from('file,line\n'));
  await writer.finish();
  await world.query(
    `update remote_loads set rejects_key = $2, state = 'succeeded', finished_at = now() where id = $1`,
    id,
    key,
  );
  return id;
}

/** With a rejected row. */
async function newRecord({ app }: World): Promise<string> {
  const { db, store } = app.app.deps;
  const number = await db.loads.begin(newLoadRecord({ origin: 'command', sources: ['properties.csv'] }));
  const writer = await store.create(rejectsKey(number));
  await writer.write(Buffer.from('file,line\n'));
  await writer.finish();
  await db.loads.keepRejects(number, { key: rejectsKey(number), rows: 1 });
  return String(number);
}

const anUpload = { subject: newUpload };
const aRecord = { subject: newRecord };

export const ADMIN_ROWS: readonly AdminRow[] = [
  row('GET /accounts', both),
  row('POST /accounts', () => ['"state":"active"'], { payload: { name: 'Made by an operator' } }),
  row('GET /accounts/:account_id', theAccount, { subject: first, looksAt: first }),
  row('PATCH /accounts/:account_id', () => ['"name":"Renamed"'], { ...anAccount, payload: { name: 'Renamed' } }),
  row('DELETE /accounts/:account_id', () => ['"state":"deleted"'], anAccount),
  row('POST /accounts/:account_id/suspend', () => ['"state":"suspended"'], anAccount),
  row('POST /accounts/:account_id/resume', () => ['"state":"active"'], anAccount),
  row('GET /accounts/:account_id/quota', theAccount, { subject: first, looksAt: first }),
  row('PUT /accounts/:account_id/quota', () => ['"quota_limit":7'], { ...anAccount, payload: { quota_limit: 7 } }),
  row('GET /accounts/:account_id/grants', theAccount, { subject: first, looksAt: first }),
  row('PUT /accounts/:account_id/grants', () => ['"replaced":true'], { ...anAccount, payload: { all: true } }),
  row('POST /accounts/:account_id/invitations', () => ['/console/in#cvi_'], { ...anAccount, payload: {} }),
  row('POST /invitations', () => ['/console/in#cvi_', '"role":"operator"']),
  row('GET /queue', () => ['"oldest_waiting_seconds"']),
  row('GET /jobs', ({ first: one, second: other }) => [one.jobs.running, other.jobs.running, other.name], {
    query: () => ({ state: 'running' }),
    looksAt: ofAll,
  }),
  row('GET /jobs/:job_id', theJob, { subject: ({ first: { jobs } }) => jobs.running, looksAt: first }),
  row('DELETE /jobs/:job_id', () => ['"state":"cancelled"'], aJob),
  row('GET /webhook_deliveries', (_world) => ['"deliveries"'], { looksAt: ofAll }),
  row('POST /webhook_deliveries/:delivery_id/redeliver', () => ['"state":"pending"'], { subject: failedDelivery }),
  row('GET /warehouse', () => ['"as_of":"2025-12-31"']),
  row('GET /warehouse/versions', () => ['"current":true']),
  row('GET /warehouse/loads', (_world, number) => [`"number":${number}`], aRecord),
  row('GET /warehouse/loads/:number', (_world, number) => [`"number":${number}`], aRecord),
  row('GET /warehouse/loads/:number/rejects', () => ['file,line'], aRecord),
  row('GET /warehouse/versions/:version', () => ['"version":1'], { subject: () => '1' }),
  row('GET /uploads', () => ['"uploads"']),
  row('POST /uploads', () => ['"offset":0'], {
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': '0',
      'upload-metadata': `filename ${btoa('properties.csv')}`,
    },
    status: 201,
  }),
  row('GET /uploads/:upload_id', (_world, id) => [`"upload_id":"${id}"`], anUpload),
  row('PATCH /uploads/:upload_id', () => [], {
    ...anUpload,
    headers: { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    payload: 'abc',
    status: 204,
  }),
  row('DELETE /uploads/:upload_id', () => [], { ...anUpload, status: 204 }),
  row('POST /loads', () => ['"state":"waiting"'], {
    subject: wholeUpload,
    payload: (id) => ({ upload_ids: [id] }),
    status: 202,
  }),
  row('GET /loads/:load_id', (_world, id) => [`"load_id":"${id}"`], { subject: newLoad }),
  row('GET /loads/:load_id/rejects', () => ['file,line'], { subject: loadWithRejects }),
  row('GET /audit', ({ second: { id } }) => [id], {
    query: ({ second: { id } }) => ({ account_id: id }),
    looksAt: ({ second: { id } }) => id,
  }),
  row('GET /nodes', () => ['"role":"api"']),
  row('GET /system', () => ['"ready":true']),
];

interface Tried {
  readonly who: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Operators {
  readonly opening: readonly (Tried & { readonly credentialId: string })[];
  readonly refused: readonly (Tried & { readonly status: 401 | 403 })[];
}

const made = new WeakMap<World, Promise<Operators>>();

async function makeOperators(world: World): Promise<Operators> {
  const { deps } = world.app.app;
  const request = { accountId: OPERATORS_ACCOUNT, scopes: OPERATOR_SCOPES };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const newest = async () => (await deps.db.credentials.list(OPERATORS_ACCOUNT)).at(-1)?.id ?? '';
  const personal = await issueToken(deps, request);
  const personalId = await newest();
  const key = await issueKey(deps, request);
  const keyId = await newest();
  const exchange = async (scope?: string) => {
    const payload = {
      ...{ grant_type: 'client_credentials', client_id: key.accessKey, client_secret: key.secret },
      ...(scope !== undefined && { scope }),
    };
    return String((await world.http.inject({ method: 'POST', url: '/oauth/token', payload })).json().access_token);
  };
  const console = async (accountId: string, scopes: typeof request.scopes, credentialId: string) => {
    const { token } = await startSession(deps, { accountId, credentialId, scopes });
    const { origin } = new URL(world.app.url);
    return { cookie: `conveyance-session=${token}`, 'x-conveyance-console': '1', origin };
  };
  const revoked = await issueToken(deps, request);
  await deps.db.credentials.revoke(await newest());
  const expired = await issueToken(deps, { ...request, expiresAt: new Date(Date.now() - 1000) });
  const customersKey = await deps.db.credentials.byAccessKey(world.first.key.accessKey);
  return {
    opening: [
      { who: 'an operator’s personal token', headers: bearer(personal), credentialId: personalId },
      { who: 'a bearer token of an operator’s key', headers: bearer(await exchange()), credentialId: keyId },
      {
        who: 'an operator’s session',
        headers: await console(OPERATORS_ACCOUNT, OPERATOR_SCOPES, personalId),
        credentialId: personalId,
      },
    ],
    refused: [
      { who: 'a token of an operator’s key for scope=api', headers: bearer(await exchange('api')), status: 403 },
      { who: 'a revoked token of an operator', headers: bearer(revoked), status: 401 },
      { who: 'an expired token of an operator', headers: bearer(expired), status: 401 },
      {
        who: 'a customer’s session',
        headers: await console(world.first.id, SCOPES, customersKey?.id ?? ''),
        status: 403,
      },
    ],
  };
}

function operatorsOf(world: World): Promise<Operators> {
  const known = made.get(world) ?? makeOperators(world);
  made.set(world, known);
  return known;
}

function optionsOf(world: World, each: AdminRow, subject: string, headers: Tried['headers']): InjectOptions {
  const { method, path, query } = each;
  const payload = typeof each.payload === 'function' ? each.payload(subject) : each.payload;
  const url = BASE + path.replace(/:\w+/, subject);
  const more = { ...(payload !== undefined && { payload }), ...(query !== undefined && { query: query(world) }) };
  return { method: method as 'GET', url, headers: { ...each.headers, ...headers }, ...more };
}

/** What a customer's credential must get: as at every door, but that no scope helps. */
function judgeCustomer({ app }: World, answer: Answer, method: string, credential: Credential) {
  const forbidden = APARTMENTIQ_DOOR.forbidden('admin', REFUSAL);
  const toKnown = credential.authorization === undefined ? { ...forbidden, challenge: undefined } : forbidden;
  const unknown = unknownAt(APARTMENTIQ_DOOR, method, new URL(app.url).origin, credential);
  const { status, body, challenge } = unknown ?? toKnown;
  return [
    ...same('the status', answer.status, status),
    ...same('the body', answer.body, method === 'HEAD' ? '' : JSON.stringify(body)),
    ...same('WWW-Authenticate', answer.headers['www-authenticate'], challenge),
  ];
}

async function looks({ query }: World, accountId: string, credentialId: string): Promise<number> {
  const [found] = await query<{ count: number }>(
    `select count(*)::int as count from audit_log
     where event = 'operator-looked' and account_id = $1 and credential_id = $2`,
    accountId,
    credentialId,
  );
  return found?.count ?? 0;
}

/** A good request of each row, and of the HEAD that comes with every GET, by an operator. */
export async function operatorsRequests(world: World): Promise<readonly { row: AdminRow; options: InjectOptions }[]> {
  const { opening } = await operatorsOf(world);
  const requests: { row: AdminRow; options: InjectOptions }[] = [];
  for (const row of ADMIN_ROWS) {
    const good = optionsOf(world, row, await subjectOf(world, row), opening[0]?.headers ?? {});
    requests.push({ row, options: good });
    if (row.method === 'GET') requests.push({ row, options: { ...good, method: 'HEAD' } });
  }
  return requests;
}

async function subjectOf(world: World, { subject }: AdminRow): Promise<string> {
  return subject === undefined ? '' : subject(world);
}

async function tryCustomers(world: World, each: AdminRow, method: string): Promise<Report> {
  const { first: customer, second, http } = world;
  const customers: readonly Customer[] = [customer, second];
  const { refused } = await operatorsOf(world);
  const subject = await subjectOf(world, each);
  const before = await stateOf(world, ...customers);
  const secrets = (await Promise.all(customers.map((one) => secretsOf(world, one)))).flat();
  const problems: string[] = [];
  for (const credential of customer.credentials) {
    const { name, headers } = credential;
    const answer = await ask(http, { ...optionsOf(world, each, subject, headers), method: method as 'GET' });
    const judged = [
      ...judgeCustomer(world, answer, method, credential),
      ...leaks(answer, secrets).filter((leak) => !leak.endsWith(subject) || subject === ''),
    ];
    problems.push(...judged.map((problem) => `${name}: ${problem}`));
  }
  for (const { who, headers, status } of refused) {
    const answer = await ask(http, { ...optionsOf(world, each, subject, headers), method: method as 'GET' });
    problems.push(...same('the status', answer.status, status).map((problem) => `${who}: ${problem}`));
  }
  const after = await stateOf(world, ...customers);
  problems.push(
    ...[...before]
      .filter(([what, digest]) => after.get(what) !== digest)
      .map(([what]) => `the refused changed ${what}`),
  );
  return { cells: customer.credentials.length, problems };
}

async function tryOperators(world: World, each: AdminRow, method: string): Promise<Report> {
  const { opening } = await operatorsOf(world);
  const problems: string[] = [];
  for (const { who, headers, credentialId } of opening) {
    const subject = await subjectOf(world, each);
    const answer = await ask(world.http, { ...optionsOf(world, each, subject, headers), method: method as 'GET' });
    const judged = [...same('the status', answer.status, each.status ?? 200)];
    if (method !== 'HEAD') {
      judged.push(...each.tells(world, subject).flatMap((text) => (answer.body.includes(text) ? [] : [`no ${text}`])));
    }
    if (each.looksAt !== undefined && (await looks(world, each.looksAt(world), credentialId)) === 0) {
      judged.push('nobody wrote down that an operator looked');
    }
    problems.push(...judged.map((problem) => `${who}: ${problem}`));
  }
  return { cells: opening.length, problems };
}

/** A probe for every row, and for the HEAD that comes with every GET. */
export function adminProbes(rows: readonly AdminRow[] = ADMIN_ROWS): readonly Probe[] {
  return rows.flatMap((each) =>
    (each.method === 'GET' ? ['GET', 'HEAD'] : [each.method]).map((method) => ({
      route: `${method} ${BASE}${each.path}`,
      async run(world: World) {
        const reports = [await tryCustomers(world, each, method), await tryOperators(world, each, method)];
        return {
          cells: reports.reduce((sum, { cells }) => sum + cells, 0),
          problems: reports.flatMap(({ problems }) => problems),
        };
      },
    })),
  );
}
