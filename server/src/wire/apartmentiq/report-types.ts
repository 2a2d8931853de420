/** The data dictionary for programs: what can be exported, and with which columns. */
import { z } from 'zod';
import { typeName } from '../../core/column-types.ts';
import { REPORT_TYPES, type ReportType } from '../../core/job.ts';
import { DICTIONARY_VERSION, REPORTS } from '../../reports/catalogue.ts';
import type { Report, ReportColumn } from '../../reports/columns/report.ts';
import { reportJsonSchema } from '../../reports/schema.ts';
import { integer, text } from '../fields.ts';
import { reportTypeSchema } from './words.ts';

const reportSummarySchema = z
  .object({
    report_type: reportTypeSchema,
    title: text(),
    description: text(),
    grain: text({ description: 'What one row is.' }),
    key: z.array(z.string()).meta({ description: 'The columns that identify a row; rows are ordered by them.' }),
    day_column: text(),
    column_count: integer(),
    dictionary_version: text(),
    first_day: text({ format: 'date', description: 'The first day with data; null while there is none.' }).nullable(),
    last_day: text({ format: 'date', description: 'The last day with data.' }).nullable(),
  })
  .meta({ id: 'ReportSummary' });

export const reportTypeListSchema = z
  .object({ report_types: z.array(reportSummarySchema) })
  .meta({ id: 'ReportTypeList' });

export const reportTypeParamsSchema = z.object({
  report_type: reportTypeSchema.meta({ description: 'Type of report.' }),
});

const columnSchema = z
  .object({
    name: text(),
    type: text({ description: 'A type of the data dictionary: `money`, `list<text>`, …' }),
    unit: text().nullable(),
    nullable: z.boolean(),
    pii: z.enum(['none', 'indirect', 'direct']),
    description: text(),
    since: text({ description: 'The dictionary version that brought the column.' }),
    minimum: z.number().nullable(),
    maximum: z.number().nullable(),
    allowed_values: z.array(z.string()).nullable(),
  })
  .meta({ id: 'ReportColumn' });

export const reportDescriptionSchema = reportSummarySchema
  .extend({
    columns: z.array(columnSchema),
    json_schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of a row in JSONL.' }),
  })
  .meta({ id: 'ReportDescription' });

/** The first and the last day with data. */
type Days = { readonly first: string; readonly last: string } | null;

function summaryFields(report: Report, days: Days): z.infer<typeof reportSummarySchema> {
  return {
    report_type: report.type,
    title: report.title,
    description: report.description,
    grain: report.grain,
    key: [...report.key],
    day_column: report.dayColumn,
    column_count: report.columns.length,
    dictionary_version: DICTIONARY_VERSION,
    first_day: days?.first ?? null,
    last_day: days?.last ?? null,
  };
}

export function reportTypeListFields(daysOf: (type: ReportType) => Days): z.infer<typeof reportTypeListSchema> {
  return { report_types: REPORT_TYPES.map((type) => summaryFields(REPORTS[type], daysOf(type))) };
}

function columnFields(column: ReportColumn): z.infer<typeof columnSchema> {
  return {
    name: column.name,
    type: typeName(column.type),
    unit: column.unit,
    nullable: column.nullable,
    pii: column.pii,
    description: column.description,
    since: column.since,
    minimum: column.min ?? null,
    maximum: column.max ?? null,
    allowed_values: column.oneOf === undefined ? null : [...column.oneOf],
  };
}

export function reportDescriptionFields(report: Report, days: Days): z.infer<typeof reportDescriptionSchema> {
  return {
    ...summaryFields(report, days),
    columns: report.columns.map(columnFields),
    json_schema: reportJsonSchema(report),
  };
}
