/** The client of a token request (RFC 6749 §2.3.1): by HTTP Basic, or by `client_id` and `client_secret` in the body. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

/** RFC 6749 §5.2. */
export type OAuthErrorCode = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope';

/** An error of the token endpoint, which has a vocabulary of its own. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, description: string) {
    super(description);
    this.code = code;
  }
}

export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
}

/** A parameter given twice arrives as a list and is refused: "request parameters MUST NOT be included more than once" (§3.2). */
const parametersSchema = z.object({
  grant_type: z.string().optional(),
  scope: z.string().optional(),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
});
export type TokenParameters = z.infer<typeof parametersSchema>;

export function readTokenParameters(body: unknown): TokenParameters {
  // No body at all is a request whose parameters are all missing.
  const parsed = parametersSchema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw new OAuthError(
    'invalid_request',
    'The parameters must be strings in a form or a JSON object, each at most once',
  );
}

const BASIC = /^basic +([A-Za-z0-9+/]+=*) *$/i;

/** §2.3.1: id and secret are form-encoded before they are joined and base64-encoded. */
function decodeFormText(text: string): string {
  return new URLSearchParams(`text=${text.replaceAll('&', '%26')}`).get('text') ?? '';
}

function basicClient(authorization: string): OAuthClient {
  const encoded = BASIC.exec(authorization)?.[1];
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1) throw new OAuthError('invalid_client', 'The Authorization header is not valid HTTP Basic');
  return { id: decodeFormText(decoded.slice(0, colon)), secret: decodeFormText(decoded.slice(colon + 1)) };
}

/** §2.3: "The client MUST NOT use more than one authentication method in each request." */
export function readOAuthClient({ headers }: FastifyRequest, parameters: TokenParameters): OAuthClient {
  const { client_id: id, client_secret: secret } = parameters;
  if (headers.authorization !== undefined) {
    const client = basicClient(headers.authorization);
    if (secret !== undefined || (id !== undefined && id !== client.id)) {
      throw new OAuthError('invalid_request', 'Give the client by HTTP Basic or in the body, not by both');
    }
    return client;
  }
  if (id === undefined || secret === undefined) {
    throw new OAuthError('invalid_client', 'client_id and client_secret are required, by HTTP Basic or in the body');
  }
  return { id, secret };
}
