/** What is waiting to be done, over all processes and accounts: for operators, who are told of no account. Times are the database's. */

export interface QueueBacklog {
  /** Due, and not claimed. */
  readonly waiting: number;
  /** Not claimed because their time has not come: retries. */
  readonly delayed: number;
  readonly running: number;
  /** Since the one of them that waits longest fell due; 0 when none waits. */
  readonly oldestWaitingSeconds: number;
}

export interface DeliveryBacklog {
  /** Not being sent, and due later or since less than `OVERDUE_SECONDS`. */
  readonly waiting: number;
  /** Not being sent, and due for longer. */
  readonly overdue: number;
  /** Being sent. */
  readonly underWay: number;
}

/** Workers look once a second; who waits so long waits for others. */
export const OVERDUE_SECONDS = 60;

/** The current data version. */
export interface VersionAge {
  readonly version: number;
  /** Since it was committed. */
  readonly ageSeconds: number;
}
