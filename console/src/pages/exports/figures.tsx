/** What the account has under way, what it has made lately, and what is left of its month. */
import { Paper, Progress, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { memo } from 'react';
import { dailyUsageQuery, fileJobsQuery, isUnfinished, underWayQuery, usageQuery } from '../../server/queries.ts';
import { formatNumber, formatShort, PERCENT } from '../../text/format.ts';

const WEEK = 7;

function Figure({ name, value }: { readonly name: string; readonly value: string | null }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fw={600} size="lg" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value ?? '…'}
      </Text>
    </div>
  );
}

function UnderWay() {
  const { data: reports } = useQuery(underWayQuery);
  const { data: files } = useQuery(fileJobsQuery);
  const count =
    reports === undefined || files === undefined
      ? null
      : reports.pagination.total_count + files.items.filter(isUnfinished).length;
  return <Figure name="Under way" value={count === null ? null : formatNumber(count)} />;
}

/** With today. */
function dayBefore(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - days + 1);
  return date.toISOString().slice(0, 10);
}

function Lately() {
  const { data } = useQuery(dailyUsageQuery);
  const week = data === undefined ? '' : dayBefore(data.last_day, WEEK);
  const succeeded = data?.usage.filter(({ day }) => day >= week).reduce((sum, each) => sum + each.succeeded, 0);
  const rows = data?.usage.reduce((sum, each) => sum + each.rows, 0);
  return (
    <>
      <Paper withBorder p="sm">
        <Figure name="Succeeded in 7 days" value={succeeded === undefined ? null : formatNumber(succeeded)} />
      </Paper>
      <Paper withBorder p="sm">
        <Figure name="Rows in 30 days" value={rows === undefined ? null : formatShort(rows)} />
      </Paper>
    </>
  );
}

function Quota() {
  const { data: usage } = useQuery(usageQuery);
  const limit = usage?.quota_limit ?? null;
  const of = limit === null ? ', no limit' : ` of ${formatNumber(limit)}`;
  return (
    <Paper withBorder p="sm">
      <Figure
        name="Properties this month"
        value={usage === undefined ? null : `${formatNumber(usage.quota_usage)}${of}`}
      />
      {usage !== undefined && limit !== null && limit > 0 && (
        <Progress mt={4} size="sm" aria-label="Used of the quota" value={(usage.quota_usage / limit) * PERCENT} />
      )}
    </Paper>
  );
}

export const Figures = memo(function Figures() {
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} mb="md">
      <Paper withBorder p="sm">
        <UnderWay />
      </Paper>
      <Lately />
      <Quota />
    </SimpleGrid>
  );
});
