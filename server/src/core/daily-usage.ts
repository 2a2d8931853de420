/** What an account’s jobs came to, day by day. */
import type { Credential } from './access.ts';

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
