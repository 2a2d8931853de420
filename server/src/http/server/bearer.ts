/** Who is calling, by the bearer token of the request (RFC 6750). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, may, type Scope } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { Door } from './operation.ts';

const REALM = 'Bearer realm="conveyance"';
/** RFC 6750 §2.1: `credentials = "Bearer" 1*SP b64token`; the scheme's case does not matter. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

const UNAUTHORIZED = new ConveyanceError('unauthorized', 'Missing or invalid bearer token');

/** RFC 6750 §3.1: a request without a token gets no error code, only how to authenticate. */
function challenge(authorization: string | undefined): string {
  if (authorization === undefined) return REALM;
  return `${REALM}, error="invalid_token", error_description="The access token is malformed, expired or revoked"`;
}

export function bearerToken({ headers }: FastifyRequest): string | undefined {
  return BEARER.exec(headers.authorization ?? '')?.[1];
}

export async function authenticateBearer(
  { tokens }: Pick<Door, 'tokens'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Caller> {
  const token = bearerToken(request);
  const caller = token === undefined ? null : await tokens.recognise(token, request.clientAddress);
  if (caller !== null) return caller;
  reply.header('www-authenticate', challenge(request.headers.authorization));
  throw UNAUTHORIZED;
}

/** RFC 6750 §3.1: 403 `insufficient_scope` may name the scope that was missing. */
export function scopeChallenge(caller: Caller, scope: Scope): string | null {
  return may(caller, scope) ? null : `${REALM}, error="insufficient_scope", scope="${scope}"`;
}
