/** What is written down of a load. */
import { shortened } from '../faults.ts';
import { LONGEST_NAME, LONGEST_NOTE, LONGEST_PATH, MOST_FILES } from './origin.ts';

/** Who had it made: a command, an operator over HTTP, a watched folder, or a feed. */
export const LOAD_ORIGINS = ['command', 'upload', 'watch', 'feed'] as const;
export type LoadOrigin = (typeof LOAD_ORIGINS)[number];

/** What a load did to the rows of one table. */
export interface LoadedTable {
  readonly table: string;
  /** Rows with a key that was not there. */
  readonly added: number;
  /** Rows in the place of one with the same key. */
  readonly replaced: number;
  /** Of the replaced, those that were the same before. */
  readonly unchanged: number;
  readonly deleted: number;
  readonly rejected: number;
}

/** How a file was read. */
export interface LoadLayout {
  readonly file: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly numbers: string;
  readonly dates: string;
}

/** How many rows were rejected for one reason. */
export interface LoadRejects {
  readonly column: string | null;
  readonly reason: string;
  readonly rows: number;
}

/** What is known of a load when it begins. */
export interface NewLoadRecord {
  readonly origin: LoadOrigin;
  readonly by: string | null;
  readonly note: string | null;
  /** The first files or addresses, without a secret. */
  readonly sources: readonly string[];
  readonly sourceCount: number;
  /** The name of the mapping file. */
  readonly mapping: string | null;
  /** The name of the feed. */
  readonly feed: string | null;
  /** Tells the same file of a watched folder again. */
  readonly mark: string | null;
}

/** What a load came to. */
export interface LoadEnd {
  /** The version that it made. */
  readonly version: number | null;
  /** The version that stays, because every row was in it as it is. */
  readonly unchanged: number | null;
  readonly tables: readonly LoadedTable[];
  readonly layouts: readonly LoadLayout[];
  readonly rejected: number;
  /** The most frequent first. */
  readonly rejectSums: readonly LoadRejects[];
  /** Why it made none. */
  readonly failure: string | null;
}

export interface LoadRecord extends NewLoadRecord, LoadEnd {
  /** From 1, in the order in which they began. */
  readonly number: number;
  readonly beganAt: Date;
  readonly endedAt: Date | null;
  /** Since whoever makes it was heard of; of one that has not ended. */
  readonly silentSeconds: number;
  /** The object with the rejected rows; null if there are none, or they are not kept any more. */
  readonly rejectsKey: string | null;
  /** How many of the rejected rows it has: the first. */
  readonly rejectsKept: number;
}

/** How often whoever makes a load is heard. */
export const LOAD_BEAT_SECONDS = 10;
const SILENT_SECONDS = 6 * LOAD_BEAT_SECONDS;

export const LOAD_STATES = ['running', 'loaded', 'unchanged', 'empty', 'failed', 'broken_off'] as const;
export type LoadState = (typeof LOAD_STATES)[number];

/** `empty`: it had no sound row. `broken_off`: its process died, and it has changed nothing. */
export function loadState({ version, unchanged, failure, endedAt, silentSeconds }: LoadRecord): LoadState {
  if (failure !== null) return 'failed';
  if (version !== null) return 'loaded';
  if (unchanged !== null) return 'unchanged';
  if (endedAt !== null) return 'empty';
  return silentSeconds > SILENT_SECONDS ? 'broken_off' : 'running';
}

const MOST_LAYOUTS = 20;
const LONGEST_REASON = 500;

const cut = (text: string | null | undefined, length: number) => text?.slice(0, length) ?? null;
/** The end of a path tells more than its beginning. */
const tail = (path: string) => path.slice(-LONGEST_PATH);

/** Every text of it bounded: it is stored. */
export function newLoadRecord(
  given: Pick<NewLoadRecord, 'origin' | 'sources'> & Partial<NewLoadRecord>,
): NewLoadRecord {
  return {
    origin: given.origin,
    by: cut(given.by, LONGEST_NAME),
    note: cut(given.note, LONGEST_NOTE),
    sources: given.sources.slice(0, MOST_FILES).map(tail),
    sourceCount: given.sources.length,
    mapping: cut(given.mapping, LONGEST_NAME),
    feed: cut(given.feed, LONGEST_NAME),
    mark: given.mark ?? null,
  };
}

export function boundedEnd(end: LoadEnd): LoadEnd {
  return {
    ...end,
    layouts: end.layouts.slice(0, MOST_LAYOUTS).map((layout) => ({ ...layout, file: tail(layout.file) })),
    rejectSums: end.rejectSums.map((sum) => ({ ...sum, reason: sum.reason.slice(0, LONGEST_REASON) })),
    failure: end.failure === null ? null : shortened(end.failure),
  };
}
