/** What operators ask the server for. The SDK is a customer's and has none of these routes. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  Account,
  AccountDetails,
  AccountList,
  AuditEntry,
  AuditList,
  DataVersionList,
  Grants,
  GrantsChange,
  Invitation,
  LoadHistory,
  LoadRecord,
  NodeList,
  OperatedDeliveryList,
  OperatedJobList,
  Queue,
  Quota,
  System,
  Warehouse,
} from './admin-wire.ts';
import { refusalOf } from './session.ts';

const BASE = '/admin/v1';
/** Whoever watches the queue at night sees it move. */
const POLLED_MS = 3_000;
const LISTED = 50;
const AUDIT_PAGE = 1000;
export const MOST_EXPORTED = 10_000;

/** Lists begin without a cursor. */
const FIRST_PAGE: string | undefined = undefined;

type Query = Readonly<Record<string, string | undefined>>;

interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Query;
  readonly body?: object;
  readonly signal?: AbortSignal;
}

async function answerOf(path: string, { method = 'GET', query = {}, body, signal }: Asked = {}): Promise<Response> {
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  const parameters = new URLSearchParams(given).toString();
  const response = await fetch(`${BASE}${path}${parameters === '' ? '' : `?${parameters}`}`, {
    method,
    headers: { 'x-conveyance-console': '1', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (!response.ok) throw await refusalOf(response);
  return response;
}

async function ask<Answer>(path: string, asked: Asked = {}): Promise<Answer> {
  return (await answerOf(path, asked)).json();
}

/** What a list has, page after page: as many of them as somebody asked for. */
function pagesQuery<Page extends { readonly next_cursor: string | null }>(
  path: string,
  queryKey: readonly unknown[],
  query: Query,
) {
  return infiniteQueryOptions({
    queryKey: ['operator', ...queryKey],
    queryFn: ({ signal, pageParam: cursor }) => ask<Page>(path, { query: { ...query, cursor }, signal }),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
  });
}

export function accountsQuery(name: string) {
  return pagesQuery<AccountList>('/accounts', ['accounts', name], { name, limit: '100' });
}

export function accountQuery(id: string) {
  return queryOptions({
    queryKey: ['operator', 'account', id],
    queryFn: ({ signal }) => ask<AccountDetails>(`/accounts/${id}`, { signal }),
  });
}

export function quotaQuery(id: string) {
  return queryOptions({
    queryKey: ['operator', 'quota', id],
    queryFn: ({ signal }) => ask<Quota>(`/accounts/${id}/quota`, { signal }),
  });
}

export function grantsQuery(id: string) {
  return queryOptions({
    queryKey: ['operator', 'grants', id],
    queryFn: ({ signal }) => ask<Grants>(`/accounts/${id}/grants`, { signal }),
  });
}

/** All, what a condition says, or these. */
export type NewGrants =
  | { readonly all: true }
  | { readonly rule: string }
  | { readonly property_ids: readonly number[] };

export const queueQuery = queryOptions({
  queryKey: ['operator', 'queue'],
  queryFn: ({ signal }) => ask<Queue>('/queue', { signal }),
  refetchInterval: POLLED_MS,
});

export function jobsQuery(state: string) {
  const query = pagesQuery<OperatedJobList>('/jobs', ['jobs', state], { state, limit: String(LISTED) });
  return { ...query, refetchInterval: POLLED_MS };
}

export const failedDeliveriesQuery = pagesQuery<OperatedDeliveryList>('/webhook_deliveries', ['deliveries'], {
  limit: String(LISTED),
});

export const warehouseQuery = queryOptions({
  queryKey: ['operator', 'warehouse'],
  queryFn: ({ signal }) => ask<Warehouse>('/warehouse', { signal }),
});

export const versionsQuery = queryOptions({
  queryKey: ['operator', 'versions'],
  queryFn: ({ signal }) => ask<DataVersionList>('/warehouse/versions', { signal }),
});

export const loadsQuery = pagesQuery<LoadHistory>('/warehouse/loads', ['loads'], { limit: String(LISTED) });

export function loadQuery(number: string) {
  return queryOptions({
    queryKey: ['operator', 'load', number],
    queryFn: ({ signal }) => ask<LoadRecord>(`/warehouse/loads/${encodeURIComponent(number)}`, { signal }),
  });
}

/** The rows that a load did not take, as CSV. */
export async function readRejects(number: number): Promise<Blob> {
  return (await answerOf(`/warehouse/loads/${number}/rejects`)).blob();
}

export const nodesQuery = queryOptions({
  queryKey: ['operator', 'nodes'],
  queryFn: ({ signal }) => ask<NodeList>('/nodes', { signal }),
  refetchInterval: POLLED_MS,
});

export const systemQuery = queryOptions({
  queryKey: ['operator', 'system'],
  queryFn: ({ signal }) => ask<System>('/system', { signal }),
});

export interface AuditFilter {
  readonly account_id: string;
  readonly event: string;
  readonly from: string;
}

export function auditListQuery(filter: AuditFilter) {
  return pagesQuery<AuditList>('/audit', ['audit', filter], { ...filter, limit: '100' });
}

/** The newest that the filter selects, page after page. */
export async function readAudit(filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let cursor: string | undefined; entries.length < MOST_EXPORTED; ) {
    const page: AuditList = await ask('/audit', { query: { ...filter, limit: String(AUDIT_PAGE), cursor } });
    entries.push(...page.entries);
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  return entries;
}

export const operate = {
  createAccount: (name: string) => ask<AccountDetails>('/accounts', { method: 'POST', body: { name } }),
  setQuota: (id: string, quota_limit: number | null) =>
    ask<Quota>(`/accounts/${id}/quota`, { method: 'PUT', body: { quota_limit } }),
  /** What it would change is asked for first. */
  replaceGrants: (id: string, grants: NewGrants, isTrial: boolean) =>
    ask<GrantsChange>(`/accounts/${id}/grants`, { method: 'PUT', body: { ...grants, dry_run: isTrial } }),
  suspend: (id: string) => ask<Account>(`/accounts/${id}/suspend`, { method: 'POST' }),
  resume: (id: string) => ask<Account>(`/accounts/${id}/resume`, { method: 'POST' }),
  invite: (id: string, role: string) =>
    ask<Invitation>(`/accounts/${id}/invitations`, { method: 'POST', body: { role } }),
  cancel: (jobId: string) => ask<unknown>(`/jobs/${jobId}`, { method: 'DELETE' }),
  resend: (deliveryId: string) => ask<unknown>(`/webhook_deliveries/${deliveryId}/redeliver`, { method: 'POST' }),
};
