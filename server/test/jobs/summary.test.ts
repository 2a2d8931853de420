import { describe, expect, it } from 'vitest';
import type { ResultRow } from '../../src/core/rows.ts';
import { askChart, askMap } from '../../src/jobs/summary/figures.ts';
import { spreadOf, summaryOf } from '../../src/jobs/summary/spreads.ts';
import { SummaryCache } from '../../src/jobs/summary/summary-cache.ts';
import { REPORTS } from '../../src/reports/catalogue.ts';
import type { Chart } from '../../src/reports/charts/chart.ts';
import { DETAIL_CHARTS, FOUND_CHARTS, MATCH_CHARTS } from '../../src/reports/charts/file-charts.ts';
import { REPORT_CHARTS } from '../../src/reports/charts/report-charts.ts';
import type { ResultSummary } from '../../src/reports/charts/summary.ts';
import { detailColumns, PROPERTY_COLUMNS } from '../../src/reports/compile-details.ts';

const told = (name: string, type: 'money' | 'count' | 'date' | 'text' | 'id' | 'instant' | 'fraction') => ({
  ...{ name, type, unit: null },
});
const facts = (least: string | null, greatest: string | null, distinct = 5) => ({
  nulls: 0,
  least,
  greatest,
  distinct,
});

describe('how a column spreads', () => {
  it.each([
    ['money', '100.0', '300.0', { low: 100, width: 10, steps: 20 }],
    ['money', '100.0', '100.0', { low: 100, width: 1, steps: 1 }],
    ['count', '0', '4', { low: 0, width: 1, steps: 5 }],
    ['count', '1900', '2024', { low: 1900, width: 7, steps: 18 }],
    ['date', '2025-01-01', '2025-01-10', { low: 20_089, width: 1, steps: 10 }],
  ] as const)('%s from %s to %s', (type, least, greatest, steps) => {
    expect(spreadOf(told('x', type), facts(least, greatest))).toMatchObject({ kind: 'steps', ...steps });
  });

  it('is counted for texts, unless there are very many', () => {
    expect(spreadOf(told('x', 'text'), facts('a', 'z', 10_000))).toMatchObject({ kind: 'values', most: 8 });
    expect(spreadOf(told('x', 'text'), facts('a', 'z', 10_001))).toBeNull();
    expect(spreadOf(told('x', 'money'), facts('1', '2', 10_001))).toMatchObject({ kind: 'steps', isCounted: false });
  });

  it.each(['id', 'instant'] as const)('says nothing of %s, nor of a column without values', (type) => {
    expect(spreadOf(told('x', type), facts('1', '2'))).toMatchObject({ kind: 'count' });
    expect(spreadOf(told('x', type), facts('1', '2', 10_001))).toBeNull();
    expect(spreadOf(told('x', 'money'), facts(null, null))).toBeNull();
  });

  it('has all steps, also those without a row, with days as days', () => {
    const column = told('day', 'date');
    const each = facts('2025-01-01', '2025-01-03', 2);
    const spread = spreadOf(column, each);
    if (spread === null) throw new Error('it does not spread');
    const answer = {
      distinct: 2,
      items: [
        { value: '0', rows: 4 },
        { value: '2', rows: 1 },
      ],
    };
    expect(summaryOf(column, each, { spread, answer })).toMatchObject({
      isEstimate: false,
      distinct: 2,
      distribution: {
        bins: [
          { from: '2025-01-01', to: '2025-01-02', rows: 4 },
          { from: '2025-01-02', to: '2025-01-03', rows: 0 },
          { from: '2025-01-03', to: '2025-01-04', rows: 1 },
        ],
      },
    });
  });
});

const DAYS = { of: ['id'], day: 'report_generation_date' };
const CHARTED = { columns: REPORTS.property.columns, days: DAYS, dayCount: 31 };
const [RENT] = REPORT_CHARTS.property.charts;

function chartOf(changes: Partial<Chart>): Chart {
  if (RENT === undefined) throw new Error('there is no chart');
  return { ...RENT, ...changes };
}

function labels(by: Chart['by'], ...keys: readonly (string | null)[]): readonly (string | null)[] {
  const asked = askChart(chartOf({ by, measures: [{ label: 'n', how: 'rows', unit: 'rows' }] }), {
    ...CHARTED,
    columns: [...CHARTED.columns, told('x', 'count')],
  });
  const rows = keys.map((key): ResultRow => ({ key: [key], figures: [1], groups: keys.length }));
  return asked?.figuresOf(rows).groups.map(({ label }) => label) ?? [];
}

