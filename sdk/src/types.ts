/** What travels between client and server, named as it travels: snake_case. */

export type ReportType = 'floorplans' | 'property' | 'units';
export type OutputFormat = 'csv' | 'jsonl' | 'parquet';
export type Compression = 'none' | 'gzip' | 'zstd';
export type CsvProfile = 'standard' | 'excel';
/** That a job runs is told by its `progress`, not by a status. */
export type JobStatus = 'submitted' | 'succeeded' | 'failed' | 'cancelled';

export interface JobRequest {
  readonly report_type: ReportType;
  readonly output_format: OutputFormat;
  /** First day, `YYYY-MM-DD`, inclusive. */
  readonly start_date: string;
  /** Last day, `YYYY-MM-DD`, inclusive. */
  readonly end_date: string;
  /** 1 to 1,000,000 ids; duplicates count once. */
  readonly property_ids: readonly number[];
  /** Where the server posts the job when it has ended. */
  readonly callback_url?: string;
  /** Only these columns, in this order. Default: all. */
  readonly columns?: readonly string[];
  /** Of the whole CSV or JSONL file. Default `none`. */
  readonly compression?: Compression;
  /** `excel`: byte order mark, CRLF, and no text that a spreadsheet would take for a formula. */
  readonly csv_profile?: CsvProfile;
  /** Your own word for the export, at most 255 characters. */
  readonly name?: string;
}

/** What a job of a request would come to. */
export interface JobEstimate {
  /** Counted: exact for the data that is current. */
  readonly estimated_rows: number;
  /** Of the file, in the format asked for. */
  readonly estimated_bytes: number;
  readonly estimated_bytes_by_format: Readonly<Record<OutputFormat, number>>;
  /** From submission to the file. */
  readonly estimated_seconds: number;
  /** How many of the properties have no row in the range. */
  readonly ids_without_data: number;
  /** Distinct properties per calendar month; null: no limit. */
  readonly total_quota: number | null;
  /** Distinct properties that count in this month (UTC). */
  readonly consumed_quota: number;
  /** Distinct properties of the request. */
  readonly requested_records: number;
  /** Those that do not count yet this month. */
  readonly new_records: number;
  /** Those that count already, and are free. */
  readonly prev_records: number;
  /** Above `total_quota` the job would be refused. */
  readonly expected_new_consumed_quota: number;
}

export interface Usage {
  /** Distinct properties that may be exported in the period; null: no limit. */
  readonly quota_limit: number | null;
  /** Distinct properties that count in the period. */
  readonly quota_usage: number;
  /** First day of the calendar month (UTC). */
  readonly period_start: string;
  /** Its last day, inclusive. */
  readonly period_end: string;
}

export interface JobProgress {
  readonly phase: 'queued' | 'running' | 'finalizing' | 'done';
  /** 100 only when the file is complete. */
  readonly percent: number;
  readonly rows_written: number;
  /** Null until the rows have been counted. */
  readonly rows_total: number | null;
  /** Your jobs ahead of this one; null when it does not wait. */
  readonly queue_position: number | null;
  readonly eta_seconds: number | null;
}

export interface JobResult {
  readonly rows: number;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly content_type: string;
  readonly filename: string;
  /** Where the columns of the report are described. */
  readonly columns_url: string;
}

export interface BatchJob {
  readonly job_id: string;
  readonly status: JobStatus;
  readonly report_type: ReportType;
  readonly output_format: OutputFormat;
  readonly property_ids: readonly number[];
  readonly start_date: string;
  readonly end_date: string;
  readonly callback_url?: string;
  /** Null for all of the report. */
  readonly columns: readonly string[] | null;
  readonly compression: Compression;
  readonly csv_profile: CsvProfile;
  readonly name: string | null;
  /** Why the job failed, for people. */
  readonly error_message?: string;
  /** Why the job failed, for programs. */
  readonly error_code: string | null;
  /** RFC 3339. */
  readonly created_at: string;
  readonly updated_at: string;
  readonly progress: JobProgress;
  /** Null until the job has succeeded. */
  readonly result: JobResult | null;
  /** The committed state of the warehouse that the job reads. */
  readonly data_version: number;
  /** When the files are deleted; null while there are none. */
  readonly expires_at: string | null;
}

/** A job as events tell it: a list of more than 1,000 ids, which never changes, is left out. */
export type JobEvent = Omit<BatchJob, 'property_ids'> & Partial<Pick<BatchJob, 'property_ids'>>;

export interface Pagination {
  readonly current_page: number;
  readonly total_pages: number;
  readonly total_count: number;
  readonly per_page: number;
}

