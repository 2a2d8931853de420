/** Settings that rules obey. */
import type { HistoryTerms } from '../versions/kept.ts';

/** Settings that rules need; everything else about settings stays in `config.ts`. */
export interface Policy extends HistoryTerms {
  /** The origin of every absolute URL in a message, without a slash at its end. */
  readonly publicUrl: string;
  readonly linkTtlSeconds: number;
  /** Of links that the Reonomy dialect hands out. */
  readonly reonomyLinkTtlSeconds: number;
  readonly resultRetentionDays: number;
  /** 0: for ever. */
  readonly auditRetentionDays: number;
  readonly leaseSeconds: number;
  readonly accountConcurrency: number;
  readonly jobTimeLimitSeconds: number;
  /** How a search compares amounts and days of what the account has not paid for. */
  readonly searchPrecision: 'steps' | 'exact';
  /** After their end jobs are kept that long, and runs of schedules. */
  readonly jobRetentionDays: number;
  readonly schedulesPerAccount: number;
  /** Keys and tokens that an account may have, and make in a day, without an operator. */
  readonly keysPerAccount: number;
  /** Saved lists of properties that an account may have. */
  readonly listsPerAccount: number;
  /** The radius in which a point matches the nearest property. */
  readonly matchRadiusMeters: number;
  /** Below this, new jobs are refused. */
  readonly minimumFreeBytes: number;
  /** The largest file of data that is taken over HTTP, and how much of such files may be under way. */
  readonly uploadLimitBytes: number;
  readonly uploadsLimitBytes: number;
  /** Event streams of one process, of all accounts. */
  readonly eventStreams: number;
  /** Seconds before each try at a webhook, from the first. */
  readonly webhookSchedule: readonly number[];
}
