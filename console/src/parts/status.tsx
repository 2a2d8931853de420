/** Where a job is, by a word and a colour: the word says everything. */
import type { FileJob, ReportJob } from '@conveyance/sdk';

export type Shown = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export const FILE_JOB_NAMES: Readonly<Record<FileJob['job_type'], string>> = {
  'property-details': 'Details',
  match: 'Match',
  search: 'Search',
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
    <span className="status" data-status={status}>
      {status}
    </span>
  );
}
