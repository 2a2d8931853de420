/** Uploads of the Reonomy dialect: a multipart form is read as it arrives and never held in memory. */
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { ConveyanceError } from '../../../core/errors.ts';
import type { Deps } from '../../../core/ports/deps.ts';
import type { IncomingForm, Upload } from '../../../core/ports/intake.ts';

/**
 * A client that is refused in the middle of its upload keeps sending. Closing would reset the connection, and most clients would
 * then report that instead of the answer: so the rest is read and discarded, within these bounds.
 */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;
const MAX_DISCARDING_MS = 30_000;

function discardRest(message: IncomingMessage): void {
  const { socket } = message;
  if (message.readableEnded || socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), MAX_DISCARDING_MS);
  timer.unref();
  let discarded = 0;
  message.on('data', (chunk: Uint8Array) => {
    discarded += chunk.length;
    if (discarded > MAX_DISCARDED_BYTES) socket.destroy();
  });
  message.once('close', () => clearTimeout(timer));
}

async function* bodyOf(message: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    // By default leaving the loop would destroy the connection, and with it the answer.
    yield* message.iterator({ destroyOnReturn: false });
  } catch (error) {
    throw new ConveyanceError('invalid_parameter', 'The request body ended early', { cause: error });
  }
}

/** How many bytes the request says it has. */
export function announcedBytes({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

function incomingForm(request: FastifyRequest): IncomingForm {
  const { headers, raw } = request;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new ConveyanceError('unsupported_media_type', 'The upload is compressed; send it without Content-Encoding');
  }
  return {
    contentType: headers['content-type'],
    contentLength: announcedBytes(request),
    body: bodyOf(raw),
  };
}

/** The upload of a `POST /v2/jobs/file`. The receiver disposes of it. Throws what `Intake.receiveForm` throws. */
export async function receiveUpload({ intake }: Pick<Deps, 'intake'>, request: FastifyRequest): Promise<Upload> {
  try {
    return await intake.receiveForm(incomingForm(request));
  } catch (error) {
    discardRest(request.raw);
    throw error;
  }
}
