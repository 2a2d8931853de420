/** `/admin/v1/warehouse/loads`: what became of every load. */
import { Readable } from 'node:stream';
import { ConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { LoadRecord } from '../../core/versions/load-record.ts';
import { openRejects, readLoad } from '../../warehouse/loads/kept-rejects.ts';
import { TABLES } from '../../warehouse/tables.ts';
import {
  loadHistoryFields,
  loadHistoryParams,
  loadHistoryQuery,
  loadHistorySchema,
  loadRecordFields,
  loadRecordSchema,
  readLoadHistoryQuery,
} from '../../wire/admin/load-history.ts';
import { refused } from '../server/answers.ts';
import { type ProtectedOperation, pathParameter, queryParameters } from '../server/operation.ts';
import { OPERATE, responses } from './answers.ts';

const NUMBER_FORM = /^[1-9]\d{0,14}$/;
const LOAD_NOT_FOUND = refused('There is no such load', 'not_found', 'There is no load 7 (any more)');

type Asked = Parameters<ProtectedOperation['answer']>[1]['request'];

async function asked(deps: Pick<Deps, 'db'>, request: Asked): Promise<LoadRecord> {
  const word = pathParameter(request, 'number');
  if (!NUMBER_FORM.test(word)) throw new ConveyanceError('not_found', `There is no load ${word.slice(0, 20)}`);
  return readLoad(deps, Number(word));
}

const readQuery = (query: Parameters<typeof readLoadHistoryQuery>[0]) =>
  readLoadHistoryQuery(query, Object.keys(TABLES));

export const listLoads: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/warehouse/loads',
  unknownQuery: 'refused',
  readQuery,
  document: {
    operationId: 'listLoads',
    tag: 'Data',
    summary: 'List Loads',
    description:
      'Every load, the newest first: who had it made, of what, what it did to the rows of each table, and the version that it made or why it made none. Kept for 400 days.',
    query: loadHistoryQuery,
    responses: responses({ description: 'A page of loads', schema: loadHistorySchema }),
  },
  async answer({ deps: { db } }, { request }) {
    const query = readQuery(queryParameters(request));
    return loadHistoryFields(await db.loads.list(query), query.limit);
  },
};

export const getLoadRecord: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/warehouse/loads/:number',
  document: {
    operationId: 'getLoadRecord',
    tag: 'Data',
    summary: 'Get Load from the History',
    description: 'What became of a load.',
    params: loadHistoryParams,
    responses: responses({ description: 'The load', schema: loadRecordSchema }, { 404: LOAD_NOT_FOUND }),
  },
  async answer({ deps }, { request }) {
    return loadRecordFields(await asked(deps, request));
  },
};

export const getRejectedRows: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/warehouse/loads/:number/rejects',
  document: {
    operationId: 'getRejectedRows',
    tag: 'Data',
    summary: 'Get Rejected Rows',
    description:
      'The rows that a load did not take, with line and reason, as CSV. Kept for 30 days, and of a load the first 10 MiB.',
    params: loadHistoryParams,
    responses: responses(
      { description: 'The rows', contentType: 'text/csv' },
      { 404: refused('None was rejected', 'not_found', 'No row of load 7 was rejected') },
    ),
  },
  async answer({ deps }, { request, reply }) {
    const load = await asked(deps, request);
    const rows = await openRejects(deps, load);
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="rejects-${load.number}.csv"`);
    return reply.send(Readable.from(rows));
  },
};
