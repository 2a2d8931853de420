/**
 * Who gets what, route by route. A route of the server that has no row here fails the build. A new route is one row: its scope, the
 * sentence of its refusal, what it names, and what a permitted answer must tell. Which credentials are tried, and what each of them
 * must get, follows from that (`access-probe.ts`).
 */
import type { InjectOptions } from 'fastify';
import type { Scope } from '../../src/core/access.ts';
import { BATCH_PREFIX, BULK_ALIAS, BULK_PREFIX } from '../../src/http/prefixes.ts';
import { uuidOf } from '../support/batch.ts';
import type { Credential, Scheme } from './access-credentials.ts';
import { fileCells, type OpenCells, publicCells, tokenCells } from './access-open.ts';
import {
  aBatchJob,
  aDelivery,
  aJob,
  aPropertyByUuid,
  aPropertyToAskFor,
  aSchedule,
  aSearchToken,
  batchJobsOfMyKey,
  changesOfMine,
  fields,
  type Listen,
  linkOfMine,
  listsMy,
  madeMy,
  mentions,
  myAccount,
  myProperties,
  myPropertiesFound,
  myUsage,
  oneEvent,
  runsOfMine,
  type Subject,
  type Told,
  usageIn,
} from './access-subjects.ts';
import {
  type Customer,
  PRIVATE_PROPERTY,
  request,
  SHARED_IDEMPOTENCY_KEY,
  SHARED_PROPERTY,
  scheduleRequest,
  type World,
} from './access-world.ts';

/** What a refused caller must get, whole. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
  /** The header `WWW-Authenticate`. */
  readonly challenge: string | undefined;
}

interface RowDetails {
  /** Of a permitted answer; 200 where nothing is said. */
  readonly status: number;
  /** What the request names that can be another account's. */
  readonly names: Subject;
  /** What is asked beside the path, in which the subject takes the place of the parameter. */
  readonly asks: (subject: string) => InjectOptions;
  /** The answer is a stream of events, of which so much is read. */
  readonly events: Listen;
  /** What must be so before a permitted request, each time. */
  readonly before: (world: World, customer: Customer, credential: Credential) => Promise<void>;
  /** What is wrong with a permitted answer. */
  readonly told: Told;
}

/** A route that asks for a credential. A route may have several rows, for several ways to ask. */
export interface ProtectedRow extends Partial<RowDetails> {
  readonly method: string;
  /** In the router's form, without the door's base. */
  readonly path: string;
  /** The only scope that opens it; null where every good credential does. */
  readonly scope: Scope | null;
  /** What a credential without the scope is told. */
  readonly refusal: string;
}

/** A route that asks for none: it says itself who must get what. */
export interface OpenRow {
  readonly method: string;
  readonly path: string;
  readonly cells: OpenCells;
}

/** Routes that have in common how a caller proves itself, and in which words it is refused. */
export interface ProtectedDoor {
  readonly bases: readonly string[];
  readonly scheme: Scheme;
  readonly unauthorized: (authorization: string | undefined) => Refusal;
  readonly forbidden: (scope: Scope, sentence: string) => Refusal;
  readonly rows: readonly ProtectedRow[];
}

function row(route: string, scope: Scope, refusal: string, details: Partial<RowDetails> = {}): ProtectedRow {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, scope, refusal, ...details };
}

function anyCredential(route: string, details: Partial<RowDetails> = {}): ProtectedRow {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, scope: null, refusal: '', ...details };
}

const VIEW_JOBS = 'You do not have permission to view batch jobs';
const CREATE_JOBS = 'You do not have permission to create batch jobs';
const CANCEL_JOBS = 'You do not have permission to cancel batch jobs';
const DOWNLOAD = 'You do not have permission to download results for this job';
const VIEW_SCHEDULES = 'You do not have permission to view schedules';
const CHANGE_SCHEDULES = 'You do not have permission to create or change schedules';
const READ_PROPERTIES = 'You do not have permission to read properties';
const SEARCH = 'You do not have permission to search properties';
const LOOK_UP = 'You do not have permission to look up properties';
const VIEW_USAGE = 'You do not have permission to view usage';
const VIEW_DELIVERIES = 'You do not have permission to view webhook deliveries';
const SEND_WEBHOOKS = 'You do not have permission to send webhooks';
const VIEW_SECRETS = 'You do not have permission to view webhook secrets';
const ROTATE_SECRETS = 'You do not have permission to rotate webhook secrets';

const theSchedule = fields((id) => ({ schedule_id: id }));

