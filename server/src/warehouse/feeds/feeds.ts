/** Feeds: data that is loaded by the calendar. What operators do with them, and what becomes of each time. */
import { OPERATORS_ACCOUNT } from '../../core/access.ts';
import { entryByOperator } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { Feed, FeedEnd, NewFeed } from '../../core/ports/database/incoming/feeds.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { firstAfter } from '../../core/schedules/calendar-rule.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import type { LoadWatch } from '../load/load.ts';
import { isFaultOfFiles } from '../loads/attempts.ts';
import { loadAndRecord } from '../loads/recorded-load.ts';
import { loadOptionsOf, readLoadRequest } from '../remote/load-request.ts';

export const MOST_FEEDS = 100;
export const DEFAULT_GRACE_MINUTES = 120;
/** A file that has not come, or came broken, may be there by then. */
const TRIED_EVERY_MS = 15 * 60 * MS_PER_SECOND;

type Loading = Pick<Deps, 'db' | 'engine' | 'store' | 'files' | 'clock' | 'ids' | 'log' | 'erasureSigner'>;

/** Throws `not_found`. */
export async function readFeed({ db }: Pick<Deps, 'db'>, name: string): Promise<Feed> {
  const feed = await db.feeds.named(name);
  if (feed !== null) return feed;
  throw new ConveyanceError(
    'not_found',
    `There is no feed ${name.slice(0, 100)}; \`conveyance loads list\` shows those that there are`,
  );
}

/** Throws `invalid_parameter` for a request that is none, a name that is taken, and beyond `MOST_FEEDS`. */
export async function createFeed({ db, ids }: Pick<Deps, 'db' | 'ids'>, asked: Omit<NewFeed, 'id'>): Promise<Feed> {
  const request = readLoadRequest(asked.request);
  const first = firstAfter(asked.rule, await db.now());
  return db.transaction(async ({ feeds, audit }) => {
    const feed = await feeds.insert({ ...asked, request, id: ids() }, first, MOST_FEEDS);
    if (feed === null) {
      throw new ConveyanceError(
        'invalid_parameter',
        `There is a feed ${asked.name} already, or there are ${MOST_FEEDS}: delete it first`,
      );
    }
    await audit.append(entryByOperator('feed-changed', OPERATORS_ACCOUNT, `${feed.name} made, by ${feed.by}`));
    return feed;
  });
}

export const FEED_CHANGES = ['paused', 'resumed', 'deleted', 'run'] as const;
export type FeedChange = (typeof FEED_CHANGES)[number];

/** Written down if it was not so before. Throws `not_found`. */
export async function changeFeed(
  { db }: Pick<Deps, 'db'>,
  { name, change, by }: { readonly name: string; readonly change: FeedChange; readonly by: string },
): Promise<boolean> {
  const { id, rule } = await readFeed({ db }, name);
  const next = firstAfter(rule, await db.now());
  return db.transaction(async ({ feeds, audit }) => {
    const changes = {
      paused: () => feeds.pause(id),
      resumed: () => feeds.resume(id, next),
      deleted: () => feeds.delete(id),
      run: () => feeds.hurry(id),
    };
    const isNew = await changes[change]();
    if (isNew) await audit.append(entryByOperator('feed-changed', OPERATORS_ACCOUNT, `${name} ${change}, by ${by}`));
    return isNew;
  });
}

/** What a time came to, and when it is tried next. */
export function endOfTime(
  { rule, plannedAt, graceMinutes }: Pick<Feed, 'rule' | 'plannedAt' | 'graceMinutes'>,
  state: Outcome,
  now: Date,
): FeedEnd {
  // Run before its time: that comes all the same.
  if (now < plannedAt) return { state, dueAt: plannedAt, plannedAt };
  const deadline = plannedAt.getTime() + graceMinutes * 60 * MS_PER_SECOND;
  if (state === 'failed' && now.getTime() < deadline) {
    const dueAt = new Date(Math.min(now.getTime() + TRIED_EVERY_MS, deadline));
    return { state: 'late', dueAt, plannedAt };
  }
  const next = firstAfter(rule, now);
  return { state, dueAt: next, plannedAt: next };
}

type Outcome = 'loaded' | 'unchanged' | 'failed';

async function loadFeed(deps: Loading, { name, by, sources, request }: Feed, watch: LoadWatch): Promise<Outcome> {
  const options = loadOptionsOf(readLoadRequest(request), { paths: [...sources], rejectFile: null, by });
  try {
    const report = await loadAndRecord(deps, options, { origin: 'feed', feed: name }, watch);
    if (report.version !== null) return 'loaded';
    return report.unchanged === null ? 'failed' : 'unchanged';
  } catch (error) {
    watch.signal.throwIfAborted();
    if (!isFaultOfFiles(error)) throw error;
    return 'failed';
  }
}

/**
 * Loads it, and says when it is tried next. What is wrong with the files is how a time ends; whatever else fails is thrown, and it can be done
 * again: the same rows make no second version. The history of loads has why it failed. Null if another process has taken the feed over.
 */
export async function runFeed(deps: Loading, feed: Feed, watch: LoadWatch): Promise<FeedEnd | null> {
  const state = await loadFeed(deps, feed, watch);
  // By the clock that said that its time had come: with one that is behind it, that time would come again.
  const end = endOfTime(feed, state, await deps.db.now());
  const isOurs = await deps.db.transaction(async ({ feeds, audit }) => {
    if (!(await feeds.settle(feed, end))) return false;
    if (end.state === 'failed') {
      await audit.append(entryByOperator('feed-failed', OPERATORS_ACCOUNT, feed.name));
    }
    return true;
  });
  return isOurs ? end : null;
}
