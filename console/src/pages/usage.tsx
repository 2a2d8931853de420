import { Paper, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorNote } from '../parts/error-note.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { usageQuery } from '../server/queries.ts';
import { formatNumber, PERCENT } from '../text/format.ts';

/** What the account has used of its month. */
export function UsagePage() {
  const { data, error, isPending } = useQuery(usageQuery);
  return (
    <>
      <PageTitle title="Usage" />
      <ErrorNote error={error} />
      {isPending && <Skeleton h={120} />}
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
