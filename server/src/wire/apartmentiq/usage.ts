/** What an account has used of its quota. */
import { z } from 'zod';
import { ConveyanceError } from '../../core/errors.ts';
import type { DailyUsage } from '../../core/ports/database/jobs.ts';
import type { MonthUsage } from '../../core/quota.ts';
import { integer, text, WHOLE_NUMBER } from '../fields.ts';

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

export function usageFields({ limit, usage, period }: MonthUsage): z.infer<typeof usageSchema> {
  return { quota_limit: limit, quota_usage: usage, period_start: period.start, period_end: period.end };
}

const DEFAULT_DAYS = 30;
const MOST_DAYS = 92;

export const dailyUsageQuerySchema = z.object({
  days: integer({
    minimum: 1,
    maximum: MOST_DAYS,
    default: DEFAULT_DAYS,
    description: 'How many days (UTC), with today.',
  }).optional(),
});

export function parseDays({ days }: { readonly days?: string | undefined }): number {
  const number = days === undefined ? DEFAULT_DAYS : WHOLE_NUMBER.test(days) ? Number(days) : 0;
  if (number >= 1 && number <= MOST_DAYS) return number;
  throw new ConveyanceError('invalid_parameter', `days must be an integer between 1 and ${MOST_DAYS}`);
}

const dayUsageSchema = z
  .object({
    day: text({ format: 'date', description: 'On which the jobs were made (UTC).' }),
    credential_id: text({ format: 'uuid', description: 'Who asked for them; of a schedule’s runs, who made it.' }),
    credential_kind: z.enum(['key', 'token', 'person']),
    credential_name: text({ description: 'Null without one, and for a caller without the scope keys.' }).nullable(),
    jobs: integer({ description: 'Of every kind: reports and file jobs.' }),
    succeeded: integer(),
    failed: integer(),
    properties: integer({
      description:
        'Properties of those that succeeded, each as often as a job had it: not what counts towards the quota.',
    }),
    rows: integer({ description: 'Of their files.' }),
    bytes: integer({ description: 'Of their files.' }),
  })
  .meta({ id: 'DayUsage' });

export const dailyUsageSchema = z
  .object({
    first_day: text({ format: 'date' }),
    last_day: text({ format: 'date', description: 'Today (UTC), inclusive.' }),
    complete: z.boolean().meta({
      description: 'False if the account made more jobs than are counted: the newest 100,000.',
    }),
    usage: z
      .array(dayUsageSchema)
      .meta({ description: 'Of the days and credentials with jobs, the newest day first.' }),
  })
  .meta({ id: 'DailyUsage' });

export function dailyUsageFields({ first, last, isWhole, usage }: DailyUsage): z.infer<typeof dailyUsageSchema> {
  return {
    ...{ first_day: first, last_day: last, complete: isWhole },
    usage: usage.map(({ credentialId, credential, name, ...figures }) => ({
      ...figures,
      ...{ credential_id: credentialId, credential_kind: credential, credential_name: name },
    })),
  };
}
