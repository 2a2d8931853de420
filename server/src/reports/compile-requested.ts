/** From a list of UUIDs to the properties that they stand for. Pure. */

import type { DetailsSpec } from '../core/details.ts';
import type { UuidList } from '../core/ids/uuid-list.ts';
import type { Grants } from '../core/ports/database/accounts.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { InputTable, Query } from '../core/ports/engine.ts';
import type { Row } from '../core/rows.ts';
import { detailTables, matchingSql } from './compile-details.ts';
import { reonomyId } from './details/reonomy-id.ts';
import { inputTable } from './requested.ts';

/** Rows handed over at a time. */
const BATCH_ROWS = 10_000;

/** As two integers each: as texts a million take four times as long to hand over, and memory on both sides. */
function namedTable(uuids: UuidList): InputTable {
  return {
    columns: [
      { name: 'high', type: 'id' },
      { name: 'low', type: 'id' },
    ],
    batches: {
      *[Symbol.iterator](): Generator<readonly Row[], void, undefined> {
        let batch: Row[] = [];
        for (const halves of uuids.halves()) {
          batch.push(halves);
          if (batch.length < BATCH_ROWS) continue;
          yield batch;
          batch = [];
        }
        if (batch.length > 0) yield batch;
      },
    },
  };
}

/** Engine SQL: the lower-case text of the UUID whose halves these are. */
const UUID_TEXT = `list_transform([lower(lpad(to_hex(high), 16, '0') || lpad(to_hex(low), 16, '0'))],
    lambda hex: concat_ws('-', hex[1:8], hex[9:12], hex[13:16], hex[17:20], hex[21:32]))[1]`;

export interface RequestedIds {
  readonly uuids: UuidList;
  /** What the account may see: all else is as unknown to it as what does not exist. */
  readonly grants: Grants;
  /** How many distinct ids of the request make one result file. */
  readonly idsPerFile: number;
}

/**
 * A row (file, property_ids) for each result file that has properties: those that exist and that `updated` lets pass, in the order in
 * which the request first names them. And one row with `file` null and the counts `distinct_ids` and `known_ids`. The ids come as
 * lists: a million rows would be a million objects for whoever reads them.
 */
export function compileRequested(
  { updated }: Pick<DetailsSpec, 'updated'>,
  version: DataVersion,
  { uuids, grants, idsPerFile }: RequestedIds,
): Query {
  const matching = matchingSql(updated);
  const granted = grants === 'all' ? null : Float64Array.from(grants);
  const mayBeSeen = granted === null ? 'true' : 'p.property_id IN (SELECT property_id FROM granted)';
  return {
    tables: detailTables(version, null, matching.tables),
    inputs: {
      named: namedTable(uuids),
      ...(granted && {
        granted: inputTable([{ name: 'property_id', type: 'id' }], granted.length, (index) => [granted[index] ?? 0]),
      }),
    },
    parameters: { ...matching.parameters, ids_per_file: idsPerFile },
    sql: `WITH firsts AS MATERIALIZED (
  SELECT ${UUID_TEXT} AS uuid, row_number() OVER (ORDER BY min(rowid)) - 1 AS rank FROM named GROUP BY high, low
), asked AS MATERIALIZED (
  SELECT firsts.rank, p.property_id
  FROM firsts JOIN properties AS p ON ${reonomyId('p')} = firsts.uuid WHERE ${mayBeSeen}
), kept AS (
  SELECT asked.rank, asked.property_id
  FROM asked JOIN properties AS p ON p.property_id = asked.property_id WHERE ${matching.sql}
)
SELECT CAST(rank // $ids_per_file AS INTEGER) AS file, list(property_id ORDER BY rank) AS property_ids,
  NULL AS distinct_ids, NULL AS known_ids
FROM kept GROUP BY 1
UNION ALL
SELECT NULL, NULL, (SELECT count(*) FROM firsts), (SELECT count(*) FROM asked)`,
  };
}
