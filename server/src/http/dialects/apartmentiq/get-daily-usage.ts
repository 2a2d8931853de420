/** `GET /usage/daily`: what the account’s jobs of the last days came to, by day and credential. */
import { readDailyUsage } from '../../../jobs/usage.ts';
import {
  dailyUsageFields,
  dailyUsageQuerySchema,
  dailyUsageSchema,
  parseDays,
} from '../../../wire/apartmentiq/usage.ts';
import { badRequest, UNAUTHORIZED } from '../../server/answers.ts';
import { type ProtectedOperation, queryParameters } from '../../server/operation.ts';

export const getDailyUsage: ProtectedOperation = {
  permission: 'view usage',
  method: 'GET',
  path: '/usage/daily',
  unknownQuery: 'refused-if-meant',
  readQuery: parseDays,
  document: {
    operationId: 'getDailyUsage',
    tag: 'Accounts',
    summary: 'Get Daily Usage',
    description:
      'What the jobs of your account came to, of every kind, by the day on which each was made (UTC) and by the access key, token or ' +
      'person that asked for it: how many there were and succeeded, with how many properties, rows and bytes.',
    query: dailyUsageQuerySchema,
    responses: {
      200: { description: 'The usage', schema: dailyUsageSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'days must be an integer between 1 and 92' },
      }),
      401: UNAUTHORIZED,
    },
  },
  async answer({ deps }, { request, caller }) {
    return dailyUsageFields(await readDailyUsage(deps, caller, parseDays(queryParameters(request))));
  },
};
