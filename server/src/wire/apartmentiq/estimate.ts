/** What a job would take. */
import { z } from 'zod';
import type { Estimate } from '../../core/job.ts';
import { integer } from '../fields.ts';

const bytesSchema = z
  .object({ csv: integer(), jsonl: integer(), parquet: integer() })
  .meta({ id: 'EstimatedBytes', description: 'Of the file, in each format, before any `compression`.' });

export const estimateSchema = z
  .object({
    estimated_rows: integer({ description: 'Counted: exact for the data that is current.' }),
    estimated_bytes: integer({ description: 'Of the file, in the format asked for.' }),
    estimated_bytes_by_format: bytesSchema,
    estimated_seconds: z.number().meta({
      description:
        'From submission to the file where no other job is in the way: as your account’s last jobs with the report took once they had begun, else as measured on a machine with two cores.',
    }),
    ids_without_data: integer({ description: 'How many of the properties have no row in the range.' }),
    total_quota: integer({ description: 'Distinct properties per calendar month; null: no limit.' }).nullable(),
    consumed_quota: integer({ description: 'Distinct properties that count in this month (UTC).' }),
    requested_records: integer({ description: 'Distinct properties of the request.' }),
    new_records: integer({ description: 'Those that do not count yet this month.' }),
    prev_records: integer({ description: 'Those that count already, and are free.' }),
    expected_new_consumed_quota: integer({
      description: 'What would count after the job was created. Above `total_quota` its creation would be refused.',
    }),
    warnings: z
      .array(z.string())
      .meta({ description: 'Fields that were ignored, and what of a list is left out.' })
      .optional(),
  })
  .meta({ id: 'JobEstimate' });

export function estimateFields({
  format,
  rows,
  bytes,
  seconds,
  withoutData,
  requested,
  quota,
  warnings,
}: Estimate): z.infer<typeof estimateSchema> {
  const { limit, usage, added } = quota;
  return {
    estimated_rows: rows,
    estimated_bytes: bytes[format],
    estimated_bytes_by_format: { csv: bytes.csv, jsonl: bytes.jsonl, parquet: bytes.parquet },
    estimated_seconds: seconds,
    ids_without_data: withoutData,
    total_quota: limit,
    consumed_quota: usage,
    requested_records: requested,
    new_records: added,
    prev_records: requested - added,
    expected_new_consumed_quota: usage + added,
    warnings: [...warnings],
  };
}
