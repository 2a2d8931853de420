/** An estimate as the command line shows it. */
import type { ReportEstimate, ReportRequest } from '@conveyance/sdk';
import { formatBytes, formatCount, formatSeconds, formatTable } from '../../terminal/table.ts';

/** What `export --estimate` shows. */
export function estimateTable(estimate: ReportEstimate, request: ReportRequest): string {
  const { csv, jsonl, parquet } = estimate.estimated_bytes_by_format;
  const quota = estimate.total_quota === null ? 'unlimited' : formatCount(estimate.total_quota);
  return formatTable([
    ['report', `${request.report_type}, ${request.start_date} to ${request.end_date}`],
    ['rows', formatCount(estimate.estimated_rows)],
    ['file', `about ${formatBytes(estimate.estimated_bytes)} of ${request.output_format}`],
    ['by format', `csv ${formatBytes(csv)}, jsonl ${formatBytes(jsonl)}, parquet ${formatBytes(parquet)}`],
    ['time', `about ${formatSeconds(estimate.estimated_seconds * 1_000)}`],
    [
      'properties',
      `${formatCount(estimate.requested_records)}, ${formatCount(estimate.ids_without_data)} of them without data in the range`,
    ],
    [
      'new this month',
      `${formatCount(estimate.new_records)}; ${formatCount(estimate.prev_records)} count already and are free`,
    ],
    [
      'quota',
      `${formatCount(estimate.consumed_quota)} used, ${formatCount(estimate.expected_new_consumed_quota)} after it, of ${quota}`,
    ],
  ]);
}

/** True when the job would be refused. */
export function exceedsQuota({
  total_quota: quota,
  new_records: added,
  expected_new_consumed_quota: after,
}: ReportEstimate) {
  return quota !== null && added > 0 && after > quota;
}
