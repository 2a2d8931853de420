/** Slows those who guess passwords. Secrets have 256 random bits and cannot be guessed; the throttle saves the work of checking guesses. */

import type { Clock } from '../ports/clock.ts';
import { MS_PER_HOUR } from '../time.ts';
import { HOST, networkOf } from './network.ts';

/** A person mistypes, or a program has an old secret: neither is a guesser yet. */
const FREE_FAILURES_OF_USER = 3;
const FIRST_DELAY_MS = 1_000;
/** A user is delayed, never locked: otherwise anyone who knows an access key could lock its owner out. */
const LONGEST_DELAY_MS = 8_000;
/** An address may be an office with many programs behind it. */
const FREE_FAILURES_OF_ADDRESS = 10;
const FIRST_LOCK_MS = 15_000;
const LONGEST_LOCK_MS = 900_000;
/** A program with an old secret fails with every request; at one a minute it gets an hour of plain refusals before it is slowed down. */
const FREE_FAILURES_OF_PAIR = 60;
const FIRST_WAIT_MS = 1_000;
/** Clients wait as long as they are told before they report that anything is wrong. */
const LONGEST_WAIT_MS = 60_000;
/** Failures are forgotten after this long without one. */
const MEMORY_MS = MS_PER_HOUR;
/** Some 200 bytes each. Beyond that the oldest is forgotten: an attacker with ten thousand addresses is not stopped by this anyway. */
const MOST_REMEMBERED = 10_000;
/** A name of any length may be tried. */
const LONGEST_NAME = 64;

interface Failures {
  readonly count: number;
  readonly lastAt: number;
}

function remember(memory: Map<string, Failures>, name: string, count: number, lastAt: number): void {
  // Moved to the end: the map is in the order of the last failures.
  memory.delete(name);
  memory.set(name, { count, lastAt });
  const [oldest] = memory.keys();
  if (memory.size > MOST_REMEMBERED && oldest !== undefined) memory.delete(oldest);
}

/** Doubles with each failure beyond the free ones. */
function growing(count: number, free: number, first: number, longest: number): number {
  return count < free ? 0 : Math.min(longest, first * 2 ** Math.min(count - free, 30));
}

function pairOf(address: string, user: string): string {
  return `${networkOf(address, HOST)} ${user.slice(0, LONGEST_NAME)}`;
}

/** The failed log-ins of one process, by address and by user. */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #addresses = new Map<string, Failures>();
  readonly #users = new Map<string, Failures>();
  /** By user and address. */
  readonly #pairs = new Map<string, Failures>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True while the address is refused, whatever secret it offers. */
  isLocked(address: string): boolean {
    const { count, lastAt } = this.#of(this.#addresses, networkOf(address, HOST));
    return this.#now() < lastAt + growing(count, FREE_FAILURES_OF_ADDRESS, FIRST_LOCK_MS, LONGEST_LOCK_MS);
  }

  /** How long the answer to an attempt for this user must wait, right or wrong. Unknown users are slowed in the same way. */
  delayMs(user: string): number {
    const { count } = this.#of(this.#users, user.slice(0, LONGEST_NAME));
    return growing(count, FREE_FAILURES_OF_USER, FIRST_DELAY_MS, LONGEST_DELAY_MS);
  }

  /**
   * How long the address must wait before it offers this user another secret. For doors that still let the right secret in:
   * behind a proxy all clients have one address, and a guesser there would keep the owner of the key out.
   */
  waitMs(address: string, user: string): number {
    const { count, lastAt } = this.#of(this.#pairs, pairOf(address, user));
    const wait = growing(count, FREE_FAILURES_OF_PAIR, FIRST_WAIT_MS, LONGEST_WAIT_MS);
    return Math.max(0, lastAt + wait - this.#now());
  }

  failed(address: string, user: string): void {
    const network = networkOf(address, HOST);
    const name = user.slice(0, LONGEST_NAME);
    remember(this.#addresses, network, this.#of(this.#addresses, network).count + 1, this.#now());
    const pair = pairOf(address, user);
    remember(this.#users, name, this.#of(this.#users, name).count + 1, this.#now());
    remember(this.#pairs, pair, this.#of(this.#pairs, pair).count + 1, this.#now());
  }

  /** The user has proved its identity. The address is not forgiven: a guesser may have a key of its own. */
  succeeded(user: string): void {
    this.#users.delete(user.slice(0, LONGEST_NAME));
  }

  #now(): number {
    return this.#clock().getTime();
  }

  #of(memory: Map<string, Failures>, name: string): Failures {
    const known = memory.get(name);
    if (known !== undefined && this.#now() - known.lastAt < MEMORY_MS) return known;
    memory.delete(name);
    return { count: 0, lastAt: 0 };
  }
}
