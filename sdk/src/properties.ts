/** What is known about properties, without a job: look-up with any credentials, the rest with an access key. */

import type {
  DetailType,
  PlaceQuery,
  PropertyDetails,
  PropertyIdPair,
  PropertyIdPairs,
  PropertyPage,
  PropertyQuery,
  PropertySummary,
  Resolution,
  SearchPage,
  SearchSettings,
  SearchSummary,
} from './contract/types.ts';
import { type CallOptions, MOST_PER_PAGE } from './transport/call-options.ts';
import { type Answer, isRecord, unexpectedAnswer } from './transport/exchange.ts';
import type { Call, Transport } from './transport/transport.ts';

/** In one call. */
const MOST_IDS = 10_000;

export interface PropertyOptions extends CallOptions {
  /** Default: `basic`. */
  readonly detailTypes?: readonly DetailType[];
  /** Leaves out what identifies a person. */
  readonly filterPii?: boolean;
}

export interface SearchOptions extends CallOptions {
  /** From the previous page. */
  readonly searchToken?: string;
  /** Properties of a page, 1 to 10,000; the server's default is 10,000. `count` stays the number on all pages. */
  readonly limit?: number;
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

  /** All of them, fetched page by page. */
  async *lookupAll(
    query: Omit<PropertyQuery, 'page'>,
    options: CallOptions = {},
  ): AsyncGenerator<PropertySummary, void, undefined> {
    for (let page = 1; ; page++) {
      const { properties, pagination } = await this.lookup({ per_page: MOST_PER_PAGE, ...query, page }, options);
      yield* properties;
      if (page >= pagination.total_pages) return;
    }
  }

  /**
   * Both ids of each property: its number, by which reports are requested, and its UUID, by which details are. Takes either, in any
   * number. Costs no quota.
   */
  async ids(ids: readonly (number | string)[], { signal }: CallOptions = {}): Promise<PropertyIdPairs> {
    const [properties, unknown]: [PropertyIdPair[], (number | string)[]] = [[], []];
    for (let start = 0; start < ids.length; start += MOST_IDS) {
      const body = { ids: ids.slice(start, start + MOST_IDS) };
      const path = '/properties/ids';
      const answer = await this.#transport.send({ method: 'POST', path, body, repeatable: true, signal });
      if (!isIdPairs(answer.body)) throw unexpectedAnswer(answer, 'no ids in the answer');
      for (const pair of answer.body.properties) properties.push(pair);
      for (const id of answer.body.unknown) unknown.push(id);
    }
    return { properties, unknown };
  }

  /** One property, as a job would write it. Counts against the quota like a job. */
  async get(propertyId: string, options: PropertyOptions = {}): Promise<PropertyDetails> {
    const { detailTypes, filterPii, signal } = options;
    const query = { detail_type: detailTypes, filter_pii: filterPii?.toString() };
    const path = `/property/${encodeURIComponent(propertyId)}`;
    const answer = await this.#send({ method: 'GET', path, query, repeatable: true, signal });
    if (!isProperty(answer.body)) throw unexpectedAnswer(answer, 'no property in the answer');
    return answer.body;
  }

  /**
   * Up to a hundred properties at once, in the order of the ids, as a job would write them; those that the account may not see are left
   * out. Counts against the quota like a job; `files.details` takes more.
   */
  async getMany(propertyIds: readonly string[], options: PropertyOptions = {}): Promise<readonly PropertyDetails[]> {
    const { detailTypes, filterPii, signal } = options;
    const body = { property_ids: propertyIds, detail_type: detailTypes, filter_pii: filterPii };
    const answer = await this.#send({ method: 'POST', path: '/property/bulk', body, repeatable: true, signal });
    if (!isProperties(answer.body)) throw unexpectedAnswer(answer, 'no properties in the answer');
    return answer.body;
  }

  /** The property at an address or a point, or why there is none. Costs no quota. */
  async resolve(place: PlaceQuery, { signal }: CallOptions = {}): Promise<Resolution> {
    const path = '/resolve/property';
    const answer = await this.#send({ method: 'POST', path, body: place, repeatable: true, signal });
    if (!isResolution(answer.body)) throw unexpectedAnswer(answer, 'no resolution in the answer');
    return answer.body;
  }

  /** One page of the properties that meet every setting. Costs no quota. */
  async search(settings: SearchSettings, { searchToken, limit, signal }: SearchOptions = {}): Promise<SearchPage> {
    const path = '/search/summaries';
    const query = { search_token: searchToken };
    const body = { settings, limit };
    const answer = await this.#send({ method: 'POST', path, query, body, repeatable: true, signal });
    if (!isSearchPage(answer.body)) throw unexpectedAnswer(answer, 'no page of properties in the answer');
    return answer.body;
  }

  /** All of them, each once, fetched page by page: all pages read the same data as the first. */
  async *searchAll(
    settings: SearchSettings,
    { signal }: CallOptions = {},
  ): AsyncGenerator<SearchSummary, void, undefined> {
    let searchToken: string | null = null;
    do {
      const page: SearchPage = await this.search(settings, {
        ...(searchToken !== null && { searchToken }),
        signal,
      });
      yield* page.items;
      searchToken = page.search_token;
    } while (searchToken !== null);
  }

  #send(call: Call): Promise<Answer> {
    return this.#transport.send({ ...call, contract: 'reonomy' });
  }
}

function isIdPairs(body: unknown): body is PropertyIdPairs {
  return isRecord(body) && Array.isArray(body['properties']) && Array.isArray(body['unknown']);
}

function isPropertyPage(body: unknown): body is PropertyPage {
  return isRecord(body) && Array.isArray(body['properties']) && isRecord(body['pagination']);
}

function isProperty(body: unknown): body is PropertyDetails {
  return isRecord(body) && typeof body['id'] === 'string';
}

function isProperties(body: unknown): body is readonly PropertyDetails[] {
  return Array.isArray(body) && body.every(isProperty);
}

function isResolution(body: unknown): body is Resolution {
  return isRecord(body) && 'reonomy_id' in body && typeof body['status'] === 'string';
}

function isSearchPage(body: unknown): body is SearchPage {
  return isRecord(body) && Array.isArray(body['items']) && 'search_token' in body;
}
