/** The first rows of a file job's first file. */
import type { FileJob } from '@conveyance/sdk';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorNote } from '../../parts/error-note.tsx';
import { freshLink } from './file-links.ts';
import { PreviewTable } from './preview-table.tsx';
import { readFilePreview } from './read-preview.ts';

export function FilePreview({ job }: { readonly job: FileJob }) {
  const format = job.job_type === 'match' ? 'csv' : 'jsonl';
  const { data, error } = useQuery({
    queryKey: ['file-preview', job.id],
    queryFn: async () => readFilePreview(await freshLink(job.id, 0), format),
    staleTime: Infinity,
  });
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton h={240} />;
  return <PreviewTable preview={data} rows={null} />;
}
