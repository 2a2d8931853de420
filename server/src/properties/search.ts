import { type Caller, requirePermission } from '../core/access.ts';
import { DataReplaced } from '../core/data-replaced.ts';
import type { SearchSpec } from '../core/file-job-spec.ts';
import { LARGEST_SEARCH_PAGE, type SearchPage } from '../core/pages.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import { type Ask, askRows } from '../core/ports/engine.ts';
import { quotaMonth } from '../core/quota.ts';
import type { TimeLimit } from '../core/turns/time-limit.ts';
import { compileSearchPage } from '../reports/compile-search.ts';
import { searchConditions } from '../reports/details/search-area.ts';
import { appliedRange, stepsOf, widenedRanges } from '../reports/details/search-steps.ts';
import { requireDataVersion } from '../warehouse/current.ts';
import { onCurrentData } from '../warehouse/on-current-data.ts';
import { visibleAt } from '../warehouse/visible.ts';
import { recordSearch } from './record-search.ts';
import {
  readSearchToken,
  type SearchPosition,
  staleToken,
  TOKEN_LIFETIME_SECONDS,
  writeSearchToken,
} from './search-token.ts';

const LIMIT: TimeLimit = { ms: 30_000, tooLong: 'The search took too long; narrow it, or submit it as a search job' };

type Searching = Pick<Deps, 'db' | 'searchSigner' | 'clock' | 'policy'>;

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

/** What a token continues. The size of the page is no part of it: each may be asked for in its own. */
function termsOf({ accountId }: Caller, { settings, boundingBox }: SearchSpec) {
  return { accountId, settings: JSON.stringify(boundingBox === undefined ? settings : [settings, boundingBox]) };
}

interface AskedPage {
  readonly search: SearchSpec;
  readonly token: string | null;
  readonly pageSize: number;
}

async function readPage(
  deps: Searching,
  caller: Caller,
  { search, token, pageSize }: AskedPage,
  ask: Ask,
): Promise<SearchPage> {
  const terms = termsOf(caller, search);
  const position = token === null ? null : readSearchToken(deps, terms, token);
  const version = await (position === null ? onCurrentData(() => currentVersion(deps)) : versionOf(deps, position));
  const given = await deps.db.accounts.grants(caller.accountId);
  const grants = await visibleAt(deps, given, version, (asked) => askRows(ask, asked, LIMIT));
  // One more than is shown: whether it is there says whether a page follows.
  const page = { after: position?.after ?? 0, limit: pageSize + 1 };
  const conditions = searchConditions(search);
  const month = quotaMonth(deps.clock());
  const steps = await stepsOf(conditions, deps.policy.searchPrecision, () =>
    deps.db.quota.paid(caller.accountId, month),
  );
  const query = compileSearchPage(conditions, version, grants, page, steps);
  const rows = await askRows(ask, query, LIMIT);
  const found = rows.filter((row) => row['property_id'] !== null);
  const items = found.slice(0, pageSize);
  const last = items.at(-1);
  const follows = found.length > pageSize && last !== undefined;
  const count = Number(rows[0]?.['count'] ?? 0);
  await recordSearch(deps, caller, 'search', terms.settings, count);
  return {
    count,
    items,
    widened: steps === null ? [] : widenedRanges(conditions).map(appliedRange),
    token: follows
      ? writeSearchToken(deps, terms, { dataVersion: version.version, after: Number(last['property_id']) })
      : null,
  };
}

/**
 * The properties that the account may see and that meet the search, 10,000 a page or as many as it asks for, each on one page whatever is loaded meanwhile:
 * all pages read the data that the first one read. Costs no quota. Throws `invalid_parameter` for a token that cannot be read.
 */
export async function searchProperties(
  deps: Searching & Pick<Deps, 'engine'>,
  caller: Caller,
  search: SearchSpec,
  token: string | null,
  pageSize = search.pageSize ?? LARGEST_SEARCH_PAGE,
): Promise<SearchPage> {
  requirePermission(caller, 'search properties');
  return deps.engine.lookUp({ accountId: caller.accountId, size: 'small' }, (ask) =>
    readPage(deps, caller, { search, token, pageSize }, ask),
  );
}
