/** Receivers of webhooks for tests: real servers on loopback that record what reaches them. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { WebhookMessage } from '../../src/core/ports/webhooks.ts';

export interface Delivery {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Accepted TCP connections: what a canary counts. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export interface Receiver extends Listener {
  readonly deliveries: Delivery[];
  url(path?: string): string;
}

interface Address {
  readonly host?: string;
  readonly port?: number;
}

async function listen(server: Server, { host = '127.0.0.1', port = 0 }: Address): Promise<Listener> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Senders cut connections on purpose here.
    socket.on('error', () => socket.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the test server listens on no port');
  return {
    host,
    port: address.port,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function record(request: IncomingMessage): Promise<Delivery> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { url = '', method = '', headers } = request;
  return { path: url, method, headers, body: Buffer.concat(chunks).toString() };
}

const accept: RequestListener = (_request, response) => response.writeHead(204).end();

/** Reads each request to its end, records it, then answers. */
export async function startReceiver(answer: RequestListener = accept, address: Address = {}): Promise<Receiver> {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    record(request).then(
      (delivery) => {
        deliveries.push(delivery);
        answer(request, response);
      },
      () => response.destroy(),
    );
  });
  const listener = await listen(server, address);
  const host = listener.host.includes(':') ? `[${listener.host}]` : listener.host;
  return { ...listener, deliveries, url: (path = '/hook') => `http://${host}:${listener.port}${path}` };
}

/** A server below HTTP: for receivers that do not keep to it. */
export function startSocketServer(onSocket: (socket: Socket) => void, address: Address = {}): Promise<Listener> {
  return listen(createTcpServer(onSocket), address);
}

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const NEWER_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

export function message(url: string, overrides: Partial<WebhookMessage> = {}): WebhookMessage {
  return { id: 'msg_2b7f', accountId: 'harbor', url, body: ['{"job":', '"é"}'], secrets: [SECRET], ...overrides };
}

export const NEVER = new AbortController().signal;
