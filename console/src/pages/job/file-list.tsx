/** The files of a file job: how large each is, how to know that it came whole, and the way to it. */
import type { FileJob } from '@conveyance/sdk';
import { Button, Paper, Skeleton, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { formatBytes, formatNumber } from '../../text/format.ts';
import { type FileFacts, fileFacts, freshLink } from './file-links.ts';

async function download(jobId: string, { index, name }: FileFacts): Promise<void> {
  const anchor = document.createElement('a');
  anchor.href = await freshLink(jobId, index);
  anchor.download = name;
  anchor.click();
}

function Row({ jobId, file }: { readonly jobId: string; readonly file: FileFacts }) {
  const fetchFile = useMutation({ mutationFn: () => download(jobId, file) });
  return (
    <Table.Tr>
      <Table.Td className="mono">{file.name}</Table.Td>
      <Table.Td>{formatBytes(file.bytes)}</Table.Td>
      <Table.Td>
        <span className="mono">{file.sha256}</span> <CopyButton text={file.sha256} what="SHA-256" />
      </Table.Td>
      <Table.Td>
        <Button size="compact-sm" onClick={() => fetchFile.mutate()} loading={fetchFile.isPending}>
          Download
        </Button>
        <ErrorNote error={fetchFile.error} />
      </Table.Td>
    </Table.Tr>
  );
}

export function FileList({ job }: { readonly job: FileJob }) {
  const { data, error } = useQuery({
    queryKey: ['file-facts', job.id],
    queryFn: () => fileFacts(job.id),
    staleTime: Infinity,
  });
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton h={80} />;
  const missing = job.result_urls.length - data.length;
  return (
    <Paper withBorder>
      <Table className="stacked">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>File</Table.Th>
            <Table.Th>Size</Table.Th>
            <Table.Th>SHA-256</Table.Th>
            <Table.Th>Fetch</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map((file) => (
            <Row key={file.index} jobId={job.id} file={file} />
          ))}
        </Table.Tbody>
      </Table>
      {missing > 0 && (
        <Text size="sm" p="sm">
          {formatNumber(missing)} more: fetch them with the command line, or by SFTP.
        </Text>
      )}
    </Paper>
  );
}
