/** What the account has under way, and what is left of its month. */
import { Paper, Progress, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { memo } from 'react';
import { usageQuery } from '../../server/queries.ts';
import { formatNumber, PERCENT } from '../../text/format.ts';

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fw={600} size="lg" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
    </div>
  );
}

function Quota() {
  const { data: usage } = useQuery(usageQuery);
  const limit = usage?.quota_limit ?? null;
  const of = limit === null ? 'no limit' : formatNumber(limit);
  return (
    <Paper withBorder p="sm">
      <Figure
        name="Properties this month"
        value={usage === undefined ? '…' : `${formatNumber(usage.quota_usage)} / ${of}`}
      />
      {usage !== undefined && limit !== null && limit > 0 && (
        <Progress mt={4} size="sm" aria-label="Used of the quota" value={(usage.quota_usage / limit) * PERCENT} />
      )}
    </Paper>
  );
}

function shown(count: number | null): string {
  return count === null ? '…' : formatNumber(count);
}

interface FiguresProps {
  /** Null until it is known. */
  readonly running: number | null;
  readonly total: number | null;
}

export const Figures = memo(function Figures({ running, total }: FiguresProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} mb="md">
      <Paper withBorder p="sm">
        <Figure name="Under way" value={shown(running)} />
      </Paper>
      <Paper withBorder p="sm">
        <Figure name="Exports" value={shown(total)} />
      </Paper>
      <Quota />
    </SimpleGrid>
  );
});
