/** `GET /bulk_api/report_types/{report_type}`: the data dictionary of one report. */
import { ConveyanceError } from '../../../core/errors.ts';
import { REPORT_TYPES } from '../../../core/job.ts';
import { daysWithData } from '../../../jobs/missing-data.ts';
import { REPORTS } from '../../../reports/catalogue.ts';
import {
  reportDescriptionFields,
  reportDescriptionSchema,
  reportTypeParamsSchema,
} from '../../../wire/apartmentiq/report-types.ts';
import { refused, UNAUTHORIZED } from '../../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../../server/operation.ts';

const NOT_FOUND_MESSAGE = `There is no such report type; the report types are: ${REPORT_TYPES.join(', ')}`;

export const getReportType: ProtectedOperation = {
  permission: null,
  method: 'GET',
  path: '/bulk_api/report_types/:report_type',
  document: {
    operationId: 'getReportType',
    tag: 'Bulk Data Export',
    summary: 'Get Report Type',
    description:
      'The data dictionary of one report: every column, the JSON Schema of a row, and the days for which there is data.',
    params: reportTypeParamsSchema,
    responses: {
      200: {
        description: 'The report type',
        schema: reportDescriptionSchema,
      },
      401: UNAUTHORIZED,
      404: refused('No such report type', 'not_found', NOT_FOUND_MESSAGE),
    },
  },
  async answer({ deps }, { request }) {
    const asked = pathParameter(request, 'report_type');
    const type = REPORT_TYPES.find((known) => known === asked);
    if (type === undefined) throw new ConveyanceError('not_found', NOT_FOUND_MESSAGE);
    const daysOf = await daysWithData(deps);
    return reportDescriptionFields(REPORTS[type], daysOf(type));
  },
};
