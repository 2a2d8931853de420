/**
 * What the vendor's reference says of the two operations that it has a page for, noted down a second time and in another notation than
 * `apartmentiq-contract.json`: a slip in one of them shows in the other. Compared with the reference's version 1.14.0.
 *
 * A field is written `name: type`, with `!` where it is required.
 */

const BAD_TOKEN = 'Unauthorized: Missing or invalid bearer token';

interface PublishedOperation {
  readonly id: string;
  readonly parameters: readonly string[];
  readonly body: readonly string[];
  /** What each status carries, and the errors shown as examples. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
}

export const OPERATIONS: Readonly<Record<string, PublishedOperation>> = {
  'post /bulk_api/jobs': {
    id: 'createBatchJob',
    parameters: [],
    body: [
      'report_type!: ReportType',
      'output_format!: FileType',
      'start_date!: string date',
      'end_date!: string date',
      'property_ids!: integer[]',
      'callback_url: string uri',
    ],
    answers: {
      200: ['BatchJob'],
      400: ['Error', 'Invalid parameter: start_date must be in YYYY-MM-DD format'],
      401: ['Error', BAD_TOKEN],
      403: ['Error', 'Forbidden: You do not have permission to create batch jobs'],
    },
  },
  'get /bulk_api/jobs/{job_id}/results': {
    id: 'downloadBatchJobResults',
    parameters: ['path job_id!: string uuid'],
    body: [],
    answers: {
      302: ['Location: string uri'],
      400: [
        'Error',
        'Invalid parameter: job_id must be a valid UUID',
        'Invalid operation: Results are not available because the job has not completed successfully',
      ],
      401: ['Error', BAD_TOKEN],
      403: ['Error', 'Forbidden: You do not have permission to download results for this job'],
      404: ['Error', 'Not Found: Job with the specified ID does not exist'],
    },
  },
};

/** Values of an enumeration, or fields of an object. */
export const SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  ReportType: ['floorplans', 'property', 'units'],
  FileType: ['csv', 'jsonl', 'parquet'],
  JobStatus: ['submitted', 'cancelled', 'failed', 'succeeded'],
  BatchJob: [
    'job_id: string uuid',
    'report_type!: ReportType',
    'status: JobStatus',
    'output_format!: FileType',
    'property_ids!: integer[]',
    'start_date!: string date',
    'end_date!: string date',
    'callback_url: string',
    'error_message: string',
    'created_at: string date-time',
    'updated_at: string date-time',
  ],
  Error: ['error: string', 'message: string', 'errors: string[]', 'quota_limit: integer', 'quota_usage: integer'],
};
