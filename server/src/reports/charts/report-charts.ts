/** The charts of the reports. */
import type { ReportType } from '../../core/job.ts';
import type { Chart, ChartMeasure, ChartSet } from './chart.ts';

const BY_DAY = { kind: 'line', rows: 'all', axis: 'Day', by: { kind: 'day' }, order: 'by-group' } as const;
const LARGEST_FIRST = { kind: 'bars', rows: 'latest', order: 'by-first-measure' } as const;
const MEAN_RENT = { label: 'Asking rent', how: 'mean', column: 'avg_rent' } as const;

function properties(column: string): ChartMeasure {
  return { label: 'Properties', how: 'distinct', column, unit: 'properties' };
}

/** Counts of properties, and beside them what their flats cost. */
function countedBy(name: string, axis: string, column: string, id: string): Chart {
  return {
    ...LARGEST_FIRST,
    name,
    axis,
    title: `Properties by ${axis.toLowerCase()}`,
    by: { kind: 'value', column },
    measures: [properties(id), MEAN_RENT],
  };
}

const RENT: Chart = {
  ...BY_DAY,
  name: 'rent',
  title: 'Asking and net effective rent, mean of the rows',
  measures: [MEAN_RENT, { label: 'Net effective rent', how: 'mean', column: 'avg_ner' }],
};

const DAYS_ON_MARKET: Chart = {
  ...BY_DAY,
  name: 'days-on-market',
  title: 'Days on the market, mean of the rows',
  measures: [{ label: 'Days on the market', how: 'mean', column: 'days_on_market' }],
};

const AVAILABLE: Chart = {
  ...BY_DAY,
  name: 'available',
  title: 'Available units',
  measures: [{ label: 'Available units', how: 'sum', column: 'available_units' }],
};

const BEDROOMS = ['Studios', '1 bedroom', '2 bedrooms', '3 bedrooms', '4 bedrooms'];

function mapOf(id: string, growth: string): ChartSet['map'] {
  return {
    title: 'Where the properties are',
    latitude: 'latitude',
    longitude: 'longitude',
    rows: 'latest',
    measures: [properties(id), MEAN_RENT, { label: 'Change of rent', how: 'mean', column: growth }],
  };
}

const PROPERTY_CHARTS: ChartSet = {
  charts: [
    RENT,
    {
      ...BY_DAY,
      name: 'occupancy',
      title: 'Occupied, leased and exposed, mean of the properties',
      measures: [
        { label: 'Occupied', how: 'mean', column: 'occupancy_pct' },
        { label: 'Leased', how: 'mean', column: 'leased_pct' },
        { label: 'Exposed', how: 'mean', column: 'exposure_pct' },
      ],
    },
    AVAILABLE,
    {
      ...BY_DAY,
      name: 'available-by-bedrooms',
      title: 'Available units by bedrooms',
      measures: BEDROOMS.map((label, count) => ({ label, how: 'sum', column: `available_units_${count}_bed` })),
    },
    DAYS_ON_MARKET,
    countedBy('states', 'State', 'state', 'id'),
    countedBy('cities', 'City', 'city', 'id'),
    countedBy('classes', 'Class', 'property_class', 'id'),
  ],
  map: mapOf('id', 'rent_growth_rate_yoy'),
};

const UNIT_CHARTS: ChartSet = {
  charts: [
    {
      ...RENT,
      measures: [
        { label: 'Asking rent', how: 'mean', column: 'rent' },
        { label: 'Net effective rent', how: 'mean', column: 'net_effective_rent' },
      ],
    },
    {
      ...BY_DAY,
      name: 'on-market',
      title: 'Units on the market',
      measures: [{ label: 'Units on the market', how: 'rows', unit: 'units' }],
    },
    DAYS_ON_MARKET,
    {
      ...LARGEST_FIRST,
      name: 'bedrooms',
      title: 'Units by bedrooms',
      axis: 'Bedrooms',
      by: { kind: 'value', column: 'bedroom_count' },
      order: 'by-group',
      measures: [
        { label: 'Units', how: 'rows', unit: 'units' },
        { label: 'Asking rent', how: 'mean', column: 'rent' },
      ],
    },
  ],
  map: null,
};

const FLOORPLAN_CHARTS: ChartSet = {
  charts: [
    RENT,
    AVAILABLE,
    DAYS_ON_MARKET,
    {
      ...LARGEST_FIRST,
      name: 'rent-by-bedrooms',
      title: 'Asking rent by bedrooms, mean of the floorplans',
      axis: 'Bedrooms',
      by: { kind: 'value', column: 'bedroom_count' },
      order: 'by-group',
      measures: [MEAN_RENT, { label: 'Net effective rent', how: 'mean', column: 'avg_ner' }],
    },
    countedBy('states', 'State', 'state', 'property_id'),
    countedBy('cities', 'City', 'city', 'property_id'),
  ],
  map: mapOf('property_id', 'rent_trend_365d_pct'),
};

export const REPORT_CHARTS: Readonly<Record<ReportType, ChartSet>> = {
  property: PROPERTY_CHARTS,
  units: UNIT_CHARTS,
  floorplans: FLOORPLAN_CHARTS,
};
