/**
 * The minimum upload rate. Fastify never cuts off a slow body by default, and a fixed time for the whole request would cut off an
 * honest client on a slow line: so bytes are counted against time, over the last seconds. On average since the beginning, a client that
 * sent 20 MB at once could leave the server waiting for the rest for twenty minutes.
 */

import type { FastifyInstance } from 'fastify';
import { MS_PER_SECOND } from '../../core/time.ts';
import { hasBody } from '../bodies/unread-body.ts';
import { refuseSlowUpload } from './connection-errors.ts';

export interface UploadTerms {
  /** The span over which bytes are counted, and before which no client is cut off: a handshake and a first window take time. */
  readonly graceMs: number;
  /** In every such span. A maximal request of 24 MiB then takes at most 25 minutes. */
  readonly bytesPerSecond: number;
}

export const UPLOAD_TERMS: UploadTerms = { graceMs: 10_000, bytesPerSecond: 16 * 1024 };
const CHECK_INTERVAL_MS = 1_000;
/** A check that comes later than this was kept from its turn by the server, as the bytes were. */
const LATEST_CHECK = 2;

/** What a client has sent in the last span of its time: of that in which the server took what came. */
export class UploadPace {
  readonly #terms: UploadTerms;
  /** At the checks of the last span, the oldest first. */
  readonly #marks: { readonly atMs: number; readonly bytes: number }[];
  #elapsedMs = 0;

  /** @param bytes received before the body began. */
  constructor(terms: UploadTerms, bytes: number) {
    this.#terms = terms;
    this.#marks = [{ atMs: 0, bytes }];
  }

  /** Adds a stretch of the client's time. False once a whole span has brought too little. @param bytes received until now. */
  isFair(elapsedMs: number, bytes: number): boolean {
    const { graceMs, bytesPerSecond } = this.#terms;
    this.#elapsedMs += elapsedMs;
    const now = this.#elapsedMs;
    // The last mark that lies a whole span back.
    while ((this.#marks[1]?.atMs ?? now) <= now - graceMs) this.#marks.shift();
    const [first] = this.#marks;
    this.#marks.push({ atMs: now, bytes });
    if (first === undefined || now < graceMs) return true;
    return bytes - first.bytes >= ((now - first.atMs) / MS_PER_SECOND) * bytesPerSecond;
  }
}

/** Watches the bodies of all requests of the app. */
export function cutSlowUploads(app: FastifyInstance, terms: UploadTerms): void {
  const intervalMs = Math.min(CHECK_INTERVAL_MS, terms.graceMs / 4);
  app.addHook('preParsing', async (request, reply, payload) => {
    if (!hasBody(request)) return payload;
    const { raw } = request;
    const { socket } = raw;
    const pace = new UploadPace(terms, socket.bytesRead);
    let checkedAt = performance.now();
    const timer = setInterval(() => {
      const elapsedMs = Math.min(performance.now() - checkedAt, intervalMs * LATEST_CHECK);
      checkedAt = performance.now();
      // What has come and is not taken yet, the client has sent: nobody reads on until it is.
      if (raw.readableLength > 0 || pace.isFair(elapsedMs, socket.bytesRead)) return;
      clearInterval(timer);
      // A second answer would be taken for that of the next request. Destroying the message destroys its connection.
      if (reply.sent) raw.destroy();
      else refuseSlowUpload(socket, request.id);
    }, intervalMs);
    timer.unref();
    for (const event of ['end', 'close', 'error']) raw.once(event, () => clearInterval(timer));
    return payload;
  });
}
