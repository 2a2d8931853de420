/** What every chart has around it: a title, a finding, the same figures as a table, and both to save. */
import { Button, Group, Paper, SegmentedControl, Table, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import { ErrorNote } from '../parts/error-note.tsx';
import { csvText } from '../text/csv.ts';
import { saveAs } from '../text/save.ts';
import { pngOf } from './save.ts';

export interface ChartTable {
  readonly heads: readonly string[];
  /** As people read them. */
  readonly shown: readonly (readonly string[])[];
  /** As programs do, under the same heads or their own. */
  readonly names?: readonly string[];
  readonly values: readonly (readonly (string | number | null)[])[];
}

interface ChartCardProps {
  /** Of the files. */
  readonly name: string;
  readonly title: string;
  readonly finding: string;
  readonly table: ChartTable;
  readonly note?: string | undefined;
  readonly children: ReactNode;
}

function FiguresTable({ title, table }: Pick<ChartCardProps, 'title' | 'table'>) {
  return (
    <Table.ScrollContainer minWidth={280} maxHeight={320} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table stickyHeader fz="sm" aria-label={title}>
        <Table.Thead>
          <Table.Tr>
            {table.heads.map((head, at) => (
              <Table.Th key={head} className={at === 0 ? undefined : 'number'}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {table.shown.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name, and never moves
            <Table.Tr key={at}>
              {row.map((cell, column) => (
                <Table.Td key={table.heads[column]} className={column === 0 ? undefined : 'number'}>
                  <span className="cell">{cell}</span>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function ChartCard({ name, title, finding, table, note, children }: ChartCardProps) {
  const [view, setView] = useState('chart');
  const drawing = useRef<HTMLDivElement>(null);
  const savePicture = useMutation({
    mutationFn: async () => {
      const svg = drawing.current?.querySelector('svg');
      if (svg) saveAs(await pngOf(svg), `${name}.png`);
    },
  });
  const saveFigures = () =>
    saveAs(new Blob([csvText([table.names ?? table.heads, ...table.values])], { type: 'text/csv' }), `${name}.csv`);
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <div className="chart-head">
        <Title order={3} size="h5">
          {title}
        </Title>
        <Group gap="xs" wrap="nowrap">
          <SegmentedControl
            size="xs"
            aria-label={`${title}: show as`}
            data={[
              { label: 'Chart', value: 'chart' },
              { label: 'Table', value: 'table' },
            ]}
            value={view}
            onChange={setView}
          />
          <Button size="compact-sm" variant="default" onClick={saveFigures} aria-label={`Save ${title} as CSV`}>
            CSV
          </Button>
          {view === 'chart' && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => savePicture.mutate()}
              loading={savePicture.isPending}
              aria-label={`Save ${title} as PNG`}
            >
              PNG
            </Button>
          )}
        </Group>
      </div>
      <Text size="sm" my="xs">
        {finding}
      </Text>
      {view === 'chart' ? <div ref={drawing}>{children}</div> : <FiguresTable title={title} table={table} />}
      {note !== undefined && (
        <Text size="sm" c="dimmed" mt="xs">
          {note}
        </Text>
      )}
      <ErrorNote error={savePicture.error} />
    </Paper>
  );
}
