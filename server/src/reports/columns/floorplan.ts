/** What a floorplan is (`f`), and the daily aggregates over its units (`d`). */
import { AREA, CHANGE, declareColumns, MEAN_DAYS, RENT, RENT_PER_SQ_FT, SHARE, TEXT, UNITS } from './declare.ts';

export const FLOORPLAN_KEY = declareColumns('d', {
  floorplan_id: {
    type: 'id',
    min: 1,
    nullable: false,
    pii: 'none',
    description: 'Number of the floorplan, unique within its property.',
  },
});

export const FLOORPLAN_FACTS = declareColumns('f', {
  floorplan_name: { ...TEXT, description: 'Name under which the floorplan is marketed.' },
  bedroom_count: {
    type: 'count',
    unit: 'bedrooms',
    min: 0,
    max: 20,
    pii: 'none',
    description: 'Number of bedrooms of its units, 0 for a studio.',
  },
  bathroom_count: {
    type: 'number',
    unit: 'bathrooms',
    min: 0,
    max: 20,
    pii: 'none',
    description: 'Number of bathrooms of its units, half of one being a room without a bath or shower.',
  },
  avg_sq_ft: { ...AREA, description: 'Mean living area of the floorplan’s units.' },
  min_sq_ft: { ...AREA, description: 'Living area of the floorplan’s smallest unit.' },
  max_sq_ft: { ...AREA, description: 'Living area of the floorplan’s largest unit.' },
  unit_mix_units: { ...UNITS, description: 'Number of units of this floorplan, advertised or not.' },
  unit_mix_pct: { ...SHARE, description: 'Share of the property’s units that are of this floorplan.' },
});

export const FLOORPLAN_METRICS = declareColumns('d', {
  available_units: {
    ...UNITS,
    description: 'Number of the floorplan’s units that are listed on the day and neither applied for nor leased.',
  },
  days_on_market: {
    ...MEAN_DAYS,
    description: 'Mean number of days for which the floorplan’s available units have been listed.',
  },
  avg_rent: { ...RENT, description: 'Mean asking rent of the floorplan’s available units.' },
  min_rent: { ...RENT, description: 'Lowest asking rent of an available unit of the floorplan.' },
  max_rent: { ...RENT, description: 'Highest asking rent of an available unit of the floorplan.' },
  avg_rent_psf: {
    ...RENT_PER_SQ_FT,
    description: 'Asking rent per square foot: sum of the available units’ rents over the sum of their areas.',
  },
  avg_ner: {
    ...RENT,
    description: 'Mean net effective rent of the floorplan’s available units: asking rent after concessions.',
  },
  avg_ner_psf: {
    ...RENT_PER_SQ_FT,
    description:
      'Net effective rent per square foot: sum of the available units’ net rents over the sum of their areas.',
  },
  asking_rent_change: {
    type: 'money',
    unit: 'usd_per_month',
    pii: 'none',
    description: 'Change of `avg_rent` against the day before, negative for a cut.',
  },
  asking_rent_change_percent: {
    ...CHANGE,
    description: '`asking_rent_change` as a share of the day before’s `avg_rent`.',
  },
  rent_trend_7d_pct: { ...CHANGE, description: 'Change of `avg_rent` against seven days before.' },
  rent_trend_30d_pct: { ...CHANGE, description: 'Change of `avg_rent` against 30 days before.' },
  rent_trend_365d_pct: { ...CHANGE, description: 'Change of `avg_rent` against 365 days before.' },
  leases_last_30d: {
    type: 'count',
    unit: 'leases',
    min: 0,
    pii: 'none',
    description: 'Number of the floorplan’s units leased in the 30 days that end with this one.',
  },
  concession_percent: {
    ...SHARE,
    description: 'Concessions on the available units as a share of their asking rent: 1 − `avg_ner` / `avg_rent`.',
  },
});
