/** The HTTP door: it translates requests to verbs and what they answer or throw to the wire. It decides nothing. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Caller } from '../core/access.ts';
import { ConveyanceError } from '../core/errors.ts';
import type { Deps } from '../core/ports/deps.ts';
import { RowStatistics } from '../jobs/estimate/row-statistics.ts';
import { authenticateBasic } from './dialects/reonomy/basic.ts';
import { toReonomyErrorAnswer } from './dialects/reonomy/errors.ts';
import { leaveBodiesUnread } from './dialects/reonomy/upload.ts';
import { openApiDocument } from './openapi.ts';
import { APARTMENTIQ_OPERATIONS, REONOMY_OPERATIONS, ROOT_OPERATIONS } from './routes.ts';
import { createAccessTokens } from './server/access-token.ts';
import { authenticate, scopeChallenge } from './server/bearer.ts';
import { refuseMalformed } from './server/connection-errors.ts';
import { type ErrorAnswer, toErrorAnswer, withRequest } from './server/errors.ts';
import { EVENT_BEAT_MS, EventStreams } from './server/event-streams.ts';
import { closeAnsweredConnections, closeUnusedConnections } from './server/graceful-stop.ts';
import { readJsonBody } from './server/json-body.ts';
import { KeyLogins } from './server/key-logins.ts';
import type { Door, Operation, Readiness } from './server/operation.ts';
import { APARTMENTIQ_ALIAS, APARTMENTIQ_PREFIX, REONOMY_PREFIX } from './server/prefixes.ts';
import { RateLimiter } from './server/rate-limit.ts';
import { requestIdOf } from './server/request-id.ts';
import { logFailedStreams, logRequest, logRequests } from './server/request-log.ts';
import { traceRequests } from './server/request-trace.ts';
import type { HttpSettings } from './server/settings.ts';
import { cutSlowUploads, UPLOAD_TERMS, type UploadTerms } from './server/upload-rate.ts';

export type { Readiness } from './server/operation.ts';
export type { HttpSettings } from './server/settings.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The types of the bodies that the route takes. */
    readonly contentTypes?: readonly string[];
  }
}

export interface HttpOptions {
  readonly deps: Deps;
  readonly settings: HttpSettings;
  /** Of the program, as the OpenAPI document and the home page name it. */
  readonly version: string;
  readonly readiness: () => Promise<Readiness>;
  /** Tests of slow clients are impatient. */
  readonly limits?: Partial<ConnectionLimits>;
}

export interface ConnectionLimits {
  readonly headersMs: number;
  /** Of a whole request; the upload rate cuts most slow ones long before. */
  readonly requestMs: number;
  /** A connection on which nothing moves, in either direction. */
  readonly idleMs: number;
  readonly sweepMs: number;
  readonly upload: UploadTerms;
  /** Between two comments on an event stream. */
  readonly eventBeatMs: number;
}

const LIMITS: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 30 * 60_000,
  idleMs: 120_000,
  sweepMs: 1_000,
  upload: UPLOAD_TERMS,
  eventBeatMs: EVENT_BEAT_MS,
};
const MAX_HEADER_BYTES = 16 * 1024;
const SMALL_BODY_BYTES = 64 * 1024;

function newFastify({ deps, limits = {} }: HttpOptions): FastifyInstance {
  const { headersMs, requestMs, idleMs, sweepMs } = { ...LIMITS, ...limits };
  return Fastify({
    http: { headersTimeout: headersMs, connectionsCheckingInterval: sweepMs, maxHeaderSize: MAX_HEADER_BYTES },
    requestTimeout: requestMs,
    connectionTimeout: idleMs,
    bodyLimit: SMALL_BODY_BYTES,
    // During a graceful stop what arrives on an open connection is still served, and the connection then closed.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    genReqId: (request: IncomingMessage) => requestIdOf(request, deps.ids),
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => refuseMalformed(error, socket, deps.ids),
    frameworkErrors: (error, request, reply) => {
      // The router's own refusals pass by the hooks.
      reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
      sendError(deps, error, request, reply);
      logRequest(deps, request, reply);
    },
    // A longer parameter is for the verb to refuse, with its own sentence.
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
  });
}

function sendError(
  { log, meter }: Pick<Deps, 'log' | 'meter'>,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  translate: (thrown: unknown) => ErrorAnswer<object> = toErrorAnswer,
): void {
  const { contentTypes = [] } = request.routeOptions.config;
  const explained = withRequest(thrown, request.headers['content-type'], contentTypes);
  const { code, status, body, retryAfterSeconds } = translate(explained);
  meter.errorAnswered(code);
  if (status >= 500) log.error('request_failed', { request_id: request.id, error: thrown });
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  reply.code(status).type('application/json; charset=utf-8').send(body);
}

function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new Error('the route was reached without authentication');
  return caller;
}

