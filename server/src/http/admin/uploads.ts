/** `/admin/v1/uploads`: files of data from another machine, by the core of tus 1.0. Any node can go on with what another one began. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConveyanceError } from '../../core/errors.ts';
import type { Upload } from '../../core/ports/database/incoming/uploads.ts';
import { appendToUpload, beginUpload, deleteUpload, isFileName, readUpload } from '../../warehouse/remote/uploads.ts';
import {
  appendedBytes,
  appendHeaders,
  checkTusVersion,
  newUploadHeaders,
  readAppend,
  readNewUpload,
  TUS_BODY,
  TUS_EXTENSIONS,
  TUS_VERSION,
  uploadFields,
  uploadListSchema,
  uploadParams,
  uploadSchema,
} from '../../wire/admin/upload.ts';
import { refused } from '../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../server/operation.ts';
import { OPERATE, operator, refusals, responses } from './answers.ts';

const UPLOAD_NOT_FOUND = refused('There is no such upload', 'not_found', 'There is no upload ed49987b (any more)');
const MOVED = refused(
  'It does not stand there',
  'upload_moved',
  'The upload is at byte 8388608, not at 0: go on there',
);
const OFFSET = { 'Upload-Offset': { description: 'Bytes that are there.', type: 'integer' } } as const;

function tell(reply: FastifyReply, upload: Upload | null): void {
  reply.headers({ 'tus-resumable': TUS_VERSION, 'tus-version': TUS_VERSION, 'tus-extension': TUS_EXTENSIONS });
  if (upload === null) return;
  reply.headers({
    'upload-offset': String(upload.received),
    'upload-length': String(upload.length),
    'upload-expires': upload.expiresAt.toUTCString(),
  });
}

/** The body as it arrives. What was announced of it is compared at its end, before the last of it is kept. */
async function* bodyOf({ raw, countedBody }: FastifyRequest, checksum: string | null) {
  const body: Readable = countedBody ?? raw;
  const hash = checksum === null ? null : createHash('sha256');
  try {
    // By default leaving the loop would destroy the connection, and with it the answer.
    for await (const piece of body.iterator({ destroyOnReturn: false })) {
      hash?.update(piece);
      yield piece as Uint8Array;
    }
  } catch (error) {
    if (error instanceof ConveyanceError) throw error;
    throw new ConveyanceError('invalid_parameter', 'The request body ended early', { cause: error });
  }
  if (hash !== null && hash.digest('base64') !== checksum) {
    throw new ConveyanceError('checksum_mismatch', 'The body is not what Upload-Checksum says; send it again');
  }
}

export const createUpload: ProtectedOperation = {
  permission: OPERATE,
  method: 'POST',
  path: '/uploads',
  readsBody: true,
  document: {
    operationId: 'createUpload',
    tag: 'Data',
    summary: 'Create Upload',
    description:
      'Begins to send a file of data: the answer’s `Location` takes its bytes, in as many requests as one likes, by the tus protocol 1.0 (creation, termination, checksum, expiration). The body is empty.',
    headers: newUploadHeaders,
    responses: {
      ...refusals(),
      201: { description: 'The upload', schema: uploadSchema, headers: OFFSET },
      412: refused('Another version of tus', 'tus_version', 'This server speaks tus 1.0.0'),
      413: refused('The file is too large', 'payload_too_large', 'A file of 30000000000 bytes is larger than …'),
    },
  },
  async answer(door, call) {
    tell(call.reply, null);
    const asked = readNewUpload(call.request.headers, isFileName);
    const upload = await beginUpload(door.deps, operator(call), asked);
    tell(call.reply, upload);
    call.reply.code(201).header('location', `${door.settings.publicUrl}/admin/v1/uploads/${upload.id}`);
    return uploadFields(upload);
  },
};

export const listUploads: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/uploads',
  document: {
    operationId: 'listUploads',
    tag: 'Data',
    summary: 'List Uploads',
    description: 'Those that are under way or wait to be loaded, the newest first: a hundred at most.',
    responses: responses({ description: 'The uploads', schema: uploadListSchema }),
  },
  async answer({ deps }) {
    return { uploads: (await deps.db.uploads.list()).map(uploadFields) };
  },
};

export const getUpload: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/uploads/:upload_id',
  document: {
    operationId: 'getUpload',
    tag: 'Data',
    summary: 'Get Upload',
    description: 'Where an upload stands. HEAD tells the same in headers.',
    params: uploadParams,
    responses: responses(
      { description: 'The upload', schema: uploadSchema, headers: OFFSET },
      { 404: UPLOAD_NOT_FOUND },
    ),
  },
  async answer(door, { request, reply }) {
    tell(reply, null);
    const upload = await readUpload(door.deps, pathParameter(request, 'upload_id'));
    tell(reply, upload);
    return uploadFields(upload);
  },
};

export const appendToUploadOperation: ProtectedOperation = {
  permission: OPERATE,
  method: 'PATCH',
  path: '/uploads/:upload_id',
  readsBody: true,
  document: {
    operationId: 'appendToUpload',
    tag: 'Data',
    summary: 'Append to Upload',
    description:
      'Adds the body behind what is there. What came of a body that broke off is kept, unless it has an `Upload-Checksum`: then all of it or nothing is.',
    params: uploadParams,
    headers: appendHeaders,
    body: { contentTypes: [TUS_BODY], schema: appendedBytes },
    responses: {
      ...refusals({ 404: UPLOAD_NOT_FOUND }),
      204: { description: 'It is there', headers: OFFSET },
      409: MOVED,
      413: refused(
        'More than was announced',
        'payload_too_large',
        'The file was announced with 100 bytes, and has more',
      ),
      415: refused('Another type of body', 'unsupported_media_type', `this call takes ${TUS_BODY}`),
      460: refused(
        'Altered on its way',
        'checksum_mismatch',
        'The body is not what Upload-Checksum says; send it again',
      ),
    },
  },
  async answer(door, { request, reply }) {
    tell(reply, null);
    const { offset, checksum } = readAppend(request.headers);
    const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
    if (type !== TUS_BODY) throw new ConveyanceError('unsupported_media_type', `this call takes ${TUS_BODY}`);
    const id = pathParameter(request, 'upload_id');
    const body = bodyOf(request, checksum);
    const work = () => appendToUpload(door.deps, id, { offset, body, isWhole: checksum !== null });
    const leave = door.dataUploads.enter(id);
    try {
      tell(reply, await work());
    } finally {
      leave();
    }
    reply.code(204);
    return undefined;
  },
};

export const deleteUploadOperation: ProtectedOperation = {
  permission: OPERATE,
  method: 'DELETE',
  path: '/uploads/:upload_id',
  document: {
    operationId: 'deleteUpload',
    tag: 'Data',
    summary: 'Delete Upload',
    description: 'Gives an upload up, and deletes what is there of it.',
    params: uploadParams,
    responses: { ...refusals({ 404: UPLOAD_NOT_FOUND }), 204: { description: 'Deleted' } },
  },
  async answer(door, { request, reply }) {
    checkTusVersion(request.headers);
    tell(reply, null);
    await deleteUpload(door.deps, pathParameter(request, 'upload_id'));
    reply.code(204);
    return undefined;
  },
};
