/** `POST /oauth/token`: an access key and its secret for a bearer token (RFC 6749 §4.4, client credentials). */

import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Caller, isScope, SCOPES, type Scope } from '../../core/access.ts';
import type { ConveyanceError, ErrorCode } from '../../core/errors.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { integer } from '../../wire/fields.ts';
import { TOKEN_LIFETIME_SECONDS } from '../server/access-token.ts';
import { TOO_MANY_LOGINS } from '../server/answers.ts';
import type { Door, OpenCall, OpenOperation } from '../server/operation.ts';
import {
  OAuthError,
  type OAuthErrorCode,
  readOAuthClient,
  readTokenParameters,
  type TokenParameters,
} from './oauth-client.ts';

const BODY_LIMIT_BYTES = 16 * 1024;
/** The word of the vendor’s clients for everything that a customer does. */
const API_SCOPE = 'api';
const FORM_FAULTS: ReadonlyMap<ErrorCode, number> = new Map<ErrorCode, number>([
  ['unsupported_media_type', 400],
  ['invalid_parameter', 400],
  ['payload_too_large', 413],
]);

const requestSchema = z.object({
  grant_type: z.enum(['client_credentials']),
  client_id: z.string().optional().meta({ description: 'The access key, unless HTTP Basic carries it.' }),
  client_secret: z.string().optional().meta({ description: 'Its secret, unless HTTP Basic carries it.' }),
  scope: z
    .string()
    .optional()
    .meta({
      description: `Space-separated, out of: ${SCOPES.join(', ')}. All scopes of the key when left out; all but \`admin\` when empty or \`${API_SCOPE}\`.`,
    }),
});

const tokenSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: integer({ description: 'Seconds.' }),
    scope: z.string(),
    created_at: integer({ description: 'Seconds since 1970-01-01T00:00:00Z.' }),
  })
  .meta({ id: 'AccessToken' });

const oauthErrorSchema = z
  .object({
    error: z.enum(['invalid_request', 'invalid_client', 'unsupported_grant_type', 'invalid_scope']),
    error_description: z.string(),
  })
  .meta({ id: 'OAuthError', description: 'An error of the token endpoint, as RFC 6749 §5.2 has it.' });

/** §3.3: a client may ask for less than it has, never for more. */
function grantedScopes(caller: Caller, asked: string | undefined): readonly Scope[] {
  if (asked === undefined) return caller.scopes;
  const scopes = [...new Set(asked.split(' ').filter((word) => word !== ''))];
  // An operator's scope is never meant by a word for all.
  const everything = caller.scopes.filter((scope) => scope !== 'admin');
  if (scopes.length === 0) return everything;
  const known = scopes.filter((word) => word === API_SCOPE || (isScope(word) && caller.scopes.includes(word)));
  if (known.length < scopes.length) {
    throw new OAuthError('invalid_scope', `The key has these scopes: ${caller.scopes.join(' ')}`);
  }
  const granted = scopes.flatMap((word) => (isScope(word) ? [word] : everything));
  return [...new Set(granted)];
}

function requireClientCredentials({ grant_type: grantType }: TokenParameters): void {
  if (grantType === undefined) throw new OAuthError('invalid_request', 'grant_type is required');
  if (grantType !== 'client_credentials') {
    throw new OAuthError('unsupported_grant_type', 'grant_type must be client_credentials');
  }
}

async function issueToken({ logins, tokens }: Door, { request }: OpenCall) {
  const parameters = readTokenParameters(request.body);
  const client = readOAuthClient(request, parameters);
  const caller = await logins.recognise(request.clientAddress, client.id, client.secret);
  if (caller === null) throw new OAuthError('invalid_client', 'The client is unknown or its secret is wrong');
  requireClientCredentials(parameters);
  const scopes = grantedScopes(caller, parameters.scope);
  const { token, createdAt } = await tokens.mint(caller, scopes);
  return {
    access_token: token,
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_SECONDS,
    scope: scopes.join(' '),
    created_at: Math.floor(createdAt.getTime() / MS_PER_SECOND),
  };
}

function refuse(reply: FastifyReply, code: OAuthErrorCode, description: string) {
  if (code === 'invalid_client') reply.header('www-authenticate', 'Basic realm="conveyance"');
  return reply.code(code === 'invalid_client' ? 401 : 400).send({ error: code, error_description: description });
}

/** §5.2: what is wrong with the request’s form is `invalid_request`, and 400 unless the size alone is at fault. */
function answerError({ code, message }: ConveyanceError, reply: FastifyReply): boolean {
  const status = FORM_FAULTS.get(code);
  if (status === undefined) return false;
  reply
    .header('cache-control', 'no-store')
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ error: 'invalid_request', error_description: message });
  return true;
}

export const issueAccessToken: OpenOperation = {
  opensWith: 'an access key and its secret',
  method: 'POST',
  path: '/oauth/token',
  answerError,
  bodyLimit: BODY_LIMIT_BYTES,
  document: {
    operationId: 'issueAccessToken',
    tag: 'Authentication',
    summary: 'Issue Access Token',
    description:
      'OAuth 2.0 client credentials: exchanges an access key and its secret for a bearer token that lives two hours. ' +
      'The key pair may come as HTTP Basic or in the body, as a form or as JSON.',
    body: { contentTypes: ['application/x-www-form-urlencoded', 'application/json'], schema: requestSchema },
    responses: {
      200: { description: 'A bearer token', schema: tokenSchema },
      400: { description: 'The request is malformed or asks for too much.', schema: oauthErrorSchema },
      401: { description: 'Unknown client or wrong secret', schema: oauthErrorSchema },
      429: TOO_MANY_LOGINS,
    },
  },
  async answer(door, call) {
    // §5.1: required on every answer that carries a token; harmless on the others.
    call.reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    try {
      return await issueToken(door, call);
    } catch (error) {
      if (error instanceof OAuthError) return refuse(call.reply, error.code, error.message);
      throw error;
    }
  },
};
