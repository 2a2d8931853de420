/** A file over HTTP: where the connection breaks, reading goes on with the next byte, if the file is still the same. */
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type Dispatcher } from 'undici';
import { ConveyanceError, isConveyanceError } from '../core/errors.ts';
import { endingOf } from '../core/input/file-ending.ts';
import type { Egress } from '../core/sources/egress.ts';
import {
  type FetchedFile,
  SourceBroke,
  type SourceReader,
  type SourceRequest,
  type SourceStaging,
  type SourceWriter,
} from '../core/sources/load-sources.ts';

const MOST_REDIRECTS = 5;
/** In a row, without a byte that arrived. */
const MOST_TRIES = 6;
const LONGEST_RETRY_AFTER_SECONDS = 30;
/** To the headers of the answer, and between two pieces of its body. */
const SILENCE_MS = 60_000;
const KNOWN_ENDING = /\.(?:(?:csv|tsv|txt|jsonl|ndjson|json)(?:\.gz|\.zst)?|parquet)$/i;
const ENDING_OF_ENCODING: Readonly<Record<string, string>> = { gzip: '.gz', 'x-gzip': '.gz', zstd: '.zst' };

export interface HttpReading {
  readonly egress: Egress<Socket>;
  readonly userAgent: string;
  /** Before the second try; each is twice as long as the one before. */
  readonly firstPauseMs: number;
}

type Headers = Dispatcher.ResponseData['headers'];

function headerOf(headers: Headers, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Without what may be a secret: signed URLs have it in their query. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
}

/** What the state of the file is known by. A weak tag says nothing of bytes (RFC 9110, 13.1.5). */
function validatorOf(headers: Headers): string | null {
  const etag = headerOf(headers, 'etag');
  return etag !== null && !etag.startsWith('W/') ? etag : headerOf(headers, 'last-modified');
}

