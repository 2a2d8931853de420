/**
 * What travels between client and server, named as it travels: snake_case. Generated from docs/openapi.json by `npm run generate`;
 * what the document cannot say is in types.ts.
 */
export interface Caller {
    /** @description The access key, as jobs name it in `user`. */
    readonly id: string;
    /** @description Its public half. */
    readonly access_key: string | null;
    readonly scopes: readonly ("exports:read" | "exports:write" | "data:read" | "keys" | "admin")[];
    readonly created: string;
    /** @description The account, as jobs name it: 32 hexadecimal digits. */
    readonly group_path: string;
    readonly account: {
        readonly id: string;
        readonly name: string;
    };
}
export type Compression = "none" | "gzip" | "zstd";
export type CsvProfile = "standard" | "excel";
export interface DailyUsage {
    readonly first_day: string;
    /** @description Today (UTC), inclusive. */
    readonly last_day: string;
    /** @description False if the account made more jobs than are counted: the newest 100,000. */
    readonly complete: boolean;
    /** @description Of the days and credentials with jobs, the newest day first. */
    readonly usage: readonly DayUsage[];
}
export interface DayUsage {
    /** @description On which the jobs were made (UTC). */
    readonly day: string;
    /** @description Who asked for them; of a schedule’s runs, who made it. */
    readonly credential_id: string;
    /** @enum {string} */
    readonly credential_kind: "key" | "token" | "person";
    /** @description Null without one, and for a caller without the scope keys. */
    readonly credential_name: string | null;
    /** @description Of every kind: reports and file jobs. */
    readonly jobs: number;
    readonly succeeded: number;
    readonly failed: number;
    /** @description Properties of those that succeeded, each as often as a job had it: not what counts towards the quota. */
    readonly properties: number;
    /** @description Of their files. */
    readonly rows: number;
    /** @description Of their files. */
    readonly bytes: number;
}
export type DetailType = "basic" | "mortgages" | "ownership" | "reported_owner" | "sales" | "taxes" | "tenants";
export interface EstimatedBytes {
    readonly csv: number;
    readonly jsonl: number;
    readonly parquet: number;
}
export interface FileJob {
    readonly id: string;
    /** @enum {string} */
    readonly job_type: "property-details" | "match" | "search";
    /** @description Null in the answer to the upload. `FAILURE` comes with a `message`. */
    readonly status: ("PENDING" | "STARTED" | "SUCCESS" | "FAILURE") | null;
    readonly created: string;
    readonly modified: string;
    /** @description Of the uploaded file, as the client called it. */
    readonly filename: string | null;
    /** @description The account: 32 hexadecimal digits. */
    readonly group_path: string;
    /** @description The access key. */
    readonly user: string;
    /** @description Why the job failed, where its files went, or what of the request changed nothing. */
    readonly message: string | null;
    /** @description Percent, once the job has started; 100 only when its files are sealed. */
    readonly progress: number | null;
    readonly metadata: {
        /** @description The columns of the uploaded CSV file. */
        readonly headers: readonly string[];
        readonly labels: readonly string[];
        readonly mapping?: {
            readonly [key: string]: string | readonly string[];
        };
        /** @description Ids or rows that came. */
        readonly count?: number;
        /** @description Of these, repetitions. */
        readonly duplicate?: number;
        /** @description Ids of no property that the account may see. */
        readonly unknown?: number;
        /** @description Properties left out since nothing that `updated` names changed. */
        readonly not_updated?: number;
        /** @description Lines of the file that are not UTF-8; the first thousand. */
        readonly error_decoding_lines?: readonly number[];
        /** @description Rows with more or fewer cells than the header. */
        readonly ragged?: number;
        /** @description Ranges that were widened to whole steps for properties that your account has not paid for this month, as they were applied: from `from` to below `below`; null is no bound. Absent if none was. */
        readonly widened_settings?: {
            readonly [key: string]: {
                readonly from: number | string | null;
                readonly below: number | string | null;
            };
        };
        /** @description What was asked for, as another job would be, but for ids and file. In the answer for one job, unless it is longer than 8 KiB. */
        readonly request?: {
            readonly detail_type?: readonly ("basic" | "mortgages" | "ownership" | "reported_owner" | "sales" | "taxes" | "tenants")[];
            readonly updated?: {
                readonly [key: string]: string;
            };
            readonly filters?: {
                readonly filter_pii: boolean;
            };
            readonly settings?: {
                readonly [key: string]: unknown;
            };
            readonly bounding_box?: {
                readonly top_left: {
                    /** @description Degrees, -90 to 90. */
                    readonly lat: number;
                    /** @description Degrees, -180 to 180. */
                    readonly lon: number;
                };
                readonly bottom_right: {
                    /** @description Degrees, -90 to 90. */
                    readonly lat: number;
                    /** @description Degrees, -180 to 180. */
                    readonly lon: number;
                };
            };
            readonly explain?: boolean;
        };
    };
    /** @description The links of `result_urls`, joined by commas. */
    readonly result_url: string | null;
    /** @description One link for each file, valid for 10 minutes; fresh ones in every answer. */
    readonly result_urls: readonly string[];
}
export interface FileJobPage {
    /** @description Jobs of this access key that are kept. */
    readonly count: number;
    readonly items: readonly FileJob[];
}
export interface IssuedKey {
    readonly key: Key;
    /** @description Of an access key its secret, of a token the token. It is shown here alone. */
    readonly secret: string;
}
export interface Key {
    readonly credential_id: string;
    /** @enum {string} */
    readonly kind: "key" | "token" | "person";
    readonly access_key: string | null;
    readonly name: string | null;
    readonly scopes: readonly string[];
    readonly created_at: string;
    readonly expires_at: string | null;
    readonly revoked_at: string | null;
    /** @description To the minute. */
    readonly last_used_at: string | null;
    readonly last_address: string | null;
}
export interface KeyList {
    /** @description The newest hundred, ended ones too. People who are invited are not among them. */
    readonly keys: readonly Key[];
}
export interface KeyRequest {
    /** @description What people know it by: where it is used, say. */
    readonly name: string;
    /** @description `key`, which is the default: an access key with a secret. `token`: a personal token. */
    readonly kind?: ("key" | "token") | null;
    /** @description None that the credential that asks lacks. All that it has but `keys`, if left out. */
    readonly scopes?: readonly ("exports:read" | "exports:write" | "data:read" | "keys")[] | null;
    /** @description When it ends by itself: no later than the credential that asks, which is the default. */
    readonly expires_at?: string | null;
}
export type KeyScope = "exports:read" | "exports:write" | "data:read" | "keys";
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
    /** @description As in the job. */
    readonly warnings: readonly string[];
    readonly resources: readonly {
        readonly name: string;
        /** @description The file’s name. */
        readonly path: string;
        readonly format: OutputFormat;
        readonly mediatype: string;
        readonly compression: Compression;
        readonly encoding: string;
        readonly rows: number;
        readonly bytes: number;
        /** @description `sha256:` and the digest in hex. */
        readonly hash: string;
        readonly sha256: string;
        readonly schema: {
            readonly fields: readonly {
                readonly name: string;
                /** @description A Table Schema type. */
                readonly type: string;
                readonly description: string;
                readonly unit: string | null;
                readonly constraints: {
                    readonly required: boolean;
                };
            }[];
            /** @description Absent where the file lacks one of these columns. */
            readonly primaryKey?: readonly string[];
        };
    }[];
}
export type OnIncomplete = "run" | "skip";
export type OutputFormat = "csv" | "jsonl" | "parquet";
export interface Pagination {
    readonly current_page: number;
    readonly total_pages: number;
    readonly total_count: number;
    readonly per_page: number;
}
export interface PlaceFields {
    /** @description House number and street. */
    readonly address_line_1?: string;
    readonly address_city?: string;
    readonly address_state?: string;
    /** @description ZIP code, as text. */
    readonly address_postal?: string;
    /** @description Degrees, -90 to 90. */
    readonly latitude?: number;
    /** @description Degrees, -180 to 180. */
    readonly longitude?: number;
}
export type PropertyDetails = {
    readonly id: string;
} & {
    readonly [key: string]: unknown;
};
export interface PropertyIdPair {
    /** @description The number, by which reports are requested. */
    readonly id: number;
    /** @description The UUID, by which details are requested. */
    readonly reonomy_id: string;
}
export interface PropertyIdPairs {
    /** @description In the order of the request. */
    readonly properties: readonly PropertyIdPair[];
    /** @description Those of no property that you may see, in the order of the request. */
    readonly unknown: readonly (number | string)[];
}
export interface PropertyPage {
    readonly properties: readonly PropertySummary[];
    readonly pagination: Pagination;
}
export interface PropertyQuery {
    /**
     * @description One-based page number.
     * @default 1
     */
    readonly page?: number;
    /**
     * @description Rows per page.
     * @default 50
     */
    readonly per_page?: number;
    /** @description City. */
    readonly city?: string;
    /** @description State, by its two-letter code or its name. */
    readonly state?: string;
    /** @description Five-digit ZIP code. */
    readonly zip_code?: string;
    /** @description Market. */
    readonly market_name?: string;
    /** @description Part of the property’s name. */
    readonly name?: string;
    /** @description Part of the management company’s name. */
    readonly management_company_name?: string;
    /** @description Centre of the search; needs longitude and radius_miles. */
    readonly latitude?: number;
    /** @description Centre of the search; needs latitude and radius_miles. */
    readonly longitude?: number;
    /** @description Radius of the search in miles. */
    readonly radius_miles?: number;
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
    /** @description The property’s UUID, by which its details are requested. */
    readonly reonomy_id: string;
}
export interface ReportColumn {
    readonly name: string;
    /** @description A type of the data dictionary: `money`, `list<text>`, … */
    readonly type: string;
    readonly unit: string | null;
    readonly nullable: boolean;
    /** @enum {string} */
    readonly pii: "none" | "indirect" | "direct";
    readonly description: string;
    /** @description The dictionary version that brought the column. */
    readonly since: string;
    readonly minimum: number | null;
    readonly maximum: number | null;
    readonly allowed_values: readonly string[] | null;
}
export interface ReportDescription {
    readonly report_type: ReportType;
    readonly title: string;
    readonly description: string;
    /** @description What one row is. */
    readonly grain: string;
    /** @description The columns that identify a row; rows are ordered by them. */
    readonly key: readonly string[];
    readonly day_column: string;
    readonly column_count: number;
    readonly dictionary_version: string;
    /** @description The first day with data; null while there is none. */
    readonly first_day: string | null;
    /** @description The last day with data. */
    readonly last_day: string | null;
    readonly columns: readonly ReportColumn[];
    /** @description JSON Schema of a row in JSONL. */
    readonly json_schema: {
        readonly [key: string]: unknown;
    };
}
export interface ReportEstimate {
    /** @description Counted: exact for the data that is current. */
    readonly estimated_rows: number;
    /** @description Of the file, in the format asked for. */
    readonly estimated_bytes: number;
    readonly estimated_bytes_by_format: EstimatedBytes;
    /** @description From submission to the file where no other job is in the way: as your account’s last jobs with the report took once they had begun, else as measured on a machine with two cores. */
    readonly estimated_seconds: number;
    /** @description How many of the properties have no row in the range. */
    readonly ids_without_data: number;
    /** @description Distinct properties per calendar month; null: no limit. */
    readonly total_quota: number | null;
    /** @description Distinct properties that count in this month (UTC). */
    readonly consumed_quota: number;
    /** @description Distinct properties of the request. */
    readonly requested_records: number;
    /** @description Those that do not count yet this month. */
    readonly new_records: number;
    /** @description Those that count already, and are free. */
    readonly prev_records: number;
    /** @description What would count after the job was created. Above `total_quota` its creation would be refused. */
    readonly expected_new_consumed_quota: number;
    /** @description Fields that were ignored, and what of a list is left out. */
    readonly warnings?: readonly string[];
}
export interface ReportJobFields {
    readonly job_id?: string;
    readonly report_type: ReportType;
    readonly status?: ReportJobStatus;
    readonly output_format: OutputFormat;
    readonly property_ids: readonly number[];
    readonly start_date: string;
    readonly end_date: string;
    readonly callback_url?: string;
    /** @description The columns asked for; null for all. */
    readonly columns?: readonly string[] | null;
    readonly compression?: Compression;
    readonly csv_profile?: CsvProfile;
    /** @description The customer’s own word for the export. */
    readonly name?: string | null;
    readonly error_message?: string;
    readonly created_at?: string;
    readonly updated_at?: string;
    /** @description When the latest run of the job began; null until a worker has taken it. */
    readonly started_at?: string | null;
    /** @description When it ended, however it did; null until then. */
    readonly finished_at?: string | null;
    readonly progress?: ReportJobProgress;
    /** @description The committed state of the data that the job reads. */
    readonly data_version?: number | null;
    /** @description When the files are deleted. */
    readonly expires_at?: string | null;
    readonly result?: ReportResult | null;
    /** @description A word of the error catalogue. */
    readonly error_code?: string | null;
    /** @description What the job does otherwise than the request may have meant: fields that were ignored, data that there is not, files that had to be destroyed. */
    readonly warnings?: readonly string[];
}
export interface ReportJobProgress {
    /** @enum {string} */
    readonly phase: "queued" | "running" | "finalizing" | "done";
    /** @description 100 only when the file is sealed. */
    readonly percent: number;
    readonly rows_written: number;
    /** @description Null until the rows have been counted. */
    readonly rows_total: number | null;
    /** @description Your jobs waiting before this one; null when it does not wait. */
    readonly queue_position: number | null;
    /** @description Seconds to the last row, from the pace of this run; null while there is too little to go by. */
    readonly eta_seconds: number | null;
}
export type ReportJobStatus = "submitted" | "succeeded" | "failed" | "cancelled";
export interface ReportRequestFields {
    /** @description Type of report to generate. */
    readonly report_type: ReportType;
    /** @description Format for the output file. */
    readonly output_format: OutputFormat;
    /** @description Start date for bulk data export (YYYY-MM-DD). */
    readonly start_date: string;
    /** @description End date for bulk data export (YYYY-MM-DD). */
    readonly end_date: string;
    /** @description Array of property IDs to include in the report. Empty, null or left out where `property_list` is given. */
    readonly property_ids: readonly number[];
    /** @description In the place of `property_ids`: the id or the name of a saved list, or `@all` for every property that your account may see. Its properties as they are at submission become the job’s; those of its ids that are gone by then are left out, and `warnings` names them. */
    readonly property_list?: string;
    /** @description Optional webhook URL to notify when the job completes. */
    readonly callback_url?: string;
    /** @description Only these columns, in this order. Default: all. The rows stay in the order of the report’s key. */
    readonly columns?: readonly string[];
    /** @description Of the whole CSV or JSONL file. Parquet is compressed within and takes none. */
    readonly compression?: Compression;
    /** @description excel: with byte order mark and CRLF, and with an apostrophe before text that a spreadsheet would take for a formula (it begins with =, +, -, @, a tab or a line break). */
    readonly csv_profile?: CsvProfile;
    /** @description Your own word for the export. */
    readonly name?: string;
}
export interface ReportResult {
    readonly rows: number;
    readonly bytes: number;
    /** @description Of the file, in hex. */
    readonly sha256: string;
    readonly content_type: string;
    readonly filename: string;
    /** @description Where the columns of the report are described. */
    readonly columns_url: string;
}
export interface ReportSummary {
    readonly report_type: ReportType;
    readonly title: string;
    readonly description: string;
    /** @description What one row is. */
    readonly grain: string;
    /** @description The columns that identify a row; rows are ordered by them. */
    readonly key: readonly string[];
    readonly day_column: string;
    readonly column_count: number;
    readonly dictionary_version: string;
    /** @description The first day with data; null while there is none. */
    readonly first_day: string | null;
    /** @description The last day with data. */
    readonly last_day: string | null;
}
export type ReportType = "floorplans" | "property" | "units";
export interface ReportTypeList {
    readonly report_types: readonly ReportSummary[];
}
export interface Resolution {
    readonly reonomy_id: string | null;
    /** @enum {string} */
    readonly status: "OK" | "PARTIAL" | "MISS";
    readonly miss_reason: ("SFR" | "Condo Property (SFR)" | "MISSING" | "Unrecognized address") | null;
    /** @description How often such an answer is right, 0 to 1; of a point how near it is, 1 to 0.5 at the radius. */
    readonly match_confidence: number;
    /** @description What differs from the matched address; docs/match-codes.md lists them. */
    readonly match_codes: readonly string[];
    readonly matched_address: string | null;
    /** @description The properties that tied, best first; at most ten. */
    readonly candidates: readonly string[];
}
export interface ResultSummary {
    readonly rows: number;
    /** @description In the order of the file. */
    readonly columns: readonly SummaryColumn[];
    /** @description Columns of a customer’s own file, where it has too many. */
    readonly columns_left_out: number;
    /** @description Those for which the result has the columns. */
    readonly charts: readonly SummaryChart[];
    readonly map: SummaryMap | null;
}
export interface RevokedKey {
    readonly key: Key;
    /** @description Active schedules that act for it: their runs fail until somebody resumes them. */
    readonly schedules_in_need: number;
}
export interface SavedList {
    readonly list_id: string;
    /** @description Your word for it, by which requests may name it. */
    readonly name: string;
    /** @description The condition that its properties meet, judged each time the list is used; null for a list of ids. */
    readonly filter: string | null;
    /** @description Of a list of ids how many it has, also those that are gone; null for a filter. `countSavedList` tells how many it means now. */
    readonly property_count: number | null;
    readonly created_at: string;
    readonly updated_at: string;
    /** @description Null for a filter. */
    readonly property_ids: readonly number[] | null;
    /** @description Only in the answer to a change: fields of the request that were ignored, and ids of no property that your account may see. */
    readonly warnings?: readonly string[];
}
export interface SavedListChanges {
    /** @description Your word for the list. No two lists have the same, whatever the case of its letters. */
    readonly name?: string;
    /** @description Array of property IDs to include in the report. Empty, null or left out where `property_list` is given. */
    readonly property_ids?: readonly number[];
    /** @description In the place of ids: a condition over the columns that a look-up shows, judged each time the list is used. Needs the scope `data:read`. */
    readonly filter?: string;
}
export interface SavedListCount {
    /** @description How many properties it means now. */
    readonly count: number;
    /** @description How many of the ids of a list are of no property that there is and that your account may see. */
    readonly left_out: number;
}
export interface SavedListCountRequest {
    /** @description In the place of ids: a condition over the columns that a look-up shows, judged each time the list is used. Needs the scope `data:read`. */
    readonly filter?: string;
    /** @description In the place of `property_ids`: the id or the name of a saved list, or `@all` for every property that your account may see. Its properties as they are at submission become the job’s; those of its ids that are gone by then are left out, and `warnings` names them. */
    readonly property_list?: string;
}
export interface SavedListPage {
    readonly lists: readonly SavedListSummary[];
    readonly pagination: Pagination;
}
export interface SavedListRequest {
    /** @description Your word for the list. No two lists have the same, whatever the case of its letters. */
    readonly name: string;
    /** @description Array of property IDs to include in the report. Empty, null or left out where `property_list` is given. */
    readonly property_ids?: readonly number[];
    /** @description In the place of ids: a condition over the columns that a look-up shows, judged each time the list is used. Needs the scope `data:read`. */
    readonly filter?: string;
}
export interface SavedListSummary {
    readonly list_id: string;
    /** @description Your word for it, by which requests may name it. */
    readonly name: string;
    /** @description The condition that its properties meet, judged each time the list is used; null for a list of ids. */
    readonly filter: string | null;
    /** @description Of a list of ids how many it has, also those that are gone; null for a filter. `countSavedList` tells how many it means now. */
    readonly property_count: number | null;
    readonly created_at: string;
    readonly updated_at: string;
}
export interface Schedule {
    readonly schedule_id: string;
    readonly state: ScheduleState;
    /** @description Null while paused. */
    readonly next_run_at: string | null;
    /** @description What its runs lack, so that they fail: `credential`, where the one that it acts for was revoked (resume it with another), or `properties`, where the account may no longer see some of them. Null if nothing is missing. */
    readonly needs: ("credential" | "properties") | null;
    readonly frequency: ScheduleFrequency;
    /** @description With `monthly`, and only then: 1 to 31. A shorter month has it on its last day. */
    readonly day_of_month: number | null;
    readonly weekday: Weekday | null;
    /** @description On the clocks of the zone, HH:MM. A time that they skip is as much later; of one that comes twice it is the first. */
    readonly time: string;
    /** @description A name of the IANA time zone database. */
    readonly time_zone: string;
    readonly range: ScheduleRange;
    /** @description With `trailing_n_days`, and only then: so many days up to yesterday. */
    readonly days: number | null;
    /** @description How long a run waits until the warehouse has reached the last day of its range. */
    readonly data_deadline_hours: number;
    readonly on_incomplete: OnIncomplete;
    readonly report_type: ReportType;
    readonly output_format: OutputFormat;
    readonly callback_url: string | null;
    /** @description Null for all. */
    readonly columns: readonly string[] | null;
    readonly compression: Compression;
    readonly csv_profile: CsvProfile;
    /** @description Of the schedule, and of each of its jobs. */
    readonly name: string | null;
    /** @description With `property_list`: as many as it held when the schedule was made. */
    readonly property_count: number;
    /** @description The list that each run exports as it is then, by its name, or `@all`; null where the schedule has ids of its own. */
    readonly property_list: string | null;
    readonly created_at: string;
    readonly updated_at: string;
    /** @description Only in the answer to its creation: fields of the request that were ignored, and what of a list is left out now. */
    readonly warnings?: readonly string[];
    /** @description None where it repeats a list. */
    readonly property_ids: readonly number[];
}
export type ScheduleFrequency = "monthly" | "weekly" | "daily";
export interface SchedulePage {
    readonly schedules: readonly ScheduleSummary[];
    readonly pagination: Pagination;
}
export type ScheduleRange = "previous_month" | "previous_week" | "yesterday" | "trailing_n_days";
export interface ScheduleRequest {
    /** @description Type of report to generate. */
    readonly report_type: ReportType;
    /** @description Format for the output file. */
    readonly output_format: OutputFormat;
    /** @description Array of property IDs to include in the report. Empty, null or left out where `property_list` is given. */
    readonly property_ids?: readonly number[];
    /** @description In the place of `property_ids`: the id or the name of a saved list, or `@all` for every property that your account may see. Its properties as they are at submission become the job’s; those of its ids that are gone by then are left out, and `warnings` names them. */
    readonly property_list?: string;
    /** @description Optional webhook URL to notify when the job completes. */
    readonly callback_url?: string;
    /** @description Only these columns, in this order. Default: all. The rows stay in the order of the report’s key. */
    readonly columns?: readonly string[];
    /** @description Of the whole CSV or JSONL file. Parquet is compressed within and takes none. */
    readonly compression?: Compression;
    /** @description excel: with byte order mark and CRLF, and with an apostrophe before text that a spreadsheet would take for a formula (it begins with =, +, -, @, a tab or a line break). */
    readonly csv_profile?: CsvProfile;
    /** @description Your own word for the export. */
    readonly name?: string;
    readonly frequency: ScheduleFrequency;
    /** @description With `monthly`, and only then: 1 to 31. A shorter month has it on its last day. */
    readonly day_of_month?: number;
    /** @description With `weekly`, and only then. */
    readonly weekday?: Weekday;
    /** @description On the clocks of the zone, HH:MM. A time that they skip is as much later; of one that comes twice it is the first. */
    readonly time: string;
    /** @description A name of the IANA time zone database. */
    readonly time_zone: string;
    /** @description The days that each run exports, counted from its planned day in the zone. A week is Monday to Sunday. */
    readonly range: ScheduleRange;
    /** @description With `trailing_n_days`, and only then: so many days up to yesterday. */
    readonly days?: number;
    /**
     * @description How long a run waits until the warehouse has reached the last day of its range.
     * @default 48
     */
    readonly data_deadline_hours?: number;
    /**
     * @description What to do with a run whose data is not there by then: `run` exports what there is, `skip` does not.
     * @default run
     */
    readonly on_incomplete?: OnIncomplete;
}
export interface ScheduleRun {
    /** @description One run for each planned instant. */
    readonly planned_at: string;
    readonly start_date: string;
    /** @description Inclusive; the day that the data must have reached. */
    readonly end_date: string;
    readonly state: ScheduleRunState;
    /** @description Until when it waits for its data. */
    readonly deadline_at: string;
    /** @description The job that it became; null unless `submitted`. */
    readonly job_id: string | null;
    /** @description Whether the data had reached `end_date` when the job was made; null without a job. */
    readonly data_complete: boolean | null;
    /** @description Why it waits (`data_incomplete`, `unavailable`, `internal`), was skipped (`data_incomplete`, `paused`, or `catch_up_limit`: of what an outage missed, the latest 31 runs are made up for) or failed (a word of the error catalogue). */
    readonly reason_code: string | null;
    /** @description The same for people. */
    readonly reason: string | null;
}
export interface ScheduleRunPage {
    readonly runs: readonly ScheduleRun[];
    readonly pagination: Pagination;
}
export type ScheduleRunState = "waiting" | "submitted" | "skipped" | "failed";
export type ScheduleState = "active" | "paused";
export interface ScheduleSummary {
    readonly schedule_id: string;
    readonly state: ScheduleState;
    /** @description Null while paused. */
    readonly next_run_at: string | null;
    /** @description What its runs lack, so that they fail: `credential`, where the one that it acts for was revoked (resume it with another), or `properties`, where the account may no longer see some of them. Null if nothing is missing. */
    readonly needs: ("credential" | "properties") | null;
    readonly frequency: ScheduleFrequency;
    /** @description With `monthly`, and only then: 1 to 31. A shorter month has it on its last day. */
    readonly day_of_month: number | null;
    readonly weekday: Weekday | null;
    /** @description On the clocks of the zone, HH:MM. A time that they skip is as much later; of one that comes twice it is the first. */
    readonly time: string;
    /** @description A name of the IANA time zone database. */
    readonly time_zone: string;
    readonly range: ScheduleRange;
    /** @description With `trailing_n_days`, and only then: so many days up to yesterday. */
    readonly days: number | null;
    /** @description How long a run waits until the warehouse has reached the last day of its range. */
    readonly data_deadline_hours: number;
    readonly on_incomplete: OnIncomplete;
    readonly report_type: ReportType;
    readonly output_format: OutputFormat;
    readonly callback_url: string | null;
    /** @description Null for all. */
    readonly columns: readonly string[] | null;
    readonly compression: Compression;
    readonly csv_profile: CsvProfile;
    /** @description Of the schedule, and of each of its jobs. */
    readonly name: string | null;
    /** @description With `property_list`: as many as it held when the schedule was made. */
    readonly property_count: number;
    /** @description The list that each run exports as it is then, by its name, or `@all`; null where the schedule has ids of its own. */
    readonly property_list: string | null;
    readonly created_at: string;
    readonly updated_at: string;
    /** @description Only in the answer to its creation: fields of the request that were ignored, and what of a list is left out now. */
    readonly warnings?: readonly string[];
}
export interface SearchPage {
    /** @description Properties on all pages. */
    readonly count: number;
    readonly items: readonly {
        /** @description UUID (version 5) of `property_id`: the property in the Reonomy dialect. */
        readonly id: string;
        /** @description Day on which what identifies the property was last updated; where its source does not tell, that of the load that last changed the property. */
        readonly master_update_time: string | null;
        /** @description Day on which facts about its buildings were last updated; where its source does not tell, that of the load that last changed the property. */
        readonly building_update_time: string | null;
        /** @description Day on which its ownership was last updated; where its source does not tell, the latest `update_time` of those records. */
        readonly owner_update_time: string | null;
        /** @description Day on which its sales were last updated; where its source does not tell, the latest `update_time` of those records. */
        readonly sale_update_time: string | null;
        /** @description Day on which its mortgages were last updated; where its source does not tell, the latest `update_time` of those records. */
        readonly mtg_update_time: string | null;
        /** @description Day on which its taxes were last updated; where its source does not tell, the latest `update_time` of those records. */
        readonly tax_update_time: string | null;
        /** @description Day on which the shape of its parcel was last updated; where its source does not tell, that of the load that last changed the property. */
        readonly shape_update_time: string | null;
    }[];
    /** @description Asks for the next page; null, and never absent, on the last. */
    readonly search_token: string | null;
    /** @description Ranges that were widened to whole steps for properties that your account has not paid for this month, as they were applied: from `from` to below `below`; null is no bound. Absent if none was. */
    readonly widened_settings?: {
        readonly [key: string]: {
            readonly from: number | string | null;
            readonly below: number | string | null;
        };
    };
}
export interface SummaryChart {
    readonly name: string;
    /** @enum {string} */
    readonly kind: "line" | "bars";
    readonly title: string;
    /** @description What the groups are. */
    readonly axis: string;
    readonly measures: readonly SummaryMeasure[];
    readonly groups: readonly {
        /** @description Null for rows without a value there. */
        readonly label: string | null;
        /** @description One for each measure. */
        readonly values: readonly (number | null)[];
    }[];
    /** @description The smallest ones: a chart has no room for all. */
    readonly groups_left_out: number;
    /** @description Of a line: the days from one point to the next. */
    readonly every_days: number | null;
}
export interface SummaryColumn {
    readonly name: string;
    /** @description A type of the data dictionary. */
    readonly type: string;
    readonly unit: string | null;
    /** @description Rows without a value. */
    readonly nulls: number;
    /** @description As text; of a list, the least number of its items. Null without values, and for what has no order. */
    readonly least: string | null;
    readonly greatest: string | null;
    /** @description Different values: exact up to about 10,000, beyond an estimate that can be a quarter off. */
    readonly distinct: number;
    readonly distinct_is_estimate: boolean;
    readonly distribution: SummaryDistribution | null;
}
export interface SummaryDistribution {
    /** @description Of numbers and days: equal steps from the least value to the greatest. Null for others. */
    readonly bins: readonly {
        /** @description A number, or a day. */
        readonly from: number | string;
        /** @description Exclusive, but for the last one. */
        readonly to: number | string;
        readonly rows: number;
    }[] | null;
    /** @description Of texts and flags: the most frequent ones, eight at most. Null for others. */
    readonly values: readonly {
        readonly value: string;
        readonly rows: number;
    }[] | null;
}
export interface SummaryMap {
    readonly title: string;
    /** @description The first is how many properties are at a place. */
    readonly measures: readonly SummaryMeasure[];
    /** @description Properties within a tenth of a degree are one place. */
    readonly places: readonly {
        readonly latitude: number;
        readonly longitude: number;
        /** @description One for each measure. */
        readonly values: readonly (number | null)[];
    }[];
    readonly places_left_out: number;
}
export interface SummaryMeasure {
    readonly label: string;
    /** @description As of a column; `fraction` for a share of a whole. */
    readonly unit: string;
}
export interface Usage {
    /** @description Distinct properties that may be exported in the period; null: no limit. */
    readonly quota_limit: number | null;
    /** @description Distinct properties that count in the period. */
    readonly quota_usage: number;
    /** @description First day of the calendar month (UTC). */
    readonly period_start: string;
    /** @description Last day of the calendar month (UTC), inclusive. */
    readonly period_end: string;
}
export interface WebhookDelivery {
    /** @description The `webhook-id` of every try. */
    readonly delivery_id: string;
    /** @description Null for a test event. */
    readonly job_id: string | null;
    readonly url: string;
    readonly state: WebhookDeliveryState;
    readonly created_at: string;
    readonly finished_at: string | null;
    /** @description Null when there is none to come, and while one is under way. */
    readonly next_try_at: string | null;
    /** @description The latest 20, oldest of them first. */
    readonly tries: readonly WebhookTry[];
}
export interface WebhookDeliveryPage {
    readonly deliveries: readonly WebhookDelivery[];
    readonly pagination: Pagination;
}
export type WebhookDeliveryState = "pending" | "delivered" | "failed";
export interface WebhookSecrets {
    /** @description Those that sign now, newest first: one, or two for a day after a rotation. */
    readonly secrets: readonly {
        /** @description `whsec_` and the key in base64. */
        readonly secret: string;
        readonly created_at: string;
        /** @description Null for the current one. */
        readonly expires_at: string | null;
    }[];
}
export interface WebhookTestEvent {
    /** @constant */
    readonly event: "test";
    readonly delivery_id: string;
    readonly created_at: string;
}
export interface WebhookTry {
    /** @description From 1, counted on over redeliveries. */
    readonly try: number;
    readonly at: string;
    /** @description Of the receiver’s answer; null when none came. */
    readonly status: number | null;
    readonly latency_ms: number;
    /** @description Why the try did not count; null when delivered. */
    readonly failure: string | null;
    /** @description The first KiB of the receiver’s answer. */
    readonly response: string;
}
export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

export const REPORT_TYPES = ["floorplans","property","units"] as const satisfies readonly ReportType[];
export const OUTPUT_FORMATS = ["csv","jsonl","parquet"] as const satisfies readonly OutputFormat[];
export const COMPRESSIONS = ["none","gzip","zstd"] as const satisfies readonly Compression[];
export const CSV_PROFILES = ["standard","excel"] as const satisfies readonly CsvProfile[];
export const DETAIL_TYPES = ["basic","mortgages","ownership","reported_owner","sales","taxes","tenants"] as const satisfies readonly DetailType[];
export const SCHEDULE_FREQUENCIES = ["monthly","weekly","daily"] as const satisfies readonly ScheduleFrequency[];
export const KEY_SCOPES = ["exports:read","exports:write","data:read","keys"] as const satisfies readonly KeyScope[];
export const WEEKDAYS = ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"] as const satisfies readonly Weekday[];
export const SCHEDULE_RANGES = ["previous_month","previous_week","yesterday","trailing_n_days"] as const satisfies readonly ScheduleRange[];
export const ON_INCOMPLETE = ["run","skip"] as const satisfies readonly OnIncomplete[];
export const DEFAULT_DEADLINE_HOURS = 48;
