/** Data at addresses, for the time of a load: fetched to this machine, read as files, and told of by its addresses. */
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { FetchedFile, LoadSource, SourceRequest } from '../../core/sources/load-sources.ts';
import type { SourceFacts } from '../../core/versions/origin.ts';
import type { LoadOptions } from '../load/load.ts';

/** Fetches one source, and may show how far it is. */
export type Fetching = (source: LoadSource, folder: string) => Promise<readonly FetchedFile[]>;

export interface FetchingAll {
  readonly fetching: Fetching;
  /** Told of the fetch that fails, before its error is thrown. @param sources all that was asked for, as people may read it. */
  readonly missed?: (sources: readonly string[], error: unknown) => Promise<void>;
}

export interface Fetched {
  /** Of files, absolute: of those that were named, and of those that were fetched. */
  readonly paths: readonly string[];
  /** What a load is to know of them. */
  readonly options: Pick<LoadOptions, 'shownPath' | 'sources' | 'layouts'>;
  /** Plain data, such as a report, with the addresses in the place of what this machine calls the files. */
  told<Value>(value: Value): Value;
}

/** As it stands in a text of JSON. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function retold<Value>(value: Value, addresses: ReadonlyMap<string, string>): Value {
  let text = JSON.stringify(value);
  for (const [path, address] of addresses) text = text.replaceAll(inJson(path), inJson(address));
  return JSON.parse(text) as Value;
}

function describeFetched(named: readonly string[], files: readonly FetchedFile[]): Fetched {
  const addresses = new Map(files.map(({ path, address }) => [path, address]));
  const layouts = new Map(files.flatMap(({ path, layout }) => (layout === null ? [] : [[path, layout] as const])));
  const sources = files.map(
    ({ address, bytes, etag, version, snapshot, isOneMoment }): SourceFacts => ({
      address,
      bytes,
      etag,
      version,
      snapshot,
      isOneMoment,
    }),
  );
  return {
    paths: [...named, ...addresses.keys()],
    options: { shownPath: (path) => addresses.get(path) ?? path, sources, layouts },
    told: (value) => (addresses.size === 0 ? value : retold(value, addresses)),
  };
}

/** The work, whose errors speak of addresses. */
async function telling<Result>({ told }: Fetched, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isConveyanceError(error)) throw error;
    const { code, message, errors } = error;
    const said = told({ message, errors: errors ?? [] });
    throw new ConveyanceError(code, said.message, { cause: error, ...(errors && { errors: said.errors }) });
  }
}

/**
 * Fetches what the requests ask for, one after the other, and has the work done on it and on the named files. Whatever becomes of the work,
 * what was fetched goes; of a process that is killed, the sweep of unfinished files takes it.
 */
export async function withFetched<Result>(
  { sources, store, ids }: Pick<Deps, 'sources' | 'store' | 'ids'>,
  { paths, requests }: { readonly paths: readonly string[]; readonly requests: readonly SourceRequest[] },
  { fetching, missed }: FetchingAll,
  work: (fetched: Fetched) => Promise<Result>,
): Promise<Result> {
  if (requests.length === 0) return work(describeFetched(paths, []));
  // All are judged before any is asked.
  const opened = requests.map((request) => sources.open(request));
  const name = `load-${ids()}-fetched`;
  const folder = await store.scratch(name);
  try {
    const files: FetchedFile[] = [];
    try {
      for (const [index, source] of opened.entries()) files.push(...(await fetching(source, `${folder}/${index + 1}`)));
    } catch (error) {
      await missed?.([...paths, ...opened.map(({ address }) => address)], error);
      throw error;
    }
    const fetched = describeFetched(paths, files);
    return await telling(fetched, () => work(fetched));
  } finally {
    await store.discard(name);
  }
}
