/** What is left of a body once its request has been answered. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * A client that is refused in the middle of its upload keeps sending. Closing would reset the connection, and most clients would
 * then report that instead of the answer: so the rest is read and discarded, within these bounds.
 */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;
const MAX_DISCARDING_MS = 30_000;

export function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function discardRest(message: IncomingMessage): void {
  const { socket } = message;
  if (message.readableEnded || socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), MAX_DISCARDING_MS);
  timer.unref();
  let discarded = 0;
  // Nobody takes any more of it.
  message.unpipe();
  message.on('data', (chunk: Uint8Array) => {
    discarded += chunk.length;
    if (discarded > MAX_DISCARDED_BYTES) socket.destroy();
  });
  message.once('end', () => clearTimeout(timer));
  message.once('close', () => clearTimeout(timer));
  message.resume();
}

/** Discards what is left of the bodies of all requests of the app, so that the next request on the connection can come. */
export function discardUnreadBodies(app: FastifyInstance): void {
  app.addHook('onResponse', (request, _reply, done) => {
    if (hasBody(request)) discardRest(request.raw);
    done();
  });
}
