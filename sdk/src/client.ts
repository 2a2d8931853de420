import { type Fetch, isRecord, unexpectedAnswer } from './exchange.ts';
import { type CallOptions, Jobs } from './jobs.ts';
import { Schedules } from './schedules.ts';
import { type Credentials, Transport } from './transport.ts';
import type { PropertyPage, PropertyQuery, ReportDescription, ReportSummary, ReportType, Usage } from './types.ts';
import { Webhooks } from './webhooks.ts';

export type ConveyanceOptions = Credentials & {
  /** Where the server is, e.g. `https://exports.example.com`; an API prefix at its end is understood. */
  readonly url: string;
  /** How often one call is tried at most when the server is busy or the network fails. Default 5. */
  readonly maxTries?: number;
  /** How long the server may be silent before a try counts as failed. Default 60,000. */
  readonly silenceMs?: number;
  /** Replaces the built-in `fetch`, e.g. to go through a proxy. */
  readonly fetch?: Fetch;
};

export const DEFAULT_MAX_TRIES = 5;
export const DEFAULT_SILENCE_MS = 60_000;

/** A Conveyance server as one account sees it. */
export class Conveyance {
  readonly jobs: Jobs;
  readonly properties: Properties;
  readonly schedules: Schedules;
  readonly webhooks: Webhooks;
  /** How often one call is tried at most. */
  readonly maxTries: number;
  readonly #transport: Transport;

  /** Sends nothing yet: with a key and its secret, the first call also fetches a token. */
  constructor({ url, maxTries, silenceMs, fetch, ...credentials }: ConveyanceOptions) {
    this.#transport = new Transport({
      baseUrl: url,
      credentials,
      // A browser's fetch must be called on its window.
      fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
      maxTries: maxTries ?? DEFAULT_MAX_TRIES,
      silenceMs: silenceMs ?? DEFAULT_SILENCE_MS,
    });
    this.maxTries = this.#transport.maxTries;
    this.jobs = new Jobs(this.#transport);
    this.properties = new Properties(this.#transport);
    this.schedules = new Schedules(this.#transport);
    this.webhooks = new Webhooks(this.#transport);
  }

  /** What the account has used of its quota this month. */
  async usage({ signal }: CallOptions = {}): Promise<Usage> {
    const answer = await this.#transport.send({ method: 'GET', path: '/usage', repeatable: true, signal });
    if (!isUsage(answer.body)) throw unexpectedAnswer(answer, 'no usage in the answer');
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

function isUsage(body: unknown): body is Usage {
  return isRecord(body) && typeof body['quota_usage'] === 'number' && typeof body['period_start'] === 'string';
}

function isReportTypeList(body: unknown): body is { readonly report_types: readonly ReportSummary[] } {
  return isRecord(body) && Array.isArray(body['report_types']);
}

function isReportDescription(body: unknown): body is ReportDescription {
  return isRecord(body) && typeof body['report_type'] === 'string' && Array.isArray(body['columns']);
}

/** The properties that the account may see. */
export class Properties {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** One page of the properties that match all of the given fields. */
  async lookup(query: PropertyQuery, { signal }: CallOptions = {}): Promise<PropertyPage> {
    const path = '/properties/lookup';
    const answer = await this.#transport.send({ method: 'GET', path, query: { ...query }, repeatable: true, signal });
    if (!isPropertyPage(answer.body)) throw unexpectedAnswer(answer, 'no list of properties in the answer');
    return answer.body;
  }
}

function isPropertyPage(body: unknown): body is PropertyPage {
  return isRecord(body) && Array.isArray(body['properties']) && isRecord(body['pagination']);
}
