import type { Feed } from '../core/ports/database/incoming/feeds.ts';
import { type FeedPorts, runFeed } from '../warehouse/feeds/feeds.ts';
import { LOAD_LEASE_SECONDS } from '../warehouse/loads/attempts.ts';
import { whileLeased } from './leased.ts';

/** After a fault that is not of the files. */
const PAUSE_SECONDS = 60;

async function attempt(deps: FeedPorts, feed: Feed, stopped: AbortSignal): Promise<void> {
  const { db, log } = deps;
  const lease = {
    seconds: LOAD_LEASE_SECONDS,
    renew: () => db.feeds.renew(feed, LOAD_LEASE_SECONDS),
    onFault: (error: unknown) => log.warn('feed-lease-not-renewed', { feed: feed.name, error }),
  };
  const end = await whileLeased(lease, stopped, (signal) => runFeed(deps, feed, { signal }));
  if (end === null) return;
  const { state, dueAt } = end;
  log[state === 'failed' ? 'warn' : 'info']('feed-ended', { feed: feed.name, state, nextAt: dueAt.toISOString() });
}

/** Loads the feeds whose time has come, one after the other: over all processes one at a time. */
export async function runFeeds(deps: FeedPorts, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const feed = await deps.db.feeds.claim(LOAD_LEASE_SECONDS);
    if (feed === null) return;
    try {
      await attempt(deps, feed, stopped);
    } catch (error) {
      deps.log.error('feed-failed', { feed: feed.name, attempt: feed.attempt, error });
      await deps.db.feeds.giveBack(feed, stopped.aborted ? 0 : PAUSE_SECONDS);
      return;
    }
  }
}
