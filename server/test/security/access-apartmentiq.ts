/** The rows of the ApartmentIQ dialect, and how it refuses. */
import { randomUUID } from 'node:crypto';
import { APARTMENTIQ } from '../../src/http/dialects/apartmentiq/dialect.ts';
import { anyCredential, type ProtectedDoor, type ProtectedRow, row, sessionRefusal } from './access-row.ts';
import {
  aDelivery,
  aJob,
  aKey,
  aList,
  aPropertyToAskFor,
  aSchedule,
  changesOfMine,
  fields,
  keysOfMine,
  linkOfMine,
  listsMy,
  madeMy,
  mentions,
  myAccount,
  myCount,
  myDays,
  myProperties,
  myUsage,
  oneEvent,
  runsOfMine,
  usageIn,
} from './access-subjects.ts';
import { request, SHARED_IDEMPOTENCY_KEY, SHARED_PROPERTY, scheduleRequest } from './access-world.ts';

const VIEW_JOBS = 'You do not have permission to view batch jobs';
const CREATE_JOBS = 'You do not have permission to create batch jobs';
const CANCEL_JOBS = 'You do not have permission to cancel batch jobs';
const DOWNLOAD = 'You do not have permission to download results for this job';
const VIEW_SCHEDULES = 'You do not have permission to view schedules';
const CHANGE_SCHEDULES = 'You do not have permission to create or change schedules';
const VIEW_LISTS = 'You do not have permission to view lists';
const CHANGE_LISTS = 'You do not have permission to create or change lists';
const LOOK_UP = 'You do not have permission to look up properties';
const VIEW_USAGE = 'You do not have permission to view usage';
const VIEW_DELIVERIES = 'You do not have permission to view webhook deliveries';
const SEND_WEBHOOKS = 'You do not have permission to send webhooks';
const VIEW_SECRETS = 'You do not have permission to view webhook secrets';
const VIEW_KEYS = 'You do not have permission to view access keys';
const CHANGE_KEYS = 'You do not have permission to create or change access keys';
const ROTATE_SECRETS = 'You do not have permission to rotate webhook secrets';

const theList = fields((id) => ({ list_id: id }));
const theSchedule = fields((id) => ({ schedule_id: id }));

const APARTMENTIQ_ROWS: readonly ProtectedRow[] = [
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
  row('POST /bulk_api/jobs', 'exports:write', CREATE_JOBS, {
    names: aList('kept'),
    asks: (id) => ({ payload: request({ property_ids: null, property_list: id }) }),
    told: madeMy('jobs', 'job_id'),
  }),
  row('POST /bulk_api/jobs/estimate', 'exports:write', CREATE_JOBS, {
    names: aList('kept'),
    asks: (id) => ({ payload: request({ property_ids: null, property_list: id }) }),
    told: usageIn('consumed_quota'),
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
  row('GET /bulk_api/jobs/:job_id/summary', 'exports:read', DOWNLOAD, {
    names: aJob('succeeded'),
    told: fields((_id, { id: accountId }) => ({ rows: 1, 'columns.0.greatest': `rows of ${accountId}` })),
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
  row('POST /bulk_api/schedules', 'exports:write', CHANGE_SCHEDULES, {
    names: aList('kept'),
    asks: (id) => ({ payload: { ...scheduleRequest(), property_ids: null, property_list: id } }),
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
  row('POST /properties/ids', 'data:read', LOOK_UP, {
    asks: () => ({ payload: { ids: [SHARED_PROPERTY] } }),
    told: fields(() => ({ 'properties.0.id': SHARED_PROPERTY })),
  }),
  row('POST /property_lists', 'exports:write', CHANGE_LISTS, {
    names: aPropertyToAskFor,
    asks: (id) => ({ payload: { name: `List ${randomUUID()}`, property_ids: [Number(id)] } }),
    told: madeMy('property_lists', 'list_id'),
  }),
  row('GET /property_lists', 'exports:read', VIEW_LISTS, { told: listsMy('lists', 'property_lists', 'list_id') }),
  row('POST /property_lists/count', 'data:read', LOOK_UP, {
    asks: () => ({ payload: { filter: 'property_id > 0' } }),
    told: myCount,
  }),
  row('POST /property_lists/count', 'data:read', LOOK_UP, {
    asks: () => ({ payload: { property_list: '@all' } }),
    told: myCount,
  }),
  row('POST /property_lists/count', 'data:read', LOOK_UP, {
    names: aList('kept'),
    asks: (id) => ({ payload: { property_list: id } }),
    told: fields(() => ({ count: 1, left_out: 0 })),
  }),
  row('GET /property_lists/:list', 'exports:read', VIEW_LISTS, { names: aList('kept'), told: theList }),
  row('PATCH /property_lists/:list', 'exports:write', CHANGE_LISTS, {
    names: aList('fresh'),
    asks: () => ({ payload: { name: `List ${randomUUID()}` } }),
    told: theList,
  }),
  row('DELETE /property_lists/:list', 'exports:write', CHANGE_LISTS, { names: aList('fresh'), told: theList }),
  anyCredential('GET /accounts', { told: myAccount }),
  row('GET /usage', 'exports:read', VIEW_USAGE, { told: myUsage }),
  row('GET /usage/daily', 'exports:read', VIEW_USAGE, { told: myDays }),
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
  row('GET /webhooks/secret', 'exports:write', VIEW_SECRETS, { told: mentions(() => 'whsec_') }),
  row('POST /webhooks/secret/rotate', 'exports:write', ROTATE_SECRETS, { told: mentions(() => 'whsec_') }),
  row('GET /keys', 'keys', VIEW_KEYS, { told: keysOfMine }),
  row('POST /keys', 'keys', CHANGE_KEYS, {
    asks: () => ({ payload: { name: 'Nightly job' } }),
    told: madeMy('credentials', 'key.credential_id'),
  }),
  row('POST /keys/:credential_id/rotate', 'keys', CHANGE_KEYS, {
    names: aKey,
    asks: () => ({ payload: { overlap_seconds: 60 } }),
    told: madeMy('credentials', 'key.credential_id'),
  }),
  row('DELETE /keys/:credential_id', 'keys', CHANGE_KEYS, {
    names: aKey,
    told: fields((id) => ({ 'key.credential_id': id, schedules_in_need: 0 })),
  }),
];

const REALM = 'Bearer realm="conveyance"';
const BAD_TOKEN = 'error="invalid_token", error_description="The access token is malformed, expired or revoked"';

export const APARTMENTIQ_DOOR: ProtectedDoor = {
  bases: APARTMENTIQ.prefixes,
  scheme: 'bearer',
  unauthorized: (authorization) => ({
    status: 401,
    body: { error: 'Unauthorized', message: 'Missing or invalid bearer token' },
    challenge: authorization === undefined ? REALM : `${REALM}, ${BAD_TOKEN}`,
  }),
  sessionRefused: (fault, address) => sessionRefusal(fault, address, { over: 'Unauthorized', foreign: 'Forbidden' }),
  forbidden: (scope, message) => ({
    status: 403,
    body: { error: 'Forbidden', message },
    challenge: `${REALM}, error="insufficient_scope", scope="${scope}"`,
  }),
  rows: APARTMENTIQ_ROWS,
};
