/** What an estimate does when the engine or the warehouse does not play along; figures are in flow/estimate.test.ts. */
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS, type ReportRequest } from '../../src/core/job.ts';
import type { Question } from '../../src/core/plan/question.ts';
import type { DataFile, DataVersion } from '../../src/core/ports/database/warehouse.ts';
import type { Program, Query } from '../../src/core/ports/engine.ts';
import { EngineError } from '../../src/core/ports/engine-error.ts';
import type { ResultRow } from '../../src/core/rows.ts';
import { estimateJob } from '../../src/jobs/estimate/estimate.ts';
import { FileCounts } from '../../src/jobs/estimate/row-counts.ts';
import { asking } from '../support/asking.ts';

const CALLER: Caller = { accountId: 'a', credentialId: 'c', scopes: ['exports:write'] };
const REQUEST: ReportRequest = {
  spec: {
    ...DEFAULT_FILE_OPTIONS,
    reportType: 'property',
    outputFormat: 'csv',
    startDate: '2026-01-10',
    endDate: '2026-05-20',
  },
  propertyIds: new Set([7, 8, 9]),
  callbackUrl: null,
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

type Asked = Pick<Query, 'tables' | 'parameters'> & { readonly question: Question };

/** The ports that an estimate touches, as literals, with a record of the queries. */
function stage(
  answer: (query: Asked, asked: number) => readonly ResultRow[] | Error,
  { versions = [1], known = null }: { versions?: number[]; known?: readonly FileCounts[] | null } = {},
) {
  const queries: Asked[] = [];
  const current = (): DataVersion => ({
    version: versions.length > 1 ? (versions.shift() ?? 1) : (versions[0] ?? 1),
    committedAt: new Date(0),
    changesKnownSince: '2026-01-01',
    tables: { property_days: FILES },
  });
  const deps = {
    db: {
      warehouse: { current: async () => current(), propertyIds: async () => PropertyIdSet.of([7, 8, 9]) },
      accounts: { grants: async () => 'all' },
      quota: { preview: async () => ({ limit: null, usage: 0, added: 3 }) },
      jobs: { recentResults: async () => [] },
    },
    engine: asking(async ({ tables, steps }: Program) => {
      const [step] = steps;
      if (step === undefined || !('question' in step)) throw new TypeError('an estimate asks questions');
      const query = { tables, parameters: step.parameters ?? {}, question: step.question };
      const answered = answer(query, queries.push(query));
      if (answered instanceof Error) throw answered;
      return [answered];
    }),
    statistics: { of: () => known },
    clock: () => new Date('2026-06-01T00:00:00Z'),
  };
  // The literals implement what this verb uses of each port; the compiler wants whole ports.
  return { deps: deps as unknown as Parameters<typeof estimateJob>[0], queries };
}

const COUNTED = [
  { place: 7, places: 2, rows: 100 },
  { place: 9, places: 2, rows: 100 },
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
    expect(queries[2]).toMatchObject({
      parameters: { start_date: '2026-01-10', end_date: '2026-05-20' },
      question: { ask: 'widths', range: { from: 7, to: 7 } },
    });
  });

  it('asks to be sent again when a load replaced the data under it', async () => {
    const { deps } = stage(() => new EngineError('statement', 'no such file'), {
      versions: [1, 2],
    });
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

describe('estimating from what is known', () => {
  const JANUARY_10 = Date.parse('2026-01-10') / 86_400_000;
  const refuse = () => new Error('the engine was asked');

  /** So many rows of each property on each of 30 days from the range’s first on. */
  function file(rows: Readonly<Record<number, number>>, widths: Readonly<Record<number, number>> = {}): FileCounts {
    const ids = Object.keys(rows).map(Number);
    return new FileCounts(
      { ids, first_days: ids.map(() => JANUARY_10), days: ids.map(() => 30), rows: Object.values(rows) },
      Object.entries(widths).map(([id, csv]) => ({ id: Number(id), csv, jsonl: csv * 2 })),
    );
  }

  it('asks the engine nothing, and weighs each property’s width by its rows', async () => {
    const { deps } = stage(refuse, { known: [file({ 7: 1, 8: 3, 12: 5 }, { 7: 100, 8: 200, 12: 999 })] });
    const { rows, bytes, withoutData } = await estimateJob(deps, CALLER, REQUEST);
    expect({ rows, withoutData, jsonl: bytes.jsonl }).toEqual({
      rows: 120,
      withoutData: 1,
      jsonl: 30 * 200 + 90 * 400,
    });
  });

  it('takes those that were measured for those that were not when they have most of the rows', async () => {
    const { deps } = stage(refuse, { known: [file({ 7: 1, 8: 3 }, { 8: 200 })] });
    expect((await estimateJob(deps, CALLER, REQUEST)).bytes.jsonl).toBe(120 * 400);
  });

  it('counts without the engine and measures with it when too few were measured', async () => {
    const { deps, queries } = stage(() => [{ rows: 14, csv: 10, jsonl: 20 }], {
      known: [file({ 7: 3, 8: 1 }, { 8: 200 })],
    });
    const { rows, bytes } = await estimateJob(deps, CALLER, REQUEST);
    expect({ rows, jsonl: bytes.jsonl }).toEqual({ rows: 120, jsonl: 2400 });
    expect(queries).toHaveLength(1);
    expect(queries[0]?.question).toMatchObject({ ask: 'widths', range: { from: 7, to: 8 } });
  });

  it('measures chosen columns, whose widths nobody knows', async () => {
    const { deps, queries } = stage(() => [{ rows: 14, csv: 10, jsonl: 20 }], { known: [file({ 7: 3 }, { 7: 200 })] });
    const { bytes } = await estimateJob(deps, CALLER, {
      ...REQUEST,
      spec: { ...REQUEST.spec, columns: ['id', 'property_name'] },
    });
    expect({ queries: queries.length, bytes }).toMatchObject({ queries: 1, bytes: { csv: 17 + 900, jsonl: 1800 } });
  });

  it('finds nothing where there is nothing, without asking', async () => {
    const { deps } = stage(refuse, { known: [file({ 12: 3 })] });
    const { rows, bytes, withoutData } = await estimateJob(deps, CALLER, REQUEST);
    expect({ rows, withoutData, jsonl: bytes.jsonl }).toEqual({ rows: 0, withoutData: 3, jsonl: 0 });
  });
});
