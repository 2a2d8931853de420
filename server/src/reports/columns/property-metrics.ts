/** The daily metrics of a property: aggregates over its units as they were that day. */

import { CHANGE, DAY, declareColumns, MEAN_DAYS, RENT, RENT_PER_SQ_FT, SHARE, TEXT, UNITS } from './declare.ts';
import type { ReportColumn } from './report.ts';

export const PROPERTY_RENTS = declareColumns('d', {
  avg_rent: { ...RENT, description: 'Mean asking rent of the available units.' },
  min_rent: { ...RENT, description: 'Lowest asking rent of an available unit.' },
  max_rent: { ...RENT, description: 'Highest asking rent of an available unit.' },
  avg_ner: {
    ...RENT,
    description:
      'Mean net effective rent of the available units: asking rent after concessions, spread over the lease.',
  },
  avg_rent_psf: {
    ...RENT_PER_SQ_FT,
    description: 'Asking rent per square foot: sum of the available units’ rents over the sum of their areas.',
  },
  avg_ner_psf: {
    ...RENT_PER_SQ_FT,
    description:
      'Net effective rent per square foot: sum of the available units’ net rents over the sum of their areas.',
  },
  rent_trend_7d_pct: { ...CHANGE, description: 'Change of `avg_rent` against seven days before.' },
  rent_growth_rate_yoy: { ...CHANGE, description: 'Change of `avg_rent` against the same day of the year before.' },
  ner_growth_rate_yoy: { ...CHANGE, description: 'Change of `avg_ner` against the same day of the year before.' },
});

export const PROPERTY_CONCESSIONS = declareColumns('d', {
  concession_value: {
    type: 'money',
    unit: 'usd_per_year',
    min: 0,
    pii: 'none',
    description: 'Mean value of the concessions on an available unit over a twelve-month lease.',
  },
  concession_percent: {
    ...SHARE,
    description: 'Concessions on the available units as a share of their asking rent: 1 − `avg_ner` / `avg_rent`.',
  },
  concession_details: { ...TEXT, description: 'Concession in the words in which it is advertised.' },
  concession_expires_on: { ...DAY, description: 'Last day on which the advertised concession is granted.' },
});

export const PROPERTY_OCCUPANCY = declareColumns('d', {
  advertised_occupancy_pct: {
    ...SHARE,
    description: 'Share of the units that are not available: 1 − `available_units` / `unit_count`.',
  },
  occupancy_pct: { ...SHARE, description: 'Share of the units in which somebody lives.' },
  leased_pct: {
    ...SHARE,
    description: 'Share of the units that are lived in or leased to somebody who is yet to move in.',
  },
  exposure_pct: {
    ...SHARE,
    description: 'Share of the units that are available for lease, now or at any announced date.',
  },
  exposure_30d_pct: {
    ...SHARE,
    description: 'Share of the units that are available for lease and can be moved into within 30 days.',
  },
  exposure_60d_pct: {
    ...SHARE,
    description: 'Share of the units that are available for lease and can be moved into within 60 days.',
  },
  exposure_90d_pct: {
    ...SHARE,
    description: 'Share of the units that are available for lease and can be moved into within 90 days.',
  },
});

export const PROPERTY_INVENTORY = declareColumns('d', {
  available_units: {
    ...UNITS,
    description: 'Number of units that are listed on the day and neither applied for nor leased.',
  },
  days_on_market: { ...MEAN_DAYS, description: 'Mean number of days for which the available units have been listed.' },
  leases_last_7d: {
    type: 'count',
    unit: 'leases',
    min: 0,
    pii: 'none',
    description: 'Number of units leased in the seven days that end with this one.',
  },
  leases_last_30d: {
    type: 'count',
    unit: 'leases',
    min: 0,
    pii: 'none',
    description: 'Number of units leased in the 30 days that end with this one.',
  },
  applications_last_7d: {
    type: 'count',
    unit: 'applications',
    min: 0,
    pii: 'none',
    description: 'Number of applications for units in the seven days that end with this one.',
  },
  cancelled_applications_30d_pct: {
    ...SHARE,
    description: 'Share of the applications of the 30 days that end with this one that were withdrawn or refused.',
  },
});

export const PROPERTY_REVIEWS = declareColumns('d', {
  review_average_rating: {
    type: 'number',
    unit: 'stars',
    min: 0,
    max: 5,
    pii: 'none',
    description: 'Mean rating of the property by its reviewers, of five stars.',
  },
  review_count: {
    type: 'count',
    unit: 'reviews',
    min: 0,
    pii: 'none',
    description: 'Number of reviews behind `review_average_rating`.',
  },
});

const BEDROOM_COUNTS = [0, 1, 2, 3, 4] as const;

function bedroomBlock(bedrooms: number): readonly ReportColumn[] {
  const units = bedrooms === 0 ? 'studios' : `units with ${bedrooms} ${bedrooms === 1 ? 'bedroom' : 'bedrooms'}`;
  return Object.values(
    declareColumns('d', {
      [`rent_${bedrooms}_bed`]: { ...RENT, description: `Mean asking rent of the available ${units}.` },
      [`ner_${bedrooms}_bed`]: { ...RENT, description: `Mean net effective rent of the available ${units}.` },
      [`rent_${bedrooms}_bed_psf`]: {
        ...RENT_PER_SQ_FT,
        description: `Asking rent per square foot: sum of the rents of the available ${units} over the sum of their areas.`,
      },
      [`ner_${bedrooms}_bed_psf`]: {
        ...RENT_PER_SQ_FT,
        description: `Net effective rent per square foot: sum of the net rents of the available ${units} over the sum of their areas.`,
      },
      [`unit_count_${bedrooms}_bed`]: {
        ...UNITS,
        description: `Number of the property’s ${units}, advertised or not.`,
      },
      [`available_units_${bedrooms}_bed`]: {
        ...UNITS,
        description: `Number of ${units} that are listed on the day and neither applied for nor leased.`,
      },
      [`days_on_market_${bedrooms}_bed`]: {
        ...MEAN_DAYS,
        description: `Mean number of days for which the available ${units} have been listed.`,
      },
    }),
  );
}

/** The same seven columns for each size of unit, studios first. */
export const BEDROOM_BLOCKS: readonly ReportColumn[] = BEDROOM_COUNTS.flatMap(bedroomBlock);
