/** Who is calling the Reonomy dialect: access key and secret as HTTP Basic (RFC 7617), and a name for the program that calls. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../../core/access.ts';
import { ConveyanceError } from '../../../core/errors.ts';
import type { Door } from '../../server/operation.ts';

const REALM = 'Basic realm="conveyance", charset="UTF-8"';
const NO_KEY = 'The request has no access key: send it and its secret as HTTP Basic';
const WRONG_KEY = 'The access key is unknown or its secret is wrong; send both as HTTP Basic';
/** RFC 7617 §2: `user-pass = user-id ":" password`, base64-encoded; a user-id holds no colon. */
const BASIC = /^basic +([A-Za-z0-9+/_-]+=*) *$/i;

function basicPair({ headers }: FastifyRequest): { readonly user: string; readonly password: string } | null {
  const encoded = BASIC.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 1 ? null : { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

export async function authenticateBasic(
  { logins }: Pick<Door, 'logins'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Caller> {
  const pair = basicPair(request);
  const caller = pair === null ? null : await logins.recognise(request.clientAddress, pair.user, pair.password);
  if (caller !== null) return caller;
  reply.header('www-authenticate', REALM);
  const isSent = request.headers.authorization !== undefined;
  throw new ConveyanceError('unauthorized', isSent ? WRONG_KEY : NO_KEY);
}

/** "They do not by default include a User-Agent header, which is required." */
export function requireUserAgent({ headers }: FastifyRequest): void {
  if (headers['user-agent']?.trim()) return;
  throw new ConveyanceError('user_agent_required', 'The request must have a User-Agent header that names your program');
}
