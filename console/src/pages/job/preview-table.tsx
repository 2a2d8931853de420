/** The first rows of a file, with what each column means where that is known. */
import { Table, Text } from '@mantine/core';
import { formatNumber } from '../../text/format.ts';
import type { Preview } from './read-preview.ts';

interface PreviewTableProps {
  readonly preview: Preview;
  /** Null where nobody has counted. */
  readonly rows: number | null;
  readonly meanings?: ReadonlyMap<string, string>;
}

export function PreviewTable({ preview, rows, meanings }: PreviewTableProps) {
  return (
    <>
      <Text size="sm" mb="xs">
        The first {formatNumber(preview.rows.length)} {rows === null ? '' : `of ${formatNumber(rows)} `}rows
      </Text>
      <Table.ScrollContainer minWidth={400} maxHeight={520} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table striped stickyHeader fz="xs" style={{ whiteSpace: 'nowrap' }}>
          <Table.Thead>
            <Table.Tr>
              {preview.columns.map((column, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a customer's file may have two columns of the same name
                <Table.Th key={at} title={meanings?.get(column)}>
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
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <Table.Td key={column}>
                    <span className="cell">{cell}</span>
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
