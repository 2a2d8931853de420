/** What the database deletes because its time is over. What has to go when is said in `jobs/retention-table.ts`. */

/** Each deletes at most `limit` rows, the oldest first, in one short statement, and returns how many: whoever wants all asks again. */
export interface RetentionStore {
  /**
   * Jobs that ended before the instant, whose files are deleted and whose month of the quota is over: they began before `monthStart`. With
   * them goes what belongs to them: property ids, idempotency keys, deliveries, the run of a schedule.
   */
  deleteJobs(terms: { readonly endedBefore: Date; readonly monthStart: Date }, limit: number): Promise<number>;
  /** Runs of schedules that made no job. */
  deleteRuns(plannedBefore: Date, limit: number): Promise<number>;
  /** Test events that no worker has sent. */
  deleteUnsentTests(createdBefore: Date, limit: number): Promise<number>;
  /** Counts of requests of credentials that were revoked before the instant. */
  deleteRateWindows(revokedBefore: Date, limit: number): Promise<number>;
  /** Webhook secrets that sign no more. */
  deleteWebhookSecrets(expiredBefore: Date, limit: number): Promise<number>;
  /** What kept a data version for searches that nobody can continue any more. */
  deleteKeptVersions(expiredBefore: Date, limit: number): Promise<number>;
  /** Sessions of the console that nobody has used for so long that they are over. */
  deleteSessions(expiredBefore: Date, limit: number): Promise<number>;
  /** Invitations that nobody has accepted in their time. */
  deleteInvitations(expiredBefore: Date, limit: number): Promise<number>;
}
