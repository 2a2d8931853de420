/** What a dialect is: one contract that the server speaks, as a value. The app accepts any, and knows none of them. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller, Permission, Scope } from '../../core/access.ts';
import type { RateDoor } from '../../core/ports/database/rate-limits.ts';
import type { Refusing } from './errors.ts';
import type { Door, ProtectedOperation, ResponseDocument } from './operation.ts';
import type { RateLimit } from './rate-limit.ts';
import type { HttpSettings } from './settings.ts';

/** A security scheme of OpenAPI. */
export interface SecurityScheme {
  readonly type: 'oauth2' | 'http';
  readonly description: string;
  readonly [field: string]: unknown;
}

/** What the OpenAPI document tells of a dialect, besides its operations. */
export interface DialectDocument {
  readonly security: { readonly name: string; readonly scheme: (publicUrl: string) => SecurityScheme };
  /** What every operation may answer, by status. What an operation itself says about a status takes precedence. */
  readonly responses: Readonly<Record<number, ResponseDocument>>;
  /** The answer to a caller that may not do it. */
  readonly forbidden: (permission: Permission) => ResponseDocument;
  /** What the server sends on its own initiative, by name. `write` gives a schema as the document has it. */
  readonly webhooks?: (write: (schema: z.ZodType) => object) => Readonly<Record<string, object>>;
}

export interface Dialect extends Refusing {
  /** Under which its requests are counted. */
  readonly name: RateDoor;
  /** Its prefixes: the contract's own path, then aliases. */
  readonly prefixes: readonly [string, ...string[]];
  readonly operations: readonly ProtectedOperation[];
  /** How many requests one credential may send. */
  readonly rate: (settings: HttpSettings) => Omit<RateLimit, 'door'>;
  /** A query parameter that every operation takes if it names the caller's own account. */
  readonly accountParameter?: string;
  /** Who is calling. Throws `unauthorized`, with the challenge among the reply's headers. */
  authenticate(door: Door, request: FastifyRequest, reply: FastifyReply): Promise<Caller>;
  /** What a request must have besides a credential; checked once its caller is known and within its rate limit. */
  checkHeaders?(request: FastifyRequest): void;
  /** What `WWW-Authenticate` says about a scope that the caller lacks. */
  scopeChallenge?(caller: Caller, scope: Scope): string | null;
  readonly document: DialectDocument;
}
