/** Server-sent events: changes written to a connection that stays open. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../core/access.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { type JobChange, JobFeed, type JobWatch } from '../../jobs/follow.ts';

/** Proxies close connections that are silent for half a minute or a minute. */
export const EVENT_BEAT_MS = 15_000;
const BEAT = ':\n\n';
/** Before the first event: how long a browser waits before it reconnects. */
const GREETING = 'retry: 2000\n\n';
/** How long a stop waits for the last bytes to be read. */
const FAREWELL_MS = 1000;

/** One event at a time is taken from the watch, and only when the connection has taken the previous one. */
class EventStream extends Readable {
  readonly #watch: JobWatch;
  readonly #textOf: (change: JobChange) => string;
  #pulling = false;

  constructor(watch: JobWatch, textOf: (change: JobChange) => string) {
    super({ highWaterMark: 1 });
    this.#watch = watch;
    this.#textOf = textOf;
    this.push(GREETING);
  }

  override _read(): void {
    if (!this.#pulling) void this.#pull();
  }

  async #pull(): Promise<void> {
    this.#pulling = true;
    try {
      const change = await this.#watch.next();
      this.#pulling = false;
      this.push(change === null ? null : this.#textOf(change));
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  beat(): void {
    if (!this.#watch.closed) this.push(BEAT);
  }
}

interface Listener {
  readonly stream: EventStream;
  readonly response: ServerResponse;
  readonly watch: JobWatch;
  readonly expiresAt: Date | null;
  /** Its connection had taken nothing new at the last heartbeat. */
  stalled: boolean;
}

export interface Following {
  readonly reply: FastifyReply;
  readonly caller: Caller;
  readonly watch: JobWatch;
  /** When the bearer token expires, and the stream ends with it. */
  readonly expiresAt: Date | null;
  readonly textOf: (change: JobChange) => string;
}

/** All streams of this process. One timer sends heartbeats to all of them. */
export class EventStreams {
  readonly feed: JobFeed;
  readonly #clock: Deps['clock'];
  readonly #listeners = new Set<Listener>();
  readonly #beatMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: Pick<Deps, 'db' | 'clock' | 'policy'>, beatMs: number) {
    this.#clock = deps.clock;
    this.#beatMs = beatMs;
    this.feed = new JobFeed(deps);
  }

  /** Answers with what the watch tells, until it ends or the connection does. */
  send({ reply, caller, watch, expiresAt, textOf }: Following): FastifyReply {
    const { raw: response } = reply;
    const stream = new EventStream(watch, textOf);
    const listener: Listener = { stream, response, watch, expiresAt, stalled: false };
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#beat(), this.#beatMs).unref();
    const end = () => {
      this.#listeners.delete(listener);
      this.feed.release(caller, watch);
      stream.destroy();
    };
    response.once('close', end);
    // Whoever left before the watch was made is not told of again.
    if (response.closed) end();
    // `X-Accel-Buffering: no` tells nginx to pass data on immediately.
    reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no');
    return reply.send(stream);
  }

  #beat(): void {
    const now = this.#clock();
    for (const listener of this.#listeners) {
      const { stream, response, watch, expiresAt } = listener;
      if (expiresAt !== null && expiresAt <= now) watch.close();
      if (!response.writableNeedDrain) {
        listener.stalled = false;
        stream.beat();
      } else if (listener.stalled) {
        response.destroy();
      } else {
        listener.stalled = true;
      }
    }
  }

  /** Ends every stream, so that the server can close; a client that does not read its last bytes is cut off. */
  close(): void {
    clearInterval(this.#timer);
    this.feed.close();
    setTimeout(() => {
      for (const { response } of this.#listeners) response.destroy();
    }, FAREWELL_MS).unref();
  }
}
