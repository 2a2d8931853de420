/** Connections that would hold a stop up: answered ones that are kept alive, and ones that never asked. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * A connection whose answer was on its way when the stop began is closed behind it. Node closes only those that are idle at that
 * moment; a kept-alive one would hold the stop up until its time-out of 72 s.
 */
export function closeAnsweredConnections(app: FastifyInstance): void {
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onSend', async (_request, reply, payload) => {
    if (stopping) reply.header('connection', 'close');
    return payload;
  });
  app.addHook('onResponse', async () => {
    // Headers may have been sent before the stop began. The connection is idle only after this turn.
    if (stopping) setImmediate(() => app.server.closeIdleConnections());
  });
}

/**
 * A connection on which no request has come yet (browsers and load balancers open some in advance) counts as busy for Node: one
 * of them held a stop up for two minutes.
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
