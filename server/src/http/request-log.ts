import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../core/ports.ts';

/**
 * One line per request. The route's pattern stands for the path: a query string can carry a download's signature, and a path
 * whatever somebody typed.
 */
export function logRequest({ log }: Pick<Deps, 'log'>, request: FastifyRequest, reply: FastifyReply, more = {}): void {
  log.info('request', {
    request_id: request.id,
    method: request.method,
    route: request.routeOptions.url ?? null,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    account_id: request.caller?.accountId ?? null,
    ...more,
  });
}

export function logRequests(app: FastifyInstance, deps: Pick<Deps, 'log'>): void {
  const answered = new WeakSet<FastifyRequest>();
  app.addHook('onResponse', async (request, reply) => {
    answered.add(request);
    logRequest(deps, request, reply);
  });
  app.addHook('onRequest', async (request, reply) => {
    // `onResponse` does not run for an answer that the client broke off.
    reply.raw.once('close', () => {
      if (!answered.has(request)) logRequest(deps, request, reply, { cut_off: true });
    });
  });
}

/** An answer that fails on its way can no longer say so to the client, whose connection is cut; the operator is told here. */
export function logFailedStreams(app: FastifyInstance, { log }: Pick<Deps, 'log'>): void {
  app.addHook('onSend', async (request, _reply, payload) => {
    if (payload instanceof Readable) {
      payload.once('error', (error) => log.error('answer_failed', { request_id: request.id, error }));
    }
    return payload;
  });
}
