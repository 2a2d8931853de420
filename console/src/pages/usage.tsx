import { Button, Paper, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { UsageCharts } from '../charts/usage-charts.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { dailyUsageQuery, usageQuery } from '../server/queries.ts';
import { csvText } from '../text/csv.ts';
import { formatNumber, PERCENT } from '../text/format.ts';
import { saveAs } from '../text/save.ts';

const FIELDS = [
  ...(['day', 'credential_id', 'credential_kind', 'credential_name'] as const),
  ...(['jobs', 'succeeded', 'failed', 'properties', 'rows', 'bytes'] as const),
] as const;

function Month() {
  const { data, error, isPending } = useQuery(usageQuery);
  return (
    <>
      <ErrorNote error={error} />
      {isPending && <Skeleton h={120} maw={640} />}
      {data !== undefined && (
        <Paper withBorder p="lg" maw={640}>
          <Stack gap="xs">
            <Text size="xl" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
              {formatNumber(data.quota_usage)}{' '}
              {data.quota_limit === null ? '' : `of ${formatNumber(data.quota_limit)} `}
              properties
            </Text>
            {data.quota_limit !== null && (
              <Progress
                aria-label="Used of the quota"
                value={data.quota_limit === 0 ? PERCENT : (data.quota_usage / data.quota_limit) * PERCENT}
              />
            )}
            <Text>
              Different properties exported from {data.period_start} to {data.period_end} (UTC)
              {data.quota_limit === null ? '; your account has no limit.' : '.'}
            </Text>
            <Text c="dimmed" size="sm">
              A property counts once a month, however often it is exported. Failed and cancelled exports count nothing.
            </Text>
          </Stack>
        </Paper>
      )}
    </>
  );
}

/** What the account has used of its month, and what was made in the last thirty days, by whom. */
export function UsagePage() {
  const { data, error, isPending } = useQuery(dailyUsageQuery);
  const save = () =>
    saveAs(
      new Blob([csvText([FIELDS, ...(data?.usage ?? []).map((each) => FIELDS.map((field) => each[field]))])], {
        type: 'text/csv',
      }),
      'usage.csv',
    );
  const isAny = data !== undefined && data.usage.length > 0;
  return (
    <>
      <PageTitle title="Usage">
        {isAny && (
          <Button variant="default" onClick={save}>
            CSV of every day and key
          </Button>
        )}
      </PageTitle>
      <Stack>
        <Month />
        <ErrorNote error={error} />
        {isPending && <Skeleton h={320} />}
        {data?.usage.length === 0 && (
          <Empty what="What is exported from now on is here: by day, and by who asked for it." />
        )}
        {data?.complete === false && (
          <Text size="sm">Your account made very many exports: the newest 100,000 are counted here.</Text>
        )}
        {isAny && <UsageCharts daily={data} />}
      </Stack>
    </>
  );
}
