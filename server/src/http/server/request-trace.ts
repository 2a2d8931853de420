/** Requests as spans of a trace. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Deps } from '../../core/ports/deps.ts';
import { NO_TRACER, type RequestSpan } from '../../core/ports/telemetry.ts';

/**
 * A span per request; under the caller's where a trusted proxy sends a `traceparent`. Anyone else's is ignored: with it a stranger would
 * put spans into traces of ours, choose their ids, and decide whether a request is recorded at all.
 */
export function traceRequests(
  app: FastifyInstance,
  { tracer }: Pick<Deps, 'tracer'>,
  isTrusted: (address: string | undefined) => boolean,
): void {
  if (tracer === NO_TRACER) return;
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  app.addHook('onRequest', (request, reply, done) => {
    const { traceparent } = request.headers;
    const span = tracer.request({
      method: request.method,
      route: request.routeOptions.url ?? null,
      traceparent: typeof traceparent === 'string' && isTrusted(request.socket.remoteAddress) ? traceparent : undefined,
    });
    spans.set(request, span);
    // Even for an answer that the client broke off.
    reply.raw.once('close', () => {
      span.set({ 'http.response.status_code': reply.statusCode, 'conveyance.request.id': request.id });
      if (reply.statusCode >= 500) span.fail(`answered with ${reply.statusCode}`);
      span.end();
    });
    done();
  });
  // Not before the body has been read: a stream's callbacks belong to the connection, not to the request.
  app.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else span.enter(done);
  });
}
