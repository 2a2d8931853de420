/** What became of loads, as operators are told. */
import { z } from 'zod';
import type { LoadQuery } from '../../core/ports/database/incoming/load-history.ts';
import { LOAD_ORIGINS, LOAD_STATES, type LoadRecord, loadState } from '../../core/versions/load-record.ts';
import { integer, text } from '../fields.ts';
import { encodeCursor, nextCursor, pageQuery, type Query, QueryReader } from './requests.ts';

const MOST_LOADS = 100;

const loadTableSchema = z.object({
  table: text(),
  added: integer(),
  replaced: integer({ description: 'Rows in the place of one with the same key.' }),
  unchanged: integer({ description: 'Of the replaced, those that were the same before.' }),
  deleted: integer(),
  rejected: integer(),
});

const loadRecordSchema = z
  .object({
    number: integer(),
    state: z.enum(LOAD_STATES).meta({
      description:
        '`empty`: it had no sound row. `broken_off`: its process died, and nothing was changed. The data of `unchanged` had every row already.',
    }),
    origin: z.enum(LOAD_ORIGINS).meta({ description: 'A command, an operator over HTTP, a watched folder, a feed.' }),
    by: text().nullable(),
    note: text().nullable(),
    feed: text({ description: 'The name of the feed.' }).nullable(),
    sources: z.array(z.string()).meta({ description: 'The first hundred files or addresses.' }),
    source_count: integer(),
    mapping: text({ description: 'The mapping file.' }).nullable(),
    began_at: text({ format: 'date-time' }),
    ended_at: text({ format: 'date-time' }).nullable(),
    version: integer({ description: 'The data version that it made.' }).nullable(),
    unchanged_version: integer({ description: 'The data version that stayed, because it had every row.' }).nullable(),
    failure: text({ description: 'Why it made none.' }).nullable(),
    tables: z.array(loadTableSchema),
    layouts: z.array(z.object({ file: text(), encoding: text(), delimiter: text(), numbers: text(), dates: text() })),
    rejected: integer(),
    reject_sums: z.array(z.object({ column: text().nullable(), reason: text(), rows: integer() })),
    rejects_kept: integer({ description: 'How many of the rejected rows can be fetched: the first.' }),
  })
  .meta({ id: 'LoadRecord' });

export type LoadRecordFields = z.infer<typeof loadRecordSchema>;
export const loadHistorySchema = z
  .object({ loads: z.array(loadRecordSchema), next_cursor: nextCursor })
  .meta({ id: 'LoadHistory' });
export { loadRecordSchema };

export const loadHistoryParams = z.object({ number: text({ description: 'The number of a load.' }) });
export const loadHistoryQuery = pageQuery(MOST_LOADS).extend({
  table: text({ description: 'Only loads that had rows for this table.' }).optional(),
  from: text({ description: 'A day or an instant, inclusive: when they began.' }).optional(),
  to: text({ description: 'A day or an instant, exclusive.' }).optional(),
});

/** @param tables their names. */
export function readLoadHistoryQuery(query: Query, tables: readonly string[]): LoadQuery {
  const reader = new QueryReader(query);
  return reader.done({
    table: reader.words('table', tables)[0] ?? null,
    from: reader.instant('from'),
    until: reader.instant('to'),
    before: reader.cursor(z.tuple([z.int().positive()]).transform(([number]) => number)),
    limit: reader.limit(MOST_LOADS),
  });
}

/** As `--json` and this interface have it. */
export function loadRecordFields(load: LoadRecord): LoadRecordFields {
  const { number, origin, by, note, feed, sources, sourceCount, mapping, beganAt, endedAt } = load;
  return {
    number,
    state: loadState(load),
    ...{ origin, by, note, feed, sources: [...sources], source_count: sourceCount, mapping },
    began_at: beganAt.toISOString(),
    ended_at: endedAt?.toISOString() ?? null,
    version: load.version,
    unchanged_version: load.unchanged,
    failure: load.failure,
    tables: load.tables.map((table) => ({ ...table })),
    layouts: load.layouts.map((layout) => ({ ...layout })),
    rejected: load.rejected,
    reject_sums: load.rejectSums.map((sum) => ({ ...sum })),
    rejects_kept: load.rejectsKey === null ? 0 : load.rejectsKept,
  };
}

export function loadHistoryFields(loads: readonly LoadRecord[], limit: number): z.infer<typeof loadHistorySchema> {
  const last = loads.at(-1);
  const next = last === undefined || loads.length < limit ? null : encodeCursor([last.number]);
  return { loads: loads.map(loadRecordFields), next_cursor: next };
}
