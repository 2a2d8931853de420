/** `GET /usage`: what the account has used of its quota this month. */
import { readUsage } from '../../../jobs/usage.ts';
import { usageFields, usageSchema } from '../../../wire/apartmentiq/usage.ts';
import { UNAUTHORIZED } from '../../server/answers.ts';
import type { ProtectedOperation } from '../../server/operation.ts';

export const getUsage: ProtectedOperation = {
  permission: 'view usage',
  method: 'GET',
  path: '/usage',
  document: {
    operationId: 'getUsage',
    tag: 'Accounts',
    summary: 'Get Usage',
    description:
      'What your account has used of its quota this month. A property counts once in a calendar month (UTC), whichever jobs ' +
      'ask for it; a job counts in the month of its creation from then on, and no longer once it has failed or was cancelled.',
    responses: {
      200: { description: 'The usage', schema: usageSchema },
      401: UNAUTHORIZED,
    },
  },
  async answer({ deps }, { caller }) {
    return usageFields(await readUsage(deps, caller));
  },
};