describe('a chart', () => {
  it('takes every day of a year, and of many years so many that a page can show', () => {
    const of = (dayCount: number) => askChart(chartOf({}), { ...CHARTED, dayCount })?.grouped.by;
    expect(of(365)).toMatchObject({ everyDays: 1 });
    expect(of(400)).toMatchObject({ everyDays: 1 });
    expect(of(3_653)).toMatchObject({ everyDays: 10 });
  });

  it('is none without the day, nor without any of its figures', () => {
    const without = (...names: readonly string[]) => ({
      ...CHARTED,
      columns: CHARTED.columns.filter(({ name }) => !names.includes(name)),
    });
    expect(askChart(chartOf({}), without())).not.toBeNull();
    expect(askChart(chartOf({}), without('report_generation_date'))).toBeNull();
    expect(askChart(chartOf({}), without('avg_rent'))?.grouped.measures).toEqual([{ how: 'mean', column: 'avg_ner' }]);
    expect(askChart(chartOf({}), without('avg_rent', 'avg_ner'))).toBeNull();
    expect(askChart(chartOf({ rows: 'latest' }), without('id'))).toBeNull();
  });

  it('names its groups as people read them', () => {
    expect(labels({ kind: 'step', column: 'x', step: 10 }, '1990.0')).toEqual(['1990–1999']);
    const edges = { kind: 'edges', column: 'x', edges: [1, 2, 20, 500] } as const;
    expect(labels(edges, '1', '2', '500.0')).toEqual(['1', '2–19', '500 and more']);
    expect(labels({ kind: 'edges', column: 'x', edges: [0, 0.1, 0.2] }, '0.0', '0.1', '0.2')).toEqual([
      ...['0–0.1', '0.1–0.2', '0.2 and more'],
    ]);
    expect(labels({ kind: 'value', column: 'x' }, 'TX', null)).toEqual(['TX', null]);
  });

  it('says how many groups it has no room for', () => {
    const rows = [{ key: ['a'], figures: [2.000_04], groups: 17 }];
    expect(askChart(chartOf({}), CHARTED)?.figuresOf(rows)).toMatchObject({ leftOut: 16, groups: [{ values: [2] }] });
  });
});

describe('a map', () => {
  const { map } = REPORT_CHARTS.property;

  it('has its dots in the middle of what they stand for', () => {
    if (map === null) throw new Error('there is no map');
    const rows = [{ key: ['300', '-970'], figures: [3, 30.05, -96.95, 1500, null], groups: 1 }];
    expect(askMap(map, CHARTED)?.figuresOf(rows)).toMatchObject({
      places: [{ latitude: 30.05, longitude: -96.95, values: [3, 1500, null] }],
      leftOut: 0,
    });
  });

  it('is none without what its dots count', () => {
    if (map === null) throw new Error('there is no map');
    const columns = CHARTED.columns.filter(({ name }) => name !== 'latitude');
    expect(askMap(map, { ...CHARTED, columns })).toBeNull();
  });
});

describe('the declared charts', () => {
  const spec = { detailTypes: ['basic'], filterPii: false, updated: null } as const;
  const matched = ['status', 'miss_reason', 'match_confidence'].map((name) => told(name, 'text'));
  it.each([
    ...Object.values(REPORTS).map(({ type, columns, key, dayColumn }) => {
      const days = { of: key.filter((name) => name !== dayColumn), day: dayColumn };
      return [type, REPORT_CHARTS[type], { columns, days, dayCount: 1 }] as const;
    }),
    ['details', DETAIL_CHARTS, { columns: detailColumns(spec), days: null, dayCount: 0 }] as const,
    [
      'found properties',
      FOUND_CHARTS,
      { columns: PROPERTY_COLUMNS.map(({ name }) => told(name, 'text')), days: null, dayCount: 0 },
    ] as const,
    ['matches', MATCH_CHARTS, { columns: matched, days: null, dayCount: 0 }] as const,
  ])('of %s name columns that there are', (_what, { charts, map }, charted) => {
    for (const chart of charts) {
      expect([chart.name, askChart(chart, charted)?.grouped.measures.length]).toEqual([
        chart.name,
        chart.measures.length,
      ]);
    }
    if (map !== null) expect(askMap(map, charted)?.grouped.measures).toHaveLength(map.measures.length + 2);
  });
});

describe('summaries that are kept', () => {
  const summary = (text: string): ResultSummary => ({
    ...{ rows: 1, columns: [], columnsLeftOut: 0, map: null },
    charts: [{ name: text, kind: 'line', title: '', axis: '', measures: [], groups: [], leftOut: 0, everyDays: null }],
  });

  it('go an hour after they were made, or with their result', () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const cache = new SummaryCache(() => now);
    cache.keep('a', summary('a'), null);
    cache.keep('b', summary('b'), new Date('2026-01-01T00:10:00Z'));
    now = new Date('2026-01-01T00:09:59Z');
    expect([cache.get('a'), cache.get('b')]).toEqual([summary('a'), summary('b')]);
    now = new Date('2026-01-01T00:10:00Z');
    expect([cache.get('a'), cache.get('b')]).toEqual([summary('a'), null]);
    now = new Date('2026-01-01T01:00:00Z');
    expect(cache.get('a')).toBeNull();
  });

  it('take no more than their place: who was not asked for longest goes first', () => {
    const cache = new SummaryCache(() => new Date(0));
    const large = summary('x'.repeat(5_000_000));
    for (const key of ['a', 'b', 'c']) cache.keep(key, large, null);
    expect(cache.get('a')).toBe(large);
    cache.keep('d', large, null);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== null)).toEqual([true, false, true, true]);
  });
});
