/** Pages of lists: how they are requested, and how answers describe them. */
import { z } from 'zod';
import { ConveyanceError } from '../../core/errors.ts';
import { DEFAULT_PER_PAGE, MAX_PER_PAGE, type Page, type PageRequest, totalPages } from '../../core/pages.ts';
import { integer, WHOLE_NUMBER } from '../fields.ts';

export const pageQuerySchema = z.object({
  page: integer({ minimum: 1, default: 1, description: 'One-based page number.' }).optional(),
  per_page: integer({
    minimum: 1,
    maximum: MAX_PER_PAGE,
    default: DEFAULT_PER_PAGE,
    description: 'Rows per page.',
  }).optional(),
});

export const paginationSchema = z
  .object({ current_page: z.int(), total_pages: z.int(), total_count: z.int(), per_page: z.int() })
  .meta({ id: 'Pagination' });

/** As the query string has it. */
export interface RawPageRequest {
  readonly page?: string | undefined;
  readonly per_page?: string | undefined;
}

function parsePositive(text: string, highest: number): number | null {
  const number = WHOLE_NUMBER.test(text) ? Number(text) : 0;
  return number >= 1 && number <= highest ? number : null;
}

/** Reads `page` and `per_page` from a query string. Both faults are reported together. */
export function parsePageRequest(raw: RawPageRequest): PageRequest {
  const page = parsePositive(raw.page ?? '1', Number.MAX_SAFE_INTEGER);
  const perPage = parsePositive(raw.per_page ?? String(DEFAULT_PER_PAGE), MAX_PER_PAGE);
  const errors: string[] = [];
  if (page === null) errors.push('page must be a positive integer');
  if (perPage === null) errors.push(`per_page must be an integer between 1 and ${MAX_PER_PAGE}`);
  if (page === null || perPage === null) throw new ConveyanceError('invalid_parameter', errors[0] ?? '', { errors });
  return { page, perPage };
}

export function paginationFields(
  page: Pick<Page<unknown>, 'totalCount' | 'request'>,
): z.infer<typeof paginationSchema> {
  return {
    current_page: page.request.page,
    total_pages: totalPages(page),
    total_count: page.totalCount,
    per_page: page.request.perPage,
  };
}
