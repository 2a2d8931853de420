/** The six requests that the vendor's guide shows, as facts: what a program written after it sends, and how it calls curl. */

export interface PublishedRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the origin; `JOB` stands for a job's id. */
  readonly path: string;
  readonly body?: {
    readonly report_type: string;
    readonly output_format: string;
    readonly start_date: string;
    readonly end_date: string;
    readonly property_ids: readonly number[];
    readonly callback_url: string;
  };
  /** What curl is told beside method, headers and body. */
  readonly flags: readonly string[];
}

const JOBS = '/apartmentiq/api/v1/bulk_api/jobs';
const PORTFOLIO = [99001416, 99001470, 99004737];

export const REQUESTS = {
  create: {
    method: 'POST',
    path: JOBS,
    body: {
      report_type: 'property',
      output_format: 'jsonl',
      start_date: '2025-01-01',
      end_date: '2025-12-31',
      property_ids: PORTFOLIO,
      callback_url: 'https://your-domain.com/webhook',
    },
    flags: [],
  },
  status: { method: 'GET', path: `${JOBS}/JOB`, flags: [] },
  download: { method: 'GET', path: `${JOBS}/JOB/results`, flags: ['-L', '-o', 'property_data.jsonl'] },
  list: { method: 'GET', path: `${JOBS}?page=1&per_page=50`, flags: [] },
  cancel: { method: 'DELETE', path: `${JOBS}/JOB`, flags: [] },
  month: {
    method: 'POST',
    path: JOBS,
    body: {
      report_type: 'property',
      output_format: 'parquet',
      start_date: '2025-01-01',
      end_date: '2025-01-31',
      property_ids: PORTFOLIO,
      callback_url: 'https://your-etl.example.com/webhooks/apartmentiq',
    },
    flags: [],
  },
} as const satisfies Readonly<Record<string, PublishedRequest>>;
