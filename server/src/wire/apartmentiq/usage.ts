/** What an account has used of its quota. */
import { z } from 'zod';
import type { MonthUsage } from '../../core/quota.ts';
import { integer, text } from '../fields.ts';

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
