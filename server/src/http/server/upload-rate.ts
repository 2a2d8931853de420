/**
 * The minimum upload rate. Fastify never cuts off a slow body by default, and a fixed time for the whole request would cut off an
 * honest client on a slow line: so bytes are counted against time.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MS_PER_SECOND } from '../../core/time.ts';
import { refuseSlowUpload } from './connection-errors.ts';

export interface UploadTerms {
  /** No client is cut off earlier: a handshake and a first window take time. */
  readonly graceMs: number;
  /** On average since the body began. A maximal request of 24 MiB then takes at most 25 minutes. */
  readonly bytesPerSecond: number;
}

export const UPLOAD_TERMS: UploadTerms = { graceMs: 10_000, bytesPerSecond: 16 * 1024 };
const CHECK_INTERVAL_MS = 1_000;

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Watches the bodies of all requests of the app. */
export function cutSlowUploads(app: FastifyInstance, { graceMs, bytesPerSecond }: UploadTerms): void {
  app.addHook('preParsing', async (request, reply, payload) => {
    if (!hasBody(request)) return payload;
    const { socket } = request.raw;
    const startedAt = performance.now();
    const bytesBefore = socket.bytesRead;
    const timer = setInterval(
      () => {
        const elapsedMs = performance.now() - startedAt;
        const received = socket.bytesRead - bytesBefore;
        if (elapsedMs < graceMs || received >= (elapsedMs / MS_PER_SECOND) * bytesPerSecond) return;
        clearInterval(timer);
        // A second answer would be taken for that of the next request. Destroying the message destroys its connection.
        if (reply.sent) request.raw.destroy();
        else refuseSlowUpload(socket, request.id);
      },
      Math.min(CHECK_INTERVAL_MS, graceMs),
    );
    timer.unref();
    for (const event of ['end', 'close', 'error']) payload.once(event, () => clearInterval(timer));
    return payload;
  });
}
