/** One load: its files, its rows by table, and the rows that it rejected, to download. */
import { Alert, Button, Skeleton, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Instant } from '../../parts/instant.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { loadQuery, readRejects } from '../../server/admin.ts';
import type { LoadRecord } from '../../server/admin-wire.ts';
import { formatNumber } from '../../text/format.ts';
import { saveAs } from '../../text/save.ts';
import { counted } from '../../text/units.ts';
import { originOf, resultOf } from './loads.tsx';

function Rejects({ load: { number, rejected, rejects_kept: kept, reject_sums: sums } }: { readonly load: LoadRecord }) {
  const file = useMutation({
    mutationFn: () => readRejects(number),
    onSuccess: (rows) => saveAs(rows, `rejects-${number}.csv`),
  });
  if (rejected === 0) return <Text mb="md">No row was rejected.</Text>;
  return (
    <>
      <Title order={2} size="h3" mb="sm">
        {counted(rejected, 'rejected row', 'rejected rows')}
      </Title>
      <WideTable label="Rejected rows" heads={['Column', 'Reason', 'Rows']}>
        {sums.map(({ column, reason, rows }) => (
          <Table.Tr key={`${column} ${reason}`}>
            <Table.Td className="mono">{column}</Table.Td>
            <Table.Td>{reason}</Table.Td>
            <Table.Td className="number">{formatNumber(rows)}</Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
      {kept === 0 ? (
        <Text mb="md">The rows themselves are not kept any more.</Text>
      ) : (
        <Button variant="default" mb="md" loading={file.isPending} onClick={() => file.mutate()}>
          {kept < rejected ? `CSV of the first ${formatNumber(kept)}` : 'CSV of the rejected rows'}
        </Button>
      )}
      <ErrorNote error={file.error} />
    </>
  );
}

function Tables({ load }: { readonly load: LoadRecord }) {
  if (load.tables.length === 0) return null;
  return (
    <WideTable label="Rows" heads={['Table', 'Added', 'Replaced', 'Unchanged', 'Deleted', 'Rejected']}>
      {load.tables.map((each) => (
        <Table.Tr key={each.table}>
          <Table.Td className="mono">{each.table}</Table.Td>
          {(['added', 'replaced', 'unchanged', 'deleted', 'rejected'] as const).map((name) => (
            <Table.Td key={name} className="number">
              {formatNumber(each[name])}
            </Table.Td>
          ))}
        </Table.Tr>
      ))}
    </WideTable>
  );
}

function Files({ load: { sources, source_count: count, layouts } }: { readonly load: LoadRecord }) {
  const layoutOf = (file: string) => layouts.find((layout) => layout.file === file);
  return (
    <>
      <WideTable label="Files" heads={['File', 'Encoding', 'Separator', 'Numbers', 'Days']}>
        {sources.map((file) => {
          const layout = layoutOf(file);
          return (
            <Table.Tr key={file}>
              <Table.Td className="mono">{file}</Table.Td>
              <Table.Td>{layout?.encoding}</Table.Td>
              <Table.Td className="mono">{layout?.delimiter}</Table.Td>
              <Table.Td>{layout?.numbers}</Table.Td>
              <Table.Td>{layout?.dates}</Table.Td>
            </Table.Tr>
          );
        })}
      </WideTable>
      {count > sources.length && <Text mb="md">and {formatNumber(count - sources.length)} more</Text>}
    </>
  );
}

export function LoadPage({ number }: { readonly number: string }) {
  const { data: load, error } = useQuery(loadQuery(number));
  return (
    <>
      <PageTitle title={`Load ${number}`} />
      <ErrorNote error={error} />
      {load === undefined && error === null && <Skeleton h={160} />}
      {load !== undefined && (
        <>
          <Text mb="sm">
            By {originOf(load)}, <Instant iso={load.began_at} />: {resultOf(load)}
            {load.mapping !== null && <>, by the mapping {load.mapping}</>}
          </Text>
          {load.note !== null && <Text mb="sm">{load.note}</Text>}
          {load.failure !== null && (
            <Alert color="red" title="Why nothing was loaded" mb="md">
              {load.failure}
            </Alert>
          )}
          <Tables load={load} />
          <Rejects load={load} />
          <Files load={load} />
        </>
      )}
    </>
  );
}
