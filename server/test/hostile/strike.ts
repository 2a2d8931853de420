/** One shape, sent to every route by one credential, and what it was answered. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Line, type RawAnswer, type RawRequest, send } from './raw-request.ts';
import type { Shape } from './shapes.ts';
import type { Aim } from './targets.ts';
import type { Tier } from './tiers.ts';

export interface Struck {
  readonly route: string;
  /** On the clock that all processes share. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly answers: readonly RawAnswer[];
  /** Of a route that needs something to be so: requests of which nothing was looked at, as each was one too many. */
  readonly unread: number;
}

const MS_PER_SECOND = 1_000;
/** An answer that takes longer is none. */
const PATIENCE_MS = 90_000;
const SHORT_STREAM_MS = 500;
/** Other routes that go the same way are tried with fewer. */
const ALIAS_SHARE = 10;
const LARGE_BODY_BYTES = 1024 * 1024;
const TOO_MANY = 429;
const MOST_TRIES = 3;
const PLACE_MS = 1_000;

/** Lets so many pass at once, and then as many as come back in time. */
class Rate {
  readonly #atOnce: number;
  readonly #perSecond: number;
  #left: number;
  #at = performance.now();

  constructor({ atOnce, perSecond }: Tier['rates']['bulk']) {
    this.#atOnce = atOnce;
    this.#perSecond = perSecond;
    this.#left = atOnce;
  }

  async take(wanted: number): Promise<void> {
    const amount = Math.min(wanted, this.#atOnce);
    for (;;) {
      const now = performance.now();
      this.#left = Math.min(this.#atOnce, this.#left + ((now - this.#at) / MS_PER_SECOND) * this.#perSecond);
      this.#at = now;
      if (this.#left >= amount) break;
      await delay(Math.ceil(((amount - this.#left) / this.#perSecond) * MS_PER_SECOND));
    }
    this.#left -= amount;
  }
}

function isStream({ route }: Aim): boolean {
  return /^GET .*\/events$/.test(route);
}

/** How many of one request go to the route at once. */
function timesOf({ isAlias, bodyBytes, door }: Aim, shape: Shape, tier: Tier): number {
  if (isHeld(shape)) return bodyBytes >= LARGE_BODY_BYTES ? tier.heldLarge : tier.held;
  const whole = shape === 'parallel' ? tier.parallel : tier.burst;
  const shared = isAlias ? Math.ceil(whole / ALIAS_SHARE) : whole;
  return Math.min(shared, tier.rates[door].atOnce);
}

function isHeld(shape: Shape): boolean {
  return shape === 'half-sent' || shape === 'slow';
}

/** A stream has no end; where it is not what is tried, it need not last. */
function holdMsOf(aim: Aim, shape: Shape, tier: Tier): number {
  if (isHeld(shape)) return tier.holdMs;
  if (!isStream(aim)) return PATIENCE_MS;
  return shape === 'parallel' ? tier.holdMs : SHORT_STREAM_MS;
}

async function strikeAt(aim: Aim, shape: Shape, tier: Tier, rate: Rate, line: Omit<Line, 'holdMs'>): Promise<Struck> {
  const requests = aim.requests(shape, tier.bodyBytes);
  const times = timesOf(aim, shape, tier);
  const holdMs = holdMsOf(aim, shape, tier);
  const answers: RawAnswer[] = [];
  let unread = 0;
  const startedAt = Date.now();
  for (const request of requests) {
    await rate.take(times);
    // A key has one file job at a time: without this, every upload behind the first accepted one was refused unread.
    const sent = Array.from({ length: times }, (): RawRequest => request);
    let isUnread = true;
    // The place of an upload that was cut off is free when the server has noticed.
    for (let tries = 1; isUnread && tries <= MOST_TRIES; tries++) {
      if (tries > 1) await delay(PLACE_MS);
      await aim.before?.();
      const told = await Promise.all(sent.map((each) => send(each, { ...line, holdMs })));
      answers.push(...told);
      // Elsewhere it is the rate that refuses, of which others of the shape leave some.
      isUnread = aim.before !== undefined && told.every(({ status }) => status === TOO_MANY);
    }
    if (isUnread) unread++;
  }
  return { route: aim.route, startedAt, endedAt: Date.now(), answers, unread };
}

/** Some routes at a time; those that hold their connections, all together. */
export async function strike(
  aims: readonly Aim[],
  shape: Shape,
  tier: Tier,
  line: Omit<Line, 'holdMs'>,
): Promise<readonly Struck[]> {
  const rates = {
    bulk: new Rate(tier.rates.bulk),
    reonomy: new Rate(tier.rates.reonomy),
    open: new Rate(tier.rates.open),
  };
  const strikeOne = (aim: Aim) => strikeAt(aim, shape, tier, rates[aim.door], line);
  let turn: Promise<unknown> = Promise.resolve();
  // What must be so before a request of one route would no longer be so for another that needs it: they take turns.
  const at = (aim: Aim): Promise<Struck> => {
    if (aim.before === undefined) return strikeOne(aim);
    const mine = turn.then(() => strikeOne(aim));
    turn = mine;
    return mine;
  };
  const streams = shape === 'parallel' ? aims.filter(isStream) : [];
  if (isHeld(shape)) return Promise.all(aims.map(at));
  // Streams stay open beside the rest.
  const open = Promise.all(streams.map(at));
  const others = aims.filter((aim) => !streams.includes(aim)).values();
  const struck: Struck[] = [];
  async function strikeOnes(): Promise<void> {
    for (const aim of others) struck.push(await at(aim));
  }
  await Promise.all(Array.from({ length: tier.routesAtOnce }, strikeOnes));
  return [...struck, ...(await open)];
}
