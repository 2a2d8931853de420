/** When a property's data was last updated: as its source tells, else as loads have seen it change. */
import { coalesced, column, columnsRead, type Expression, parameter, RECORD } from '../../core/plan/expression.ts';
import { GREATEST, type Join } from '../../core/plan/rows.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Parameters } from '../../core/ports/engine.ts';
import { DAY } from '../columns/declare.ts';
import { CHANGED_COLUMN, DETAIL_SOURCES, type DetailSource, UPDATE_COLUMN } from './detail.ts';

export const CHANGED_ON = {
  ...DAY,
  isShown: false,
  computed: 'changed-on',
  description: 'Day of the load that last changed the row.',
} as const;

const KNOWN_SINCE = 'changes_known_since';

/** What a plan needs that shows or compares such days. */
export function updateParameters({ changesKnownSince }: Pick<DataVersion, 'changesKnownSince'>): Parameters {
  return { [KNOWN_SINCE]: changesKnownSince };
}

/** Never null. @param loaded the column for which the source may have a day. */
export function updateDay(of: string, loaded: string): Expression {
  return coalesced(column(of, loaded), column(of, CHANGED_COLUMN), parameter(KNOWN_SINCE, 'date'));
}

function changesOf(table: DetailSource): string {
  return `${table}_changes`;
}

/** The latest update of the property's records in any of the tables; null where it has none. Needs the joins of `changeJoins`. */
export function latestUpdate(...tables: readonly DetailSource[]): Expression {
  return { node: 'greatest', values: tables.map((table) => column(changesOf(table), GREATEST)) };
}

/** The joins that the expressions need for `latestUpdate`. */
export function changeJoins(expressions: readonly Expression[]): readonly (Join & { readonly table: DetailSource })[] {
  // What the literal declares: `Object.keys` says no more than that they are texts.
  const tables = Object.keys(DETAIL_SOURCES) as DetailSource[];
  return tables
    .filter((table) => columnsRead(changesOf(table), expressions).size > 0)
    .map((table) => ({ kind: 'greatest', table, as: changesOf(table), value: updateDay(RECORD, UPDATE_COLUMN) }));
}
