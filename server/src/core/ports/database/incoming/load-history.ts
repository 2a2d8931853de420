/** What became of every load of data. */
import type { LoadEnd, LoadRecord, NewLoadRecord } from '../../../versions/load-record.ts';

export interface LoadQuery {
  /** Only those that had rows for it; null: all. */
  readonly table: string | null;
  /** By when they began: inclusive; null: from the first. */
  readonly from: Date | null;
  /** Exclusive; null: to the last. */
  readonly until: Date | null;
  /** Only those with a smaller number; null: all. */
  readonly before: number | null;
  readonly limit: number;
}

/** Where rejected rows are kept. */
export interface KeptRejects {
  readonly key: string;
  readonly rows: number;
}

export interface LoadHistoryStore {
  /** Resolves with its number. */
  begin(load: NewLoadRecord): Promise<number>;
  /** It is still being made. */
  beat(number: number): Promise<void>;
  /** Where its rejected rows are. */
  keepRejects(number: number, rejects: KeptRejects): Promise<void>;
  /** What it came to. Of one that has ended it changes nothing. */
  end(number: number, end: LoadEnd): Promise<void>;
  get(number: number): Promise<LoadRecord | null>;
  /** The latest with that mark whose rows are in the data; null if there is none. */
  storedWith(mark: string): Promise<LoadRecord | null>;
  /** The newest first. */
  list(query: LoadQuery): Promise<readonly LoadRecord[]>;
  /** Their rejected rows are kept no more. */
  forgetRejects(keys: readonly string[]): Promise<void>;
  /** Other texts in the place of those that name a person. */
  rewrite(
    number: number,
    texts: Pick<LoadRecord, 'note' | 'sources' | 'layouts' | 'rejectSums' | 'failure'>,
  ): Promise<void>;
  /** Forgets those that began before, `limit` at most, the oldest first; returns how many. */
  deleteOld(beganBefore: Date, limit: number): Promise<number>;
  /** True if the holder has the name for so long from now: nobody had it, or the time of whoever had it is over. */
  take(name: string, holder: string, seconds: number): Promise<boolean>;
  /** Others may take it. */
  release(name: string, holder: string): Promise<void>;
}