const BULK_ROWS: readonly ProtectedRow[] = [
  row('POST /bulk_api/jobs', 'exports:write', CREATE_JOBS, {
    names: aPropertyToAskFor,
    asks: (id) => ({ payload: request({ property_ids: [Number(id)] }) }),
    told: madeMy('jobs', 'job_id'),
  }),
  row('POST /bulk_api/jobs', 'exports:write', CREATE_JOBS, {
    // The other account used the key for the same request: that is no business of this one.
    asks: () => ({ headers: { 'idempotency-key': SHARED_IDEMPOTENCY_KEY }, payload: request() }),
    told: madeMy('jobs', 'job_id'),
  }),
  row('POST /bulk_api/jobs/estimate', 'exports:write', CREATE_JOBS, {
    names: aPropertyToAskFor,
    asks: (id) => ({ payload: request({ property_ids: [Number(id)] }) }),
    told: usageIn('consumed_quota'),
  }),
  row('GET /bulk_api/jobs', 'exports:read', VIEW_JOBS, { told: listsMy('jobs', 'jobs', 'job_id', "kind = 'report'") }),
  row('GET /bulk_api/jobs/:job_id', 'exports:read', VIEW_JOBS, {
    names: aJob('waiting'),
    // Whatever waits in other accounts, nothing of one's own waits before it.
    told: fields((id) => ({ job_id: id, status: 'submitted', 'progress.queue_position': 0 })),
  }),
  row('DELETE /bulk_api/jobs/:job_id', 'exports:write', CANCEL_JOBS, {
    names: aJob('fresh'),
    told: fields((id) => ({ job_id: id, status: 'cancelled' })),
  }),
  row('GET /bulk_api/jobs/:job_id/results', 'exports:read', DOWNLOAD, {
    status: 302,
    names: aJob('succeeded'),
    told: linkOfMine,
  }),
  row('GET /bulk_api/jobs/:job_id/manifest', 'exports:read', DOWNLOAD, {
    names: aJob('succeeded'),
    told: fields((id) => ({ job_id: id })),
  }),
  row('GET /bulk_api/jobs/:job_id/events', 'exports:read', VIEW_JOBS, {
    names: aJob('succeeded'),
    events: oneEvent,
    told: mentions((id) => id),
  }),
  row('GET /bulk_api/events', 'exports:read', VIEW_JOBS, {
    events: changesOfMine,
    told: mentions((_id, { jobs }) => jobs.waiting),
  }),
  row('POST /bulk_api/schedules', 'exports:write', CHANGE_SCHEDULES, {
    names: aPropertyToAskFor,
    asks: (id) => ({ payload: scheduleRequest(Number(id)) }),
    told: madeMy('schedules', 'schedule_id'),
  }),
  row('GET /bulk_api/schedules', 'exports:read', VIEW_SCHEDULES, {
    told: listsMy('schedules', 'schedules', 'schedule_id'),
  }),
  row('GET /bulk_api/schedules/:schedule_id', 'exports:read', VIEW_SCHEDULES, {
    names: aSchedule('kept'),
    told: theSchedule,
  }),
  row('POST /bulk_api/schedules/:schedule_id/pause', 'exports:write', CHANGE_SCHEDULES, {
    names: aSchedule('fresh'),
    told: theSchedule,
  }),
  row('POST /bulk_api/schedules/:schedule_id/resume', 'exports:write', CHANGE_SCHEDULES, {
    names: aSchedule('fresh'),
    told: theSchedule,
  }),
  row('DELETE /bulk_api/schedules/:schedule_id', 'exports:write', CHANGE_SCHEDULES, {
    names: aSchedule('fresh'),
    told: theSchedule,
  }),
  row('GET /bulk_api/schedules/:schedule_id/runs', 'exports:read', VIEW_SCHEDULES, {
    names: aSchedule('kept'),
    told: runsOfMine,
  }),
  anyCredential('GET /bulk_api/report_types'),
  anyCredential('GET /bulk_api/report_types/:report_type', { asks: () => ({ url: '/bulk_api/report_types/units' }) }),
  row('GET /properties/lookup', 'data:read', LOOK_UP, { told: myProperties }),
  anyCredential('GET /accounts', { told: myAccount }),
  row('GET /usage', 'exports:read', VIEW_USAGE, { told: myUsage }),
  row('GET /webhook_deliveries', 'exports:read', VIEW_DELIVERIES, {
    told: listsMy('deliveries', 'deliveries', 'delivery_id'),
  }),
  row('GET /webhook_deliveries', 'exports:read', VIEW_DELIVERIES, {
    names: aJob('cancelled'),
    asks: (id) => ({ query: { job_id: id } }),
    told: fields((id, { deliveryId }) => ({
      'deliveries.0.job_id': id,
      'deliveries.0.delivery_id': deliveryId,
      'pagination.total_count': 1,
    })),
  }),
  row('GET /webhook_deliveries/:delivery_id', 'exports:read', VIEW_DELIVERIES, {
    names: aDelivery,
    told: fields((id, { jobs }) => ({ delivery_id: id, job_id: jobs.cancelled })),
  }),
  row('POST /webhook_deliveries/:delivery_id/redeliver', 'exports:write', SEND_WEBHOOKS, {
    names: aDelivery,
    told: fields((id, { jobs }) => ({ delivery_id: id, job_id: jobs.cancelled })),
  }),
  row('POST /webhooks/test', 'exports:write', SEND_WEBHOOKS, {
    asks: () => ({ payload: { url: 'https://hooks.example.com/test' } }),
    told: fields(() => ({ job_id: null, state: 'pending' })),
  }),
  row('GET /webhooks/secret', 'exports:read', VIEW_SECRETS, { told: mentions(() => 'whsec_') }),
  row('POST /webhooks/secret/rotate', 'exports:write', ROTATE_SECRETS, { told: mentions(() => 'whsec_') }),
];

