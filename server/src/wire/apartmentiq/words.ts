/** The words of Bulk Data Export that several of its messages have. */
import { z } from 'zod';
import { COMPRESSIONS, CSV_PROFILES, JOB_STATUSES, OUTPUT_FORMATS, REPORT_TYPES } from '../../core/job.ts';

/** Titled `FileType` by the contract, which the generated clients of its users know. */
export const reportTypeSchema = z.enum(REPORT_TYPES).meta({ id: 'ReportType', title: 'FileType' });
export const fileTypeSchema = z.enum(OUTPUT_FORMATS).meta({ id: 'FileType', title: 'FileType' });
export const compressionSchema = z.enum(COMPRESSIONS).meta({ id: 'Compression' });
export const csvProfileSchema = z.enum(CSV_PROFILES).meta({ id: 'CsvProfile' });
export const jobStatusSchema = z.enum(JOB_STATUSES).meta({ id: 'JobStatus', title: 'JobStatus' });
