/** From declared charts to groups of a result’s rows, and from their figures to what is shown. Pure. */
import type { Grouped, Measure } from '../../core/plan/summary.ts';
import { listOf, type ResultRow, textOf } from '../../core/rows.ts';
import type { Chart, ChartMeasure, ChartSet, MapChart } from '../../reports/charts/chart.ts';
import type { ChartFigures, ChartGroup, MapFigures, MeasureWords, Place } from '../../reports/charts/summary.ts';
import type { ToldColumn } from './spreads.ts';

/** As many as a line of a page’s width can show. */
const MOST_POINTS = 400;
const MOST_BARS = 15;
/** Of groups that have an order of their own: of those, none is the least. */
const MOST_STEPS = 40;
const MOST_PLACES = 2_000;
/** About seven miles: two dots on a map of the states. */
const CELL_DEGREES = 0.1;
/** More would be dust of a mean. */
const DECIMALS = 4;

/** What is charted: which columns there are, and what tells rows apart. */
export interface Charted {
  readonly columns: readonly ToldColumn[];
  /** The columns that have one row a day for each of their values, and the day; null where rows have no days. */
  readonly days: { readonly of: readonly string[]; readonly day: string } | null;
  /** From the first day to the last. */
  readonly dayCount: number;
}

/** A chart as it is asked for, and how its answer becomes figures. */
export interface AskedFigures<Figures> {
  readonly grouped: Grouped;
  readonly figuresOf: (rows: readonly ResultRow[]) => Figures;
}

function measureOf(measure: ChartMeasure): Measure {
  return measure.how === 'rows' ? { how: 'rows' } : { how: measure.how, column: measure.column };
}

function wordsOf(measure: ChartMeasure, columns: readonly ToldColumn[]): MeasureWords {
  const { label, unit } = measure;
  if (unit !== undefined) return { label, unit };
  const column = columns.find(({ name }) => 'column' in measure && name === measure.column);
  return { label, unit: column?.unit ?? (column?.type === 'fraction' ? 'fraction' : 'number') };
}

function has(columns: readonly ToldColumn[], names: readonly string[]): boolean {
  return names.every((name) => columns.some((column) => column.name === name));
}

function known(measures: readonly ChartMeasure[], columns: readonly ToldColumn[]): readonly ChartMeasure[] {
  return measures.filter((measure) => measure.how === 'rows' || has(columns, [measure.column]));
}

function rounded(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return Number(value.toFixed(DECIMALS));
}

function valuesOf(row: ResultRow): readonly (number | null)[] {
  return listOf(row['figures']).map(rounded);
}

/** Groups that there are and were not answered. */
function leftOut(rows: readonly ResultRow[]): number {
  return Math.max(0, Number(rows[0]?.['groups'] ?? 0) - rows.length);
}

function labelOf(by: Chart['by'], key: string | null): string | null {
  if (key === null) return null;
  const from = Number(key);
  switch (by.kind) {
    case 'day':
    case 'value':
      return key;
    case 'step':
      return `${from}–${from + by.step - 1}`;
    case 'edges': {
      const next = by.edges[by.edges.indexOf(from) + 1];
      if (next === undefined) return `${from} and more`;
      return Number.isInteger(next - from) ? rangeOf(from, next - 1) : `${from}–${next}`;
    }
  }
}

function rangeOf(from: number, to: number): string {
  return from === to ? String(from) : `${from}–${to}`;
}

function mostOf({ by, order }: Chart): number {
  if (by.kind === 'day') return MOST_POINTS;
  return order === 'by-group' ? MOST_STEPS : MOST_BARS;
}

/** Null where the result lacks the chart’s columns. */
export function askChart(chart: Chart, charted: Charted): AskedFigures<ChartFigures> | null {
  const { columns, days, dayCount } = charted;
  const measures = known(chart.measures, columns);
  const isByDay = chart.by.kind === 'day';
  const isLatest = chart.rows === 'latest';
  if (measures.length === 0 || ((isByDay || isLatest) && days === null)) return null;
  const needed = [
    ...(chart.by.kind === 'day' ? [] : [chart.by.column]),
    ...(isByDay ? [days?.day ?? ''] : []),
    ...(isLatest && days !== null ? [...days.of, days.day] : []),
  ];
  if (!has(columns, needed)) return null;
  const everyDays = Math.max(1, Math.ceil(dayCount / MOST_POINTS));
  const grouped: Grouped = {
    latest: isLatest ? days : null,
    by: chart.by.kind === 'day' ? { kind: 'day', column: days?.day ?? '', everyDays } : chart.by,
    measures: measures.map(measureOf),
    order: chart.order,
    most: mostOf(chart),
  };
  const { name, kind, title, axis } = chart;
  const words = measures.map((measure) => wordsOf(measure, columns));
  const groupOf = (row: ResultRow): ChartGroup => ({
    label: labelOf(chart.by, textOf(listOf(row['key'])[0])),
    values: valuesOf(row),
  });
  return {
    grouped,
    figuresOf: (rows) => ({
      ...{ name, kind, title, axis, measures: words, leftOut: leftOut(rows) },
      groups: rows.map(groupOf),
      everyDays: isByDay ? everyDays : null,
    }),
  };
}

/** Null where the result does not say where its properties are. */
export function askMap(map: MapChart, { columns, days }: Charted): AskedFigures<MapFigures> | null {
  const isLatest = map.rows === 'latest';
  const measures = known(map.measures, columns);
  if (isLatest && (days === null || !has(columns, [...days.of, days.day]))) return null;
  // What a dot’s size says.
  if (!has(columns, [map.latitude, map.longitude]) || measures[0] !== map.measures[0]) return null;
  const placeOf = (row: ResultRow): Place => {
    const [count = null, latitude, longitude, ...values] = valuesOf(row);
    return { latitude: latitude ?? 0, longitude: longitude ?? 0, values: [count, ...values] };
  };
  const [first, ...others] = measures.map(measureOf);
  if (first === undefined) return null;
  const centre: readonly Measure[] = [
    { how: 'mean', column: map.latitude },
    { how: 'mean', column: map.longitude },
  ];
  return {
    grouped: {
      latest: isLatest ? days : null,
      by: { kind: 'cell', latitude: map.latitude, longitude: map.longitude, step: CELL_DEGREES },
      measures: [first, ...centre, ...others],
      order: 'by-first-measure',
      most: MOST_PLACES,
    },
    figuresOf: (rows) => ({
      title: map.title,
      measures: measures.map((measure) => wordsOf(measure, columns)),
      places: rows.map(placeOf),
      leftOut: leftOut(rows),
    }),
  };
}

export interface AskedCharts {
  readonly charts: readonly AskedFigures<ChartFigures>[];
  readonly map: AskedFigures<MapFigures> | null;
}

/** Those of the set for which the result has what they need. */
export function askCharts({ charts, map }: ChartSet, charted: Charted): AskedCharts {
  return {
    charts: charts.flatMap((chart) => askChart(chart, charted) ?? []),
    map: map === null ? null : askMap(map, charted),
  };
}
