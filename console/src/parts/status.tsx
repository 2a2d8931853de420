/** Where a job is, by a word and a colour: the word says everything. */
import type { FileJob, ReportJob } from '@conveyance/sdk';
import { Badge } from '@mantine/core';

export type Shown = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export const FILE_JOB_NAMES: Readonly<Record<FileJob['job_type'], string>> = {
  'property-details': 'Details',
  match: 'Match',
  search: 'Search',
};

const COLOURS: Readonly<Record<Shown, string>> = {
  queued: 'gray',
  running: 'blue',
  succeeded: 'green',
  failed: 'red',
  cancelled: 'orange',
};

export function shownStatus({ status, progress }: ReportJob): Shown {
  if (status !== 'submitted') return status;
  return progress.phase === 'queued' ? 'queued' : 'running';
}

export function shownFileStatus({ status }: FileJob): Shown {
  if (status === 'SUCCESS') return 'succeeded';
  if (status === 'FAILURE') return 'failed';
  return status === 'STARTED' ? 'running' : 'queued';
}

export function Status({ status }: { readonly status: Shown }) {
  return (
    <Badge variant="dot" color={COLOURS[status]} tt="none" fw={500}>
      {status}
    </Badge>
  );
}
