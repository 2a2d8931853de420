/** A receiver of webhooks on this machine: verifies each message and hands it on. For `webhooks listen` and the demo. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ReportJob, verifyWebhook, type WebhookTestEvent, WebhookVerificationError } from '@conveyance/sdk';
import { usage } from '../../terminal/errors.ts';

const HOST = '127.0.0.1';
/** A job with a million ids is some 10 MB. */
const MAX_BODY_BYTES = 32 * 1_048_576;

export interface ReceivedWebhook {
  readonly receivedAt: Date;
  /** The `webhook-id`; empty when there was none. */
  readonly id: string;
  readonly bytes: number;
  /** Null if it was refused. */
  readonly event: ReportJob | WebhookTestEvent | null;
  /** Why it was refused. */
  readonly refusal: string | null;
}

export interface ReceiverOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Asked for each message: secrets rotate. */
  readonly secrets: () => Promise<readonly string[]>;
  readonly onReceived: (webhook: ReceivedWebhook) => void;
  /** The receiver itself failed, e.g. because the secrets could not be read. */
  readonly onError: (error: unknown) => void;
}

export interface WebhookReceiver {
  readonly url: string;
  close(): Promise<void>;
}

/** Null if it is longer than any webhook. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function receive(request: IncomingMessage, options: ReceiverOptions): Promise<number> {
  const body = await readBody(request);
  if (body === null) return 413;
  const { headers } = request;
  const common = { receivedAt: new Date(), id: String(headers['webhook-id'] ?? ''), bytes: body.length };
  try {
    const event = await verifyWebhook({ headers, body }, { secret: await options.secrets() });
    options.onReceived({ ...common, event, refusal: null });
    return 204;
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    options.onReceived({ ...common, event: null, refusal: error.message });
    return 401;
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ReceiverOptions): Promise<void> {
  try {
    const status = request.method === 'POST' ? await receive(request, options) : 405;
    response.writeHead(status, { connection: 'close' }).end();
  } catch (error) {
    options.onError(error);
    response.writeHead(500, { connection: 'close' }).end();
  }
}

function cannotListen(port: number, cause: unknown): Error {
  const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  return usage(
    isTaken
      ? `port ${port} is already in use; --port names another one, or 0 for any`
      : `cannot listen on ${HOST} port ${port}; --port names another one`,
  );
}

/** Listens on loopback. A message that verifies is answered with 204, any other with 401. */
export async function startWebhookReceiver(options: ReceiverOptions): Promise<WebhookReceiver> {
  const server = createServer((request, response) => void answer(request, response, options));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(options.port, cause)));
    server.listen(options.port, HOST, resolve);
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.port;
  return {
    url: `http://${HOST}:${port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
