/** One request and its answer, without retries. */
import { ApiError, NetworkError, type Quota } from '../contract/errors.ts';
import { retryAfterSeconds } from './retry.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Exchange {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
  readonly redirect?: 'follow' | 'manual';
  readonly signal?: AbortSignal | undefined;
  /** How long the server may be silent, in milliseconds. */
  readonly silenceMs: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Where the answer came from after redirects. */
  readonly url: string;
  /** The parsed JSON; null if there was none. */
  readonly body: unknown;
  /** True for a redirect whose target a browser hides from scripts. */
  readonly opaque: boolean;
}

/** Exchanges JSON. Throws `ApiError` for statuses from 400, `NetworkError`, or the signal's reason. */
export async function exchangeJson(fetch: Fetch, exchange: Exchange): Promise<Answer> {
  return watched(exchange, async (signal) => {
    const response = await fetch(exchange.url, initOf(exchange, signal));
    const text = await response.text();
    if (response.status >= 400) throw apiError(response, parseJson(text));
    const opaque = response.type === 'opaqueredirect';
    return { status: response.status, headers: response.headers, url: response.url, body: parseJson(text), opaque };
  });
}

export interface OpenBody {
  readonly response: Response;
  /** The bytes as they arrive, read no faster than they are consumed. Fails with `NetworkError` if the connection breaks or falls silent. */
  readonly body: ReadableStream<Uint8Array>;
}

/** Opens a download. The body must be read to its end or cancelled: only then is the connection free again. */
export async function exchangeStream(fetch: Fetch, exchange: Exchange): Promise<OpenBody> {
  const watch = new SilenceWatch(exchange);
  try {
    const response = await fetch(exchange.url, initOf(exchange, watch.signal));
    if (response.status >= 400) throw apiError(response, parseJson(await response.text()));
    return { response, body: watchedBody(response, watch) };
  } catch (error) {
    throw watch.explain(error);
  } finally {
    watch.stop();
  }
}

function watchedBody(response: Response, watch: SilenceWatch): ReadableStream<Uint8Array> {
  const reader = response.body?.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // Only while a chunk is awaited: the reader's own pauses are not the server's silence.
        watch.start();
        try {
          const chunk = await reader?.read();
          if (chunk?.value) controller.enqueue(chunk.value);
          else controller.close();
        } catch (error) {
          controller.error(watch.explain(error));
        } finally {
          watch.stop();
        }
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

async function watched<Result>(exchange: Exchange, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const watch = new SilenceWatch(exchange);
  try {
    return await work(watch.signal);
  } catch (error) {
    throw watch.explain(error);
  } finally {
    watch.stop();
  }
}

/** Aborts a request that falls silent, and tells what ended it: the caller, the silence, or the network. */
class SilenceWatch {
  readonly signal: AbortSignal;
  readonly #exchange: Exchange;
  readonly #silence = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    const { signal } = this.#silence;
    this.signal = exchange.signal ? AbortSignal.any([exchange.signal, signal]) : signal;
    this.start();
  }

  start(): void {
    this.#timer = setTimeout(() => this.#silence.abort(), this.#exchange.silenceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  explain(error: unknown): unknown {
    const { signal, silenceMs, url } = this.#exchange;
    if (signal?.aborted) return signal.reason;
    if (error instanceof ApiError) return error;
    const { host } = new URL(url);
    if (this.#silence.signal.aborted) {
      return new NetworkError(`${host} was silent for ${silenceMs / 1_000} s`, { sent: true, cause: error });
    }
    const refusal = refusalOf(error);
    if (refusal !== null) {
      return new NetworkError(`could not connect to ${host} (${refusal})`, { sent: false, cause: error });
    }
    const code = causeCode(error);
    const sent = code === null || !NEVER_CONNECTED.has(code);
    const what = sent ? `the connection to ${host} broke` : `${host} cannot be reached`;
    return new NetworkError(code === null ? what : `${what} (${code})`, { sent, cause: error });
  }
}

/** Node's codes for a connection that was never made. Browsers have none, so there nothing counts as unsent. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Node's message for a port that the Fetch standard blocks; it has no code. */
const BLOCKED_PORT = 'bad port';

/** What refused the connection, or null if nothing did. */
function refusalOf(error: unknown): string | null {
  if (causeCode(error) === 'ECONNREFUSED') return 'refused';
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message === BLOCKED_PORT ? 'fetch refuses this port' : null;
}

function causeCode(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined;
  return isRecord(cause) && typeof cause['code'] === 'string' ? cause['code'] : null;
}

function initOf({ method, headers, body, redirect }: Exchange, signal: AbortSignal): RequestInit {
  return { method, headers, signal, redirect: redirect ?? 'follow', ...(body === undefined ? {} : { body }) };
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    // Not every answer comes from the server: a gateway answers in HTML. The status says enough.
    return null;
  }
}

function apiError(response: Response, body: unknown): ApiError {
  const fields = isRecord(body) ? body : {};
  const error = textOf(fields['error']) ?? `HTTP ${response.status}`;
  const errors = Array.isArray(fields['errors']) ? fields['errors'].filter((item) => typeof item === 'string') : [];
  return new ApiError({
    status: response.status,
    error,
    // `error_description` comes from the token route (RFC 6749 §5.2).
    message: textOf(fields['message']) ?? textOf(fields['error_description']) ?? error,
    errors,
    requestId: response.headers.get('x-request-id'),
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after')),
    quota: quotaOf(fields),
  });
}

/** The answer has a good status but a body that no Conveyance server sends. */
export function unexpectedAnswer({ status, headers }: Pick<Answer, 'status' | 'headers'>, what: string): ApiError {
  return new ApiError({
    status,
    error: 'Unexpected answer',
    message: `${what}: check that the url is that of a Conveyance server`,
    errors: [],
    requestId: headers.get('x-request-id'),
    retryAfterSeconds: null,
    quota: null,
  });
}

function quotaOf(fields: Readonly<Record<string, unknown>>): Quota | null {
  const { quota_limit: limit, quota_usage: usage } = fields;
  return typeof limit === 'number' && typeof usage === 'number' ? { limit, usage } : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
