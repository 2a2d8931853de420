/** Requests of the batch dialect: HTTP Basic, and second tries. */
import { type Answer, exchangeJson, exchangeStream, type Fetch, type OpenBody } from './exchange.ts';
import { persist } from './retry.ts';

export interface BatchCredentials {
  readonly accessKey: string;
  readonly secret: string;
}

export interface BatchTransportOptions {
  readonly url: string;
  readonly credentials: BatchCredentials;
  readonly fetch: Fetch;
  readonly maxTries: number;
  readonly silenceMs: number;
}

export interface BatchCall {
  readonly method: 'GET' | 'POST';
  /** Below `/v2`, with its leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly upload?: { readonly form: FormData; readonly bytes: number };
  /** True when sending it twice does the same as sending it once. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
}

const PREFIX = '/v2';
/** `fetch` tells nothing while it sends, so that an upload looks like silence. So slow a line is still waited for. */
const LEAST_UPLOAD_BYTES_PER_MS = 100;

/** RFC 7617 with UTF-8; `btoa` alone knows Latin-1. */
function basic({ accessKey, secret }: BatchCredentials): string {
  const bytes = new TextEncoder().encode(`${accessKey}:${secret}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

export class BatchTransport {
  readonly maxTries: number;
  readonly #api: string;
  readonly #authorization: string;
  readonly #fetch: Fetch;
  readonly #silenceMs: number;

  constructor({ url, credentials, fetch, maxTries, silenceMs }: BatchTransportOptions) {
    const root = url.replace(/(?<!\/)\/+$/, '');
    this.#api = root.endsWith(PREFIX) ? root : `${root}${PREFIX}`;
    this.#authorization = basic(credentials);
    this.#fetch = fetch;
    this.maxTries = maxTries;
    this.#silenceMs = silenceMs;
  }

  /** Sends the call; tries again what may be tried again. */
  send(call: BatchCall): Promise<Answer> {
    const { repeatable, signal } = call;
    return persist({ maxTries: this.maxTries, repeatable, signal }, () => this.#exchange(call));
  }

  /** Opens a download link, once and without credentials: the link is its own. */
  open(link: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<OpenBody> {
    // A link may be relative to the server that made it.
    const url = new URL(link, this.#api).href;
    return exchangeStream(this.#fetch, { url, method: 'GET', headers, signal, silenceMs: this.#silenceMs });
  }

  #exchange({ method, path, query, body, upload, signal }: BatchCall): Promise<Answer> {
    const url = new URL(`${this.#api}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) {
      for (const each of Array.isArray(value) ? value : [value]) {
        if (each !== undefined) url.searchParams.append(name, String(each));
      }
    }
    const json = body === undefined ? undefined : JSON.stringify(body);
    const sent = upload?.form ?? json;
    return exchangeJson(this.#fetch, {
      url: url.href,
      method,
      // The boundary of a form is the HTTP library's to write.
      headers: {
        accept: 'application/json',
        authorization: this.#authorization,
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      signal,
      silenceMs: this.#silenceMs + (upload?.bytes ?? 0) / LEAST_UPLOAD_BYTES_PER_MS,
      ...(sent !== undefined && { body: sent }),
    });
  }
}