function retryAfterOf(headers: Headers): number | null {
  const seconds = Number(headerOf(headers, 'retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, LONGEST_RETRY_AFTER_SECONDS) : null;
}

/** The name that the path ends with, in the folder that it stands in: either may say the table. */
function nameOf(url: URL): string {
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  const name = segments.pop() ?? 'data';
  return `${segments.pop() ?? 'at'}/${decodedSegment(name)}`;
}

function decodedSegment(text: string): string {
  try {
    return decodeURIComponent(text).replaceAll('/', '_');
  } catch {
    return text;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Dispatcher.ResponseData['body'];
  close(): Promise<void>;
}

class HttpFile implements SourceReader {
  readonly address: string;
  readonly #request: SourceRequest;
  readonly #url: URL;
  readonly #reading: HttpReading;

  constructor(request: SourceRequest, url: URL, reading: HttpReading) {
    this.#request = request;
    this.#url = url;
    this.#reading = reading;
    this.address = shownUrl(url);
  }

  #refuse(what: string, cause?: unknown): never {
    throw new ConveyanceError('load_refused', `${this.address} ${what}`, { cause });
  }

  #judge(url: URL, from: URL | null): void {
    const { egress } = this.#reading;
    const refusal = egress.refusalOf(url);
    const whose = from === null ? '' : `leads to ${shownUrl(url)}, which `;
    if (refusal !== null) this.#refuse(`${whose}${refusal}`);
    if (url.protocol === 'https:') return;
    if (from?.protocol === 'https:')
      this.#refuse(`leads from https to http, to ${shownUrl(url)}: give the address of a file over https`);
    if (!egress.isNamed(url.hostname.replace(/[[\]]/g, ''), Number(url.port || 80))) {
      this.#refuse(`${whose}is not encrypted: use https, or name ${url.host} in CONVEYANCE_LOAD_ALLOW`);
    }
  }

  /** One request, of a connection of its own that is judged for it alone. */
  async #ask(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    const { egress, userAgent } = this.#reading;
    const client = new Client(url.origin, {
      connect: ({ hostname, port, protocol }, callback) => {
        const secure = protocol === 'https:';
        egress.dial({ hostname, port: Number(port || (secure ? 443 : 80)), secure }, signal).then(
          (socket) => callback(null, socket),
          (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
        );
      },
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
    });
    try {
      const {
        statusCode,
        headers: answered,
        body,
      } = await client.request({
        method: 'GET',
        path: url.pathname + url.search,
        headers: { 'user-agent': userAgent, accept: '*/*', 'accept-encoding': 'identity', ...headers },
        reset: true,
        signal,
      });
      return { status: statusCode, headers: answered, body, close: () => client.destroy() };
    } catch (error) {
      await client.destroy();
      throw error;
    }
  }

  /** Each place on the way is judged as the first one was. */
  async #followed(headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    let url = this.#url;
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#ask(url, headers, signal);
      const location = headerOf(answer.headers, 'location');
      if (![301, 302, 303, 307, 308].includes(answer.status) || location === null) return answer;
      await answer.close();
      if (redirects === MOST_REDIRECTS) this.#refuse(`leads on and on, ${MOST_REDIRECTS} times and further`);
      if (!URL.canParse(location, url.href)) this.#refuse('leads to what is no URL');
      const next = new URL(location, url);
      this.#judge(next, url);
      url = next;
    }
  }

  /** Resolves with an answer that has bytes of the file. Throws `SourceBroke` for one that may come later. */
  async #open(headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    const answer = await this.#followed(headers, signal);
    const { status } = answer;
    if (status === 200 || ('range' in headers && (status === 206 || status === 416))) return answer;
    await answer.close();
    if (status === 408 || status === 429 || status >= 500) {
      throw new SourceBroke(`${this.address} answers ${status}`, { retryAfterSeconds: retryAfterOf(answer.headers) });
    }
    return this.#refuse(`answers ${status}`);
  }

  /** What passes is thrown as `SourceBroke`. */
  async #passing<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (isConveyanceError(error) || error instanceof SourceBroke) throw error;
      const { message, code } = error as NodeJS.ErrnoException;
      if (code !== undefined && /CERT|SELF_SIGNED|ISSUER|ERR_TLS|ERR_SSL|EPROTO/.test(code)) {
        this.#refuse(`cannot be trusted: ${message}; CONVEYANCE_LOAD_CA names further authorities`, error);
      }
      throw new SourceBroke(`${this.address} does not answer: ${message}`, { cause: error });
    }
  }

  /** The address has all that there is. */
  async complete(): Promise<SourceRequest> {
    this.#judge(this.#url, null);
    return this.#request;
  }

  async read(staging: SourceStaging): Promise<readonly FetchedFile[]> {
    const { signal } = staging;
    this.#judge(this.#url, null);
    const first = await this.#passing(() => this.#open({}, signal), signal);
    const file = await staging.create(nameOf(this.#url)).catch(async (error: unknown) => {
      await first.close();
      throw error;
    });
    try {
      await this.#receive(first, file, staging);
      const path = await file.finish(this.#finalName(file, first.headers));
      const etag = headerOf(first.headers, 'etag') ?? headerOf(first.headers, 'last-modified');
      const facts = { etag: etag?.slice(0, 200) ?? null, version: null, snapshot: null, isOneMoment: true };
      return [{ path, address: this.address, bytes: file.bytes, ...facts, layout: null }];
    } catch (error) {
      await file.abandon();
      throw error;
    }
  }

  /** With the ending that the bytes have, where neither the path nor the header says one. */
  #finalName(file: SourceWriter, headers: Headers): string {
    const name = nameOf(this.#url);
    const encoding = headerOf(headers, 'content-encoding')?.toLowerCase() ?? 'identity';
    const packed = ENDING_OF_ENCODING[encoding];
    if (packed === undefined && encoding !== 'identity')
      this.#refuse(`comes packed as ${encoding.slice(0, 20)}, which is not read`);
    const whole = packed === undefined || name.toLowerCase().endsWith(packed) ? name : `${name}${packed}`;
    return KNOWN_ENDING.test(whole) ? whole : `${name}${endingOf(file.head)}`;
  }

  async #receive(first: Answer, file: SourceWriter, staging: SourceStaging): Promise<void> {
    const length = headerOf(first.headers, 'content-length');
    if (length === null && headerOf(first.headers, 'transfer-encoding') === null) {
      await first.close();
      this.#refuse('does not say where it ends: its answer has neither a length nor chunks');
    }
    const validator = validatorOf(first.headers);
    const { signal } = staging;
    let answer = first;
    for (let tries = 1; ; ) {
      const before = file.bytes;
      try {
        if (answer === first) staging.expect(length === null ? null : Number(length));
        for await (const piece of answer.body) await file.write(piece as Uint8Array);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (isConveyanceError(error)) throw error;
        const fault = new SourceBroke(`${this.address} broke off after ${file.bytes} bytes`, { cause: error });
        tries = file.bytes > before ? 1 : tries + 1;
        if (validator === null || file.bytes === 0 || tries > MOST_TRIES) throw fault;
      } finally {
        await answer.close();
      }
      await delay(this.#reading.firstPauseMs * 2 ** (tries - 1), undefined, { signal });
      answer = await this.#goOn(file.bytes, validator, signal);
    }
  }

  /** The rest of the same state of the file. */
  async #goOn(from: number, validator: string, signal: AbortSignal): Promise<Answer> {
    const headers = { range: `bytes=${from}-`, 'if-range': validator };
    for (let tries = 1; ; tries++) {
      const answer = await this.#passing(() => this.#open(headers, signal), signal).catch((error: unknown) => {
        if (!(error instanceof SourceBroke) || tries === MOST_TRIES) throw error;
        return null;
      });
      if (answer !== null) {
        const isRest = headerOf(answer.headers, 'content-range')?.startsWith(`bytes ${from}-`) === true;
        if (answer.status === 206 && isRest && validatorOf(answer.headers) === validator) return answer;
        await answer.close();
        throw new SourceBroke(`${this.address} has changed while it was read, or is not sent in parts`);
      }
      await delay(this.#reading.firstPauseMs * 2 ** tries, undefined, { signal });
    }
  }
}

/** Throws `load_refused` for what is never asked for. */
export function openHttp(request: SourceRequest, url: URL, reading: HttpReading): SourceReader {
  const file = new HttpFile(request, url, reading);
  if (url.username !== '' || url.password !== '') {
    throw new ConveyanceError(
      'load_refused',
      `${file.address} has a user or a password in it, which everybody on this machine can read: leave them out`,
    );
  }
  return file;
}
