/** Feeds: data that is loaded by the calendar. What operators do with them, and what becomes of each time. */
import { OPERATORS_ACCOUNT } from '../../core/access.ts';
import { entryByOperator } from '../../core/audit.ts';
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import type { Feed, FeedEnd, NewFeed } from '../../core/ports/database/incoming/feeds.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { firstAfter } from '../../core/schedules/calendar-rule.ts';
import { isSourceAddress, type LoadSource, type SourceRequest } from '../../core/sources/load-sources.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { withFetched } from '../addresses/fetched.ts';
import { sealRequests } from '../addresses/sealed.ts';
import type { LoadOptions, LoadWatch } from '../load/load.ts';
import { isFaultOfFiles } from '../loads/attempts.ts';
import { loadAndRecord, recordUnfetched } from '../loads/recorded-load.ts';
import { loadOptionsOf, readLoadRequest } from '../remote/load-request.ts';
import { completeAll, feedRequests, withoutLogin } from './addresses.ts';

export const MOST_FEEDS = 100;
export const DEFAULT_GRACE_MINUTES = 120;
/** A file that has not come, or came broken, may be there by then. */
const TRIED_EVERY_MS = 15 * 60 * MS_PER_SECOND;

type Sealing = Pick<Deps, 'db' | 'sources' | 'vault'>;
export type FeedPorts = Sealing & Pick<Deps, 'engine' | 'store' | 'files' | 'clock' | 'ids' | 'log' | 'erasureSigner'>;

/** Throws `not_found`. */
export async function readFeed({ db }: Pick<Deps, 'db'>, name: string): Promise<Feed> {
  const feed = await db.feeds.named(name);
  if (feed !== null) return feed;
  throw new ConveyanceError(
    'not_found',
    `There is no feed ${name.slice(0, 100)}; \`conveyance loads list\` shows those that there are`,
  );
}

/** What is asked for: `sources` are files. */
export interface AskedFeed extends Omit<NewFeed, 'id'> {
  /** Addresses, fetched each time with what this process knows of their logins now. */
  readonly requests: readonly SourceRequest[];
}

/**
 * Throws `invalid_parameter` for a request that is none, a name that is taken, and beyond `MOST_FEEDS`; `load_refused` for an address that is
 * never fetched.
 */
export async function createFeed(deps: Sealing & Pick<Deps, 'ids'>, { requests, ...asked }: AskedFeed): Promise<Feed> {
  const { db } = deps;
  const request = readLoadRequest(asked.request);
  const complete = await completeAll(deps, requests);
  const made = {
    ...asked,
    request,
    id: deps.ids(),
    sources: [...asked.sources, ...complete.map(({ shown }) => shown)],
  };
  const first = firstAfter(asked.rule, await db.now());
  return db.transaction(async ({ feeds, audit }) => {
    const feed = await feeds.insert(made, first, MOST_FEEDS);
    if (feed === null) {
      throw new ConveyanceError(
        'invalid_parameter',
        `There is a feed ${asked.name} already, or there are ${MOST_FEEDS}: delete it first`,
      );
    }
    const whole = complete.map((each) => each.request);
    if (whole.length > 0) await feeds.keepSealed(feed.id, sealRequests(deps, feed.id, whole));
    await audit.append(entryByOperator('feed-changed', OPERATORS_ACCOUNT, `${feed.name} made, by ${feed.by}`));
    return feed;
  });
}

/** Puts the logins that this process knows now in the place of those that were sealed with the feed. Throws `not_found`, `load_refused`. */
export async function renewLogins(
  deps: Sealing,
  { name, by }: { readonly name: string; readonly by: string },
): Promise<readonly string[]> {
  const feed = await readFeed(deps, name);
  const before = await feedRequests(deps, feed);
  const complete = await completeAll(deps, before.map(withoutLogin));
  const whole = complete.map(({ request }) => request);
  if (whole.length === 0) {
    throw new ConveyanceError('invalid_parameter', `The feed ${name} has no address, and nobody logs in anywhere`);
  }
  await deps.db.transaction(async ({ feeds, audit }) => {
    await feeds.keepSealed(feed.id, sealRequests(deps, feed.id, whole));
    await audit.append(entryByOperator('feed-changed', OPERATORS_ACCOUNT, `${name} logins renewed, by ${by}`));
  });
  return complete.map(({ shown }) => shown);
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

async function loadFiles(deps: FeedPorts, options: LoadOptions, feed: string, watch: LoadWatch): Promise<Outcome> {
  try {
    const report = await loadAndRecord(deps, options, { origin: 'feed', feed }, watch);
    if (report.version !== null) return 'loaded';
    return report.unchanged === null ? 'failed' : 'unchanged';
  } catch (error) {
    watch.signal.throwIfAborted();
    if (!isFaultOfFiles(error)) throw error;
    return 'failed';
  }
}

/** With what is at its addresses as files of this machine. What cannot be fetched is written down, as a load that failed. */
async function loadFeed(deps: FeedPorts, feed: Feed, watch: LoadWatch): Promise<Outcome> {
  const { name, by, sources } = feed;
  const files = sources.filter((source) => !isSourceAddress(source));
  const options = loadOptionsOf(readLoadRequest(feed.request), { paths: files, rejectFile: null, by });
  let isFetched = false;
  try {
    const requests = await feedRequests(deps, feed);
    const fetching = (source: LoadSource, folder: string) => source.fetch(folder, { signal: watch.signal });
    return await withFetched(deps, { paths: files, requests }, { fetching }, ({ paths, options: fetched }) => {
      isFetched = true;
      return loadFiles(deps, { ...options, ...fetched, paths }, name, watch);
    });
  } catch (error) {
    watch.signal.throwIfAborted();
    // A provider that is away is late, and no fault of this server.
    if (isFetched || !(isFaultOfFiles(error) || isConveyanceError(error, 'unavailable'))) throw error;
    await recordUnfetched(deps, options, { cause: { origin: 'feed', feed: name, sources }, error });
    return 'failed';
  }
}

/**
 * Loads it, and says when it is tried next. What is wrong with the files is how a time ends; whatever else fails is thrown, and it can be done
 * again: the same rows make no second version. The history of loads has why it failed. Null if another process has taken the feed over.
 */
export async function runFeed(deps: FeedPorts, feed: Feed, watch: LoadWatch): Promise<FeedEnd | null> {
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
