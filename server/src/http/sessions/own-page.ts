/**
 * Whether a request comes from the console’s own page. A browser adds the cookie of a session to whatever any page makes it send, so the
 * cookie says who is sitting there, and never what he wants.
 */
import type { FastifyRequest } from 'fastify';
import { ConveyanceError } from '../../core/errors.ts';
import { JSON_TYPE } from '../bodies/json-body.ts';

/** A page of another origin cannot send it: it would have to ask first, and nothing here answers such a question. */
export const CONSOLE_HEADER = 'x-conveyance-console';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const UPLOAD_TYPE = 'multipart/form-data';

function refuse(publicUrl: string): never {
  throw new ConveyanceError(
    'foreign_page',
    `This request does not come from the console’s own page; open the console at ${publicUrl}/console/`,
  );
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** What a form of a foreign page can send. */
const FORM_TYPES = ['text/plain', 'application/x-www-form-urlencoded'];

/** JSON; where the operation takes an upload or bytes of one, that too: the header above shows that no form of a foreign page wrote it. */
function requireJson(request: FastifyRequest): void {
  const type = request.headers['content-type'];
  if (!hasBody(request) || JSON_TYPE.test(type ?? '')) return;
  const { contentTypes = [] } = request.routeOptions.config;
  if (contentTypes.includes(UPLOAD_TYPE) && type?.startsWith(UPLOAD_TYPE) === true) return;
  if (type !== undefined && contentTypes.includes(type) && !FORM_TYPES.includes(type)) return;
  throw new ConveyanceError('unsupported_media_type', 'The console sends JSON, with Content-Type: application/json');
}

/** Throws `foreign_page`, or `unsupported_media_type` for a body that a form could have sent. */
export function requireOwnPage(request: FastifyRequest, publicUrl: string): void {
  const { headers, method } = request;
  const isMarked = headers[CONSOLE_HEADER] !== undefined;
  if (READING.has(method)) {
    // What a browser says itself of a link that was followed on the page, such as a download; no page can make it say so.
    const isFollowed = headers['sec-fetch-site'] === 'same-origin';
    if (!isMarked && !isFollowed) refuse(publicUrl);
    return;
  }
  if (!isMarked || headers.origin !== new URL(publicUrl).origin) refuse(publicUrl);
  requireJson(request);
}