export interface JobPage {
  /** Newest first. */
  readonly jobs: readonly BatchJob[];
  readonly pagination: Pagination;
}

export interface ManifestField {
  readonly name: string;
  /** A Table Schema type. */
  readonly type: string;
  readonly description: string;
  readonly unit: string | null;
  readonly constraints: { readonly required: boolean };
}

/** One file of a job's result, as a Frictionless data resource. */
export interface ManifestFile {
  readonly name: string;
  /** The file's name. */
  readonly path: string;
  readonly format: OutputFormat;
  readonly mediatype: string;
  readonly compression: Compression;
  readonly encoding: string;
  readonly rows: number;
  readonly bytes: number;
  /** `sha256:` and the digest in hex. */
  readonly hash: string;
  /** Hex. */
  readonly sha256: string;
  readonly schema: {
    readonly fields: readonly ManifestField[];
    /** Absent where the file lacks one of these columns. */
    readonly primaryKey?: readonly string[];
  };
}

/** What a job's result consists of: a Frictionless data package. */
export interface Manifest {
  readonly $schema: string;
  readonly name: string;
  readonly title: string;
  readonly created: string | null;
  readonly job_id: string;
  readonly report_type: ReportType;
  readonly start_date: string;
  readonly end_date: string;
  readonly property_count: number;
  readonly data_version: number;
  readonly dictionary_version: string;
  readonly resources: readonly ManifestFile[];
}

/** At least one of the fields; a radius goes with both coordinates. */
export interface PropertyQuery {
  readonly city?: string;
  readonly state?: string;
  readonly zip_code?: string;
  readonly market_name?: string;
  readonly name?: string;
  readonly management_company_name?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly radius_miles?: number;
  readonly page?: number;
  readonly per_page?: number;
}

export interface PropertySummary {
  readonly id: number;
  readonly property_name: string | null;
  readonly address: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly zip_code: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly unit_count: number | null;
  readonly year_built: number | null;
  readonly property_class: string | null;
}

export interface PropertyPage {
  readonly properties: readonly PropertySummary[];
  readonly pagination: Pagination;
}

export interface ReportSummary {
  readonly report_type: ReportType;
  readonly title: string;
  readonly description: string;
  /** What one row is. */
  readonly grain: string;
  /** The columns that identify a row; rows are ordered by them. */
  readonly key: readonly string[];
  readonly day_column: string;
  readonly column_count: number;
  readonly dictionary_version: string;
}

export interface ReportColumn {
  readonly name: string;
  /** A type of the data dictionary: `money`, `list<text>`, … */
  readonly type: string;
  readonly unit: string | null;
  readonly nullable: boolean;
  readonly pii: 'none' | 'indirect' | 'direct';
  readonly description: string;
  /** The dictionary version that brought the column. */
  readonly since: string;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly allowed_values: readonly string[] | null;
}

export interface ReportDescription extends ReportSummary {
  readonly columns: readonly ReportColumn[];
  /** JSON Schema of a row in JSONL. */
  readonly json_schema: Readonly<Record<string, unknown>>;
}

/** One try at a webhook. */
export interface WebhookTry {
  /** From 1, counted on over redeliveries. */
  readonly try: number;
  /** RFC 3339. */
  readonly at: string;
  /** Of the receiver's answer; null when none came. */
  readonly status: number | null;
  readonly latency_ms: number;
  /** Why the try did not count; null when delivered. */
  readonly failure: string | null;
  /** The first KiB of the receiver's answer. */
  readonly response: string;
}

export interface WebhookDelivery {
  /** The `webhook-id` of every try. */
  readonly delivery_id: string;
  /** Null for a test event. */
  readonly job_id: string | null;
  readonly url: string;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly created_at: string;
  readonly finished_at: string | null;
  /** Null when there is none to come, and while one is under way. */
  readonly next_try_at: string | null;
  /** The latest 20, oldest of them first. */
  readonly tries: readonly WebhookTry[];
}

export interface WebhookDeliveryPage {
  /** Newest first. */
  readonly deliveries: readonly WebhookDelivery[];
  readonly pagination: Pagination;
}

export interface WebhookSecret {
  /** `whsec_` and the key in base64. */
  readonly secret: string;
  readonly created_at: string;
  /** Null for the current one. */
  readonly expires_at: string | null;
}

/** What a test webhook says; every other is the `BatchJob` that has ended. */
export interface WebhookTestEvent {
  readonly event: 'test';
  readonly delivery_id: string;
  readonly created_at: string;
}
