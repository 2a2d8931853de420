/** How much the messages to an account’s receivers may come to: of a job with a million ids each is 10 MB. */

import { KIB, MIB } from '../size.ts';
import { SECONDS_PER_HOUR } from '../time.ts';
import type { SharedResource } from '../turns/admission.ts';

/** Nine digits and a comma. */
const BYTES_PER_ID = 10;
/** Of everything else in it. */
const OTHER_BYTES = 2 * KIB;

/** Of the body, as far as can be told without making it. */
export function messageBytes({ propertyCount }: { readonly propertyCount: number }): number {
  return OTHER_BYTES + propertyCount * BYTES_PER_ID;
}

/**
 * Of bodies that one process is sending. They are made while they are sent, from up to 8 bytes an id. An account that sends three of the
 * largest leaves room for three more that do.
 */
export const BYTES_IN_FLIGHT: SharedResource = {
  name: 'bytes of webhooks',
  perHolder: 32 * MIB,
  inAll: 128 * MIB,
  waitingPerHolder: 0,
  waitingInAll: 0,
};

/** What the tries of one delivery may send, unless three of them come to more. */
const MOST_BYTES_TRIED = 50 * MIB;
const LEAST_TRIES = 3;

/**
 * The schedule for a body of that size: a large one is tried less often over the same time, so that a receiver that was down over a weekend
 * still gets it. Of ten tries over three days, a body of 10 MB has five.
 *
 * @param schedule seconds before each try, from the first.
 */
export function scheduleFor(schedule: readonly number[], bytes: number): readonly number[] {
  const most = Math.max(LEAST_TRIES, Math.floor(MOST_BYTES_TRIED / bytes));
  if (schedule.length <= most) return schedule;
  const [first = 0, ...delays] = schedule;
  const place = (turn: number) => Math.floor((turn * delays.length) / (most - 1));
  const sums = Array.from({ length: most - 1 }, (_, turn) =>
    delays.slice(place(turn), place(turn + 1)).reduce((sum, delay) => sum + delay, 0),
  );
  return [first, ...sums];
}

/** What is sent because somebody asks for it counts as whole units of this size. */
const UNIT_BYTES = 64 * KIB;

/** What an account may have sent again, and sent as tests, in an hour: the rule, and its words. */
export const SENT_ON_REQUEST = {
  unitsPerWindow: (256 * MIB) / UNIT_BYTES,
  windowSeconds: SECONDS_PER_HOUR,
  words: '256 MiB an hour, each counted as at least 64 KiB',
} as const;

export function unitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / UNIT_BYTES));
}
