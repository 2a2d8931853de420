/** Where the door listens, and how it closes. */
import { createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ConveyanceError } from '../../core/errors.ts';

/** A port that is free now. The links' origin must be known before the server listens. */
export async function freePort(host: string): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, host, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new ConveyanceError('bad_setting', `${host} has no ports`);
  return address.port;
}

/** A host as a URL writes it. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** A customer who reads slowly, or not at all, must not keep a server from stopping. */
export async function closeHttp(http: FastifyInstance, drainMs: number): Promise<void> {
  const drain = setTimeout(() => http.server.closeAllConnections(), drainMs);
  await http.close();
  clearTimeout(drain);
}
