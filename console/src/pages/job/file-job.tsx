/** One file job: how far it is, what it answered, and its files. */
import type { FileJob } from '@conveyance/sdk';
import { Alert, Button, Group, Paper, Progress, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { FILE_JOB_NAMES, Status, shownFileStatus } from '../../parts/status.tsx';
import { fileJobQuery, sessionQuery } from '../../server/queries.ts';
import { formatNumber, shortId } from '../../text/format.ts';
import { FileJobCopy } from './file-job-copy.tsx';
import { FileList } from './file-list.tsx';
import { FilePreview } from './file-preview.tsx';
import { ResultTabs } from './result-tabs.tsx';
import { Verdicts } from './verdicts.tsx';

const KINDS: Readonly<Record<FileJob['job_type'], string>> = {
  'property-details': 'details',
  match: 'match',
  search: 'search',
};

/** What came in, and what of it was left out or is not in order: what is zero is not worth a line. */
function factsOf({ job_type: type, filename, metadata }: FileJob): readonly (readonly [string, string])[] {
  const { count, duplicate, unknown, not_updated: notUpdated, ragged, error_decoding_lines: lines = [] } = metadata;
  const counts: readonly (readonly [string, number | undefined])[] = [
    [type === 'match' ? 'Rows' : 'Ids', count],
    ['Repeating an earlier one', duplicate],
    ['Of no property that you may see', unknown],
    ['Without such an update', notUpdated],
    ['With more or fewer cells than the header', ragged],
    ['Not UTF-8', lines.length],
  ];
  const mapping = Object.entries(metadata.mapping ?? {}).map(
    ([parameter, columns]) => `${parameter}: ${[columns].flat().join(' + ')}`,
  );
  return [
    ...(filename === null ? [] : [['File', filename] as const]),
    ...counts.flatMap(([name, value]) => (value ? [[name, formatNumber(value)] as const] : [])),
    ...(mapping.length > 0 ? [['Columns', mapping.join(', ')] as const] : []),
  ];
}

function Facts({ job }: { readonly job: FileJob }) {
  const facts = factsOf(job);
  if (facts.length === 0) return null;
  return (
    <Paper withBorder p="md">
      <Table>
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w="12rem">{name}</Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Running({ job }: { readonly job: FileJob }) {
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Text fw={600} role="status">
          {job.status === 'STARTED' ? `Running, ${job.progress ?? 0} %` : 'In the queue'}
        </Text>
        <Progress value={job.progress ?? 0} aria-label="Progress" />
        <Text size="sm" c="dimmed">
          You may close this page: the job goes on.
        </Text>
      </Stack>
    </Paper>
  );
}

function Outcome({ job, mayChange }: { readonly job: FileJob; readonly mayChange: boolean }) {
  if (job.status === 'FAILURE') {
    return (
      <Alert color="red" variant="outline" title="The job failed">
        {job.message}
      </Alert>
    );
  }
  if (job.status !== 'SUCCESS') return <Running job={job} />;
  if (job.result_urls.length === 0) {
    return (
      <Alert color="orange" variant="outline" title="There are no files">
        {job.message ?? 'Nothing was found, so nothing was written.'}
      </Alert>
    );
  }
  return (
    <>
      {job.message !== null && <Alert variant="outline">{job.message}</Alert>}
      {job.job_type === 'match' && <Verdicts job={job} mayChange={mayChange} />}
      <FileList job={job} />
      <Paper withBorder p="md">
        <ResultTabs kind="file" jobId={job.id} preview={<FilePreview job={job} />} />
      </Paper>
    </>
  );
}

export function FileJobPage({ id }: { readonly id: string }) {
  const { data: job, error } = useQuery(fileJobQuery(id));
  const { data: session } = useQuery(sessionQuery);
  const mayChange = session?.role === 'member';
  const name = job === undefined ? 'Job' : FILE_JOB_NAMES[job.job_type];
  return (
    <>
      <PageTitle title={`${name} ${shortId(id)}`}>
        {mayChange && job !== undefined && (
          <Button component={Link} href={`/new?kind=${KINDS[job.job_type]}`} variant="default">
            Another one
          </Button>
        )}
      </PageTitle>
      <ErrorNote error={error} />
      {job === undefined && error === null && <Skeleton h={320} />}
      {job !== undefined && (
        <Stack>
          <Group>
            <Status status={shownFileStatus(job)} />
            <Text span size="sm">
              <span className="mono">{job.id}</span> <CopyButton text={job.id} what="job id" />
            </Text>
          </Group>
          <Outcome job={job} mayChange={mayChange} />
          <Facts job={job} />
          {(job.status === 'SUCCESS' || job.status === 'FAILURE') && <FileJobCopy job={job} />}
        </Stack>
      )}
    </>
  );
}
