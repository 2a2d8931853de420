/** `/files/*`: downloads by signed link. The link is the permission; `Authorization`, which `curl -L` sends again, is not looked at. */
import { finished } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { contentDisposition } from '../../core/content-disposition.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { type OpenFile, openFile, readLink } from '../../jobs/results/open-file.ts';
import { errorSchema } from '../../wire/apartmentiq/errors.ts';
import { integer, text } from '../../wire/fields.ts';
import { refused } from '../server/answers.ts';
import type { Door, OpenCall, OpenOperation, OperationDocument, ResponseDocument } from '../server/operation.ts';
import { matchesEtag, parseByteRange, rangeStillValid } from './byte-range.ts';
import { LentStream } from './lent-stream.ts';

function etagOf({ sha256 }: OpenFile): string {
  return `"${sha256}"`;
}

/** RFC 9530: a dictionary member with the digest as a byte sequence. */
function digestField(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

function setFileHeaders(reply: FastifyReply, file: OpenFile): void {
  reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-transform',
    'content-disposition': contentDisposition(file.filename),
    'content-type': file.contentType,
    etag: etagOf(file),
    'last-modified': file.modifiedAt.toUTCString(),
    // Of the whole file, whatever part of it is sent.
    'repr-digest': digestField(file.sha256),
  });
}

/** A file that is asked for, and the end of the answer to it, however that comes. */
interface Found {
  readonly file: OpenFile;
  readonly over: Promise<void>;
}

async function sendWhole(reply: FastifyReply, { file, over }: Found): Promise<FastifyReply> {
  const { bytes } = file;
  reply.headers({ 'content-length': bytes, 'content-digest': digestField(file.sha256) });
  return reply.send(new LentStream({ pieces: await file.read(), bytes, response: reply.raw, over }));
}

async function sendFile({ headers }: FastifyRequest, reply: FastifyReply, found: Found): Promise<FastifyReply> {
  const { file, over } = found;
  const etag = etagOf(file);
  const lastModified = file.modifiedAt.toUTCString();
  setFileHeaders(reply, file);
  if (matchesEtag(headers['if-none-match'], etag)) return reply.code(304).send();
  const ifRange = headers['if-range'];
  const valid = rangeStillValid(typeof ifRange === 'string' ? ifRange : undefined, etag, lastModified);
  const range = valid ? parseByteRange(headers.range, file.bytes) : 'whole';
  if (range === 'whole') return sendWhole(reply, found);
  if (range === 'unsatisfiable') {
    reply.removeHeader('content-disposition').removeHeader('repr-digest').removeHeader('etag');
    reply.header('content-range', `bytes */${file.bytes}`);
    throw new ConveyanceError(
      'range_not_satisfiable',
      `The file has ${file.bytes} bytes; the range begins behind them`,
    );
  }
  const bytes = range.end - range.start + 1;
  reply.code(206).headers({
    'content-length': bytes,
    'content-range': `bytes ${range.start}-${range.end}/${file.bytes}`,
  });
  return reply.send(new LentStream({ pieces: await file.read(range), bytes, response: reply.raw, over }));
}

async function findFile({ deps, linkLimits }: Door, { request, reply }: OpenCall): Promise<Found> {
  const [path = ''] = request.url.split('?', 1);
  // As it came: the path undecoded, and a repeated parameter as a list, which no signed link has.
  const query = request.query as Readonly<Record<string, string>>;
  const link = readLink(deps, { path, query });
  // Only now: what is no link of ours costs nothing, and is not remembered.
  const release = linkLimits.enter(query['signature'] ?? '');
  // One listener for all who wait for the end: with a second, a response has more than Node takes for a leak.
  const over = new Promise<void>((resolve) => {
    finished(reply.raw, () => {
      release();
      resolve();
    });
  });
  return { file: await openFile(deps, link, request.clientAddress), over };
}

const header = (description: string) => ({ description, type: 'string' });
const FILE_HEADERS = {
  ETag: header('Strong: the SHA-256 of the file in hex, in quotes.'),
  'Content-Disposition': header('`attachment` with the file’s name.'),
  'Repr-Digest': header('RFC 9530: the SHA-256 of the whole file, `sha-256=:…:`.'),
  'Accept-Ranges': header('`bytes`'),
};

function fileAnswer(description: string, more: ResponseDocument['headers'] = {}): ResponseDocument {
  return {
    description,
    contentType: 'application/octet-stream',
    schema: z.string().meta({ format: 'binary' }),
    headers: { ...FILE_HEADERS, ...more },
  };
}

const DOCUMENT = {
  tag: 'Files',
  params: z.object({ key: text({ description: 'The file’s key; it may contain slashes.' }) }),
  query: z.object({
    expires: integer({ description: 'Seconds since 1970: when the link’s time is over.' }),
    filename: text({ description: 'The name under which the file is saved.' }),
    kid: text({ description: 'Names the key that the link was signed with.' }),
    signature: text({ description: 'Proves that the server made the link.' }),
    epoch: text({
      description: 'How often links of the account were revoked before this one was made; absent if never.',
    }).optional(),
  }),
} as const satisfies Partial<OperationDocument>;

const LINK_REFUSED = refused(
  'The link is altered, expired or revoked',
  'link_refused',
  'The download link is altered or expired; ask for the results again',
);
const LINK_LIMITED: ResponseDocument = {
  ...refused('The link is used too often', 'rate_limited', 'Too many downloads at once: at most 16'),
  headers: { 'Retry-After': { description: 'Seconds until the next try.', type: 'integer' } },
};
const FILE_GONE: ResponseDocument = { description: 'The file was deleted', schema: errorSchema };

export const downloadFile: OpenOperation = {
  opensWith: 'a signed link',
  method: 'GET',
  path: '/files/*',
  document: {
    ...DOCUMENT,
    operationId: 'downloadFile',
    summary: 'Download File',
    description: 'The file behind a signed link, as `downloadBatchJobResults` gives it. Takes no credential.',
    headers: z.object({
      Range: text({ description: 'One range of bytes; several are answered with the whole file.' }).optional(),
      'If-Range': text({ description: 'The ETag under which the first part was fetched.' }).optional(),
      'If-None-Match': text({ description: 'The ETag of the file that the client has.' }).optional(),
    }),
    responses: {
      200: fileAnswer('The file', { 'Content-Digest': header('RFC 9530: the SHA-256 of the content sent.') }),
      206: fileAnswer('The range of the file', { 'Content-Range': header('Which bytes, of how many.') }),
      304: { description: 'The client has the file already' },
      403: LINK_REFUSED,
      410: FILE_GONE,
      416: refused(
        'The range begins behind the end of the file',
        'range_not_satisfiable',
        'The file has 1024 bytes; the range begins behind them',
      ),
      429: LINK_LIMITED,
    },
  },
  async answer(door, call) {
    return sendFile(call.request, call.reply, await findFile(door, call));
  },
};

export const inspectFile: OpenOperation = {
  opensWith: 'a signed link',
  method: 'HEAD',
  path: '/files/*',
  document: {
    ...DOCUMENT,
    operationId: 'inspectFile',
    summary: 'Inspect File',
    description: 'Size, name and digest of the file behind a signed link.',
    responses: {
      200: { description: 'The headers of a download', headers: FILE_HEADERS },
      403: { description: 'The link is altered, expired or revoked' },
      410: { description: 'The file was deleted' },
      429: { description: 'The link is used too often' },
    },
  },
  async answer(door, call) {
    const { file } = await findFile(door, call);
    setFileHeaders(call.reply, file);
    return call.reply.header('content-length', file.bytes).send();
  },
};