const ownBatchJob = fields((id, { id: accountId }) => ({ id, group_path: accountId.replaceAll('-', '') }));

/** One property that everybody may see, and one that only the first customer may. */
function detailsUpload(): FormData {
  const spec = { detail_type: ['basic'], property_ids: [SHARED_PROPERTY, PRIVATE_PROPERTY].map(uuidOf) };
  const form = new FormData();
  form.set('job_type', 'property-details');
  form.set('file', new Blob([JSON.stringify(spec)]), 'spec.json');
  return form;
}

/** A key has one batch job at a time. */
async function endBatchJobs({ app, query }: World, { id }: Customer, { keyId }: Credential): Promise<void> {
  const unfinished = await query<{ id: string }>(
    `select id::text from jobs where credential_id = $1 and kind <> 'report' and status = 'submitted'`,
    keyId,
  );
  for (const job of unfinished) {
    await app.app.deps.db.jobs.finish({ accountId: id, id: job.id }, { outcome: 'cancelled' });
  }
}

const BATCH_ROWS: readonly ProtectedRow[] = [
  row('POST /jobs/file', 'exports:write', CREATE_JOBS, {
    status: 201,
    before: endBatchJobs,
    asks: () => ({ payload: detailsUpload() }),
    // What the account may not see is as what does not exist: unknown.
    told: fields((_id, { id: accountId, grants }) => ({
      group_path: accountId.replaceAll('-', ''),
      'metadata.count': 2,
      'metadata.unknown': grants === 'all' ? 0 : 1,
    })),
  }),
  row('GET /property/:property_id', 'data:read', READ_PROPERTIES, {
    names: aPropertyByUuid,
    told: fields((id) => ({ id })),
  }),
  row('POST /search/summaries', 'data:read', SEARCH, {
    asks: () => ({ payload: { settings: {} } }),
    told: myPropertiesFound,
  }),
  row('POST /search/summaries', 'data:read', SEARCH, {
    names: aSearchToken,
    asks: (token) => ({ query: { search_token: token }, payload: { settings: {} } }),
    told: myPropertiesFound,
  }),
  row('GET /jobs/file', 'exports:read', VIEW_JOBS, { told: batchJobsOfMyKey }),
  row('GET /jobs/file/:job_id', 'exports:read', VIEW_JOBS, { names: aBatchJob, told: ownBatchJob }),
  row('GET /job/file/:job_id', 'exports:read', VIEW_JOBS, { names: aBatchJob, told: ownBatchJob }),
];

const REALM = 'Bearer realm="conveyance"';
const BAD_TOKEN = 'error="invalid_token", error_description="The access token is malformed, expired or revoked"';

export const PROTECTED_DOORS: readonly ProtectedDoor[] = [
  {
    bases: [BULK_PREFIX, BULK_ALIAS],
    scheme: 'bearer',
    unauthorized: (authorization) => ({
      status: 401,
      body: { error: 'Unauthorized', message: 'Missing or invalid bearer token' },
      challenge: authorization === undefined ? REALM : `${REALM}, ${BAD_TOKEN}`,
    }),
    forbidden: (scope, message) => ({
      status: 403,
      body: { error: 'Forbidden', message },
      challenge: `${REALM}, error="insufficient_scope", scope="${scope}"`,
    }),
    rows: BULK_ROWS,
  },
  {
    bases: [BATCH_PREFIX],
    scheme: 'basic',
    unauthorized: () => ({
      status: 401,
      body: {
        error: 'AuthorizationException',
        message: 'The access key is unknown or its secret is wrong; send both as HTTP Basic',
      },
      challenge: 'Basic realm="conveyance", charset="UTF-8"',
    }),
    forbidden: (_scope, message) => ({
      status: 403,
      body: { error: 'AuthorizationException', message },
      challenge: undefined,
    }),
    rows: BATCH_ROWS,
  },
];

export const OPEN_ROWS: readonly OpenRow[] = [
  { method: 'POST', path: '/oauth/token', cells: tokenCells },
  { method: 'HEAD', path: '/files/*', cells: fileCells },
  { method: 'GET', path: '/files/*', cells: fileCells },
  { method: 'GET', path: '/', cells: publicCells },
  { method: 'GET', path: '/openapi.json', cells: publicCells },
  { method: 'GET', path: '/livez', cells: publicCells },
  { method: 'GET', path: '/readyz', cells: publicCells },
];
