/** Report `units`: one row per unit and day on the market. */
import { DAYS, IDENTITY } from './columns/place.ts';
import type { Report } from './columns/report.ts';
import { LEASE_TERMS, RENT_HISTORY, UNIT_FACTS, UNIT_KEY, UNIT_MARKETING, UNIT_RENTS } from './columns/unit.ts';

export const UNITS: Report = {
  type: 'units',
  title: 'Unit history',
  description:
    'Daily observations of single units while they are on the market: rent and concessions, lease terms and fees, price history, beside size, floorplan and amenities.',
  grain: 'One row per unit and day on which the unit was on the market.',
  key: ['property_id', 'unit_id', 'report_generation_date'],
  dayColumn: 'report_generation_date',
  tables: { d: 'unit_days', u: 'units', p: 'properties' },
  columns: [
    DAYS.property_id,
    IDENTITY.property_name,
    UNIT_KEY.unit_id,
    DAYS.report_generation_date,
    ...Object.values(UNIT_FACTS),
    ...Object.values(UNIT_MARKETING),
    ...Object.values(UNIT_RENTS),
    ...Object.values(LEASE_TERMS),
    ...Object.values(RENT_HISTORY),
  ],
};
