/** What the warehouse holds, and what made it so. */
import { Badge, Skeleton, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Instant } from '../../parts/instant.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { versionsQuery, warehouseQuery } from '../../server/admin.ts';
import type { DataVersion } from '../../server/admin-wire.ts';
import { formatBytes, formatNumber } from '../../text/format.ts';
import { Loads } from './loads.tsx';

function cameOf({ kind, files, file_count: count, of, condition }: DataVersion): string {
  if (kind === 'rollback') return `back to version ${of}`;
  if (kind === 'delete') return `delete of ${condition ?? 'rows'}`;
  if (kind === 'erase') return 'erasure of a person';
  if (kind === null) return '';
  const [first = ''] = files;
  const name = first.slice(first.lastIndexOf('/') + 1);
  return (count ?? 0) > 1 ? `load of ${name} and ${formatNumber((count ?? 1) - 1)} more` : `load of ${name}`;
}

function rowsChanged({ changes }: DataVersion): string {
  const sum = { added: 0, replaced: 0, deleted: 0 };
  for (const each of Object.values(changes)) {
    sum.added += each.added;
    sum.replaced += each.replaced;
    sum.deleted += each.deleted;
  }
  return `+${formatNumber(sum.added)} ~${formatNumber(sum.replaced)} −${formatNumber(sum.deleted)}`;
}

function Tables() {
  const { data, error } = useQuery(warehouseQuery);
  if (error !== null) return <Empty what="Nothing has been loaded yet." command="conveyance load ./data" />;
  if (data === undefined) return <Skeleton h={160} />;
  return (
    <>
      <Text mb="sm">
        Data as of {data.as_of ?? 'no day'}, version {data.version}, made <Instant iso={data.committed_at} />
      </Text>
      <WideTable label="Tables" heads={['Table', 'Rows', 'Size', 'Files', 'First day', 'Last day']}>
        {data.tables.map(({ table, rows, bytes, files, first_day: first, last_day: last }) => (
          <Table.Tr key={table}>
            <Table.Td className="mono">{table}</Table.Td>
            <Table.Td className="number">{formatNumber(rows)}</Table.Td>
            <Table.Td className="number">{formatBytes(bytes)}</Table.Td>
            <Table.Td className="number">{formatNumber(files)}</Table.Td>
            <Table.Td>{first}</Table.Td>
            <Table.Td>{last}</Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
    </>
  );
}

export function DataPage() {
  const { data, error } = useQuery(versionsQuery);
  return (
    <>
      <PageTitle title="Data" />
      <Tables />
      <Title order={2} size="h3" mb="sm">
        Versions
      </Title>
      <ErrorNote error={error} />
      {data !== undefined && (
        <WideTable label="Versions" heads={['Version', 'Made', 'By', 'Came of', 'Rows', 'Changed', 'Note']}>
          {data.versions.map((version) => (
            <Table.Tr key={version.version}>
              <Table.Td>
                {version.version} {version.current && <Badge variant="outline">current</Badge>}
              </Table.Td>
              <Table.Td>
                <Instant iso={version.committed_at} />
              </Table.Td>
              <Table.Td>{version.by}</Table.Td>
              <Table.Td>{cameOf(version)}</Table.Td>
              <Table.Td className="number">{formatNumber(version.rows)}</Table.Td>
              <Table.Td className="number">{rowsChanged(version)}</Table.Td>
              <Table.Td>{version.note}</Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      )}
      <Loads />
    </>
  );
}
