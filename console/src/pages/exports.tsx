/** All exports of the account, of both kinds, as they change. */
import type { FileJob, ReportJob } from '@conveyance/sdk';
import {
  Button,
  Group,
  Pagination,
  Paper,
  Progress,
  SegmentedControl,
  SimpleGrid,
  Skeleton,
  Text,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import { Empty } from '../parts/empty.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { FollowingNote } from '../parts/following.tsx';
import { Instant } from '../parts/instant.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { FILE_JOB_NAMES, type Shown, Status, shownFileStatus, shownStatus } from '../parts/status.tsx';
import { useLiveExports } from '../server/live.ts';
import { exportsQuery, fileJobsQuery, usageQuery } from '../server/queries.ts';
import { formatBytes, formatNumber, shortId } from '../text/format.ts';

/** A job of either kind, as a row. */
interface Row {
  readonly id: string;
  readonly what: string;
  readonly range: string;
  readonly status: Shown;
  readonly percent: number | null;
  readonly note: string;
  readonly createdAt: string;
  readonly href: string;
}

const FILTERS = ['all', 'running', 'succeeded', 'failed'] as const;

function noteOf(job: ReportJob): string {
  const { status, progress, result } = job;
  if (status === 'succeeded' && result) return `${formatBytes(result.bytes)} · ${formatNumber(result.rows)} rows`;
  if (status === 'failed') return job.error_message ?? 'Failed';
  if (status === 'cancelled') return '';
  if (progress.phase === 'queued') return progress.queue_position === 0 ? 'Next in the queue' : 'In the queue';
  const of = progress.rows_total === null ? '' : ` / ${formatNumber(progress.rows_total)}`;
  return `${formatNumber(progress.rows_written)}${of} rows`;
}

function reportRow(job: ReportJob): Row {
  const title = `${job.report_type} · ${job.output_format}`;
  return {
    id: job.job_id,
    what: job.name ? `${job.name} (${title})` : title,
    range: `${job.start_date} → ${job.end_date}`,
    status: shownStatus(job),
    percent: job.status === 'submitted' ? job.progress.percent : null,
    note: noteOf(job),
    createdAt: job.created_at,
    href: `/jobs/${job.job_id}`,
  };
}

function fileRow(job: FileJob): Row {
  const status = shownFileStatus(job);
  return {
    id: job.id,
    what: FILE_JOB_NAMES[job.job_type],
    range: job.filename ?? '',
    status,
    percent: status === 'running' ? job.progress : null,
    note: job.message ?? '',
    createdAt: job.created,
    href: `/files/${job.id}`,
  };
}

function isShown({ status, ...row }: Row, filter: string, text: string): boolean {
  const isOfStatus =
    filter === 'all' ||
    status === filter ||
    (filter === 'running' && status === 'queued') ||
    (filter === 'failed' && status === 'cancelled');
  const words = `${row.id} ${row.what} ${row.range} ${row.note}`.toLowerCase();
  return isOfStatus && words.includes(text.toLowerCase());
}

function RowView({ row }: { readonly row: Row }) {
  const cells = (
    <>
      <span className="mono">{shortId(row.id)}</span>
      <Text span truncate>
        {row.what}
      </Text>
      <Text span size="sm">
        {row.range}
      </Text>
      <Status status={row.status} />
      <Group gap="xs" wrap="nowrap">
        {row.percent !== null && (
          <Progress value={row.percent} w={80} aria-label={`${Math.floor(row.percent)} % of ${row.what}`} />
        )}
        <Text span size="sm" truncate>
          {row.note}
        </Text>
        <Text span size="sm" c="dimmed" ml="auto">
          <Instant iso={row.createdAt} />
        </Text>
      </Group>
    </>
  );
  return (
    <Link className="job-row" href={row.href}>
      {cells}
    </Link>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <Paper withBorder p="sm">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fw={600} size="lg" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
    </Paper>
  );
}

function Figures({ rows, total }: { readonly rows: readonly Row[]; readonly total: number | null }) {
  const { data: usage } = useQuery(usageQuery);
  const running = rows.filter(({ status }) => status === 'running' || status === 'queued').length;
  const limit = usage?.quota_limit == null ? 'no limit' : formatNumber(usage.quota_limit);
  const used = usage === undefined ? '…' : `${formatNumber(usage.quota_usage)} / ${limit}`;
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} mb="md">
      <Figure name="Under way" value={total === null ? '…' : formatNumber(running)} />
      <Figure name="Exports" value={total === null ? '…' : formatNumber(total)} />
      <Figure name="Properties this month" value={used} />
    </SimpleGrid>
  );
}

