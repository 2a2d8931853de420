/** The first rows of the result, with what each column means. */
import type { ReportJob } from '@conveyance/sdk';
import { Skeleton, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorNote } from '../../parts/error-note.tsx';
import { reportTypeQuery } from '../../server/queries.ts';
import { formatNumber } from '../../text/format.ts';
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
  return (
    <>
      <Text size="sm" mb="xs">
        The first {formatNumber(preview.rows.length)} of {formatNumber(job.result?.rows ?? 0)} rows
      </Text>
      <Table.ScrollContainer minWidth={400} maxHeight={520} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table striped stickyHeader fz="xs" style={{ whiteSpace: 'nowrap' }}>
          <Table.Thead>
            <Table.Tr>
              {preview.columns.map((column) => (
                <Table.Th key={column} title={meanings.get(column)}>
                  {column}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {preview.rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other name, and never move
              <Table.Tr key={at}>
                {row.map((cell, column) => (
                  <Table.Td key={preview.columns[column]}>{cell}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
