/** Saved lists of properties. */

import type {
  SavedList,
  SavedListChanges,
  SavedListCount,
  SavedListCountRequest,
  SavedListPage,
  SavedListRequest,
  SavedListSummary,
} from './contract/types.ts';
import { type CallOptions, MOST_PER_PAGE, type PageOptions } from './transport/call-options.ts';
import { type Answer, isRecord, unexpectedAnswer } from './transport/exchange.ts';
import type { Transport } from './transport/transport.ts';

const PATH = '/property_lists';

/** The account's lists of properties: exports and schedules name them in the place of ids (`property_list`). Each is told by its id or its name. */
export class Lists {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Saves ids, or a filter that is judged each time the list is used. It is sent again only if the server has certainly not accepted it: if
   * the answer is lost, it throws `NetworkError`, and `list` shows whether the list exists.
   */
  async create(request: SavedListRequest, { signal }: CallOptions = {}): Promise<SavedList> {
    const call = { method: 'POST', path: PATH, body: request, repeatable: false, signal } as const;
    return readList(await this.#transport.send(call));
  }

  /** With its ids, or its filter. */
  async get(list: string, { signal }: CallOptions = {}): Promise<SavedList> {
    return readList(await this.#transport.send({ method: 'GET', path: pathOf(list), repeatable: true, signal }));
  }

  /** One page of the account's lists, by name, without their ids. */
  async list({ page, perPage, signal }: PageOptions = {}): Promise<SavedListPage> {
    const query = { page, per_page: perPage };
    const answer = await this.#transport.send({ method: 'GET', path: PATH, query, repeatable: true, signal });
    if (!isPage(answer.body)) throw unexpectedAnswer(answer, 'no page of lists in the answer');
    return answer.body;
  }

  /** All of them, fetched page by page. */
  async *all({ signal }: CallOptions = {}): AsyncGenerator<SavedListSummary, void, undefined> {
    for (let page = 1; ; page++) {
      const { lists, pagination } = await this.list({ page, perPage: MOST_PER_PAGE, signal });
      yield* lists;
      if (page >= pagination.total_pages) return;
    }
  }

  /** Renames the list, or gives it other properties in the place of those that it had. Exports that were made stay as they are. */
  async change(list: string, changes: SavedListChanges, { signal }: CallOptions = {}): Promise<SavedList> {
    const call = { method: 'PATCH', path: pathOf(list), body: changes, repeatable: true, signal } as const;
    return readList(await this.#transport.send(call));
  }

  /** Removes the list and returns it. Refused with `Invalid operation` while a schedule uses it. */
  async delete(list: string, { signal }: CallOptions = {}): Promise<SavedListSummary> {
    const answer = await this.#transport.send({ method: 'DELETE', path: pathOf(list), repeatable: false, signal });
    if (!isSummary(answer.body)) throw unexpectedAnswer(answer, 'no list in the answer');
    return answer.body;
  }

  /** How many properties a list, a filter that is not saved, or `@all` means now. Costs no quota. */
  async count(asked: SavedListCountRequest, { signal }: CallOptions = {}): Promise<SavedListCount> {
    const path = `${PATH}/count`;
    const answer = await this.#transport.send({ method: 'POST', path, body: asked, repeatable: true, signal });
    if (!isCount(answer.body)) throw unexpectedAnswer(answer, 'no number in the answer');
    return answer.body;
  }
}

function pathOf(list: string): string {
  return `${PATH}/${encodeURIComponent(list)}`;
}

function readList(answer: Answer): SavedList {
  if (!isList(answer.body)) throw unexpectedAnswer(answer, 'no list in the answer');
  return answer.body;
}

function isSummary(body: unknown): body is SavedListSummary {
  return isRecord(body) && typeof body['list_id'] === 'string' && typeof body['name'] === 'string';
}

function isList(body: unknown): body is SavedList {
  return isSummary(body) && 'property_ids' in body;
}

function isPage(body: unknown): body is SavedListPage {
  return isRecord(body) && Array.isArray(body['lists']) && isRecord(body['pagination']);
}

function isCount(body: unknown): body is SavedListCount {
  return isRecord(body) && typeof body['count'] === 'number';
}
