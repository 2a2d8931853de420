/** Jobs as they are kept. Comments are the contract that the adapter’s suite checks. */

import type { Credential } from '../../access.ts';
import type {
  Asked,
  FileJob,
  Job,
  JobFailure,
  JobKey,
  JobKind,
  JobStatus,
  Progress,
  ReportJob,
  ReportType,
  ResultFile,
} from '../../job.ts';
import type { Page, PageRequest } from '../../pages.ts';
import type { EndedJobs } from './backlog.ts';

interface NewJobState extends JobKey {
  /** As `encodePropertyIds` writes them: distinct, in the order of the request. */
  readonly propertyIds: Uint8Array;
  readonly propertyCount: number;
  readonly callbackUrl: string | null;
  readonly dataVersion: number;
  /** The credential that requested it. */
  readonly credentialId: string;
  /** None by default. */
  readonly warnings?: readonly string[];
}

export type NewJob = NewJobState & Asked;

/**
 * Whose jobs are meant. A report is the account's; a file job is its access key's alone: the contract lists "all batch jobs associated
 * with your access token", and another key of the account may be another program, with other scopes.
 */
export interface JobOwner {
  readonly accountId: string;
  readonly credentialId: string;
}

/** Jobs of one access key, and where in the list to begin. */
export interface FileJobListRequest extends JobOwner {
  readonly limit: number;
  readonly offset: number;
}

/** Which reports are meant: those that meet all that is given. */
export interface JobFilter {
  /** Any of them. */
  readonly statuses?: readonly JobStatus[];
  readonly reportType?: ReportType;
  /** Made then or later. */
  readonly from?: Date;
  /** Made before. */
  readonly until?: Date;
  /** Each is, in any case, somewhere in the job’s id, name, report, format or days. */
  readonly words?: readonly string[];
}

/** What the jobs of a day, by the instants at which they were made (UTC), and of a credential came to. */
export interface DayUsage {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly credentialId: string;
  readonly credential: Credential['kind'];
  readonly name: string | null;
  readonly jobs: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Of those that succeeded: properties asked for, each as often as a job had it; rows and bytes of the files. */
  readonly properties: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface DailyUsage {
  /** Days of UTC, both included. */
  readonly first: string;
  readonly last: string;
  /** False if there are more jobs than are looked at: then the earliest day that is told may lack some, and those before it all. */
  readonly isWhole: boolean;
  /** Of days and credentials with jobs, the newest day first. */
  readonly usage: readonly DayUsage[];
}

/** How a job ends. A worker's ending carries its attempt and is void when another attempt has the job. */
export type Ending =
  | {
      readonly outcome: 'succeeded';
      readonly attempt: number;
      readonly results: readonly ResultFile[];
      readonly expiresAt: Date;
    }
  | { readonly outcome: 'failed'; readonly attempt: number; readonly failure: JobFailure }
  | { readonly outcome: 'cancelled' };

/** A job with what an answer repeats of its request, and where it stands. */
export interface ShownJob {
  readonly job: Job;
  /** As `JobStore.propertyIds`; null if there are more than were asked for. */
  readonly propertyIds: Uint8Array | null;
  /** As `TaskQueue.positions`; null for a job that does not wait. */
  readonly queuePosition: number | null;
}

export interface JobStore {
  /** Throws `job_in_progress` if the access key has an unfinished file job: one at a time, even for simultaneous requests. */
  insert(job: NewJob): Promise<Job>;
  /** Whatever credential requested it: for what the program itself does with a job, and for operators. */
  get(key: JobKey): Promise<Job | null>;
  /** The same with what its answer needs, in one request: the ids if there are at most `mostIds`. */
  show(key: JobKey, mostIds: number): Promise<ShownJob | null>;
  /** A job that exists for the owner; null for any other. */
  visibleTo(owner: JobOwner, id: string): Promise<Job | null>;
  /** The account's reports, newest first. */
  list(accountId: string, request: PageRequest, filter?: JobFilter): Promise<Page<ReportJob>>;
  /** Of the account's newest `most` jobs of every kind those that were made since then: the newest day first. */
  usageByDay(accountId: string, since: Date, most: number): Promise<readonly DayUsage[]>;
  /** The account's jobs of every kind, newest first: for operators. */
  listAll(accountId: string, request: PageRequest): Promise<Page<Job>>;
  /** File jobs of one access key, newest first, and how many there are. */
  listFileJobs(request: FileJobListRequest): Promise<{ readonly items: readonly FileJob[]; readonly count: number }>;
  /** The id of the access key's unfinished file job, because of which `insert` would refuse another. Null if there is none. */
  unfinishedFileJob(owner: JobOwner): Promise<string | null>;
  /** The owner's jobs of the kind whose files still exist, newest first; at most `limit`, and only those behind the job `after`. */
  withFiles(owner: JobOwner, kind: JobKind, limit: number, after?: string | null): Promise<readonly Job[]>;
  /**
   * The ids of the account's reports that changed after the revision, those that have ended first, each in the order of their last
   * change; with null, the ids of those that have not ended. They include some that changed in the minute before the revision: changes may
   * become visible in another order than they were made.
   */
  changedSince(accountId: string, revision: number | null): Promise<readonly string[]>;
  /** The encoded ids of the request, or null if there is no such job. */
  propertyIds(key: JobKey): Promise<Uint8Array | null>;
  /** Records progress. False, and nothing written, if the job has ended or another attempt has it. */
  recordProgress(key: JobKey, attempt: number, progress: Progress): Promise<boolean>;
  /**
   * Ends the job if it has not ended (and, for a worker's ending, if the attempt is still its own) and publishes `job-finished`.
   * Null when something else ended it first: the first ending wins, and only the winner may notify.
   */
  finish(key: JobKey, ending: Ending): Promise<Job | null>;
  /** Of the account's 200 newest jobs those of the report type that succeeded, newest first. */
  recentResults(accountId: string, reportType: ReportType): Promise<readonly ReportJob[]>;
  /** Succeeded jobs whose files are past `expiresAt` and not yet forgotten, oldest first. */
  expired(now: Date, limit: number): Promise<readonly Job[]>;
  /** Marks the result's files as deleted: `results` stays as a record of them, `filesDeletedAt` is set. */
  forgetFiles(key: JobKey): Promise<void>;
  /** True once `forgetFiles` was called for the job. */
  filesForgotten(key: JobKey): Promise<boolean>;
  /** The keys of all result files that may exist: for the sweep that deletes orphans. */
  isResultKey(objectKey: string): Promise<boolean>;
  /** Of all accounts, in the last seconds by the database's clock: for operators. */
  ended(seconds: number): Promise<EndedJobs>;
}
