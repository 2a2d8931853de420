/** `/admin/v1/loads`: uploads become a data version. */
import { Readable } from 'node:stream';
import { ConveyanceError } from '../../core/errors.ts';
import { readRemoteLoad, requestLoad } from '../../warehouse/remote/remote-load.ts';
import { loadParams, loadSchema, newLoadSchema, remoteLoadFields } from '../../wire/admin/upload.ts';
import { readBody } from '../../wire/body.ts';
import { refused } from '../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../server/operation.ts';
import { OPERATE, operator, refusals, responses } from './answers.ts';

const MAPPING_BYTES = 512 * 1024;
const LOAD_NOT_FOUND = refused('There is no such load', 'not_found', 'There is no load ed49987b (any more)');

export const createLoad: ProtectedOperation = {
  permission: OPERATE,
  method: 'POST',
  path: '/loads',
  bodyLimit: MAPPING_BYTES,
  document: {
    operationId: 'createLoad',
    tag: 'Data',
    summary: 'Create Load',
    description:
      'Lets a worker load uploads and what is at addresses, as `conveyance load` does: all become one new data version, or nothing does. Once their rows are stored the uploads are deleted; a dry run leaves them. Addresses are guarded and bounded by the settings of the worker that fetches them.',
    body: { contentTypes: ['application/json'], schema: newLoadSchema },
    responses: {
      ...refusals({ 404: refused('There is no such upload', 'not_found', 'There is no upload ed49987b (any more)') }),
      202: { description: 'The load, waiting', schema: loadSchema },
    },
  },
  async answer({ deps }, call) {
    const { upload_ids: uploadIds = [], addresses = [], ...request } = readBody(newLoadSchema, call.request.body);
    const load = await requestLoad(deps, operator(call), { uploadIds, addresses, request });
    call.reply.code(202);
    return remoteLoadFields(load);
  },
};

export const getLoad: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/loads/:load_id',
  document: {
    operationId: 'getLoad',
    tag: 'Data',
    summary: 'Get Load',
    description: 'What became of a load of uploads. Kept for a week after its end.',
    params: loadParams,
    responses: responses({ description: 'The load', schema: loadSchema }, { 404: LOAD_NOT_FOUND }),
  },
  async answer({ deps }, { request }) {
    return remoteLoadFields(await readRemoteLoad(deps, pathParameter(request, 'load_id')));
  },
};

export const getLoadRejects: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/loads/:load_id/rejects',
  document: {
    operationId: 'getLoadRejects',
    tag: 'Data',
    summary: 'Get Rejects of Load',
    description: 'Every row that was not loaded, with its line and the reason, as CSV.',
    params: loadParams,
    responses: responses(
      { description: 'The rows', contentType: 'text/csv' },
      { 404: refused('None was rejected', 'not_found', 'No row of this load was rejected') },
    ),
  },
  async answer({ deps: { db, store } }, { request, reply }) {
    const { rejectsKey } = await readRemoteLoad({ db }, pathParameter(request, 'load_id'));
    if (rejectsKey === null) throw new ConveyanceError('not_found', 'No row of this load was rejected');
    reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="rejects.csv"');
    return reply.send(Readable.from(await store.open(rejectsKey)));
  },
};
