import { type Caller, requirePermission } from '../core/access.ts';
import { DataReplaced } from '../core/data-replaced.ts';
import type { SearchPage } from '../core/pages.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import { queryRows } from '../core/ports/engine.ts';
import { withinTime } from '../core/time-limit.ts';
import { compileSearchPage } from '../reports/compile-search.ts';
import type { SearchRequest } from '../reports/details/search-settings.ts';
import { requireDataVersion } from '../warehouse/current.ts';
import { onCurrentData } from '../warehouse/on-current-data.ts';
import {
  readSearchToken,
  type SearchPosition,
  staleToken,
  TOKEN_LIFETIME_SECONDS,
  writeSearchToken,
} from './search-token.ts';

/** "Requests to POST /search/summaries return a maximum of 10,000 property IDs." */
const PAGE_SIZE = 10_000;
const LIMIT = { ms: 30_000, tooLong: 'The search took too long; narrow it, or submit it as a search job' };

type Searching = Pick<Deps, 'db' | 'engine' | 'secrets' | 'clock'>;

/** The version, held on to before it is read from: a load meanwhile must not take it away. Null when it is gone. */
async function keptVersion({ db }: Pick<Deps, 'db'>, version: number): Promise<DataVersion | null> {
  const isKept = await db.warehouse.keep(version, TOKEN_LIFETIME_SECONDS);
  return isKept ? db.warehouse.get(version) : null;
}

async function currentVersion(deps: Pick<Deps, 'db'>): Promise<DataVersion> {
  const { version } = await requireDataVersion(deps);
  const kept = await keptVersion(deps, version);
  if (kept === null) throw new DataReplaced();
  return kept;
}

async function versionOf(deps: Pick<Deps, 'db'>, position: SearchPosition): Promise<DataVersion> {
  const kept = await keptVersion(deps, position.dataVersion);
  if (kept === null) throw staleToken();
  return kept;
}

/**
 * The properties that the account may see and that meet the search, 10,000 a page, each on one page whatever is loaded meanwhile:
 * all pages read the data that the first one read. Costs no quota. Throws `invalid_parameter` for a token that cannot be read.
 */
export async function searchProperties(
  deps: Searching,
  caller: Caller,
  { conditions, settings }: SearchRequest,
  token: string | null,
  pageSize = PAGE_SIZE,
): Promise<SearchPage> {
  requirePermission(caller, 'search properties');
  const terms = { accountId: caller.accountId, settings: JSON.stringify(settings) };
  const position = token === null ? null : readSearchToken(deps, terms, token);
  const version = await (position === null ? onCurrentData(() => currentVersion(deps)) : versionOf(deps, position));
  const grants = await deps.db.accounts.grants(caller.accountId);
  const page = { after: position?.after ?? 0, limit: pageSize };
  const query = compileSearchPage(conditions, version, grants, page);
  const rows = await withinTime(LIMIT, (signal) => queryRows(deps.engine, query, { signal }));
  const found = rows.filter((row) => row['property_id'] !== null);
  const last = found.at(-1);
  const mayFollow = found.length === pageSize && last !== undefined;
  return {
    count: Number(rows[0]?.['count'] ?? 0),
    items: found,
    token: mayFollow
      ? writeSearchToken(deps, terms, { dataVersion: version.version, after: Number(last['property_id']) })
      : null,
  };
}
