/** Data at addresses: who reads which, and what bounds all of them. */
import { setTimeout as delay } from 'node:timers/promises';
import { ConveyanceError } from '../core/errors.ts';
import {
  type FetchedFile,
  type FetchWatch,
  type LoadSource,
  type LoadSources,
  SourceBroke,
  type SourceReader,
  type SourceRequest,
} from '../core/sources/load-sources.ts';
import { MS_PER_SECOND } from '../core/time.ts';
import { type HttpReading, openHttp } from './https.ts';
import { type SourceLimits, Staging } from './staging.ts';

/** From nothing. What goes on where it broke off does not count. */
const MOST_TRIES = 4;

export interface SourcesOptions extends HttpReading {
  readonly limits: SourceLimits;
  /** By protocol, with its colon. Judged without asking anybody. */
  readonly readers: Readonly<Record<string, (request: SourceRequest, url: URL) => SourceReader>>;
}

class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp';
}

class Source implements LoadSource {
  readonly #reader: SourceReader;
  readonly #options: SourcesOptions;

  constructor(reader: SourceReader, options: SourcesOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  complete(): Promise<SourceRequest> {
    return this.#reader.complete();
  }

  get address(): string {
    return this.#reader.address;
  }

  async fetch(folder: string, { signal, onBytes }: FetchWatch): Promise<readonly FetchedFile[]> {
    const { limits } = this.#options;
    const control = new AbortController();
    const stop = () => control.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const timer = setTimeout(() => control.abort(new TimeIsUp()), limits.maxSeconds * MS_PER_SECOND);
    try {
      return await this.#tries(folder, { signal: control.signal, ...(onBytes && { onBytes }) });
    } catch (error) {
      if (!(control.signal.reason instanceof TimeIsUp)) throw error;
      const what = `${this.address} takes longer than the ${limits.maxSeconds} seconds that CONVEYANCE_LOAD_SECONDS allows`;
      throw new ConveyanceError('load_refused', what, { cause: error });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  async #tries(folder: string, watch: FetchWatch): Promise<readonly FetchedFile[]> {
    const { limits, firstPauseMs } = this.#options;
    for (let tries = 1; ; tries++) {
      try {
        return await this.#reader.read(new Staging(this.address, folder, limits, watch));
      } catch (error) {
        watch.signal.throwIfAborted();
        if (!(error instanceof SourceBroke)) throw error;
        if (tries === MOST_TRIES) throw new ConveyanceError('unavailable', error.message, { cause: error });
        const pause = (error.retryAfterSeconds ?? 0) * MS_PER_SECOND || firstPauseMs * 2 ** (tries - 1);
        await delay(pause, undefined, { signal: watch.signal });
      }
    }
  }
}

/** Without what stands before the host: it may be a password. */
function withoutUser(text: string): string {
  return text.slice(0, 200).replace(/\/\/[^/]*@/, '//…@');
}

export function createLoadSources(options: SourcesOptions): LoadSources {
  const readers: SourcesOptions['readers'] = {
    'https:': (request, url) => openHttp(request, url, options),
    'http:': (request, url) => openHttp(request, url, options),
    ...options.readers,
  };
  return {
    open(request) {
      const { address } = request;
      const url = URL.canParse(address) ? new URL(address) : null;
      const reader = url === null || !Object.hasOwn(readers, url.protocol) ? undefined : readers[url.protocol];
      if (url === null || reader === undefined) {
        const known = Object.keys(readers).map((protocol) => `${protocol}//`);
        throw new ConveyanceError(
          'load_refused',
          `${withoutUser(address)} is no address that data is loaded from; those begin with ${known.join(', ')}`,
        );
      }
      return new Source(reader(request, url), options);
    },
  };
}
