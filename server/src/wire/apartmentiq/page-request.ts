import { ConveyanceError } from '../../core/errors.ts';
import { DEFAULT_PER_PAGE, MAX_PER_PAGE, type PageRequest } from '../../core/pages.ts';

const WHOLE_NUMBER = /^[0-9]{1,9}$/;

export interface RawPageRequest {
  readonly page?: string | undefined;
  readonly perPage?: string | undefined;
}

function parsePositive(text: string, highest: number): number | null {
  const number = WHOLE_NUMBER.test(text) ? Number(text) : 0;
  return number >= 1 && number <= highest ? number : null;
}

/** Reads `page` and `per_page` as they stand in a query string. Both faults are told at once. */
export function parsePageRequest(raw: RawPageRequest): PageRequest {
  const page = parsePositive(raw.page ?? '1', Number.MAX_SAFE_INTEGER);
  const perPage = parsePositive(raw.perPage ?? String(DEFAULT_PER_PAGE), MAX_PER_PAGE);
  const errors: string[] = [];
  if (page === null) errors.push('page must be a positive integer');
  if (perPage === null) errors.push(`per_page must be an integer between 1 and ${MAX_PER_PAGE}`);
  if (page === null || perPage === null) throw new ConveyanceError('invalid_parameter', errors[0] ?? '', { errors });
  return { page, perPage };
}
