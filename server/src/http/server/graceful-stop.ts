/** Connections that would delay a stop: answered ones that are kept alive, and ones without a request. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * A connection whose answer was being sent when the stop began is closed after it. Node closes only those that are idle at that
 * moment; a kept-alive one would delay the stop until its timeout of 72 s.
 */
export function closeAnsweredConnections(app: FastifyInstance): void {
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('onResponse', (_request, _reply, done) => {
    // Headers may have been sent before the stop began. The connection is idle only after this turn.
    if (stopping) setImmediate(() => app.server.closeIdleConnections());
    done();
  });
}

/**
 * A connection on which no request has come yet (browsers and load balancers open some in advance) counts as busy for Node: one
 * of them delayed a stop for two minutes.
 */
export function closeUnusedConnections(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  app.addHook('preClose', async () => {
    for (const socket of unused) socket.destroy();
  });
}
