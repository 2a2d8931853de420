/** The client: one server, one account, one transport. */

import { CredentialsError } from './contract/errors.ts';
import type { Caller, DailyUsage, ReportDescription, ReportSummary, ReportType, Usage } from './contract/types.ts';
import type { ReportTypeList } from './contract/wire.ts';
import { Exports } from './jobs/exports.ts';
import { Files } from './jobs/files.ts';
import { Keys } from './keys.ts';
import { Lists } from './lists.ts';
import { Properties } from './properties.ts';
import { Schedules } from './schedules.ts';
import type { CallOptions } from './transport/call-options.ts';
import { type Fetch, isRecord, unexpectedAnswer } from './transport/exchange.ts';
import { type Credentials, Transport } from './transport/transport.ts';
import { Webhooks } from './webhooks.ts';

/** As they are at hand: what comes from the environment may be missing, which the constructor reports. */
export type GivenCredentials =
  | { readonly token: string | undefined }
  | { readonly accessKey: string | undefined; readonly secret: string | undefined }
  /** For a page that the server itself hands out, where somebody has signed in: the browser sends the session’s cookie. */
  | { readonly session: true };

export type ConveyanceOptions = GivenCredentials & {
  /** Where the server is, e.g. `https://exports.example.com`; an API prefix at the end is accepted. */
  readonly url: string;
  /** How often a call is tried at most if the server is busy or the network fails. Default 5. */
  readonly maxTries?: number;
  /** How long the server may be silent before a try counts as failed. Default 60,000. */
  readonly silenceMs?: number;
  /** Replaces the built-in `fetch`, e.g. to go through a proxy. */
  readonly fetch?: Fetch;
  /** Told, once for each server, of what is unsafe about it: plain `http` to another host. Default: `console.warn`. */
  readonly onWarning?: (message: string) => void;
};

const DEFAULT_MAX_TRIES = 5;
const DEFAULT_SILENCE_MS = 60_000;

/** A Conveyance server as one account sees it. */
export class Conveyance {
  /** Report jobs. */
  readonly exports: Exports;
  /** File jobs: details, searches, matches. They need an access key with its secret, not a token. */
  readonly files: Files;
  readonly properties: Properties;
  /** Saved lists of properties. */
  readonly lists: Lists;
  readonly schedules: Schedules;
  readonly webhooks: Webhooks;
  /** Access keys and personal tokens of the account. They need the scope `keys`. */
  readonly keys: Keys;
  readonly #transport: Transport;

  /** Sends nothing yet; with a key and its secret, the first call also fetches a token. Throws `CredentialsError` without credentials. */
  constructor({ url, maxTries, silenceMs, fetch, onWarning, ...credentials }: ConveyanceOptions) {
    this.#transport = new Transport({
      url,
      credentials: requireCredentials(credentials),
      // A browser's fetch must be called on its window.
      fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
      maxTries: maxTries ?? DEFAULT_MAX_TRIES,
      silenceMs: silenceMs ?? DEFAULT_SILENCE_MS,
      onWarning: onWarning ?? ((message) => console.warn(`conveyance: ${message}`)),
    });
    this.exports = new Exports(this.#transport);
    this.files = new Files(this.#transport);
    this.properties = new Properties(this.#transport);
    this.lists = new Lists(this.#transport);
    this.schedules = new Schedules(this.#transport);
    this.webhooks = new Webhooks(this.#transport);
    this.keys = new Keys(this.#transport);
  }

  /** What the account has used of its quota this month. */
  async usage({ signal }: CallOptions = {}): Promise<Usage> {
    const answer = await this.#transport.send({ method: 'GET', path: '/usage', repeatable: true, signal });
    if (!isUsage(answer.body)) throw unexpectedAnswer(answer, 'no usage in the answer');
    return answer.body;
  }

  /** What the account's jobs of the last days came to, by day and credential. `days`: 1 to 92 with today, 30 by default. */
  async dailyUsage({ days, signal }: CallOptions & { readonly days?: number } = {}): Promise<DailyUsage> {
    const call = { method: 'GET', path: '/usage/daily', query: { days }, repeatable: true, signal } as const;
    const answer = await this.#transport.send(call);
    if (!isDailyUsage(answer.body)) throw unexpectedAnswer(answer, 'no daily usage in the answer');
    return answer.body;
  }

  /** Which access key is calling, and for which account. Needs an access key. */
  async me({ signal }: CallOptions = {}): Promise<Caller> {
    const call = { method: 'GET', path: '/users/me', repeatable: true, signal, contract: 'reonomy' } as const;
    const answer = await this.#transport.send(call);
    if (!isCaller(answer.body)) throw unexpectedAnswer(answer, 'no user in the answer');
    return answer.body;
  }

  /** What can be exported. */
  async reportTypes({ signal }: CallOptions = {}): Promise<readonly ReportSummary[]> {
    const path = '/bulk_api/report_types';
    const answer = await this.#transport.send({ method: 'GET', path, repeatable: true, signal });
    if (!isReportTypeList(answer.body)) throw unexpectedAnswer(answer, 'no list of report types in the answer');
    return answer.body.report_types;
  }

  /** The data dictionary of one report: what its columns are and mean. */
  async reportType(type: ReportType, { signal }: CallOptions = {}): Promise<ReportDescription> {
    const path = `/bulk_api/report_types/${encodeURIComponent(type)}`;
    const answer = await this.#transport.send({ method: 'GET', path, repeatable: true, signal });
    if (!isReportDescription(answer.body)) throw unexpectedAnswer(answer, 'no report type in the answer');
    return answer.body;
  }
}

/** An undefined token would be sent as the word `undefined`, and refused in words that point elsewhere. */
function requireCredentials(given: GivenCredentials): Credentials {
  if ('session' in given) return { session: true };
  if ('token' in given && given.token) return { token: given.token };
  if ('accessKey' in given && given.accessKey && given.secret) {
    return { accessKey: given.accessKey, secret: given.secret };
  }
  const missing = 'accessKey' in given ? (given.accessKey ? 'the secret' : 'the access key') : 'the token';
  throw new CredentialsError(`${missing} is missing: the client takes { token } or { accessKey, secret }`);
}

function isUsage(body: unknown): body is Usage {
  return isRecord(body) && typeof body['quota_usage'] === 'number' && typeof body['period_start'] === 'string';
}

function isDailyUsage(body: unknown): body is DailyUsage {
  return isRecord(body) && Array.isArray(body['usage']) && typeof body['first_day'] === 'string';
}

function isCaller(body: unknown): body is Caller {
  return isRecord(body) && typeof body['id'] === 'string' && isRecord(body['account']);
}

function isReportTypeList(body: unknown): body is ReportTypeList {
  return isRecord(body) && Array.isArray(body['report_types']);
}

function isReportDescription(body: unknown): body is ReportDescription {
  return isRecord(body) && typeof body['report_type'] === 'string' && Array.isArray(body['columns']);
}
