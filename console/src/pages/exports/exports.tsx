/** All exports of the account, of both kinds, as they change. */
import type { FileJob, ReportJob } from '@conveyance/sdk';
import { Button, Group, Pagination, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { FollowingNote } from '../../parts/following.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { client } from '../../server/client.ts';
import { useLiveExports } from '../../server/live.ts';
import { exportsQuery, fileJobsQuery, sessionQuery } from '../../server/queries.ts';
import { saveResult } from '../../server/save-result.ts';
import { Figures } from './figures.tsx';
import { Filters, useFilters } from './filters.tsx';
import { List } from './list.tsx';
import { isShown, isUnderWay, type Row, rowsOf } from './rows.ts';

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

/** That it was cancelled is told by the stream of events, as of every other change. */
async function actOn({ id, action, filename }: Row): Promise<void> {
  if (action === 'download') await saveResult(id, filename);
  else await client.exports.cancel(id);
}

function controlLabel(control: string) {
  return { 'aria-label': `${control} page` };
}

export function ExportsPage() {
  const following = useLiveExports();
  const { data: session } = useQuery(sessionQuery);
  const action = useMutation({ mutationFn: actOn });
  const { filter, change, applied, page, goTo } = useFilters();
  const reports = useQuery(exportsQuery(page, following === 'live'));
  const files = useQuery(fileJobsQuery);
  const jobs = reports.data?.jobs ?? NO_REPORTS;
  // The newest of them, beside the newest reports.
  const fileJobs = page === 1 ? (files.data?.items ?? NO_FILES) : NO_FILES;
  const all = useMemo(() => rowsOf(jobs, fileJobs), [jobs, fileJobs]);
  const rows = useMemo(
    () => all.filter((row) => isShown(row, applied.status, applied.text.toLowerCase())),
    [all, applied],
  );
  const pagination = reports.data?.pagination;
  // Half of the list would look like all of it.
  const isPending = reports.isPending || files.isPending;
  // What could not be asked for is not none.
  const isKnown = reports.isSuccess && files.isSuccess;
  const total = !isKnown ? null : (pagination?.total_count ?? 0) + (files.data?.count ?? 0);
  return (
    <>
      <PageTitle title="Exports">
        <Group>
          <FollowingNote following={following} />
          <Button component={Link} href="/new">
            New export
          </Button>
        </Group>
      </PageTitle>
      <Figures running={isKnown ? all.filter(isUnderWay).length : null} total={total} />
      <Filters filter={filter} change={change} />
      <ErrorNote error={reports.error ?? files.error} />
      {isPending && <Skeleton h={240} />}
      {!isPending && reports.isSuccess && all.length === 0 && <NoExports />}
      {!isPending && all.length > 0 && rows.length === 0 && (
        <Text p="md">None of these exports matches the filter.</Text>
      )}
      <ErrorNote error={action.error} />
      {!isPending && rows.length > 0 && <List rows={rows} act={action.mutate} mayCancel={session?.role === 'member'} />}
      {pagination !== undefined && pagination.total_pages > 1 && (
        <Pagination
          mt="md"
          total={pagination.total_pages}
          value={page}
          onChange={goTo}
          getControlProps={controlLabel}
        />
      )}
    </>
  );
}
