/** Report `floorplans`: one row per floorplan and day. */
import { BUILDING, CONTROL } from './columns/building.ts';
import { FLOORPLAN_FACTS, FLOORPLAN_KEY, FLOORPLAN_METRICS } from './columns/floorplan.ts';
import { DAYS, IDENTITY, LOCATION, MARKET } from './columns/place.ts';
import type { Report } from './columns/report.ts';

export const FLOORPLANS: Report = {
  type: 'floorplans',
  title: 'Floorplan history',
  description:
    'Daily aggregates over the units of each floorplan: availability, asking and net effective rents, their trends, leases and concessions, beside the unit mix.',
  grain: 'One row per floorplan and day.',
  key: ['property_id', 'floorplan_id', 'report_generation_date'],
  dayColumn: 'report_generation_date',
  tables: { d: 'floorplan_days', f: 'floorplans', p: 'properties' },
  columns: [
    DAYS.report_generation_date,
    MARKET.market_id,
    MARKET.market_name,
    DAYS.property_id,
    IDENTITY.property_name,
    IDENTITY.property_url,
    IDENTITY.date_tracking_started,
    LOCATION.address,
    LOCATION.city,
    LOCATION.state,
    LOCATION.zip_code,
    LOCATION.latitude,
    LOCATION.longitude,
    BUILDING.unit_count,
    BUILDING.year_built,
    BUILDING.year_renovated,
    CONTROL.management_company_name,
    FLOORPLAN_KEY.floorplan_id,
    ...Object.values(FLOORPLAN_FACTS),
    ...Object.values(FLOORPLAN_METRICS),
  ],
};
