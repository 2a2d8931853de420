/** The manifest: describes the files of a job, so that whoever has them can verify them. */
import { z } from 'zod';
import { tableSchemaType } from '../../core/column-types.ts';
import type { ReportJob, ResultFile } from '../../core/job.ts';
import { DICTIONARY_VERSION, REPORTS } from '../../reports/catalogue.ts';
import { selectColumns } from '../../reports/compile.ts';
import { integer, text } from '../fields.ts';
import { jobWarnings } from './batch-job.ts';
import { compressionSchema, fileTypeSchema, reportTypeSchema } from './words.ts';

const fieldSchema = z.object({
  name: text(),
  type: text({ description: 'A Table Schema type.' }),
  description: text(),
  unit: text().nullable(),
  constraints: z.object({ required: z.boolean() }),
});

const resourceSchema = z.object({
  name: text(),
  path: text({ description: 'The file’s name.' }),
  format: fileTypeSchema,
  mediatype: text(),
  compression: compressionSchema,
  encoding: text(),
  rows: integer(),
  bytes: integer(),
  hash: text({ description: '`sha256:` and the digest in hex.' }),
  sha256: text(),
  found_by: text({
    description:
      'The engine that found the rows, with its version: absent where it was the server’s own. The bytes are the same either way.',
  }).optional(),
  schema: z.object({
    fields: z.array(fieldSchema),
    primaryKey: z
      .array(z.string())
      .meta({ description: 'Absent where the file lacks one of these columns.' })
      .optional(),
  }),
});

export const manifestSchema = z
  .object({
    $schema: text({ format: 'uri' }),
    name: text(),
    title: text(),
    created: text({ format: 'date-time' }).nullable(),
    job_id: text({ format: 'uuid' }),
    report_type: reportTypeSchema,
    start_date: text({ format: 'date' }),
    end_date: text({ format: 'date' }),
    property_count: integer(),
    data_version: integer(),
    dictionary_version: text(),
    warnings: z.array(z.string()).meta({ description: 'As in the job.' }),
    resources: z.array(resourceSchema),
  })
  .meta({ id: 'Manifest', description: 'A Frictionless data package.' });

/** A Frictionless data package. */
export function manifestFields(job: ReportJob & { readonly result: ResultFile }): z.infer<typeof manifestSchema> {
  const { result, spec } = job;
  const report = REPORTS[spec.reportType];
  const columns = selectColumns(report, spec.columns);
  const hasKey = report.key.every((name) => columns.some((column) => column.name === name));
  return {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name: `${spec.reportType}-${job.id}`,
    title: report.title,
    created: job.finishedAt?.toISOString() ?? null,
    job_id: job.id,
    report_type: spec.reportType,
    start_date: spec.startDate,
    end_date: spec.endDate,
    property_count: job.propertyCount,
    data_version: job.dataVersion,
    dictionary_version: DICTIONARY_VERSION,
    warnings: jobWarnings(job),
    resources: [
      {
        name: spec.reportType,
        path: result.filename,
        format: spec.outputFormat,
        mediatype: result.contentType,
        compression: spec.compression,
        encoding: 'utf-8',
        rows: result.rows,
        bytes: result.bytes,
        hash: `sha256:${result.sha256}`,
        sha256: result.sha256,
        ...(result.finder !== undefined && { found_by: result.finder }),
        schema: {
          fields: columns.map(({ name, type, unit, nullable, description }) => ({
            name,
            type: tableSchemaType(type),
            description,
            unit,
            constraints: { required: !nullable },
          })),
          // A key that is not in the file identifies no row of it.
          ...(hasKey && { primaryKey: [...report.key] }),
        },
      },
    ],
  };
}
