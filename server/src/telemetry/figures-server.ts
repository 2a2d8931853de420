import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { cannotListen } from '../core/errors.ts';
import type { Logger } from '../core/ports/logger.ts';

export interface FiguresServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly contentType: string;
  readonly render: () => Promise<string>;
  readonly log: Logger;
}

export interface FiguresServer {
  readonly url: string;
  close(): Promise<void>;
}

const PATH = '/metrics';
/** A scraper asks four times a minute and reads immediately; anything slower than this is not a scraper. */
const REQUEST_TIMEOUT_MS = 10_000;
const TEXT = 'text/plain; charset=utf-8';

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': TEXT, ...(status === 405 && { allow: 'GET, HEAD' }) });
  response.end(`${message}\n`);
}

async function answer(
  { contentType, render, log }: FiguresServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url?.split('?', 1)[0] !== PATH) return refuse(response, 404, `There is only ${PATH} here`);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'This path takes GET, HEAD');
  try {
    const text = await render();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : text);
  } catch (error) {
    log.error('figures-failed', { error });
    refuse(response, 500, 'The figures could not be made; the log tells why');
  }
}

/** Serves the figures on a separate port: the network decides who may read them. Throws `bad_setting`. */
export async function serveFigures(options: FiguresServerOptions): Promise<FiguresServer> {
  const { host, port } = options;
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 2 * 60_000 },
    (request, response) => void answer(options, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(cannotListen({ host, port }, 'CONVEYANCE_METRICS_HOST, CONVEYANCE_METRICS_PORT', cause));
    });
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}${PATH}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
