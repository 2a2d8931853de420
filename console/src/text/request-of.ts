import type { ReportJob, ReportRequest } from '@conveyance/sdk';

/** What would make the job again. */
export function requestOf(job: ReportJob): ReportRequest {
  return {
    report_type: job.report_type,
    output_format: job.output_format,
    start_date: job.start_date,
    end_date: job.end_date,
    property_ids: job.property_ids,
    ...(job.callback_url !== undefined && { callback_url: job.callback_url }),
    ...(job.columns !== null && { columns: job.columns }),
    ...(job.compression !== 'none' && { compression: job.compression }),
    ...(job.csv_profile !== 'standard' && { csv_profile: job.csv_profile }),
    ...(job.name !== null && { name: job.name }),
  };
}
