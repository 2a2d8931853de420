/** Pages as the ApartmentIQ dialect tells of them. */
import { type Page, totalPages } from '../../core/pages.ts';

/** The contract's pagination object. */
export function paginationOf(page: Pick<Page<unknown>, 'totalCount' | 'request'>) {
  return {
    current_page: page.request.page,
    total_pages: totalPages(page),
    total_count: page.totalCount,
    per_page: page.request.perPage,
  };
}
