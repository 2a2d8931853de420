/** `GET /bulk_api/report_types/{report_type}`: the data dictionary of one report. */
import { z } from 'zod';
import { ConveyanceError } from '../../../core/errors.ts';
import { REPORT_TYPES } from '../../../core/job.ts';
import { REPORTS } from '../../../reports/catalogue.ts';
import { describeReport } from '../../../reports/dictionary.ts';
import { reportTypeSchema } from '../../../wire/apartmentiq/words.ts';
import { text } from '../../../wire/fields.ts';
import { refused, UNAUTHORIZED } from '../../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../../server/operation.ts';
import { reportSummarySchema } from './list-report-types.ts';

const NOT_FOUND_MESSAGE = `There is no such report type; the report types are: ${REPORT_TYPES.join(', ')}`;

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

export const getReportType: ProtectedOperation = {
  scope: null,
  method: 'GET',
  path: '/bulk_api/report_types/:report_type',
  document: {
    operationId: 'getReportType',
    tag: 'Bulk Data Export',
    summary: 'Get Report Type',
    description: 'The data dictionary of one report: every column, and the JSON Schema of a row.',
    params: z.object({ report_type: reportTypeSchema.meta({ description: 'Type of report.' }) }),
    responses: {
      200: {
        description: 'The report type',
        schema: reportSummarySchema
          .extend({
            columns: z.array(columnSchema),
            json_schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of a row in JSONL.' }),
          })
          .meta({ id: 'ReportDescription' }),
      },
      401: UNAUTHORIZED,
      404: refused('No such report type', 'not_found', NOT_FOUND_MESSAGE),
    },
  },
  async answer(_door, { request }) {
    const asked = pathParameter(request, 'report_type');
    const type = REPORT_TYPES.find((known) => known === asked);
    if (type === undefined) throw new ConveyanceError('not_found', NOT_FOUND_MESSAGE);
    return describeReport(REPORTS[type]);
  },
};
