/** What an estimate does when the engine or the warehouse does not play along; figures are in flow/estimate.test.ts. */
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../src/core/access.ts';
import type { DataFile, DataVersion } from '../../src/core/database.ts';
import { EngineError, type Query, type ResultRow } from '../../src/core/ports.ts';
import { PropertyIdSet } from '../../src/core/property-ids.ts';
import { estimateJob } from '../../src/jobs/estimate.ts';

const CALLER: Caller = { accountId: 'a', credentialId: 'c', scopes: ['exports:write'] };
const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2026-01-10',
  end_date: '2026-05-20',
  property_ids: [7, 8, 9],
};

function monthFile(month: string, last: string): DataFile {
  const days = { minDate: `${month}-01`, maxDate: last };
  return { key: month, rows: 1, bytes: 1, sha256: '', minPropertyId: 1, maxPropertyId: 10, ...days };
}

const FILES = [
  monthFile('2026-03', '2026-03-31'),
  monthFile('2026-01', '2026-01-31'),
  monthFile('2026-02', '2026-02-28'),
];

/** The ports that an estimate touches, as literals, with a record of the queries. */
function stage(answer: (query: Query, asked: number) => readonly ResultRow[] | Error, versions = [1]) {
  const queries: Query[] = [];
  const current = (): DataVersion => ({
    version: versions.length > 1 ? (versions.shift() ?? 1) : (versions[0] ?? 1),
    committedAt: new Date(0),
    tables: { property_days: FILES },
  });
  const deps = {
    db: {
      warehouse: { current: async () => current(), propertyIds: async () => PropertyIdSet.of([7, 8, 9]) },
      accounts: { grants: async () => 'all' },
      quota: { preview: async () => ({ limit: null, usage: 0, added: 3 }) },
      jobs: { recentResults: async () => [] },
    },
    engine: {
      read: async (query: Query) => {
        const answered = answer(query, queries.push(query));
        if (answered instanceof Error) throw answered;
        return answered;
      },
    },
    webhooks: { accepts: () => true },
    clock: () => new Date('2026-06-01T00:00:00Z'),
  };
  // The literals implement what this verb uses of each port; the compiler wants whole ports.
  return { deps: deps as unknown as Parameters<typeof estimateJob>[0], queries };
}

const COUNTED = [
  { property_id: 7, properties: 2, rows: 100 },
  { property_id: 9, properties: 2, rows: 100 },
];

describe('estimating', () => {
  it('counts the whole and looks at one week in its middle', async () => {
    const { deps, queries } = stage((_query, asked) => (asked === 1 ? COUNTED : [{ rows: 14, csv: 10, jsonl: 20 }]));
    const { rows, bytes, withoutData, requested } = await estimateJob(deps, CALLER, REQUEST);
    expect({ rows, jsonl: bytes.jsonl, withoutData, requested }).toEqual({
      rows: 100,
      jsonl: 2000,
      withoutData: 1,
      requested: 3,
    });
    expect(queries.map(({ parameters }) => [parameters['start_date'], parameters['end_date']])).toEqual([
      ['2026-01-10', '2026-05-20'],
      ['2026-02-22', '2026-02-28'],
    ]);
    expect(Object.keys(queries[0]?.tables ?? {})).toEqual(['property_days']);
  });

  it('looks at one property over the whole range when nobody has data in that week', async () => {
    const widths = [{ rows: 5, csv: 10, jsonl: 30 }];
    const { deps, queries } = stage(
      (_query, asked) => [COUNTED, [{ rows: 0, csv: null, jsonl: null }], widths][asked - 1] ?? [],
    );
    expect((await estimateJob(deps, CALLER, REQUEST)).bytes.jsonl).toBe(3000);
    expect(queries[2]?.parameters).toMatchObject({
      start_date: '2026-01-10',
      end_date: '2026-05-20',
      from_property_id: 7,
      to_property_id: 7,
    });
  });

  it('asks to be sent again when a load replaced the data under it', async () => {
    const { deps } = stage(() => new EngineError('statement', 'no such file'), [1, 2]);
    await expect(estimateJob(deps, CALLER, REQUEST)).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterSeconds: 1,
    });
  });

  it('hides no other error', async () => {
    const error = new EngineError('memory', 'too much');
    await expect(estimateJob(stage(() => error).deps, CALLER, REQUEST)).rejects.toBe(error);
  });
});