function useFilters() {
  const [parameters, setParameters] = useSearchParams();
  const set = (name: string, value: string) =>
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        if (name !== 'page') after.delete('page');
        return after;
      },
      { replace: true },
    );
  const page = Math.max(1, Math.floor(Number(parameters.get('page') ?? '1')) || 1);
  return { status: parameters.get('status') ?? 'all', text: parameters.get('q') ?? '', page, set };
}

function Filters({ status, text, set }: ReturnType<typeof useFilters>) {
  return (
    <Group mb="sm">
      <TextInput
        data-filter
        aria-label="Filter"
        placeholder="Filter: name, report, date, id"
        value={text}
        onChange={({ currentTarget }) => set('q', currentTarget.value)}
        w={{ base: '100%', xs: 280 }}
      />
      <SegmentedControl
        aria-label="Status"
        value={status}
        onChange={(value) => set('status', value === 'all' ? '' : value)}
        data={FILTERS.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }))}
      />
    </Group>
  );
}

function List({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <Paper withBorder>
      <div className="job-row job-head" aria-hidden="true">
        <span>Id</span>
        <span>What</span>
        <span>Days or file</span>
        <span>Status</span>
        <span>Result</span>
      </div>
      <ul className="plain-list" aria-label="Exports">
        {rows.map((row) => (
          <li key={row.id}>
            <RowView row={row} />
          </li>
        ))}
      </ul>
    </Paper>
  );
}

export function ExportsPage() {
  const following = useLiveExports();
  const filters = useFilters();
  const reports = useQuery(exportsQuery(filters.page, following === 'live'));
  const files = useQuery(fileJobsQuery);
  const all = [
    ...(reports.data?.jobs.map(reportRow) ?? []),
    // The newest of them, beside the newest reports.
    ...(filters.page === 1 ? (files.data?.items.map(fileRow) ?? []) : []),
  ].toSorted((left, right) => right.createdAt.localeCompare(left.createdAt));
  const rows = all.filter((row) => isShown(row, filters.status, filters.text));
  const pagination = reports.data?.pagination;
  // Half of the list would look like all of it.
  const isPending = reports.isPending || files.isPending;
  const total = isPending ? null : (pagination?.total_count ?? 0) + (files.data?.count ?? 0);
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
      <Figures rows={all} total={total} />
      <Filters {...filters} />
      <ErrorNote error={reports.error ?? files.error} />
      {isPending && <Skeleton h={240} />}
      {!isPending && reports.isSuccess && all.length === 0 && (
        <Empty
          what="Your exports will be here: what runs, what is done, and the files."
          command="conveyance export --report property --format csv --from 2026-01-01 --to 2026-03-31 --ids 99001416"
        >
          <Button component={Link} href="/new">
            Make the first export
          </Button>
        </Empty>
      )}
      {!isPending && all.length > 0 && rows.length === 0 && (
        <Text p="md">None of these exports matches the filter.</Text>
      )}
      {!isPending && rows.length > 0 && <List rows={rows} />}
      {pagination !== undefined && pagination.total_pages > 1 && (
        <Pagination
          mt="md"
          total={pagination.total_pages}
          value={filters.page}
          onChange={(page) => filters.set('page', String(page))}
          getControlProps={(control) => ({ 'aria-label': `${control} page` })}
        />
      )}
    </>
  );
}
