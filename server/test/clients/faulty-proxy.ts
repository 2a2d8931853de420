/** Stands between a client and the server, and does to answers what a test says. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** What is done instead of, or to, one answer. */
export type Fault =
  | { readonly answer: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: object }
  | { readonly cutAfter: number }
  | { readonly change: (chunk: Buffer) => Buffer }
  | { readonly drop: true };

export interface FaultyProxy {
  readonly url: string;
  readonly seen: Passing[];
  /** Where requests go. */
  target: string;
  /** Null: the answer passes as it is. */
  fault: (passing: Passing) => Fault | null;
  close(): Promise<void>;
}

function relay(answer: IncomingMessage, response: ServerResponse, fault: Fault | null): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  let sent = 0;
  answer.on('data', (chunk: Buffer) => {
    const bytes = fault !== null && 'change' in fault ? fault.change(chunk) : chunk;
    const rest = fault !== null && 'cutAfter' in fault ? fault.cutAfter - sent : bytes.length;
    sent += bytes.length;
    if (bytes.length <= rest) response.write(bytes);
    else response.write(bytes.subarray(0, Math.max(0, rest)), () => response.destroy());
  });
  answer.on('end', () => response.end());
  answer.on('error', () => response.destroy());
  response.on('close', () => answer.destroy());
}

export async function startFaultyProxy(): Promise<FaultyProxy> {
  const server = createServer((incoming, response) => {
    const passing = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers };
    proxy.seen.push(passing);
    const fault = proxy.fault(passing);
    if (fault !== null && 'answer' in fault) {
      incoming.resume();
      response.writeHead(fault.answer, { 'content-type': 'application/json', ...fault.headers });
      response.end(JSON.stringify(fault.body ?? { error: 'Service Unavailable', message: 'busy' }));
      return;
    }
    const { method, url: path, headers } = incoming;
    const outgoing = request(proxy.target + path, { method: method ?? 'GET', headers }, (answer) => {
      if (fault !== null && 'drop' in fault) {
        answer.resume();
        response.destroy();
      } else relay(answer, response, fault);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${port}`,
    seen: [],
    target: '',
    fault: () => null,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return proxy;
}
