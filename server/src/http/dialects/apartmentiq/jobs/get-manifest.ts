/** `GET /bulk_api/jobs/{job_id}/manifest`: what is in the files of a report job. */
import { z } from 'zod';
import { readManifest } from '../../../../jobs/results/manifest.ts';
import { compressionSchema, fileTypeSchema, reportTypeSchema } from '../../../../wire/apartmentiq/words.ts';
import { integer, jobIdParams, text } from '../../../../wire/fields.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { RESULT_REFUSALS } from './result-refusals.ts';

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
    resources: z.array(resourceSchema),
  })
  .meta({ id: 'Manifest', description: 'A Frictionless data package.' });

export const getManifest: ProtectedOperation = {
  scope: 'exports:read',
  method: 'GET',
  path: '/bulk_api/jobs/:job_id/manifest',
  document: {
    operationId: 'getBatchJobManifest',
    tag: 'Bulk Data Export',
    summary: 'Get Batch Job Manifest',
    description: 'The files of a succeeded job with rows, bytes, SHA-256, columns and data version.',
    params: jobIdParams('UUID of the completed batch job.'),
    responses: {
      200: { description: 'The manifest', schema: manifestSchema },
      ...RESULT_REFUSALS,
    },
  },
  async answer({ deps }, { request, caller }) {
    return readManifest(deps, caller, pathParameter(request, 'job_id'));
  },
};
