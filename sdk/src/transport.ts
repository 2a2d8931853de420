/** Requests with credentials and second tries. */
import { ApiError } from './errors.ts';
import { type Answer, type Exchange, exchangeJson, exchangeStream, type Fetch, type OpenBody } from './exchange.ts';
import { persist } from './retry.ts';
import { clientCredentials, fixedToken, type TokenSource } from './tokens.ts';

export interface Call {
  readonly method: Exchange['method'];
  /** Below the API's prefix, with its leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Beside those that every call has. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly redirect?: 'follow' | 'manual';
  /** True when sending it twice does the same as sending it once. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
}

export type Credentials = { readonly token: string } | { readonly accessKey: string; readonly secret: string };

export interface TransportOptions {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly fetch: Fetch;
  readonly maxTries: number;
  readonly silenceMs: number;
}

/** The prefixes under which a server offers its API. Either may be part of the url that a caller gives, or left out. */
const API_PREFIXES = ['/apartmentiq/api/v1', '/api/v1'];

/** Three of the server's signs of life on a stream where nothing happens. */
const EVENT_SILENCE_MS = 45_000;

export class Transport {
  readonly maxTries: number;
  readonly #api: string;
  readonly #fetch: Fetch;
  readonly #silenceMs: number;
  readonly #tokens: TokenSource;

  constructor({ baseUrl, credentials, fetch, maxTries, silenceMs }: TransportOptions) {
    const url = baseUrl.replace(/(?<!\/)\/+$/, '');
    const prefix = API_PREFIXES.find((candidate) => url.endsWith(candidate));
    const root = prefix === undefined ? url : url.slice(0, -prefix.length);
    this.#api = `${root}${prefix ?? '/api/v1'}`;
    this.#fetch = fetch;
    this.maxTries = maxTries;
    this.#silenceMs = silenceMs;
    this.#tokens =
      'token' in credentials
        ? fixedToken(credentials.token)
        : clientCredentials(() => this.#requestToken(`${root}/oauth/token`, credentials));
  }

  /** Sends the call with a bearer token; renews a refused token once; tries again what may be tried again. */
  async send(call: Call): Promise<Answer> {
    return this.#withToken((token) => this.#persist(call, () => this.#exchange(call, token)));
  }

  /** Opens a stream of server-sent events, from the one after `lastEventId`. Tried once: whoever follows goes on by himself. */
  events(path: string, lastEventId: string | null, signal: AbortSignal | undefined): Promise<OpenBody> {
    return this.#withToken((token) =>
      exchangeStream(this.#fetch, {
        url: `${this.#api}${path}`,
        method: 'GET',
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${token}`,
          ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
        },
        signal,
        silenceMs: Math.max(this.#silenceMs, EVENT_SILENCE_MS),
      }),
    );
  }

  async #withToken<Result>(work: (token: string) => Promise<Result>): Promise<Result> {
    const token = await this.#tokens.get();
    try {
      return await work(token);
    } catch (error) {
      const refused = error instanceof ApiError && error.status === 401;
      if (!refused || !this.#tokens.refuse(token)) throw error;
      return await work(await this.#tokens.get());
    }
  }

  /** Opens a download link, once and without credentials: the link is its own. */
  open(url: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<OpenBody> {
    return exchangeStream(this.#fetch, { url, method: 'GET', headers, signal, silenceMs: this.#silenceMs });
  }

  /** Gets the path with a bearer token, follows where it leads, and leaves the body unread. */
  async follow(path: string, signal?: AbortSignal): Promise<OpenBody> {
    const headers = { authorization: `Bearer ${await this.#tokens.get()}` };
    return exchangeStream(this.#fetch, {
      url: `${this.#api}${path}`,
      method: 'GET',
      headers,
      signal,
      silenceMs: this.#silenceMs,
    });
  }

  #persist({ repeatable, signal }: Pick<Call, 'repeatable' | 'signal'>, attempt: () => Promise<Answer>) {
    return persist({ maxTries: this.maxTries, repeatable, signal }, attempt);
  }

  #exchange({ method, path, query, body, headers: own, redirect, signal }: Call, token: string): Promise<Answer> {
    const url = new URL(`${this.#api}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = {
      ...own,
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const silenceMs = this.#silenceMs;
    return exchangeJson(this.#fetch, {
      url: url.href,
      method,
      headers,
      redirect: redirect ?? 'follow',
      signal,
      silenceMs,
      ...json,
    });
  }

  /** Not bound to a caller's signal: others may be waiting for the same token. */
  #requestToken(url: string, { accessKey, secret }: { accessKey: string; secret: string }): Promise<Answer> {
    const form = { grant_type: 'client_credentials', client_id: accessKey, client_secret: secret };
    return this.#persist({ repeatable: true, signal: undefined }, () =>
      exchangeJson(this.#fetch, {
        url,
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
        silenceMs: this.#silenceMs,
      }),
    );
  }
}
