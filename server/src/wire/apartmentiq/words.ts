/** The words of Bulk Data Export that several of its messages have; in a request, with the sentence for any other. */
import { z } from 'zod';
import { COMPRESSIONS, CSV_PROFILES, JOB_STATUSES, OUTPUT_FORMATS, REPORT_TYPES } from '../../core/job.ts';

/** `field`: where a request has it. */
export function words<const Words extends readonly [string, ...string[]]>(field: string, list: Words) {
  return z.enum(list, { error: `${field} must be one of: ${list.join(', ')}` });
}

/** Titled `FileType` by the contract, which the generated clients of its users know. */
export const reportTypeSchema = words('report_type', REPORT_TYPES).meta({ id: 'ReportType', title: 'FileType' });
export const fileTypeSchema = words('output_format', OUTPUT_FORMATS).meta({ id: 'FileType', title: 'FileType' });
export const compressionSchema = words('compression', COMPRESSIONS).meta({ id: 'Compression' });
export const csvProfileSchema = words('csv_profile', CSV_PROFILES).meta({ id: 'CsvProfile' });
export const jobStatusSchema = z.enum(JOB_STATUSES).meta({ id: 'JobStatus', title: 'JobStatus' });
