/** When an undelivered webhook is tried again. Pure: the state, the schedule and the random number are given. */
import { SECONDS_PER_HOUR } from '../time.ts';
import type { WebhookAttempt } from './delivery.ts';

const MINUTE = 60;
const HOUR = SECONDS_PER_HOUR;

/** Seconds before each try, the first included. Ten tries over three days and a bit: a receiver that was down over a weekend misses nothing. */
export const WEBHOOK_SCHEDULE_SECONDS: readonly number[] = [
  0,
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** Thousands of jobs may end within a minute and find the same receiver down; a tenth of the delay spreads their next tries. */
const JITTER_SHARE = 0.1;
/** A receiver may ask for more time than the schedule gives, up to the longest of its delays. */
const LONGEST_WAIT_SECONDS = 24 * HOUR;
/** RFC 9110: the target is permanently gone. */
const GONE = 410;

interface Terms {
  /** Seconds before each try, from the first. */
  readonly schedule: readonly number[];
  /** From 0 up to 1. */
  readonly random: number;
}

/**
 * Seconds until the next try, or null if there is none: it was delivered, the receiver is gone, or the schedule has
 * ended. Never earlier than the schedule says, nor than `Retry-After` if that is within a day; jitter only adds.
 *
 * @param triesMade from 1, the given try included.
 */
export function nextWebhookDelay(
  { status, failure, retryAfterSeconds }: Pick<WebhookAttempt, 'status' | 'failure' | 'retryAfterSeconds'>,
  triesMade: number,
  { schedule, random }: Terms,
): number | null {
  const scheduled = schedule[triesMade];
  if (failure === null || status === GONE || scheduled === undefined) return null;
  const wished = Math.min(retryAfterSeconds ?? 0, LONGEST_WAIT_SECONDS);
  return Math.max(scheduled, wished) * (1 + JITTER_SHARE * random);
}
