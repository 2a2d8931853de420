/** How a program would send the same file job. */
import type { FileJob } from '@conveyance/sdk';
import { Paper, Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CopyFileJobAs, MOST_IDS_COPIED } from '../../parts/copy-as.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import type { FileJobRequest } from '../../text/copy-file-job.ts';

/** What the job itself tells; a job of details tells no ids, and one of an earlier server nothing. */
function knownRequest({ job_type: kind, filename, metadata }: FileJob): FileJobRequest | null {
  const { request, headers, mapping } = metadata;
  if (kind === 'search' && request?.settings !== undefined) {
    const { settings, bounding_box: box } = request;
    return { kind, specification: { settings, ...(box && { bounding_box: box }) } };
  }
  if (kind === 'match' && request !== undefined && mapping !== undefined) {
    const explain = request.explain === true ? ({ explain: true } as const) : {};
    return { kind, filename: filename ?? 'addresses.csv', metadata: { headers, mapping, ...explain } };
  }
  return null;
}

/** The ids are in the lines of the files. */
async function idsIn(jobId: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of client.files.lines<{ readonly id: string }>(jobId)) ids.push(id);
  return ids;
}

function Details({ job }: { readonly job: FileJob }) {
  const { data: ids, error } = useQuery({
    queryKey: ['ids-of-file-job', job.id],
    queryFn: () => idsIn(job.id),
    staleTime: Infinity,
  });
  if (error !== null) return <ErrorNote error={error} />;
  if (ids === undefined) return <Skeleton h={160} />;
  const { detail_type: types = [], updated, filters } = job.metadata.request ?? {};
  const specification = {
    detail_type: types,
    property_ids: ids,
    ...(updated && { updated }),
    ...(filters && { filters }),
  };
  const others = (job.metadata.count ?? 0) - ids.length;
  return (
    <>
      <CopyFileJobAs request={{ kind: 'property-details', specification }} />
      {others > 0 && <Text size="sm">The ids are those of the properties in the files.</Text>}
    </>
  );
}

function SameAgain({ job }: { readonly job: FileJob }) {
  const request = knownRequest(job);
  if (request !== null) return <CopyFileJobAs request={request} />;
  const isShort = (job.metadata.count ?? 0) <= MOST_IDS_COPIED;
  if (job.job_type === 'property-details' && job.metadata.request && isShort && job.result_urls.length > 0) {
    return <Details job={job} />;
  }
  return (
    <Text size="sm">
      What it asked for is too long to be copied, or not kept: the guide says how programs send such a job.
    </Text>
  );
}

export function FileJobCopy({ job }: { readonly job: FileJob }) {
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        Copy as
      </Title>
      <SameAgain job={job} />
    </Paper>
  );
}