function addOperation(app: FastifyInstance, door: Door, operation: Operation): void {
  const { method, path: url, bodyLimit, document } = operation;
  const config = { contentTypes: document.body?.contentTypes ?? [] };
  const route = { method, url, config, ...(bodyLimit === undefined ? {} : { bodyLimit }) };
  if (operation.access === 'open') {
    app.route({ ...route, handler: (request, reply) => operation.answer(door, { request, reply }) });
    return;
  }
  if (operation.access === 'basic') {
    app.route({
      ...route,
      onRequest: (request, reply) => authenticateBasic(door, request, reply),
      handler: (request, reply) => operation.answer(door, { request, reply, caller: callerOf(request) }),
    });
    return;
  }
  app.route({
    ...route,
    // Before the body is read: whoever is not known learns nothing, and costs nothing.
    onRequest: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const caller = await authenticate(door.tokens, request, reply);
      // Of the socket: a proxy’s headers are what anybody may claim.
      request.caller = { ...caller, address: request.ip };
      await door.limiters.apartmentiq.admit(caller.credentialId, reply);
    },
    errorHandler: (error, request, reply) => {
      const isForbidden = error instanceof ConveyanceError && error.code === 'forbidden';
      const challenge = isForbidden && request.caller ? scopeChallenge(request.caller, operation.scope) : null;
      if (challenge !== null) reply.header('www-authenticate', challenge);
      sendError(door.deps, error, request, reply);
    },
    handler: (request, reply) => operation.answer(door, { request, reply, caller: callerOf(request) }),
  });
}

/** The other methods of a path that exists: 405 with `Allow`, whatever the body. */
function refuseOtherMethods(app: FastifyInstance, operations: readonly Operation[]): void {
  const allowed = new Map<string, Set<string>>();
  for (const { method, path } of operations) {
    const methods = allowed.get(path) ?? new Set();
    allowed.set(path, methods.add(method));
    if (method === 'GET') methods.add('HEAD');
  }
  for (const [url, methods] of allowed) {
    const allow = [...methods].sort().join(', ');
    app.route({
      method: app.supportedMethods.filter((method) => !methods.has(method)),
      url,
      onRequest: async (_request, reply) => {
        reply.header('allow', allow);
        throw new ConveyanceError('method_not_allowed', `This path takes ${allow}`);
      },
      handler: async () => null,
    });
  }
}

function addOperations(app: FastifyInstance, door: Door, operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (operation.readsBody) {
      app.register(async (scope) => {
        leaveBodiesUnread(scope);
        addOperation(scope, door, operation);
      });
    } else addOperation(app, door, operation);
  }
  refuseOtherMethods(app, operations);
}

async function refusePath(): Promise<never> {
  throw new ConveyanceError('not_found', 'There is nothing at this path; /openapi.json lists what there is');
}

function createDoor({ deps, settings, version, readiness, limits }: HttpOptions): Door {
  let document: Promise<unknown> | undefined;
  return {
    deps,
    settings,
    version,
    readiness,
    tokens: createAccessTokens(deps, settings),
    logins: new KeyLogins(deps),
    limiters: {
      apartmentiq: new RateLimiter(deps, {
        door: 'apartmentiq',
        limit: settings.rateLimitPerMinute,
        windowSeconds: 60,
        windowName: 'minute',
      }),
      reonomy: new RateLimiter(deps, {
        door: 'reonomy',
        limit: settings.reonomyRateLimitPerSecond,
        windowSeconds: 1,
        windowName: 'second',
      }),
    },
    statistics: new RowStatistics(deps),
    events: new EventStreams(deps, { ...LIMITS, ...limits }.eventBeatMs),
    openApi: () => {
      document ??= openApiDocument({ publicUrl: settings.publicUrl, version });
      return document;
    },
  };
}

/** The app with all its routes, not listening. */
export function createHttp(options: HttpOptions): FastifyInstance {
  const { deps, settings } = options;
  const door = createDoor(options);
  const app = newFastify(options);
  app.decorateRequest('caller', null);
  app.removeAllContentTypeParsers();
  app.decorateRequest('unreadJson', null);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, readJsonBody);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  logRequests(app, deps);
  logFailedStreams(app, deps);
  traceRequests(app, deps);
  app.addHook('preClose', async () => door.events.close());
  app.addHook('onClose', async () => door.statistics.close());
  closeAnsweredConnections(app);
  closeUnusedConnections(app);
  cutSlowUploads(app, { ...LIMITS.upload, ...options.limits?.upload });
  app.setErrorHandler((error, request, reply) => sendError(deps, error, request, reply));
  app.setNotFoundHandler(refusePath);
  app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: settings.publicUrl.startsWith('https:'),
  });
  for (const prefix of [APARTMENTIQ_PREFIX, APARTMENTIQ_ALIAS]) {
    app.register(async (scope) => addOperations(scope, door, APARTMENTIQ_OPERATIONS), { prefix });
  }
  app.register(
    async (scope) => {
      scope.setErrorHandler((error, request, reply) => sendError(deps, error, request, reply, toReonomyErrorAnswer));
      scope.setNotFoundHandler(refusePath);
      addOperations(scope, door, REONOMY_OPERATIONS);
    },
    { prefix: REONOMY_PREFIX },
  );
  app.register(async (scope) => {
    await scope.register(formbody);
    addOperations(scope, door, ROOT_OPERATIONS);
  });
  return app;
}
