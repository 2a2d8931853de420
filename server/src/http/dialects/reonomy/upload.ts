/** Uploads of the Reonomy dialect: a multipart form is read as it arrives and never held in memory. */
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { ConveyanceError } from '../../../core/errors.ts';
import type { Deps } from '../../../core/ports/deps.ts';
import type { IncomingForm, Upload } from '../../../core/ports/intake.ts';

async function* bodyOf({ raw, countedBody }: FastifyRequest): AsyncGenerator<Uint8Array, void, undefined> {
  const body: Readable = countedBody ?? raw;
  try {
    // By default leaving the loop would destroy the connection, and with it the answer.
    yield* body.iterator({ destroyOnReturn: false });
  } catch (error) {
    if (error instanceof ConveyanceError) throw error;
    throw new ConveyanceError('invalid_parameter', 'The request body ended early', { cause: error });
  }
}

/** How many bytes the request says it has. */
export function announcedBytes({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

function incomingForm(request: FastifyRequest): IncomingForm {
  const { headers } = request;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new ConveyanceError('unsupported_media_type', 'The upload is compressed; send it without Content-Encoding');
  }
  return {
    contentType: headers['content-type'],
    contentLength: announcedBytes(request),
    body: bodyOf(request),
  };
}

/** The upload of a `POST /v2/jobs/file`. The receiver disposes of it. Throws what `Intake.receiveForm` throws. */
export function receiveUpload({ intake }: Pick<Deps, 'intake'>, request: FastifyRequest): Promise<Upload> {
  return intake.receiveForm(incomingForm(request));
}
