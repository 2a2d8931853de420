/** The data dictionary for programs: what can be exported, and with which columns. */
import { z } from 'zod';
import { typeName } from '../../core/column-types.ts';
import { REPORT_TYPES } from '../../core/job.ts';
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

function summaryFields(report: Report): z.infer<typeof reportSummarySchema> {
  return {
    report_type: report.type,
    title: report.title,
    description: report.description,
    grain: report.grain,
    key: [...report.key],
    day_column: report.dayColumn,
    column_count: report.columns.length,
    dictionary_version: DICTIONARY_VERSION,
  };
}

export function reportTypeListFields(): z.infer<typeof reportTypeListSchema> {
  return { report_types: REPORT_TYPES.map((type) => summaryFields(REPORTS[type])) };
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

export function reportDescriptionFields(report: Report): z.infer<typeof reportDescriptionSchema> {
  return {
    ...summaryFields(report),
    columns: report.columns.map(columnFields),
    json_schema: reportJsonSchema(report),
  };
}
