/** `GET /usage`: what the account has used of its quota this month. */
import { z } from 'zod';
import { type MonthUsage, readUsage } from '../../../jobs/usage.ts';
import { integer, text } from '../../../wire/fields.ts';
import { forbidden, UNAUTHORIZED } from '../../server/answers.ts';
import type { ProtectedOperation } from '../../server/operation.ts';

export const usageSchema = z
  .object({
    quota_limit: integer({
      description: 'Distinct properties that may be exported in the period; null: no limit.',
    }).nullable(),
    quota_usage: integer({ description: 'Distinct properties that count in the period.' }),
    period_start: text({ format: 'date', description: 'First day of the calendar month (UTC).' }),
    period_end: text({ format: 'date', description: 'Last day of the calendar month (UTC), inclusive.' }),
  })
  .meta({ id: 'Usage' });

export function usageFields({ limit, usage, period }: MonthUsage) {
  return { quota_limit: limit, quota_usage: usage, period_start: period.start, period_end: period.end };
}

export const getUsage: ProtectedOperation = {
  scope: 'exports:read',
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
      403: forbidden('You do not have permission to view usage'),
    },
  },
  async answer({ deps }, { caller }) {
    return usageFields(await readUsage(deps, caller));
  },
};
