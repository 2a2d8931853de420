/** Addresses among the arguments of a load: what is asked of them, and how their fetching is shown. */

import { resolve } from 'node:path';
import { formatBytes, type Output, text, texts, usage } from '@conveyance/cli/terminal';
import type { Deps } from '../../../core/ports/deps.ts';
import { isSourceAddress, type SourceRequest } from '../../../core/sources/load-sources.ts';
import { type Fetched, type Fetching, type FetchingAll, withFetched } from '../../../warehouse/addresses/fetched.ts';

/** What a database is asked for. */
export const SOURCE_OPTIONS = {
  query: text('<sql>', { description: 'Of a database: the SELECT whose rows are loaded.' }),
  sourceTable: texts('<name>', {
    description:
      'Of a database: the table or view whose rows are loaded, or several, repeated, all read at one moment. Default: what --table says.',
  }),
  cursor: text('<column>', {
    description:
      'Of a database: a column whose values are never empty, differ, and only grow. If the connection breaks, reading goes on behind the last one; the rows are then not of one moment.',
  }),
};

export interface SourceWords {
  readonly table: string | undefined;
  readonly query: string | undefined;
  readonly sourceTable: readonly string[];
  readonly cursor: string | undefined;
}

export interface Given {
  readonly paths: readonly string[];
  readonly requests: readonly SourceRequest[];
}

const DATABASE = /^postgres(?:ql)?:/i;

function requestOf(address: string, { table, query, sourceTable, cursor }: SourceWords): SourceRequest {
  if (!DATABASE.test(address)) return { address };
  const tables = sourceTable.length > 0 || query !== undefined || table === undefined ? sourceTable : [table];
  return {
    address,
    ...(query !== undefined && { query }),
    ...(tables.length > 0 && { tables }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** Paths and addresses, told apart. Throws a usage error for options that none of them has a use for. */
export function givenOf(words: readonly string[], options: SourceWords): Given {
  const addresses = words.filter(isSourceAddress);
  const { query, sourceTable, cursor } = options;
  const isOfDatabase = query !== undefined || cursor !== undefined || sourceTable.length > 0;
  if (isOfDatabase && !addresses.some((address) => DATABASE.test(address))) {
    throw usage('--query, --source-table and --cursor are for a database: postgres://user@host/database');
  }
  return {
    paths: words.filter((word) => !isSourceAddress(word)).map((path) => resolve(path)),
    requests: addresses.map((address) => requestOf(address, options)),
  };
}

/** The work, with what is at the addresses as files of this machine. */
export function withAddresses<Result>(
  deps: Deps,
  given: Given,
  { out, signal, ...rest }: Pick<FetchingAll, 'missed'> & { readonly out: Output; readonly signal: AbortSignal },
  work: (fetched: Fetched) => Promise<Result>,
): Promise<Result> {
  const fetching: Fetching = (source, folder) =>
    out.stages.run(`Fetch ${source.address}`, async (stage) => {
      const files = await source.fetch(folder, { signal, onBytes: (bytes, total) => stage.progress(bytes, total) });
      stage.result(formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0)));
      return files;
    });
  return withFetched(deps, given, { fetching, ...rest }, work);
}
