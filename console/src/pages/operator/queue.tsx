/** What runs and waits, of all accounts, and where. */
import { Anchor, Button, Group, Paper, SegmentedControl, SimpleGrid, Skeleton, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Instant } from '../../parts/instant.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { type Shown, Status } from '../../parts/status.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { jobsQuery, nodesQuery, operate, queueQuery } from '../../server/admin.ts';
import type { OperatedJob } from '../../server/admin-wire.ts';
import { queryClient } from '../../server/queries.ts';
import { formatNumber, formatSeconds, shortId } from '../../text/format.ts';

const STATES = [
  { value: 'running,waiting', label: 'Under way' },
  { value: 'failed', label: 'Failed' },
  { value: '', label: 'All' },
];
const UNDER_WAY = 'running,waiting';

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <Paper withBorder p="sm">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fw={600} size="lg">
        {value}
      </Text>
    </Paper>
  );
}

function Figures() {
  const { data, error } = useQuery(queueQuery);
  const oldest = data?.oldest_waiting_seconds ?? 0;
  return (
    <>
      <ErrorNote error={error} />
      <SimpleGrid cols={{ base: 2, sm: 4 }} mb="md">
        <Figure name="Running" value={data === undefined ? '…' : formatNumber(data.running)} />
        <Figure name="Waiting" value={data === undefined ? '…' : formatNumber(data.waiting)} />
        <Figure name="Oldest waits" value={oldest === 0 ? 'none' : formatSeconds(oldest)} />
        <Figure name="Webhooks overdue" value={data === undefined ? '…' : formatNumber(data.deliveries.overdue)} />
      </SimpleGrid>
    </>
  );
}

function Cancel({ job }: { readonly job: OperatedJob }) {
  const [isSure, setSure] = useState(false);
  const cancel = useMutation({
    mutationFn: () => operate.cancel(job.job_id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['operator'] }),
  });
  if (job.state !== 'running' && job.state !== 'waiting') return null;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={cancel.isPending}
        onClick={() => (isSure ? cancel.mutate() : setSure(true))}
        aria-label={`${isSure ? 'Yes, cancel' : 'Cancel'} job ${shortId(job.job_id)}`}
      >
        {isSure ? 'Yes, cancel' : 'Cancel'}
      </Button>
      <ErrorNote error={cancel.error} />
    </>
  );
}

function Row({ job, host }: { readonly job: OperatedJob; readonly host: string }) {
  const { progress } = job;
  const of = progress.rows_total === null ? '' : ` of ${formatNumber(progress.rows_total)}`;
  const state: Shown = job.state === 'waiting' ? 'queued' : job.state;
  return (
    <Table.Tr>
      <Table.Td className="mono" title={job.job_id} style={{ whiteSpace: 'nowrap' }}>
        {shortId(job.job_id)}
      </Table.Td>
      <Table.Td>
        <Anchor component={Link} href={`/accounts/${job.account_id}`} underline="always" size="sm">
          {job.account_name}
        </Anchor>
      </Table.Td>
      <Table.Td>{job.summary}</Table.Td>
      <Table.Td miw="8rem">
        <Status status={state} />
      </Table.Td>
      <Table.Td>
        {job.error_message ?? `${formatNumber(progress.rows_written)}${of} rows`}
        {job.attempt > 1 && `, attempt ${job.attempt}`}
      </Table.Td>
      <Table.Td>
        <Instant iso={job.started_at ?? job.created_at} />
        {host !== '' && ` on ${host}`}
      </Table.Td>
      <Table.Td>
        <Cancel job={job} />
      </Table.Td>
    </Table.Tr>
  );
}

export function QueuePage() {
  const [state, setState] = useState(UNDER_WAY);
  const { data, error, isPending, ...more } = useInfiniteQuery(jobsQuery(state));
  const jobs = data?.pages.flatMap((page) => page.jobs);
  const { data: nodes } = useQuery(nodesQuery);
  const hosts = new Map(nodes?.nodes.map(({ node_id, host, pid }) => [node_id, `${host} (${pid})`]));
  return (
    <>
      <PageTitle title="Queue" />
      <Figures />
      <Group mb="sm">
        <SegmentedControl aria-label="State" value={state} onChange={setState} data={STATES} />
      </Group>
      <ErrorNote error={error} />
      {isPending && <Skeleton h={160} />}
      {jobs?.length === 0 && (
        <Empty
          what={state === UNDER_WAY ? 'Nothing runs or waits.' : 'There is no such job.'}
          command="conveyance jobs list --operator"
        />
      )}
      {jobs !== undefined && jobs.length > 0 && (
        <WideTable
          label="Jobs"
          minWidth={900}
          heads={['Job', 'Account', 'What', 'State', 'How far', 'Since, and where', 'Change']}
        >
          {jobs.map((job) => (
            <Row key={job.job_id} job={job} host={hosts.get(job.node_id ?? '') ?? ''} />
          ))}
        </WideTable>
      )}
      <MoreButton {...more} what="jobs" />
    </>
  );
}
