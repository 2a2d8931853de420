/** The ledger of quotas as the inside sees it; part of `Tables` in `database.ts`. */
import type { JobKey } from '../../job.ts';
import type { QuotaPreview, QuotaUsage } from '../../quota.ts';

/**
 * The ledger of what each account has used, by calendar month. A job that has not ended holds its own set of properties; what
 * succeeded jobs held stays counted. Reserving, keeping and giving back for one account wait for each other.
 */
export interface QuotaStore {
  /** Counts the job's properties in the month. Throws `quota_exceeded`, and counts nothing, if there are more new ones than are left. */
  reserve(reservation: { job: JobKey; month: string; propertyIds: Iterable<number> }): Promise<void>;
  /** The job succeeded: what it holds stays counted in its month. */
  keep(job: JobKey): Promise<void>;
  /** The job came to nothing: what only it holds in its month no longer counts. A job without a reservation is fine. */
  giveBack(job: JobKey): Promise<void>;
  /** Throws `not_found` if there is no such account. */
  usage(accountId: string, month: string): Promise<QuotaUsage>;
  /** What `reserve` would do now. Waits for nothing and changes nothing. */
  preview(accountId: string, month: string, propertyIds: Iterable<number>): Promise<QuotaPreview>;
  /** The ids of all properties that stay counted in the month, ascending: not what unfinished jobs hold, which may yet cost nothing. */
  paid(accountId: string, month: string): Promise<Float64Array>;
  /** Deletes the usage of months before this one, except for months in which an unfinished job still holds something. Returns how many. */
  forget(beforeMonth: string): Promise<number>;
  /** Null: no limit. A limit below what is used refuses further properties. Throws `not_found` if there is no such account. */
  setLimit(accountId: string, limit: number | null): Promise<void>;
}
