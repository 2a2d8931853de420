/** Servers of files for tests: real ones on loopback over TLS, with an authority of their own. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Authority {
  /** PEM, as CONVEYANCE_LOAD_CA takes it. */
  readonly file: string;
  readonly key: string;
  readonly cert: string;
  remove(): void;
}

/** A certificate that is its own authority, for loopback. */
export function issueAuthority(): Authority {
  const directory = mkdtempSync(join(tmpdir(), 'conveyance-sources-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const names = [
    '-subj',
    '/CN=feed',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2',
    '-days',
    '2',
  ];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key];
  execFileSync('openssl', ['req', '-x509', ...kind, '-out', cert, ...names], { stdio: 'pipe' });
  return {
    file: cert,
    key: readFileSync(key, 'utf8'),
    cert: readFileSync(cert, 'utf8'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface FileServer {
  readonly origin: string;
  readonly port: number;
  /** What is answered from now on. */
  answer: Handler;
  readonly seen: { readonly path: string; readonly range: string | undefined; readonly ifRange: string | undefined }[];
  /** Accepted TCP connections: what a canary counts. */
  connections(): number;
  close(): Promise<void>;
}

/** @param authority none for a server without TLS. */
export async function startFileServer(authority: Authority | null, host = '127.0.0.1'): Promise<FileServer> {
  const seen: FileServer['seen'] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const handle: Handler = (request, response) => {
    const { range, 'if-range': ifRange } = request.headers;
    seen.push({ path: request.url ?? '', range, ifRange: typeof ifRange === 'string' ? ifRange : undefined });
    server.answer(request, response);
  };
  const listener: Server =
    authority === null ? createPlainServer(handle) : createServer({ key: authority.key, cert: authority.cert }, handle);
  listener.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  listener.on('tlsClientError', (_error, socket) => socket.destroy());
  listener.listen(0, host);
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the test server listens on no port');
  const server: FileServer = {
    origin: `${authority === null ? 'http' : 'https'}://${host}:${address.port}`,
    port: address.port,
    answer: (_request, response) => response.writeHead(404).end(),
    seen,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
  return server;
}

/** For the reader to have read what was sent. */
const CUT_AFTER_MS = 100;

interface FileOptions {
  readonly etag?: string;
  /** Ends the connection after so many bytes of this answer. */
  readonly cutAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers as a server of files does, with ranges where the condition holds. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  { etag, cutAfter, headers = {} }: FileOptions = {},
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const isRest = from > 0 && etag !== undefined && request.headers['if-range'] === etag;
  const body = isRest ? bytes.subarray(from) : bytes;
  response.writeHead(isRest ? 206 : 200, {
    'content-length': String(body.length),
    ...(etag !== undefined && { etag }),
    ...(isRest && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    ...headers,
  });
  if (cutAfter === undefined) response.end(body);
  else response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.socket?.end(), CUT_AFTER_MS));
}
