/** What the page asks the server for, and keeps. */
import {
  ApiError,
  type ExportListOptions,
  type FileJob,
  type ReportJob,
  type ReportType,
  type SavedListCountRequest,
} from '@conveyance/sdk';
import { infiniteQueryOptions, keepPreviousData, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';
import { upToDate } from './heard.ts';
import { readSession, type Session } from './session.ts';

const KEPT_MS = 30_000;
const POLLED_MS = 5_000;
export const PAGE_SIZE = 50;

/** A session that is over is noticed by whatever asks first: the page then shows the sign-in, and comes back. */
function forgetSession(error: Error): void {
  if (error instanceof ApiError && error.status === 401) queryClient.setQueryData(sessionQuery.queryKey, null);
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: forgetSession }),
  // The SDK tries again by itself.
  defaultOptions: { queries: { retry: false, staleTime: KEPT_MS } },
});

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: readSession, staleTime: Infinity });

/** Somebody signed in, or out: nothing of what another one was shown may stay. */
export function become(session: Session | null): void {
  queryClient.removeQueries({ predicate: ({ queryKey: [name] }) => name !== sessionQuery.queryKey[0] });
  queryClient.setQueryData(sessionQuery.queryKey, session);
}

export const usageQuery = queryOptions({ queryKey: ['usage'], queryFn: ({ signal }) => client.usage({ signal }) });

/** Of the last thirty days, with today. */
export const dailyUsageQuery = queryOptions({
  queryKey: ['usage', 'daily'],
  queryFn: ({ signal }) => client.dailyUsage({ days: 30, signal }),
});

export const reportTypesQuery = queryOptions({
  queryKey: ['report-types'],
  queryFn: ({ signal }) => client.reportTypes({ signal }),
});

export function reportTypeQuery(type: ReportType) {
  return queryOptions({
    queryKey: ['report-type', type],
    queryFn: ({ signal }) => client.reportType(type, { signal }),
  });
}

/** Which exports a list has. */
export type ExportFilter = Omit<ExportListOptions, 'page' | 'perPage' | 'signal'>;

export function exportsQuery(page: number, filter: ExportFilter, isLive: boolean) {
  return queryOptions({
    queryKey: ['exports', page, filter],
    queryFn: ({ signal }) =>
      upToDate(
        () => client.exports.list({ page, perPage: PAGE_SIZE, ...filter, signal }),
        (list, renew) => ({ ...list, jobs: list.jobs.map(renew) }),
      ),
    refetchInterval: isLive ? false : POLLED_MS,
    // The page before stays until the next one is there.
    placeholderData: keepPreviousData,
  });
}

/** How many have not ended, of all pages. */
export const underWayQuery = queryOptions({
  queryKey: ['exports', 'under way'],
  queryFn: ({ signal }) => client.exports.list({ statuses: ['submitted'], perPage: 1, signal }),
});

export function isUnfinished({ status }: FileJob): boolean {
  return status !== 'SUCCESS' && status !== 'FAILURE';
}

let isAskingForLists = false;
let isAskedMeanwhile = false;

/** One question at a time: jobs that come faster than the answers would otherwise break off each before it is there. */
export async function askForLists(): Promise<void> {
  isAskedMeanwhile = true;
  if (isAskingForLists) return;
  isAskingForLists = true;
  while (isAskedMeanwhile) {
    isAskedMeanwhile = false;
    await queryClient.invalidateQueries({ queryKey: ['exports'] });
  }
  isAskingForLists = false;
}

/** File jobs have no events: they are asked for while one is under way. */
export const fileJobsQuery = queryOptions({
  queryKey: ['file-jobs'],
  queryFn: ({ signal }) => client.files.list({ limit: PAGE_SIZE, signal }),
  refetchInterval: ({ state }) => (state.data?.items.some(isUnfinished) ? POLLED_MS : false),
});

const WATCHED_MS = 2_000;

export function fileJobQuery(id: string) {
  return queryOptions({
    queryKey: ['file-job', id],
    queryFn: ({ signal }) => client.files.get(id, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnfinished(state.data) ? WATCHED_MS : false),
  });
}

export function exportQuery(id: string, isLive = true) {
  return queryOptions({
    queryKey: ['export', id],
    queryFn: ({ signal }): Promise<ReportJob> =>
      upToDate(
        () => client.exports.get(id, { signal }),
        (job, renew) => renew(job),
      ),
    refetchInterval: ({ state }) => (!isLive && state.data?.status === 'submitted' ? POLLED_MS : false),
  });
}

/** Of which kind of job there is a summary. */
export type SummarisedKind = 'report' | 'file';

/** A result never changes. */
export function summaryQuery(kind: SummarisedKind, jobId: string) {
  return queryOptions({
    queryKey: ['summary', kind, jobId],
    queryFn: ({ signal }) => (kind === 'report' ? client.exports : client.files).summary(jobId, { signal }),
    staleTime: Infinity,
  });
}

export function deliveriesQuery(jobId: string) {
  return queryOptions({
    queryKey: ['deliveries', jobId],
    queryFn: ({ signal }) => client.webhooks.deliveries({ signal, jobId }),
  });
}

/** Those of all jobs, newest first, page after page. */
export const allDeliveriesQuery = infiniteQueryOptions({
  queryKey: ['deliveries', 'all'],
  queryFn: ({ signal, pageParam: page }) => client.webhooks.deliveries({ signal, page }),
  initialPageParam: 1,
  getNextPageParam: ({ pagination: { current_page: page, total_pages: pages } }) =>
    page < pages ? page + 1 : undefined,
});

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => client.keys.list({ signal }),
});

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: ({ signal }) => client.schedules.list({ perPage: 100, signal }),
});

/** As many as an account has, unless its operator allows more. */
const MOST_LISTS = 100;

export const listsQuery = queryOptions({
  queryKey: ['lists'],
  queryFn: ({ signal }) => client.lists.list({ perPage: MOST_LISTS, signal }),
});

export function listQuery(id: string) {
  return queryOptions({ queryKey: ['list', id], queryFn: ({ signal }) => client.lists.get(id, { signal }) });
}

export function listCountQuery(asked: SavedListCountRequest) {
  return queryOptions({
    queryKey: ['list-count', asked],
    queryFn: ({ signal }) => client.lists.count(asked, { signal }),
  });
}

/** A list was made, changed or deleted. */
export async function forgetLists(): Promise<void> {
  await Promise.all(['lists', 'list', 'list-count'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
}
