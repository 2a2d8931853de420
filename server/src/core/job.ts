/** The customer's request and its result: what a job is, and which words exist for it. */

import type { DetailsJobSpec, MatchSpec, SearchSpec } from './file-job-spec.ts';
import type { QuotaPreview } from './quota.ts';
import { MS_PER_SECOND } from './time.ts';

/** What a job does. The ApartmentIQ dialect makes reports; the Reonomy dialect calls the others its job types. */
export const FILE_JOB_KINDS = ['property-details', 'match', 'search'] as const;
export type FileJobKind = (typeof FILE_JOB_KINDS)[number];
export const JOB_KINDS = ['report', ...FILE_JOB_KINDS] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const REPORT_TYPES = ['floorplans', 'property', 'units'] as const;
export type ReportType = (typeof REPORT_TYPES)[number];

export const OUTPUT_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Of the whole file. Parquet compresses its pages itself and takes `none`. */
export const COMPRESSIONS = ['none', 'gzip', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** `excel`: byte order mark, CRLF, and no text that a spreadsheet would take for a formula. */
export const CSV_PROFILES = ['standard', 'excel'] as const;
export type CsvProfile = (typeof CSV_PROFILES)[number];

/** The public words. A job's progress tells that it runs, not its status: the contract has no `running`. */
export const JOB_STATUSES = ['submitted', 'succeeded', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job is never addressed without its owner. */
export interface JobKey {
  readonly accountId: string;
  readonly id: string;
}

/** What a customer may choose about the file; clients of the original contract choose nothing. */
export interface FileOptions {
  /** Which columns, in which order; null for all, as declared. The order of the rows stays that of the report's key. */
  readonly columns: readonly string[] | null;
  readonly compression: Compression;
  readonly csvProfile: CsvProfile;
  /** The customer's own name for the export. */
  readonly name: string | null;
}

export const DEFAULT_FILE_OPTIONS: FileOptions = {
  columns: null,
  compression: 'none',
  csvProfile: 'standard',
  name: null,
};

/** A job's frozen parameters. The property ids are kept beside it, compactly. */
export interface ReportSpec extends FileOptions {
  readonly reportType: ReportType;
  readonly outputFormat: OutputFormat;
  /** Inclusive calendar days, `YYYY-MM-DD`. */
  readonly startDate: string;
  readonly endDate: string;
}

export const PHASES = ['queued', 'running', 'finalizing', 'done'] as const;
export type Phase = (typeof PHASES)[number];

export interface Progress {
  readonly phase: Phase;
  readonly rowsWritten: number;
  /** Null until the rows have been counted. */
  readonly rowsTotal: number | null;
}

/** One sealed file of a job. */
export interface ResultFile {
  readonly key: string;
  readonly filename: string;
  readonly contentType: string;
  readonly rows: number;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** The engine that found its rows, with its version; absent where it was the server’s own. */
  readonly finder?: string;
}

/** Why a job failed, in the words of the error catalogue. */
export interface JobFailure {
  readonly code: string;
  readonly message: string;
}

/** What is asked for. */
export type Asked =
  | { readonly kind: 'report'; readonly spec: ReportSpec }
  | { readonly kind: 'property-details'; readonly spec: DetailsJobSpec }
  | { readonly kind: 'match'; readonly spec: MatchSpec }
  | { readonly kind: 'search'; readonly spec: SearchSpec };

interface JobState extends JobKey {
  /** The credential that requested it. */
  readonly credentialId: string;
  /** Distinct property ids of the request; 0 if it names none. */
  readonly propertyCount: number;
  readonly callbackUrl: string | null;
  readonly status: JobStatus;
  readonly progress: Progress;
  readonly failure: JobFailure | null;
  /** What the job does otherwise than its request may have meant, as it was seen at submission. */
  readonly warnings: readonly string[];
  /** The committed state of the warehouse that the job reads, from its submission to its end. */
  readonly dataVersion: number;
  /** Empty until the job has succeeded. A report is one file. */
  readonly results: readonly ResultFile[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When a worker took the latest attempt; null until then. */
  readonly startedAt: Date | null;
  /** Grows with every change of the job, and from change to change over all jobs of the account. */
  readonly revision: number;
  readonly finishedAt: Date | null;
  /** When the result's files are deleted; null until there are any. */
  readonly expiresAt: Date | null;
  /** When they were destroyed before, because they held data of a person who was erased. */
  readonly erasedAt?: Date;
}

export type Job = JobState & Asked;
export type JobOf<Kind extends JobKind> = Extract<Job, { readonly kind: Kind }>;
export type ReportJob = JobOf<'report'>;
export type FileJob = JobOf<FileJobKind>;

export function isReport(job: Job): job is ReportJob {
  return job.kind === 'report';
}

export function isFileJob(job: Job): job is FileJob {
  return job.kind !== 'report';
}

export function isFinished(job: Pick<Job, 'status'>): boolean {
  return job.status !== 'submitted';
}

/** 100 only when the file is sealed: rows written are not yet a file. */
const HIGHEST_UNSEALED_PERCENT = 99;

export function percentDone(progress: Progress): number {
  if (progress.phase === 'done') return 100;
  if (progress.phase === 'queued' || progress.rowsTotal === null) return 0;
  if (progress.rowsTotal === 0) return HIGHEST_UNSEALED_PERCENT;
  return Math.min(HIGHEST_UNSEALED_PERCENT, Math.floor((progress.rowsWritten / progress.rowsTotal) * 100));
}

/** Below these a job's pace is unknown: the first rows include the warm-up of engine and files. */
const LEAST_SHARE_OF_ROWS = 0.05;
const LEAST_RUNNING_MS = 1000;

/** Seconds to the last row, from the pace of this attempt as of its last progress; null while there is no evidence of it. */
export function secondsLeft({ status, progress, startedAt, updatedAt }: Job): number | null {
  const { phase, rowsWritten, rowsTotal } = progress;
  if (status !== 'submitted' || phase !== 'running' || startedAt === null || rowsTotal === null) return null;
  const runningMs = updatedAt.getTime() - startedAt.getTime();
  if (runningMs < LEAST_RUNNING_MS || rowsWritten === 0 || rowsWritten < rowsTotal * LEAST_SHARE_OF_ROWS) return null;
  return Math.ceil(((rowsTotal - rowsWritten) * runningMs) / rowsWritten / MS_PER_SECOND);
}

/** Which file jobs of a list, from the newest. */
export interface FileJobPage {
  readonly limit: number;
  readonly offset: number;
}

/** A report as it is asked for. */
export interface ReportRequest {
  readonly spec: ReportSpec;
  /** Distinct, in the order of the request; none where a list is given. */
  readonly propertyIds: ReadonlySet<number>;
  /** In their place a list, by its id or its name, or all properties (`@all`). */
  readonly propertyList?: string;
  readonly callbackUrl: string | null;
  /** What the request says that a job cannot obey. No part of what is asked for. */
  readonly warnings?: readonly string[];
}

/** What a job of a request would come to. */
export interface Estimate {
  readonly format: OutputFormat;
  /** Exact for the data version that is current. */
  readonly rows: number;
  /** Of the file, in each format. */
  readonly bytes: Readonly<Record<OutputFormat, number>>;
  /** From submission to the file. */
  readonly seconds: number;
  /** How many of the properties have no row in the range. */
  readonly withoutData: number;
  /** Distinct properties of the request. */
  readonly requested: number;
  readonly quota: QuotaPreview;
  /** What the job would do otherwise than its request may have meant. */
  readonly warnings: readonly string[];
}
