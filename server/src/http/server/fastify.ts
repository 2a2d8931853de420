/** The framework as the door needs it: bounded in time and size, every request named, logged, traced and answered in our words. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Deps } from '../../core/ports/deps.ts';
import { BODY_LIMITS, type BodyLimits, countBodies } from '../bodies/body-budget.ts';
import { checkBodyHeaders, readForeignBody, readJsonBody } from '../bodies/json-body.ts';
import { discardUnreadBodies } from '../bodies/unread-body.ts';
import { withoutStraySlashes } from '../requests/api-paths.ts';
import { type ConnectionCaps, connectionCaps, limitConnections } from '../requests/connections.ts';
import { refuseRepeatedHeaders } from '../requests/single-headers.ts';
import { refuseConnection, refuseMalformed } from './connection-errors.ts';
import { sendError } from './errors.ts';
import { EVENT_BEAT_MS } from './event-streams.ts';
import { closeAnsweredConnections, closeUnusedConnections } from './graceful-stop.ts';
import { requestIdOf } from './request-id.ts';
import { logFailedStreams, logRequest, logRequests } from './request-log.ts';
import { traceRequests } from './request-trace.ts';
import { tellClientAddresses, trustedProxies } from './trusted-proxies.ts';
import { cutSlowUploads, UPLOAD_TERMS, type UploadTerms } from './upload-rate.ts';

export interface ConnectionLimits {
  readonly headersMs: number;
  /** Of a whole request; the upload rate cuts off most slow ones much earlier. */
  readonly requestMs: number;
  /** A connection without traffic in either direction. */
  readonly idleMs: number;
  readonly sweepMs: number;
  readonly upload: UploadTerms;
  readonly bodies: BodyLimits;
  /** Between two comments on an event stream. */
  readonly eventBeatMs: number;
  /** By the number of event streams where absent. */
  readonly caps?: ConnectionCaps;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 30 * 60_000,
  idleMs: 120_000,
  sweepMs: 1_000,
  upload: UPLOAD_TERMS,
  bodies: BODY_LIMITS,
  eventBeatMs: EVENT_BEAT_MS,
};
const MAX_HEADER_BYTES = 16 * 1024;
const SMALL_BODY_BYTES = 64 * 1024;

type Recording = Pick<Deps, 'clock' | 'ids' | 'log' | 'meter' | 'policy' | 'tracer'>;

function unused(): never {
  throw new Error('a route has a schema, and nothing here reads it');
}

function newFastify(
  deps: Recording,
  { headersMs, requestMs, idleMs, sweepMs }: ConnectionLimits,
  apiPaths: readonly string[],
): FastifyInstance {
  return Fastify({
    http: { headersTimeout: headersMs, connectionsCheckingInterval: sweepMs, maxHeaderSize: MAX_HEADER_BYTES },
    requestTimeout: requestMs,
    connectionTimeout: idleMs,
    bodyLimit: SMALL_BODY_BYTES,
    // During a graceful stop requests on open connections are still served, and the connections then closed.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    genReqId: (request: IncomingMessage) => requestIdOf(request, deps.ids),
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => refuseMalformed(error, socket, deps.ids),
    frameworkErrors: (error, request, reply) => {
      // The router's own refusals bypass the hooks.
      reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
      sendError(deps, error, request, reply);
      logRequest(deps, request, reply);
    },
    rewriteUrl: ({ url = '/' }) => withoutStraySlashes(url, apiPaths),
    // Nothing is validated or written by schema: loading the compilers of schemas would be most of the time in which the app is made.
    schemaController: { compilersFactory: { buildValidator: unused, buildSerializer: unused } },
    // The verb refuses a longer parameter, with its own sentence.
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
  });
}

/** What every answer tells of the server, and where it is. */
export interface Served {
  /** Customers reach it by https, and must keep using it. */
  readonly isSecure: boolean;
  /** A client compares it with its own. */
  readonly version: string;
  /** Where the interfaces are: below them a slash too many changes nothing. */
  readonly apiPaths: readonly string[];
  /** Who is believed whom a request comes from, and which trace it continues: addresses and CIDRs. */
  readonly trustedProxies: readonly string[];
}

/** An app without routes. Hooks of every request take a callback where they await nothing: there are a dozen, and each would be a promise. */
export function createFastify(
  deps: Recording,
  limits: ConnectionLimits,
  { isSecure, version, apiPaths, trustedProxies: proxies }: Served,
): FastifyInstance {
  const app = newFastify(deps, limits, apiPaths);
  const isTrusted = trustedProxies(proxies);
  tellClientAddresses(app, isTrusted);
  app.decorateRequest('caller', null);
  app.decorateRequest('unreadJson', null);
  app.decorateRequest('foreignType', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, readJsonBody);
  app.addContentTypeParser('*', { parseAs: 'buffer' }, readForeignBody);
  app.addHook('preParsing', checkBodyHeaders);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({ 'x-request-id': request.id, 'x-conveyance-version': version });
    done();
  });
  logRequests(app, deps);
  logFailedStreams(app, deps);
  traceRequests(app, deps, isTrusted);
  closeAnsweredConnections(app);
  closeUnusedConnections(app);
  const caps = limits.caps ?? connectionCaps(deps.policy.eventStreams);
  limitConnections(app, { ...caps, isProxy: isTrusted }, (error, socket) => refuseConnection(error, socket, deps.ids));
  cutSlowUploads(app, limits.upload);
  countBodies(app, limits.bodies);
  discardUnreadBodies(app);
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    refuseRepeatedHeaders(raw);
    done();
  });
  app.setErrorHandler((error, request, reply) => sendError(deps, error, request, reply));
  app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: isSecure,
  });
  return app;
}
