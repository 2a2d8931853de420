/** What and where a property is: columns that all three reports use. */
import { column } from '../../core/plan/expression.ts';
import { DAY, declareColumns, SHARE, TEXT } from './declare.ts';

/** The key columns that every day table has. */
export const DAYS = declareColumns('d', {
  property_id: { type: 'id', min: 1, nullable: false, pii: 'none', description: 'Number of the property.' },
  report_generation_date: {
    ...DAY,
    nullable: false,
    expression: column('d', 'date'),
    description: 'Day that the row describes, as it was known at the end of that day.',
  },
});

export const IDENTITY = declareColumns('p', {
  // A small property is often called by its owner's name.
  property_name: { type: 'text', pii: 'indirect', description: 'Name under which the property is marketed.' },
  property_url: { type: 'text', pii: 'indirect', description: 'Address of the property’s own website.' },
  date_tracking_started: { ...DAY, description: 'First day for which observations of the property were collected.' },
});

// A single-family home's address or position leads to the people who live there: indirect, not none.
export const LOCATION = declareColumns('p', {
  address: { type: 'text', pii: 'indirect', description: 'Street address: house number and street.' },
  city: { ...TEXT, description: 'City of the postal address.' },
  state: {
    ...TEXT,
    form: { kind: 'state', othersStay: false },
    description: 'State of the postal address, as its two-letter postal code.',
  },
  zip_code: {
    ...TEXT,
    form: { kind: 'zip-code', othersStay: false },
    description: 'ZIP code of the postal address, as text with its leading zeros.',
  },
  county: { ...TEXT, description: 'County in which the property lies, without the word County.' },
  latitude: {
    type: 'number',
    unit: 'degrees',
    min: -90,
    max: 90,
    pii: 'indirect',
    description: 'Latitude of the property in WGS 84, north positive.',
  },
  longitude: {
    type: 'number',
    unit: 'degrees',
    min: -180,
    max: 180,
    pii: 'indirect',
    description: 'Longitude of the property in WGS 84, east positive.',
  },
});

export const MARKET = declareColumns('p', {
  market_id: { type: 'id', min: 1, pii: 'none', description: 'Number of the rental market that the property is in.' },
  market_name: { ...TEXT, description: 'Name of the rental market that the property is in.' },
  submarket_name: { ...TEXT, description: 'Name of the part of the market that the property is in.' },
  msa_name: { ...TEXT, description: 'Name of the metropolitan statistical area that the property is in.' },
});

/** About the people who live around the property. */
export const DEMOGRAPHICS = declareColumns('p', {
  median_household_income: {
    type: 'money',
    unit: 'usd_per_year',
    min: 0,
    pii: 'none',
    description: 'Median yearly income of a household in the property’s census tract.',
  },
  population: {
    type: 'count',
    unit: 'people',
    min: 0,
    pii: 'none',
    description: 'Number of people who live in the property’s census tract.',
  },
  households: {
    type: 'count',
    unit: 'households',
    min: 0,
    pii: 'none',
    description: 'Number of households in the property’s census tract.',
  },
  median_age: {
    type: 'number',
    unit: 'years',
    min: 0,
    max: 120,
    pii: 'none',
    description: 'Median age of the people in the property’s census tract.',
  },
  renter_occupied_pct: {
    ...SHARE,
    description: 'Share of the occupied homes in the property’s census tract that are rented.',
  },
  rent_to_income_pct: {
    type: 'fraction',
    min: 0,
    pii: 'none',
    description: 'Median rent of the property’s census tract over a year as a share of its median household income.',
  },
});
