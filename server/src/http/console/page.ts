/** `/console/`: the page itself, as static files. Any other address below it is one of the page’s own, and gets the page. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ConveyanceError } from '../../core/errors.ts';
import type { ConsoleFile } from '../../core/ports/console-files.ts';
import { text } from '../../wire/fields.ts';
import { type OpenOperation, pathParameter } from '../server/operation.ts';
import { matchesEtag } from '../service/byte-range.ts';

const PATH = '/console';
const INDEX = 'index.html';
/** Their names have a digest of what is in them. */
const HASHED = /^assets\//;
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Everything comes from here. Styles are also written by the page’s library, as attributes. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ');

function takesGzip({ headers }: FastifyRequest): boolean {
  return /(?:^|,)\s*gzip\s*(?:,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|$)/i.test(String(headers['accept-encoding'] ?? ''));
}

function sendFile(path: string, file: ConsoleFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const compressed = takesGzip(request) ? file.gzipped : null;
  const etag = `"${file.sha256}${compressed === null ? '' : '-gzip'}"`;
  reply.headers({
    etag,
    vary: 'Accept-Encoding',
    'cache-control': HASHED.test(path) ? FOR_EVER : 'no-cache',
    'content-type': file.contentType,
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
  });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  if (compressed !== null) reply.header('content-encoding', 'gzip');
  return reply.send(compressed ?? file.bytes);
}

export const getConsole: OpenOperation = {
  method: 'GET',
  path: PATH,
  document: {
    operationId: 'getConsole',
    tag: 'Console',
    summary: 'Console',
    description: 'Leads to the console’s page.',
    responses: { 302: { description: 'To `/console/`' } },
  },
  answer: async (_door, { reply }) => reply.redirect(`${PATH}/`),
};

export const getConsoleFile: OpenOperation = {
  method: 'GET',
  path: `${PATH}/*`,
  document: {
    operationId: 'getConsoleFile',
    tag: 'Console',
    summary: 'Console Page',
    description: 'The console, for people: the page, or a file that it needs.',
    params: z.object({ key: text({ description: 'A file’s name, or an address of the page’s own.' }) }),
    responses: {
      200: { description: 'The page, or a file', contentType: 'text/html', schema: z.string() },
      304: { description: 'The browser has the file already' },
      404: { description: 'There is no such file' },
    },
  },
  async answer({ consoleFiles }, { request, reply }) {
    const files = await consoleFiles.all();
    const asked = pathParameter(request, '*');
    const path = files.has(asked) || HASHED.test(asked) ? asked : INDEX;
    const file = files.get(path);
    if (file === undefined) throw new ConveyanceError('not_found', 'There is no such file of the console');
    return sendFile(path, file, request, reply);
  },
};
