/** Requests with credentials and retries, for both contracts. */
import { ApiError, CredentialsError } from '../contract/errors.ts';
import {
  type Authorization,
  basicAuthorization,
  clientCredentials,
  fixedToken,
  headersOf,
  sessionOfBrowser,
} from './authorization.ts';
import { type Answer, type Exchange, exchangeJson, exchangeStream, type Fetch, type OpenBody } from './exchange.ts';
import { type Warn, warnOfPlainHttp } from './plain-http.ts';
import { persist } from './retry.ts';

/** Whose rules a call follows: which prefix, and which credentials. */
export type Contract = 'apartmentiq' | 'reonomy';

export interface Call {
  readonly method: Exchange['method'];
  /** Default: `apartmentiq`. */
  readonly contract?: Contract;
  /** Below the contract's prefix, with its leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly upload?: { readonly form: FormData; readonly bytes: number };
  /** In addition to those that every call has. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly redirect?: 'follow' | 'manual';
  /** True if sending it twice has the same effect as sending it once. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
}

export type Credentials =
  | { readonly token: string }
  | { readonly accessKey: string; readonly secret: string }
  | { readonly session: true };

export interface TransportOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly fetch: Fetch;
  readonly maxTries: number;
  readonly silenceMs: number;
  readonly onWarning: Warn;
}

/** The prefixes under which a server offers its API. The caller's URL may end in any of them, or in none. */
const APARTMENTIQ_PREFIXES = ['/apartmentiq/api/v1', '/api/v1'];
const REONOMY_PREFIX = '/v2';

/** Three of the server's heartbeats on an idle stream. */
const EVENT_SILENCE_MS = 45_000;
/** `fetch` reports nothing while it sends, so an upload looks like silence. A line this slow is still tolerated. */
const LEAST_UPLOAD_BYTES_PER_MS = 100;

interface Api {
  readonly url: string;
  readonly authorization: Authorization;
}

export class Transport {
  readonly maxTries: number;
  readonly #apis: Readonly<Record<Contract, Api>>;
  readonly #fetch: Fetch;
  readonly #silenceMs: number;
  readonly #onWarning: Warn;

  constructor({ url, credentials, fetch, maxTries, silenceMs, onWarning }: TransportOptions) {
    warnOfPlainHttp(url, onWarning);
    this.#onWarning = onWarning;
    const whole = url.replace(/(?<!\/)\/+$/, '');
    const prefix = [...APARTMENTIQ_PREFIXES, REONOMY_PREFIX].find((candidate) => whole.endsWith(candidate)) ?? '';
    const root = whole.slice(0, whole.length - prefix.length);
    const ownPrefix = APARTMENTIQ_PREFIXES.includes(prefix) ? prefix : '/api/v1';
    this.#fetch = fetch;
    this.maxTries = maxTries;
    this.#silenceMs = silenceMs;
    const { apartmentiq, reonomy } = this.#authorizations(credentials, `${root}/oauth/token`);
    this.#apis = {
      apartmentiq: { url: `${root}${ownPrefix}`, authorization: apartmentiq },
      reonomy: { url: `${root}${REONOMY_PREFIX}`, authorization: reonomy },
    };
  }

  #authorizations(credentials: Credentials, tokenUrl: string): Readonly<Record<Contract, Authorization>> {
    if ('session' in credentials) return { apartmentiq: sessionOfBrowser(), reonomy: sessionOfBrowser() };
    if ('token' in credentials) return { apartmentiq: fixedToken(credentials.token), reonomy: NO_KEY };
    const bearer = clientCredentials(() => this.#requestToken(tokenUrl, credentials));
    return { apartmentiq: bearer, reonomy: basicAuthorization(credentials) };
  }

  /** Sends the call with its contract's credentials; renews a refused token once; retries what may be retried. */
  send(call: Call): Promise<Answer> {
    const api = this.#apis[call.contract ?? 'apartmentiq'];
    return authorized(api, (authorization) => this.#persist(call, () => this.#exchange(api, call, authorization)));
  }

  /** Opens a stream of server-sent events, from the one after `lastEventId`. Tried once: the follower resumes by itself. */
  events(path: string, lastEventId: string | null, signal: AbortSignal | undefined): Promise<OpenBody> {
    const api = this.#apis.apartmentiq;
    return authorized(api, (authorization) =>
      exchangeStream(this.#fetch, {
        url: `${api.url}${path}`,
        method: 'GET',
        headers: {
          accept: 'text/event-stream',
          ...headersOf(authorization),
          ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
        },
        signal,
        silenceMs: Math.max(this.#silenceMs, EVENT_SILENCE_MS),
      }),
    );
  }

  /** Opens a download link, once and without credentials: the link itself is the credential. */
  open(link: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<OpenBody> {
    // A link may be relative to the server that made it.
    const url = new URL(link, this.#apis.reonomy.url).href;
    warnOfPlainHttp(url, this.#onWarning);
    return exchangeStream(this.#fetch, { url, method: 'GET', headers, signal, silenceMs: this.#silenceMs });
  }

  /** Gets the path with a bearer token, follows where it leads, and leaves the body unread. */
  async follow(path: string, signal?: AbortSignal): Promise<OpenBody> {
    const { url, authorization } = this.#apis.apartmentiq;
    return exchangeStream(this.#fetch, {
      url: `${url}${path}`,
      method: 'GET',
      headers: headersOf(await authorization.get()),
      signal,
      silenceMs: this.#silenceMs,
    });
  }

  #persist({ repeatable, signal }: Pick<Call, 'repeatable' | 'signal'>, attempt: () => Promise<Answer>) {
    return persist({ maxTries: this.maxTries, repeatable, signal }, attempt);
  }

  #exchange(api: Api, call: Call, authorization: string): Promise<Answer> {
    const { method, path, query, body, upload, headers: own, redirect, signal } = call;
    const url = new URL(`${api.url}${path}`);
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
      // The HTTP library writes the boundary of a form.
      headers: {
        ...own,
        accept: 'application/json',
        ...headersOf(authorization),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      redirect: redirect ?? 'follow',
      signal,
      silenceMs: this.#silenceMs + (upload?.bytes ?? 0) / LEAST_UPLOAD_BYTES_PER_MS,
      ...(sent !== undefined && { body: sent }),
    });
  }

  /** Not tied to a caller's signal: others may be waiting for the same token. */
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

/** Reonomy's contract has no tokens. */
const NO_KEY: Authorization = {
  get: () =>
    Promise.reject(
      new CredentialsError(
        'details, searches and matches take an access key: make the client with { accessKey, secret } in the place of the token',
      ),
    ),
  refuse: () => false,
};

async function authorized<Result>(api: Api, work: (authorization: string) => Promise<Result>): Promise<Result> {
  const value = await api.authorization.get();
  try {
    return await work(value);
  } catch (error) {
    const isRefused = error instanceof ApiError && error.status === 401;
    if (!isRefused || !api.authorization.refuse(value)) throw error;
    return await work(await api.authorization.get());
  }
}
