/** The addresses of a feed: as they were asked for, as they are fetched, as they are told. */
import { isConveyanceError } from '../../core/errors.ts';
import type { Feed } from '../../core/ports/database/incoming/feeds.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { isSourceAddress, type SourceRequest } from '../../core/sources/load-sources.ts';
import { openRequests } from '../addresses/sealed.ts';

type Needs = Pick<Deps, 'db' | 'sources' | 'vault'>;

export interface CompleteRequest {
  readonly request: SourceRequest;
  /** As people may read it. */
  readonly shown: string;
}

/**
 * As it was asked for, but for who logs in. The user stays, if it is one of a database: its password may have changed, and it is who it was.
 */
export function withoutLogin({ secret, ...request }: SourceRequest): SourceRequest {
  const user = secret?.user ?? null;
  if (user === null || !/^postgres(?:ql)?:/i.test(request.address)) return request;
  const url = new URL(request.address);
  url.username = user;
  return { ...request, address: url.href };
}

/** As this process would fetch them. Throws `load_refused` for what is never fetched, or lacks a login. */
export async function completeAll(
  { sources }: Pick<Deps, 'sources'>,
  requests: readonly SourceRequest[],
): Promise<readonly CompleteRequest[]> {
  const complete: CompleteRequest[] = [];
  for (const asked of requests) {
    const request = await sources.open(asked).complete();
    complete.push({ request, shown: sources.open(request).address });
  }
  return complete;
}

/** Throws `load_refused` if they are gone with a key. */
export async function feedRequests(
  deps: Pick<Needs, 'db' | 'vault'>,
  { id, sources }: Feed,
): Promise<readonly SourceRequest[]> {
  if (!sources.some(isSourceAddress)) return [];
  return openRequests(deps, id, await deps.db.feeds.sealed(id));
}

export interface ToldRequest extends Omit<SourceRequest, 'secret'> {
  /** Who logs in; null where nobody does, or where the address is its own key. */
  readonly user: string | null;
}

/** As people may read them; null if they are gone with a key. */
export async function toldRequests(deps: Needs, feed: Feed): Promise<readonly ToldRequest[] | null> {
  try {
    const requests = await feedRequests(deps, feed);
    return requests.map(({ secret, ...request }) => ({
      ...request,
      address: deps.sources.open(request).address,
      user: secret?.user ?? null,
    }));
  } catch (error) {
    if (isConveyanceError(error, 'load_refused')) return null;
    throw error;
  }
}
