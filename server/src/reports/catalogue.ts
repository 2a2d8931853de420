/** Every report, in the order of the documents. */
import type { ReportType } from '../core/job.ts';
import type { Report } from './columns/report.ts';
import { FLOORPLANS } from './floorplans.ts';
import { PROPERTY } from './property.ts';
import { UNITS } from './units.ts';

export const REPORTS: Readonly<Record<ReportType, Report>> = {
  property: PROPERTY,
  units: UNITS,
  floorplans: FLOORPLANS,
};

/** Of the columns' names and meanings as a whole; a column that comes later names its version in `since`. */
export const DICTIONARY_VERSION = '1.0';
