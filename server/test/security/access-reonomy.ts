/** The rows of the Reonomy dialect, and how it refuses. */
import { REONOMY } from '../../src/http/dialects/reonomy/dialect.ts';
import { uuidOf } from '../support/file-jobs.ts';
import type { Credential } from './access-credentials.ts';
import { anyCredential, type ProtectedDoor, type ProtectedRow, row, sessionRefusal } from './access-row.ts';
import {
  aFileJob,
  aPropertyByPoint,
  aPropertyByUuid,
  aSearchToken,
  fields,
  fileJobsOfMyKey,
  myPropertiesFound,
} from './access-subjects.ts';
import { type Customer, PRIVATE_PROPERTY, SHARED_PROPERTY, type World } from './access-world.ts';

const VIEW_JOBS = 'You do not have permission to view batch jobs';
const DOWNLOAD = 'You do not have permission to download results for this job';
const CREATE_JOBS = 'You do not have permission to create batch jobs';
const READ_PROPERTIES = 'You do not have permission to read properties';
const RESOLVE = 'You do not have permission to resolve properties';
const SEARCH = 'You do not have permission to search properties';

const ownFileJob = fields((id, { id: accountId }) => ({ id, group_path: accountId.replaceAll('-', '') }));

/** One property that everybody may see, and one that only the first customer may. */
function detailsUpload(): FormData {
  const spec = { detail_type: ['basic'], property_ids: [SHARED_PROPERTY, PRIVATE_PROPERTY].map(uuidOf) };
  const form = new FormData();
  form.set('job_type', 'property-details');
  form.set('file', new Blob([JSON.stringify(spec)]), 'spec.json');
  return form;
}

/** A key has one file job at a time. */
export async function endFileJobs(
  { app, query }: World,
  { id }: Pick<Customer, 'id'>,
  { keyId }: Pick<Credential, 'keyId'>,
): Promise<void> {
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
    before: endFileJobs,
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
  row('POST /property/bulk', 'data:read', READ_PROPERTIES, {
    asks: () => ({
      payload: { property_ids: [SHARED_PROPERTY, PRIVATE_PROPERTY].map(uuidOf), detail_type: ['basic'] },
    }),
    // What the account may not see is left out like what does not exist.
    told: ({ answer, customer: { grants } }) => {
      const ids = grants === 'all' ? [SHARED_PROPERTY, PRIVATE_PROPERTY] : [SHARED_PROPERTY];
      const found = (JSON.parse(answer.body) as readonly { readonly id: string }[]).map(({ id }) => id);
      return JSON.stringify(found) === JSON.stringify(ids.map(uuidOf)) ? [] : [`found ${found}`];
    },
  }),
  anyCredential('GET /users/me', {
    told: fields((_id, { id, name }) => ({
      group_path: id.replaceAll('-', ''),
      'account.id': id,
      'account.name': name,
    })),
  }),
  row('POST /resolve/property', 'data:read', RESOLVE, {
    names: aPropertyByPoint,
    asks: (point) => {
      const [latitude, longitude] = point.split(',').map(Number);
      return { payload: { latitude, longitude } };
    },
    told: fields(() => ({ reonomy_id: uuidOf(SHARED_PROPERTY) })),
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
  row('GET /jobs/file', 'exports:read', VIEW_JOBS, { told: fileJobsOfMyKey }),
  row('GET /jobs/file/:job_id', 'exports:read', VIEW_JOBS, { names: aFileJob, told: ownFileJob }),
  row('GET /job/file/:job_id', 'exports:read', VIEW_JOBS, { names: aFileJob, told: ownFileJob }),
  // It has not ended: of another’s not even that is told.
  row('GET /jobs/file/:job_id/summary', 'exports:read', DOWNLOAD, {
    status: 400,
    names: aFileJob,
    told: fields(() => ({
      message: 'Results are not available because the job has not completed successfully',
    })),
  }),
];

export const REONOMY_DOOR: ProtectedDoor = {
  bases: REONOMY.prefixes,
  scheme: 'basic',
  unauthorized: (authorization) => ({
    status: 401,
    body: {
      error: 'AuthorizationException',
      message:
        authorization === undefined
          ? 'The request has no access key: send it and its secret as HTTP Basic'
          : 'The access key is unknown or its secret is wrong; send both as HTTP Basic',
    },
    challenge: 'Basic realm="conveyance", charset="UTF-8"',
  }),
  sessionRefused: (fault, address) =>
    sessionRefusal(fault, address, { over: 'AuthorizationException', foreign: 'AuthorizationException' }),
  forbidden: (_scope, message) => ({
    status: 403,
    body: { error: 'AuthorizationException', message },
    challenge: undefined,
  }),
  rows: BATCH_ROWS,
};
