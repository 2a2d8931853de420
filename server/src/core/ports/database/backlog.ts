/** What is waiting to be done, over all processes and accounts: for operators, without naming accounts. Times are the database's. */

export interface QueueBacklog {
  /** Due, and not claimed. */
  readonly waiting: number;
  /** Not claimed because their time has not come: retries. */
  readonly delayed: number;
  readonly running: number;
  /** Since the longest waiting one became due; 0 if none waits. */
  readonly oldestWaitingSeconds: number;
}

export interface DeliveryBacklog {
  /** Not being sent, and due later or for less than `OVERDUE_SECONDS`. */
  readonly waiting: number;
  /** Not being sent, and due for longer. */
  readonly overdue: number;
  /** Being sent. */
  readonly underWay: number;
}

/** Workers look once a second; a delivery that waits this long waits for others. */
export const OVERDUE_SECONDS = 60;

/** The current data version. */
export interface VersionAge {
  readonly version: number;
  /** Since it was committed. */
  readonly ageSeconds: number;
}

/** Jobs that have ended lately. */
export interface EndedJobs {
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  /** In the results of those that succeeded. */
  readonly rows: number;
}
