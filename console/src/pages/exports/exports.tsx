/** All exports of the account, of both kinds, as they change. */
import type { FileJob, ReportJob } from '@conveyance/sdk';
import { Button, Group, Pagination, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { FollowingNote } from '../../parts/following.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { client } from '../../server/client.ts';
import { type Following, useLiveExports } from '../../server/live.ts';
import { exportsQuery, fileJobsQuery, reportTypesQuery, sessionQuery } from '../../server/queries.ts';
import { saveResult } from '../../server/save-result.ts';
import { formatDay } from '../../text/format.ts';
import { Figures } from './figures.tsx';
import { Filters, useFilters } from './filters.tsx';
import { List } from './list.tsx';
import { isShown, NO_FILTER, type Row, rowsOf } from './rows.ts';

const NO_REPORTS: readonly ReportJob[] = [];
const NO_FILES: readonly FileJob[] = [];

function NoExports() {
  return (
    <Empty
      what="Your exports will be here: what runs, what is done, and the files."
      command="conveyance export --report property --format csv --from 2026-01-01 --to 2026-03-31 --ids 99001416"
    >
      <Button component={Link} href="/new">
        Make the first export
      </Button>
    </Empty>
  );
}

/** Up to when reports have data; nothing while that is not known. */
function DataAsOf() {
  const { data } = useQuery(reportTypesQuery);
  const last = data
    ?.flatMap(({ last_day: day }) => day ?? [])
    .toSorted()
    .at(-1);
  if (last === undefined) return null;
  return (
    <Text size="sm" c="dimmed">
      Data up to {formatDay(new Date(`${last}T00:00:00Z`))}
    </Text>
  );
}

function controlLabel(control: string) {
  return { 'aria-label': `${control} page` };
}

/** That it was cancelled is told by the stream of events, as of every other change. */
function useAction() {
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: async ({ id, action, filename }: Row) => {
      if (action === 'download') return saveResult(id, filename);
      if (action === 'duplicate') return navigate(`/new?from=${id}`);
      await client.exports.cancel(id);
    },
  });
}

/** The page that is asked for, and of the newest file jobs those that the filter means. */
function useRows(following: Following) {
  const { applied, asked, hasReports, page, ...filters } = useFilters();
  const reports = useQuery({ ...exportsQuery(page, asked, following === 'live'), enabled: hasReports });
  const files = useQuery(fileJobsQuery);
  const jobs = hasReports ? (reports.data?.jobs ?? NO_REPORTS) : NO_REPORTS;
  const fileJobs = page === 1 ? (files.data?.items ?? NO_FILES) : NO_FILES;
  const all = useMemo(() => rowsOf(jobs, fileJobs), [jobs, fileJobs]);
  const rows = useMemo(() => all.filter((row) => isShown(row, applied)), [all, applied]);
  return {
    ...filters,
    ...{ page, rows },
    error: reports.error ?? files.error,
    // Half of the list would look like all of it, and what is shown until the answer comes may be of another filter.
    isPending:
      (hasReports && (reports.isPending || (reports.isPlaceholderData && rows.length === 0))) || files.isPending,
    isNone: hasReports && Object.keys(asked).length === 0 && reports.isSuccess && all.length === 0,
    pages: hasReports ? (reports.data?.pagination.total_pages ?? 1) : 1,
  };
}

export function ExportsPage() {
  const following = useLiveExports();
  const { data: session } = useQuery(sessionQuery);
  const action = useAction();
  const { filter, change, goTo, page, rows, error, isPending, isNone, pages } = useRows(following);
  const isEmpty = !isPending && rows.length === 0;
  return (
    <>
      <PageTitle title="Exports">
        <Group>
          <DataAsOf />
          <FollowingNote following={following} />
          <Button component={Link} href="/new">
            New export
          </Button>
        </Group>
      </PageTitle>
      <Figures />
      <Filters filter={filter} change={change} />
      <ErrorNote error={error} />
      {isPending && <Skeleton h={240} />}
      {isEmpty && isNone && <NoExports />}
      {isEmpty && !isNone && error === null && (
        <Group p="md">
          <Text>No export matches the filter.</Text>
          <Button variant="default" size="compact-sm" onClick={() => change(NO_FILTER)}>
            Show all
          </Button>
        </Group>
      )}
      <ErrorNote error={action.error} />
      {!isPending && rows.length > 0 && <List rows={rows} act={action.mutate} mayChange={session?.role === 'member'} />}
      {pages > 1 && <Pagination mt="md" total={pages} value={page} onChange={goTo} getControlProps={controlLabel} />}
    </>
  );
}
