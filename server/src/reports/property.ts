/** Report `property`: one row per property and day. */
import { BUILDING, CONTROL } from './columns/building.ts';
import { DAYS, DEMOGRAPHICS, IDENTITY, LOCATION, MARKET } from './columns/place.ts';
import {
  BEDROOM_BLOCKS,
  PROPERTY_CONCESSIONS,
  PROPERTY_INVENTORY,
  PROPERTY_OCCUPANCY,
  PROPERTY_RENTS,
  PROPERTY_REVIEWS,
} from './columns/property-metrics.ts';
import type { Report } from './columns/report.ts';

export const PROPERTY: Report = {
  type: 'property',
  title: 'Property history',
  description:
    'Daily snapshots of whole properties: rent, concessions, occupancy, exposure and inventory, also by number of bedrooms, beside what the property is, where it stands and who runs it.',
  grain: 'One row per property and day.',
  key: ['id', 'report_generation_date'],
  dayColumn: 'report_generation_date',
  tables: { d: 'property_days', p: 'properties' },
  columns: [
    // The vendor's property rows call their number `id`, its unit and floorplan rows `property_id`.
    { ...DAYS.property_id, name: 'id' },
    DAYS.report_generation_date,
    ...Object.values(IDENTITY),
    ...Object.values(LOCATION),
    ...Object.values(MARKET),
    ...Object.values(BUILDING),
    ...Object.values(CONTROL),
    ...Object.values(DEMOGRAPHICS),
    ...Object.values(PROPERTY_RENTS),
    ...Object.values(PROPERTY_CONCESSIONS),
    ...Object.values(PROPERTY_OCCUPANCY),
    ...Object.values(PROPERTY_INVENTORY),
    ...Object.values(PROPERTY_REVIEWS),
    ...BEDROOM_BLOCKS,
  ],
};
