/** How long data versions that are no longer current are kept to go back to. */
import { SECONDS_PER_DAY } from '../time.ts';

/** How many old versions are kept, how long, and in how many bytes. A version is kept if either of the first two keeps it. */
export interface HistoryTerms {
  /** Versions besides the current one. */
  readonly keptVersions: number;
  /** Days since a newer version took its place. */
  readonly versionRetentionDays: number;
  /** Bytes that are there for old versions alone. */
  readonly versionLimitBytes: number;
}

/** Nothing is kept but what is read. */
export const NO_HISTORY: HistoryTerms = { keptVersions: 0, versionRetentionDays: 0, versionLimitBytes: 0 };

/** A version as the rule sees it. */
export interface AgedVersion {
  readonly version: number;
  /** Since a newer version took its place; null for the current one. */
  readonly supersededSeconds: number | null;
  /** True if a job or a search reads it: it stays, whatever the terms say. */
  readonly isRead: boolean;
  /** Of its own row in the database. */
  readonly rowBytes: number;
  /** Its objects, by key. */
  readonly objects: ReadonlyMap<string, number>;
}

/**
 * The versions that may go. As soon as one is too old or too large, so are all before it: a gap in the history would be a surprise to
 * whoever wants to go back.
 *
 * @param versions all of them, the newest first.
 */
export function versionsToDrop(versions: readonly AgedVersion[], terms: HistoryTerms): readonly number[] {
  const paid = new Set(versions.filter(({ isRead }) => isRead).flatMap(({ objects }) => [...objects.keys()]));
  for (const key of versions[0]?.objects.keys() ?? []) paid.add(key);
  const dropped: number[] = [];
  let bytes = 0;
  let isOver = false;
  for (const [index, { version, supersededSeconds, isRead, rowBytes, objects }] of versions.slice(1).entries()) {
    const isYoung = (supersededSeconds ?? 0) < terms.versionRetentionDays * SECONDS_PER_DAY;
    isOver ||= index >= terms.keptVersions && !isYoung;
    if (!isOver) {
      bytes += rowBytes;
      for (const [key, size] of objects) if (!paid.has(key)) bytes += size;
      isOver = bytes > terms.versionLimitBytes;
    }
    if (!isOver) for (const key of objects.keys()) paid.add(key);
    else if (!isRead) dropped.push(version);
  }
  return dropped;
}
