/** What the export would come to. */
import type { ReportEstimate, ReportRequest } from '@conveyance/sdk';
import { Alert, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { formatBytes, formatDay, formatNumber, formatSeconds, nextMonth } from '../../text/format.ts';
import { MOST_EXCEL_ROWS, TYPING_MS } from './draft.ts';

export function useEstimate(request: ReportRequest) {
  const [asked] = useDebouncedValue(request, TYPING_MS);
  return useQuery({
    queryKey: ['estimate', asked],
    queryFn: ({ signal }) => client.exports.estimate(asked, { signal }),
    // The days come with the dictionary, a moment later.
    enabled: asked.start_date !== '' && asked.end_date !== '',
    placeholderData: keepPreviousData,
  });
}

export function exceedsQuota({ total_quota: total, expected_new_consumed_quota: after }: ReportEstimate): boolean {
  return total !== null && after > total;
}

interface EstimateProps {
  readonly estimate: ReportEstimate | undefined;
  readonly error: Error | null;
  readonly isForExcel: boolean;
}

export function Estimate({ estimate, error, isForExcel }: EstimateProps) {
  if (error !== null) return <ErrorNote error={error} />;
  if (estimate === undefined) return <Skeleton h={96} />;
  const { estimated_rows: rows, estimated_bytes: bytes, estimated_seconds: seconds, new_records: fresh } = estimate;
  return (
    <Stack gap="xs">
      <Paper withBorder p="md" role="status">
        <Text fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {formatNumber(rows)} rows · about {formatBytes(bytes)} · about {formatSeconds(seconds)}
        </Text>
        <Text size="sm">
          {formatNumber(fresh)} {fresh === 1 ? 'property counts' : 'properties count'} towards this month’s quota,{' '}
          {formatNumber(estimate.prev_records)} did already
        </Text>
        {estimate.ids_without_data > 0 && (
          <Text size="sm">
            {formatNumber(estimate.ids_without_data)} of the properties{' '}
            {estimate.ids_without_data === 1 ? 'has' : 'have'} no data in these days, and no rows in the file
          </Text>
        )}
      </Paper>
      {isForExcel && rows > MOST_EXCEL_ROWS && (
        <Alert color="orange" variant="outline" title="More rows than a sheet of Excel has">
          Excel shows {formatNumber(MOST_EXCEL_ROWS)} of them. Take fewer days or properties, or another format.
        </Alert>
      )}
      {exceedsQuota(estimate) && (
        <Alert color="red" variant="outline" title="More than this month’s quota has left">
          It starts again on {formatDay(nextMonth(Date.now()))} (UTC). Take fewer properties, or ones that count
          already.
        </Alert>
      )}
    </Stack>
  );
}
