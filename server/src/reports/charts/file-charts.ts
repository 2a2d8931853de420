/** The charts of the results of file jobs. */
import { type Chart, type ChartMeasure, type ChartSet, DECADE, SIZE_CLASSES } from './chart.ts';

const EACH_ONCE = { kind: 'bars', rows: 'all' } as const;
const PROPERTIES: ChartMeasure = { label: 'Properties', how: 'rows', unit: 'properties' };
const ROWS: ChartMeasure = { label: 'Rows', how: 'rows', unit: 'rows' };

function countedBy(name: string, axis: string, column: string): Chart {
  return {
    ...EACH_ONCE,
    name,
    axis,
    title: `Properties by ${axis.toLowerCase()}`,
    by: { kind: 'value', column },
    order: 'by-first-measure',
    measures: [PROPERTIES],
  };
}

interface PropertyNames {
  readonly units: string;
  readonly kind: Chart;
  readonly latitude: string;
  readonly longitude: string;
}

/** Of properties, each of which is one row. */
function chartsOfProperties({ units, kind, latitude, longitude }: PropertyNames): ChartSet {
  return {
    charts: [
      countedBy('states', 'State', 'state'),
      countedBy('cities', 'City', 'city'),
      kind,
      {
        ...EACH_ONCE,
        name: 'years',
        title: 'Properties by the decade in which they were built',
        axis: 'Built in',
        by: { kind: 'step', column: 'year_built', step: DECADE },
        order: 'by-group',
        measures: [PROPERTIES],
      },
      {
        ...EACH_ONCE,
        name: 'sizes',
        title: 'Properties by number of units',
        axis: 'Units',
        by: { kind: 'edges', column: units, edges: SIZE_CLASSES },
        order: 'by-group',
        measures: [PROPERTIES],
      },
    ],
    map: {
      title: 'Where the properties are',
      latitude,
      longitude,
      rows: 'all',
      measures: [PROPERTIES, { label: 'Units', how: 'sum', column: units, unit: 'units' }],
    },
  };
}

/** Of details with type `basic`. */
export const DETAIL_CHARTS: ChartSet = chartsOfProperties({
  units: 'total_units',
  kind: countedBy('categories', 'Category', 'asset_category'),
  latitude: 'lat',
  longitude: 'lon',
});

/** Of what a look-up shows of the properties that a search or a match has found. */
export const FOUND_CHARTS: ChartSet = chartsOfProperties({
  units: 'unit_count',
  kind: countedBy('classes', 'Class', 'property_class'),
  latitude: 'latitude',
  longitude: 'longitude',
});

/** Of the rows of a match. */
export const MATCH_CHARTS: ChartSet = {
  charts: [
    {
      ...EACH_ONCE,
      name: 'verdicts',
      title: 'Rows by verdict',
      axis: 'Verdict',
      by: { kind: 'value', column: 'status' },
      order: 'by-first-measure',
      measures: [ROWS],
    },
    {
      ...EACH_ONCE,
      name: 'misses',
      title: 'Why rows have no property',
      axis: 'Reason',
      by: { kind: 'value', column: 'miss_reason', known: true },
      order: 'by-first-measure',
      measures: [ROWS],
    },
    {
      ...EACH_ONCE,
      name: 'confidence',
      title: 'Rows by confidence',
      axis: 'Confidence',
      by: { kind: 'edges', column: 'match_confidence', edges: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] },
      order: 'by-group',
      measures: [ROWS],
    },
  ],
  map: null,
};
