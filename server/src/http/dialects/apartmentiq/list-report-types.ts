/** `GET /bulk_api/report_types`: what can be exported. */
import { z } from 'zod';
import { REPORT_TYPES } from '../../../core/job.ts';
import { REPORTS } from '../../../reports/catalogue.ts';
import { summarizeReport } from '../../../reports/dictionary.ts';
import { reportTypeSchema } from '../../../wire/apartmentiq/words.ts';
import { integer, text } from '../../../wire/fields.ts';
import { UNAUTHORIZED } from '../../server/answers.ts';
import type { ProtectedOperation } from '../../server/operation.ts';

export const reportSummarySchema = z
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

export const listReportTypes: ProtectedOperation = {
  scope: null,
  method: 'GET',
  path: '/bulk_api/report_types',
  document: {
    operationId: 'listReportTypes',
    tag: 'Bulk Data Export',
    summary: 'List Report Types',
    description: 'What can be exported.',
    responses: {
      200: {
        description: 'The report types',
        schema: z.object({ report_types: z.array(reportSummarySchema) }).meta({ id: 'ReportTypeList' }),
      },
      401: UNAUTHORIZED,
    },
  },
  async answer() {
    return { report_types: REPORT_TYPES.map((type) => summarizeReport(REPORTS[type])) };
  },
};
