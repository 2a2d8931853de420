/** The log and the figures of requests. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';

type Recording = Pick<Deps, 'log' | 'meter'>;

/**
 * One line and one count per request. The route's pattern stands for the path: a query string can carry a download's signature,
 * and a path can hold anything.
 */
export function logRequest(
  { log, meter }: Recording,
  request: FastifyRequest,
  reply: FastifyReply,
  { cutOff = false }: { readonly cutOff?: boolean } = {},
): void {
  const { method } = request;
  const route = request.routeOptions.url ?? null;
  const status = reply.statusCode;
  meter.requestAnswered({
    method,
    route,
    status: cutOff ? null : status,
    seconds: reply.elapsedTime / MS_PER_SECOND,
  });
  log.info('request', {
    request_id: request.id,
    method,
    route,
    status,
    ms: Math.round(reply.elapsedTime),
    account_id: request.caller?.accountId ?? null,
    ...(cutOff && { cut_off: true }),
  });
}

export function logRequests(app: FastifyInstance, deps: Recording): void {
  const answered = new WeakSet<FastifyRequest>();
  app.addHook('onResponse', (request, reply, done) => {
    answered.add(request);
    logRequest(deps, request, reply);
    done();
  });
  app.addHook('onRequest', (request, reply, done) => {
    // `onResponse` does not run for an answer that the client broke off.
    reply.raw.once('close', () => {
      if (!answered.has(request)) logRequest(deps, request, reply, { cutOff: true });
    });
    done();
  });
}

/** An answer that fails midway can no longer tell the client, whose connection is cut; the operator is told here. */
export function logFailedStreams(app: FastifyInstance, { log }: Pick<Deps, 'log'>): void {
  app.addHook('onSend', (request, _reply, payload, done) => {
    if (payload instanceof Readable) {
      payload.once('error', (error) => log.error('answer_failed', { request_id: request.id, error }));
    }
    done(null, payload);
  });
}
