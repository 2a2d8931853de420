/** `GET /bulk_api/report_types`: what can be exported. */
import { daysWithData } from '../../../jobs/missing-data.ts';
import { reportTypeListFields, reportTypeListSchema } from '../../../wire/apartmentiq/report-types.ts';
import { UNAUTHORIZED } from '../../server/answers.ts';
import type { ProtectedOperation } from '../../server/operation.ts';

export const listReportTypes: ProtectedOperation = {
  permission: null,
  method: 'GET',
  path: '/bulk_api/report_types',
  unknownQuery: 'refused-if-meant',
  document: {
    operationId: 'listReportTypes',
    tag: 'Bulk Data Export',
    summary: 'List Report Types',
    description: 'What can be exported, and the days for which there is data.',
    responses: {
      200: {
        description: 'The report types',
        schema: reportTypeListSchema,
      },
      401: UNAUTHORIZED,
    },
  },
  async answer({ deps }) {
    return reportTypeListFields(await daysWithData(deps));
  },
};
