/** One export: how far it is, its file, its first rows, and how to make it again. */
import type { ReportJob } from '@conveyance/sdk';
import { Alert, Button, Group, List, Paper, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { CopyAs } from '../../parts/copy-as.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Deliveries } from '../../parts/deliveries.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { FollowingNote } from '../../parts/following.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { Status, shownStatus } from '../../parts/status.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { useLiveExports } from '../../server/live.ts';
import { deliveriesQuery, exportQuery, sessionQuery } from '../../server/queries.ts';
import { formatNumber, shortId } from '../../text/format.ts';
import { requestOf } from '../../text/request-of.ts';
import { stepsOf } from '../../text/steps-of.ts';
import { Preview } from './preview.tsx';
import { ProgressCard } from './progress-card.tsx';
import { ResultCard } from './result-card.tsx';
import { ResultTabs } from './result-tabs.tsx';

const MOST_IDS_SHOWN = 20;

function idsOf({ property_ids: ids }: ReportJob): string {
  const more = ids.length > MOST_IDS_SHOWN ? `, … (${formatNumber(ids.length)} in all)` : '';
  return ids.slice(0, MOST_IDS_SHOWN).join(', ') + more;
}

function Parameters({ job }: { readonly job: ReportJob }) {
  const rows: readonly (readonly [string, string])[] = [
    ['Report', job.report_type],
    ['Format', job.output_format],
    ['Days', `${job.start_date} → ${job.end_date}`],
    ['Properties', idsOf(job)],
    ['Columns', job.columns?.join(', ') ?? 'all'],
    ['Compression', job.compression],
    ...(job.output_format === 'csv' ? [['CSV for', job.csv_profile === 'excel' ? 'Excel' : 'programs'] as const] : []),
    ['Callback', job.callback_url ?? 'none'],
    ['Data version', String(job.data_version ?? '')],
  ];
  return (
    <Table>
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w="9rem">{name}</Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Webhook({ job }: { readonly job: ReportJob }) {
  const { data, error, isPending } = useQuery(deliveriesQuery(job.job_id));
  if (job.callback_url === undefined) return <Text>This export calls nobody back.</Text>;
  if (error !== null) return <ErrorNote error={error} />;
  if (isPending) return <Skeleton h={80} />;
  if (data.deliveries.length === 0) return <Text>Nothing was sent yet: a webhook goes out when the export ends.</Text>;
  return <Deliveries deliveries={data.deliveries} />;
}

function JobTabs({ job }: { readonly job: ReportJob }) {
  const hasFile = job.result !== null && (job.expires_at === null || Date.parse(job.expires_at) > Date.now());
  return (
    <ResultTabs
      kind="report"
      jobId={job.job_id}
      key={hasFile ? 'file' : 'none'}
      preview={hasFile ? <Preview job={job} /> : null}
      others={[
        { value: 'parameters', label: 'Parameters', panel: <Parameters job={job} /> },
        { value: 'webhook', label: 'Webhook', panel: <Webhook job={job} /> },
        { value: 'copy', label: 'Copy as', panel: <CopyAs request={requestOf(job)} /> },
      ]}
    />
  );
}

function Steps({ job }: { readonly job: ReportJob }) {
  const isCalled = job.callback_url !== undefined && job.status !== 'submitted';
  const { data } = useQuery({ ...deliveriesQuery(job.job_id), enabled: isCalled });
  return <Timeline steps={stepsOf(job, data?.deliveries[0])} />;
}

function JobView({ job, mayChange }: { readonly job: ReportJob; readonly mayChange: boolean }) {
  return (
    <Stack>
      <Group>
        <Status status={shownStatus(job)} />
        <Text span size="sm">
          <span className="mono">{job.job_id}</span> <CopyButton text={job.job_id} what="job id" />
        </Text>
      </Group>
      <Steps job={job} />
      <ProgressCard job={job} mayChange={mayChange} />
      <ResultCard job={job} />
      {job.warnings.length > 0 && (
        <Alert color="orange" variant="outline" title="To know">
          <List>
            {job.warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Paper withBorder p="md">
        <JobTabs job={job} />
      </Paper>
    </Stack>
  );
}

export function JobPage({ id }: { readonly id: string }) {
  const following = useLiveExports();
  const { data: job, error } = useQuery(exportQuery(id, following === 'live'));
  const { data: session } = useQuery(sessionQuery);
  const mayChange = session?.role === 'member';
  return (
    <>
      <PageTitle title={job?.name ?? `Export ${shortId(id)}`}>
        {job?.status === 'submitted' && <FollowingNote following={following} />}
        {mayChange && (
          <Group gap="xs">
            <Button component={Link} href={`/new?from=${id}`} variant="default">
              Duplicate
            </Button>
            {job?.status === 'succeeded' && (
              <Button component={Link} href={`/schedules/new?from=${id}`} variant="default">
                Repeat monthly
              </Button>
            )}
          </Group>
        )}
      </PageTitle>
      <ErrorNote error={error} />
      {job === undefined && error === null && <Skeleton h={320} />}
      {job !== undefined && <JobView job={job} mayChange={mayChange} />}
    </>
  );
}
