/** Shapes that several operations have: errors, pages, parameters. */
import { z } from 'zod';
import { integer, text } from '../../wire/fields.ts';

export const errorSchema = z
  .object({
    error: text({ description: 'Short error message', example: 'Invalid parameter' }).optional(),
    message: text({ description: 'Optional detailed message', example: 'account_id is required' }).optional(),
    errors: z.array(z.string()).meta({ description: 'Optional list of validation errors.' }).optional(),
    quota_limit: integer({
      description: 'Quota limit that applied to the request when an account quota was exceeded.',
    }).optional(),
    quota_usage: integer({ description: 'Current quota usage when an account quota was exceeded.' }).optional(),
  })
  .meta({
    id: 'Error',
    description:
      'Error response payload. Most errors include error and optional message; some validation responses include errors; ' +
      'quota responses include quota fields.',
  });

export const paginationSchema = z
  .object({ current_page: z.int(), total_pages: z.int(), total_count: z.int(), per_page: z.int() })
  .meta({ id: 'Pagination' });

export const pageQuerySchema = z.object({
  page: integer({ minimum: 1, default: 1, description: 'One-based page number.' }).optional(),
  per_page: integer({ minimum: 1, maximum: 100, default: 50, description: 'Rows per page.' }).optional(),
});

export const lastEventIdHeaders = z.object({
  'Last-Event-ID': text({ description: 'The `id` of the last event that you have.' }).optional(),
});
