/** Pages: of a list, as both the job list and the property look-up count them, and of a search. */
import type { ResultRow } from './rows.ts';

export const DEFAULT_PER_PAGE = 50;
export const MAX_PER_PAGE = 100;

export interface PageRequest {
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly totalCount: number;
  readonly request: PageRequest;
}

export function pageOffset({ page, perPage }: PageRequest): number {
  return (page - 1) * perPage;
}

export function totalPages({ totalCount, request }: Pick<Page<unknown>, 'totalCount' | 'request'>): number {
  return Math.ceil(totalCount / request.perPage);
}

/** "Requests to POST /search/summaries return a maximum of 10,000 property IDs." */
export const LARGEST_SEARCH_PAGE = 10_000;

/** A setting’s range as it was applied, from `from` to below `below`; null where it has no bound. */
export interface WidenedRange {
  readonly setting: string;
  readonly from: number | string | null;
  readonly below: number | string | null;
}

/** What one answer has of what a search found. */
export interface SearchPage {
  /** Of all pages. */
  readonly count: number;
  /** Id and update times of each property. */
  readonly items: readonly ResultRow[];
  /** The ranges that were widened for what is not paid for. */
  readonly widened: readonly WidenedRange[];
  /** Asks for the next page; null on the last. */
  readonly token: string | null;
}
