/** From the one kind of property ids to the other. */
import { type Caller, requirePermission } from '../core/access.ts';
import type { PropertyIdPair, TranslatedIds } from '../core/details.ts';
import type { Entitlement } from '../core/ports/database/accounts.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import { type Ask, askRows, PROPERTY_UUID, type Query } from '../core/ports/engine.ts';
import type { TimeLimit } from '../core/turns/time-limit.ts';
import { inputTable } from '../reports/requested.ts';
import { onCurrentData, readVersion } from '../warehouse/on-current-data.ts';
import { TABLES } from '../warehouse/tables.ts';
import { visibleAt } from '../warehouse/visible.ts';
import { recordSearch } from './record-search.ts';

const LIMIT: TimeLimit = { ms: 30_000, tooLong: 'Looking the ids up took too long; try again with fewer' };
const IDENTITY = TABLES.properties.columns.filter(({ name }) => name === 'property_id' || name === 'reonomy_id');

type Translating = Pick<Deps, 'db' | 'engine'>;

function identityQuery(numbers: readonly number[], uuids: readonly string[], version: DataVersion): Query {
  return {
    tables: {
      properties: { columns: IDENTITY, files: version.tables['properties'] ?? [] },
    },
    inputs: {
      numbers: inputTable([{ name: 'number', type: 'id' }], numbers.length, (index) => [numbers[index] ?? 0]),
      uuids: inputTable([{ name: 'uuid', type: 'text' }], uuids.length, (index) => [uuids[index] ?? '']),
    },
    sql: `SELECT property_id, uuid
      FROM (SELECT property_id, coalesce(reonomy_id, ${PROPERTY_UUID}(property_id)) AS uuid FROM properties)
      WHERE property_id IN (SELECT number FROM numbers) OR uuid IN (SELECT uuids.uuid FROM uuids)`,
    parameters: {},
  };
}

async function findPairs(
  deps: Pick<Deps, 'db'>,
  ask: Ask,
  ids: readonly (number | string)[],
  given: Entitlement,
): Promise<readonly PropertyIdPair[]> {
  const version = await deps.db.warehouse.current();
  if (version === null) return [];
  const numbers = ids.filter((id) => typeof id === 'number');
  const uuids = ids.filter((id) => typeof id === 'string').map((id) => id.toLowerCase());
  const query = identityQuery(numbers, uuids, version);
  const read = (asked: Query) => askRows(ask, asked, LIMIT);
  const { grants, rows } = await readVersion(deps, version, async () => ({
    grants: await visibleAt(deps, given, version, read),
    rows: await read(query),
  }));
  return rows
    .map((row) => ({ id: Number(row['property_id']), uuid: String(row['uuid']) }))
    .filter(({ id }) => grants === 'all' || grants.has(id));
}

/**
 * The other id of each property. A property that the caller may not see is as unknown as one that does not exist. Costs no quota.
 *
 * Throws `forbidden` without the scope `data:read`.
 */
export async function translateIds(
  deps: Translating,
  caller: Caller,
  ids: readonly (number | string)[],
): Promise<TranslatedIds> {
  requirePermission(caller, 'look up properties');
  const { accountId } = caller;
  const found = await deps.engine.lookUp({ accountId, size: 'small' }, async (ask) => {
    const given = await deps.db.accounts.grants(accountId);
    return onCurrentData(() => findPairs(deps, ask, ids, given));
  });
  const byEither = new Map<number | string, PropertyIdPair>(
    found.flatMap((pair) => [
      [pair.id, pair],
      [pair.uuid, pair],
    ]),
  );
  await recordSearch(deps, caller, 'translate', ids, found.length);
  const pairOf = (id: number | string) => byEither.get(typeof id === 'string' ? id.toLowerCase() : id);
  return {
    pairs: ids.flatMap((id) => pairOf(id) ?? []),
    unknown: ids.filter((id) => pairOf(id) === undefined),
  };
}
