/** The first rows of the result, with what each column means. */
import type { ReportJob } from '@conveyance/sdk';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorNote } from '../../parts/error-note.tsx';
import { reportTypeQuery } from '../../server/queries.ts';
import { PreviewTable } from './preview-table.tsx';
import { readPreview } from './read-preview.ts';

export function Preview({ job }: { readonly job: ReportJob }) {
  const { data: preview, error } = useQuery({
    queryKey: ['preview', job.job_id],
    queryFn: () => readPreview(job),
    staleTime: Infinity,
  });
  const { data: report } = useQuery(reportTypeQuery(job.report_type));
  if (error !== null) return <ErrorNote error={error} />;
  if (preview === undefined) return <Skeleton h={320} />;
  const meanings = new Map(report?.columns.map(({ name, description }) => [name, description]));
  return <PreviewTable preview={preview} rows={job.result?.rows ?? 0} meanings={meanings} />;
}
