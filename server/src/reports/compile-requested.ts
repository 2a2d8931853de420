/** From a list of UUIDs to the properties that they stand for. Pure. */

import type { DetailsSpec } from '../core/details.ts';
import type { UuidList } from '../core/ids/uuid-list.ts';
import { allOf } from '../core/plan/expression.ts';
import type { Grants } from '../core/ports/database/accounts.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { InputTable, Query } from '../core/ports/engine.ts';
import type { Row } from '../core/rows.ts';
import { detailTables, updatedSince } from './compile-details.ts';
import { visibleTo } from './compile-search.ts';
import { reonomyId } from './details/reonomy-id.ts';
import { updateParameters } from './details/update-days.ts';
import { BATCH_ROWS } from './requested.ts';

/** Two integers each: as strings a million take four times as long to pass, and memory on both sides. */
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

export interface RequestedIds {
  readonly uuids: UuidList;
  /** What the account may see: everything else is as unknown to it as what does not exist. */
  readonly grants: Grants;
  /** How many distinct ids of the request make one result file. */
  readonly idsPerFile: number;
}

/** The question `named` about the properties that exist, that the account may see, and that `updated` lets through. */
export function compileRequested(
  { updated }: Pick<DetailsSpec, 'updated'>,
  version: DataVersion,
  { uuids, grants, idsPerFile }: RequestedIds,
): Query {
  const { where, parameters, tables } = updatedSince(updated);
  const visible = visibleTo(grants);
  return {
    tables: detailTables(version, null, tables),
    inputs: { named: namedTable(uuids), ...visible.inputs },
    parameters: { ...updateParameters(version), ...parameters },
    question: {
      ask: 'named',
      named: 'named',
      table: 'properties',
      as: 'p',
      uuid: reonomyId('p'),
      mayBeSeen: allOf(...visible.where),
      where,
      perFile: idsPerFile,
    },
  };
}
