/** How an operation is declared: one row from which its route and its place in the OpenAPI document both follow. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Caller, PERMISSIONS, type Permission, type Scope } from '../../core/access.ts';
import type { ConveyanceError } from '../../core/errors.ts';
import type { ClientFiles } from '../../core/ports/client-files.ts';
import type { ConsoleFiles } from '../../core/ports/console-files.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { ShownSetting } from '../../core/ports/shown-setting.ts';
import type { Admission } from '../../core/turns/admission.ts';
import type { Uploads } from '../../jobs/create/uploads.ts';
import type { RowStatistics } from '../../jobs/estimate/row-statistics.ts';
import type { Summaries } from '../../jobs/summary/summaries.ts';
import type { UnknownQueryRule } from '../../wire/query.ts';
import type { LinkLimits } from '../requests/link-limits.ts';
import type { RequestTurns } from '../requests/request-turns.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { AccessTokens } from './access-token.ts';
import type { EventStreams } from './event-streams.ts';
import type { KeyLogins } from './key-logins.ts';
import type { HttpSettings } from './settings.ts';

export interface Readiness {
  readonly ready: boolean;
  /** By the name of each check: true if it passed. Anyone can read it, so it has no details. */
  readonly checks: Readonly<Record<string, boolean>>;
}

/** What every operation has at hand. */
export interface Door {
  readonly deps: Deps;
  readonly settings: HttpSettings;
  readonly version: string;
  /** The address of each dialect. */
  readonly addresses: readonly string[];
  readonly tokens: AccessTokens;
  readonly logins: KeyLogins;
  readonly events: EventStreams;
  readonly linkLimits: LinkLimits;
  readonly uploads: Uploads;
  /** Of operators' files of data: those whose bytes are coming just now, by their ids. */
  readonly dataUploads: Admission;
  readonly turns: RequestTurns;
  /** Of answers that repeat many ids. */
  readonly longAnswers: Admission;
  readonly statistics: RowStatistics;
  readonly summaries: Summaries;
  readonly readiness: () => Promise<Readiness>;
  readonly openApi: () => object;
  /** Of operators' operations. */
  readonly adminOpenApi: () => object;
  readonly shownSettings: readonly ShownSetting[];
  readonly clientFiles: ClientFiles;
  readonly consoleFiles: ConsoleFiles;
  readonly sessions: Sessions;
}

export interface OpenCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface Call extends OpenCall {
  readonly caller: Caller;
}

export type Tag =
  | 'Bulk Data Export'
  | 'Batch Jobs'
  | 'Schedules'
  | 'Webhooks'
  | 'Access Keys'
  | 'Properties'
  | 'Property Lists'
  | 'Accounts'
  | 'Authentication'
  | 'Files'
  | 'Console'
  | 'Customers'
  | 'Queue'
  | 'Data'
  | 'Audit Log'
  | 'System'
  | 'Service';

export interface ResponseDocument {
  readonly description: string;
  /** Absent if the answer has no body. */
  readonly schema?: z.ZodType;
  /** JSON by default. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly type: string; format?: string }>>;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** For the documents. A request is held to it by what reads it, beside the declaration in `wire`. */
export interface OperationDocument {
  readonly operationId: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: { readonly contentTypes: readonly string[]; readonly schema: z.ZodObject };
  readonly responses: Readonly<Record<number, ResponseDocument>>;
}

interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** In the router's form: `/jobs/:job_id`. */
  readonly path: string;
  /** The largest body that is read, in bytes; small by default. */
  readonly bodyLimit?: number;
  /** The body is left to the operation, whatever its type. */
  readonly readsBody?: true;
  /** The body asks for an export: its list of ids is read as it arrives. */
  readonly asksForExport?: true;
  readonly document: OperationDocument;
}

/** An operation of a dialect: checks the dialect's credential before it looks at anything else in the request. */
export interface ProtectedOperation extends Route {
  /** What the verb asks for; null where any credential will do. */
  readonly permission: Permission | null;
  /** What becomes of query parameters that the document does not name. Ignored where absent: there leaving one out widens nothing. */
  readonly unknownQuery?: UnknownQueryRule;
  /** What the answer lists, if its schema does not tell. */
  readonly listed?: z.ZodObject;
  /** Throws `invalid_parameter` with the faults of the query's values, so that all faults are told together. */
  readonly readQuery?: (values: Readonly<Record<string, string | undefined>>) => unknown;
  /** Resolves with the body, or with the reply if it has been sent already. */
  answer(door: Door, call: Call): Promise<unknown>;
}

/** Called without checking a credential. */
export interface OpenOperation extends Route {
  /** What takes the place of a token, in words; absent if anyone may call. */
  readonly opensWith?: string;
  /** Answers an error in the words of the call’s own standard; false to leave it to the server. */
  readonly answerError?: (error: ConveyanceError, reply: FastifyReply) => boolean;
  answer(door: Door, call: OpenCall): Promise<unknown>;
}

export const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  'exports:read': 'See batch jobs and download their results.',
  'exports:write': 'Create and cancel batch jobs.',
  'data:read': 'Look properties up.',
  keys: 'See, make, rotate and revoke the access keys and personal tokens of the account.',
  admin: 'Operate the server.',
};

export type Operation = ProtectedOperation | OpenOperation;

/** The scope that the operation takes; null where any credential will do. */
export function scopeOf({ permission }: Pick<ProtectedOperation, 'permission'>): Scope | null {
  return permission === null ? null : PERMISSIONS[permission];
}

/** A path parameter, percent-decoded. The router matches no path without it. */
export function pathParameter({ params }: FastifyRequest, name: string): string {
  const value = (params as Readonly<Record<string, string>>)[name];
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  return value;
}

/** Every value of a query parameter, in order. */
export function repeatedParameter({ query }: FastifyRequest, name: string): readonly string[] {
  const value = (query as Readonly<Record<string, string | readonly string[] | undefined>>)[name];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** The query string; of a repeated parameter the last. */
export function queryParameters({ query }: FastifyRequest): Readonly<Record<string, string>> {
  const parameters = query as Readonly<Record<string, string | readonly string[]>>;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? value : (value.at(-1) ?? '')]),
  );
}
