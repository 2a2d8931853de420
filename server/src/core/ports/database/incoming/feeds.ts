/** Data that is loaded by the calendar. */
import type { CalendarRule } from '../../../schedules/calendar-rule.ts';

/** `waiting`: for its first time. `late`: it has been tried since its time came, in vain until now. */
export const FEED_STATES = ['waiting', 'late', 'loaded', 'unchanged', 'failed'] as const;
export type FeedState = (typeof FEED_STATES)[number];

export interface NewFeed {
  readonly id: string;
  /** Unique. */
  readonly name: string;
  readonly rule: CalendarRule;
  /** Files, folders, patterns: absolute, on the machines of workers. And addresses, as people may read them. */
  readonly sources: readonly string[];
  /** How they are loaded: plain data, which only the rule of loads reads. */
  readonly request: unknown;
  /** For so long after its time it is tried again; then it has failed. */
  readonly graceMinutes: number;
  readonly by: string;
}

export interface Feed extends NewFeed {
  readonly createdAt: Date;
  readonly isPaused: boolean;
  /** Its next time, or the one that has come. */
  readonly plannedAt: Date;
  /** When it is tried next. */
  readonly dueAt: Date;
  readonly isRunning: boolean;
  readonly attempt: number;
  /** What the last time came to. */
  readonly state: FeedState;
  readonly endedAt: Date | null;
}

/** Fences every write of a run: another process may have taken the feed over. */
export interface FeedClaim {
  readonly id: string;
  readonly attempt: number;
}

export interface FeedEnd {
  readonly state: Exclude<FeedState, 'waiting'>;
  /** When it is tried next, and for which time. */
  readonly dueAt: Date;
  readonly plannedAt: Date;
}

/** Feeds of data. Late: the time of one, and its grace, are over, and it neither ended nor failed. Failed: its last time has. */
export interface FeedCounts {
  readonly active: number;
  readonly paused: number;
  /** Of the active ones. */
  readonly late: number;
  /** Of the active ones. */
  readonly failed: number;
}

export interface FeedStore {
  /** Null if its name is taken, or there are `most` already. @param plannedAt its first time. */
  insert(feed: NewFeed, plannedAt: Date, most: number): Promise<Feed | null>;
  /** Keeps what its addresses are fetched with, in the place of what was kept. False if there is no such feed. */
  keepSealed(id: string, sealed: Uint8Array): Promise<boolean>;
  /** Null if nothing is kept. */
  sealed(id: string): Promise<Uint8Array | null>;
  /** By name. */
  list(): Promise<readonly Feed[]>;
  named(name: string): Promise<Feed | null>;
  delete(id: string): Promise<boolean>;
  pause(id: string): Promise<boolean>;
  /** @param plannedAt its next time. */
  resume(id: string, plannedAt: Date): Promise<boolean>;
  /** It is tried at once, if it is not paused. */
  hurry(id: string): Promise<boolean>;
  /** Takes the one that has been due for longest, and counts the attempt. Null if there is none, or another one runs anywhere. */
  claim(leaseSeconds: number): Promise<Feed | null>;
  /** False if the claim is no longer ours. */
  renew(claim: FeedClaim, leaseSeconds: number): Promise<boolean>;
  /** False if the claim is no longer ours. */
  settle(claim: FeedClaim, end: FeedEnd): Promise<boolean>;
  /** It is tried again after so long. */
  giveBack(claim: FeedClaim, seconds: number): Promise<boolean>;
  counts(): Promise<FeedCounts>;
}
