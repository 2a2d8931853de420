import { Paper, Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface WideTableProps {
  readonly label: string;
  readonly heads: readonly string[];
  readonly minWidth?: number;
  readonly children: ReactNode;
}

/** A table that a narrow window scrolls sideways, by keyboard too. */
export function WideTable({ label, heads, minWidth = 720, children }: WideTableProps) {
  return (
    <Paper withBorder mb="md">
      <Table.ScrollContainer minWidth={minWidth} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {heads.map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{children}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
