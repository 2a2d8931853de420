/** Operations as routes: who may call, what is left unread, and which methods a path refuses. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, requirePermission, type Scope } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { readExportBodies } from '../bodies/export-body.ts';
import { nearestPathHint, otherPathHint, type ServedPaths } from '../requests/api-paths.ts';
import type { Dialect } from './dialect.ts';
import { sendError, toCustomerError, withRequest } from './errors.ts';
import { type Door, type OpenOperation, type Operation, type ProtectedOperation, scopeOf } from './operation.ts';
import { checkQuery } from './query.ts';
import { RateLimiter } from './rate-limit.ts';

export { RequestTurns } from '../requests/request-turns.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the credential was recognised. */
    caller: Caller | null;
  }

  interface FastifyContextConfig {
    /** The types of the bodies that the route takes. */
    readonly contentTypes?: readonly string[];
    /** The scope that the route needs; null if any credential will do. */
    readonly scope?: Scope | null;
    /** Its bodies are written to disk as they arrive. */
    readonly isSpooled?: boolean;
  }
}

interface Handlers {
  readonly errorHandler?: (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;
  readonly onRequest?: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  readonly handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
}

function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new Error('the route was reached without authentication');
  return caller;
}

/** Leaves bodies of every type, or none, to the handlers of the scope, which report what is wrong with one that they cannot read. */
export function leaveBodiesUnread(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', async () => undefined);
}

function addRoute(app: FastifyInstance, { deps }: Door, operation: Operation, handlers: Handlers): void {
  const { method, path: url, bodyLimit, readsBody, asksForExport, document } = operation;
  const config = {
    contentTypes: document.body?.contentTypes ?? [],
    scope: 'permission' in operation ? scopeOf(operation) : null,
    isSpooled: readsBody === true,
  };
  const route = { method, url, config, ...handlers, ...(bodyLimit === undefined ? {} : { bodyLimit }) };
  if (readsBody === undefined && asksForExport === undefined) {
    app.route(route);
    return;
  }
  app.register(async (scope) => {
    if (readsBody === true) leaveBodiesUnread(scope);
    else readExportBodies(scope, deps);
    scope.route(route);
  });
}

/** Everything that can be asked for, in the order of the table. */
export function servedPaths(dialects: readonly Dialect[], service: readonly Operation[]): ServedPaths {
  const paths = dialects.flatMap(({ operations, prefixes }) =>
    prefixes.flatMap((prefix) => operations.map(({ method, path }) => ({ method, path: prefix + path }))),
  );
  return { base: '', paths: [...paths, ...service] };
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '';
}

/** The other methods of a path that exists: 405 with `Allow` and the path that takes the method, whatever the body. */
function refuseOtherMethods(app: FastifyInstance, operations: readonly Operation[], served: ServedPaths): void {
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
      onRequest: async (request, reply) => {
        reply.header('allow', allow);
        const other = otherPathHint(request.method, pathOf(request), served);
        throw new ConveyanceError('method_not_allowed', `This path takes ${allow}${other}`);
      },
      handler: async () => null,
    });
  }
}

/** Every path below the app or scope that is not served: 404 with the nearest that is, before anything of a body is read. */
export function refuseOtherPaths(app: FastifyInstance, served: ServedPaths): void {
  function refusePath(request: FastifyRequest): never {
    const hint = nearestPathHint(pathOf(request), served);
    throw new ConveyanceError('not_found', `There is nothing at this path${hint}; /openapi.json lists what there is`);
  }
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) refusePath(request);
    done();
  });
  app.setNotFoundHandler(refusePath);
}

/** A session stands for a credential in every dialect: the console is a client of both. */
async function recognise(door: Door, dialect: Dialect, request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
  if (!door.sessions.isMeant(request)) return dialect.authenticate(door, request, reply);
  return (await door.sessions.recognise(request)).caller;
}

/**
 * Runs before the body is read: a caller who is unknown or may not do it learns nothing, and costs nothing. The verb checks the permission
 * again, for every door.
 */
function guardsOf(door: Door, dialect: Dialect): (operation: ProtectedOperation) => NonNullable<Handlers['onRequest']> {
  const limiter = new RateLimiter(door.deps, { door: dialect.name, ...dialect.rate(door.settings) });
  return ({ permission }) =>
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const caller = await recognise(door, dialect, request, reply);
      // A header of anyone but the operator’s own proxies can be forged.
      request.caller = { ...caller, address: request.clientAddress };
      await limiter.admit(caller.credentialId, reply);
      dialect.checkHeaders?.(request);
      if (permission !== null) requirePermission(caller, permission);
      await door.turns.begin(caller.accountId, reply.raw);
    };
}

function refuseIn(door: Door, dialect: Dialect, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { scope = null } = request.routeOptions.config;
  const { caller } = request;
  const isBySession = door.sessions.isMeant(request);
  if (error instanceof ConveyanceError && error.code === 'forbidden' && caller && scope !== null && !isBySession) {
    const challenge = dialect.scopeChallenge?.(caller, scope) ?? null;
    if (challenge !== null) reply.header('www-authenticate', challenge);
  }
  sendError(door.deps, error, request, reply, dialect);
}

async function answer(
  door: Door,
  dialect: Dialect,
  operation: ProtectedOperation,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const caller = callerOf(request);
  checkQuery(dialect, operation, request, caller);
  return operation.answer(door, { request, reply, caller });
}

/** All routes of a dialect, under each of its prefixes. */
export function addDialect(app: FastifyInstance, door: Door, dialect: Dialect): void {
  const guardOf = guardsOf(door, dialect);
  for (const prefix of dialect.prefixes) {
    app.register(
      async (scope) => {
        scope.setErrorHandler((error, request, reply) => refuseIn(door, dialect, error, request, reply));
        const served = { base: prefix, paths: dialect.operations };
        refuseOtherPaths(scope, served);
        for (const operation of dialect.operations) {
          addRoute(scope, door, operation, {
            onRequest: guardOf(operation),
            handler: (request, reply) => answer(door, dialect, operation, request, reply),
          });
        }
        refuseOtherMethods(scope, dialect.operations, served);
      },
      { prefix },
    );
  }
}

function refuseOpenly(
  { deps }: Door,
  { answerError }: OpenOperation,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { contentTypes = [] } = request.routeOptions.config;
  const told = toCustomerError(withRequest(error, request.headers['content-type'], contentTypes));
  if (answerError?.(told, reply) === true) deps.meter.errorAnswered(told.code);
  else sendError(deps, error, request, reply);
}

/** Routes for anyone, at the root of the app or scope. */
export function addOpenOperations(app: FastifyInstance, door: Door, operations: readonly OpenOperation[]): void {
  for (const operation of operations) {
    addRoute(app, door, operation, {
      errorHandler: (error, request, reply) => refuseOpenly(door, operation, error, request, reply),
      handler: (request, reply) => operation.answer(door, { request, reply }),
    });
  }
  refuseOtherMethods(app, operations, { base: '', paths: operations });
}
