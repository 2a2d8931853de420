/** What every column of every report means. */
import { REPORT_TYPES, type ReportType } from '@conveyance/sdk';
import { SegmentedControl, Skeleton, Table, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNote } from '../parts/error-note.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { reportTypeQuery } from '../server/queries.ts';

function Columns({ type, text }: { readonly type: ReportType; readonly text: string }) {
  const { data, error, isPending } = useQuery(reportTypeQuery(type));
  if (isPending) return <Skeleton h={400} />;
  if (error !== null) return <ErrorNote error={error} />;
  const words = text.toLowerCase();
  const columns = data.columns.filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(words),
  );
  return (
    <>
      <Text mb="sm">{data.description}</Text>
      <Table striped className="stacked">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Column</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Unit</Table.Th>
            <Table.Th>Meaning</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {columns.map((column) => (
            <Table.Tr key={column.name}>
              <Table.Td className="mono">{column.name}</Table.Td>
              <Table.Td>{column.type}</Table.Td>
              <Table.Td>{column.unit ?? ''}</Table.Td>
              <Table.Td>{column.description}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {columns.length === 0 && <Text>No column has these words.</Text>}
    </>
  );
}

export function DictionaryPage() {
  const [type, setType] = useState<ReportType>('property');
  const [text, setText] = useState('');
  return (
    <>
      <PageTitle title="Dictionary" />
      <SegmentedControl
        aria-label="Report"
        mb="sm"
        value={type}
        onChange={(value) => setType(REPORT_TYPES.find((each) => each === value) ?? 'property')}
        data={[...REPORT_TYPES]}
      />
      <TextInput
        data-filter
        mb="sm"
        maw={400}
        aria-label="Filter"
        placeholder="Filter: name or meaning"
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <Columns type={type} text={text} />
    </>
  );
}
