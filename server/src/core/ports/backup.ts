/** What a backup reads of the database, and what a restore makes of it. Comments are the contract. */
import type { JobKey } from '../job.ts';
import type { ObjectStore, SealedObject, SourceFile } from './store.ts';

export interface TableCopy {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface ErasedEntry {
  readonly hash: string;
  readonly sieve: string;
}

/** Where a sequence of numbers goes on. */
export interface SequenceState {
  readonly name: string;
  /** A whole number of 64 bits. */
  readonly last: string;
  readonly isCalled: boolean;
}

/** A table's rows in the database's own form, compressed. */
export interface PackedRows {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Known once the bytes were read to their end. */
  count(): number;
}

/** The database as it was at one moment, whatever is written meanwhile. */
export interface DatabaseMoment {
  /** The steps that its schema is made of, in the order in which they ran. */
  readonly steps: readonly string[];
  /** Whether these are the steps of this release, which its other questions need. */
  readonly isCurrent: boolean;
  /** Every table whose rows are kept; each comes after those it refers to. */
  readonly tables: readonly TableCopy[];
  /** To be read to its end before anything else is asked. */
  rows(table: TableCopy): PackedRows;
  /** Of the master key that seals the keyring; null where there is no keyring yet. */
  masterKeyId(): Promise<string | null>;
  /** Objects of data versions and results that are kept. */
  files(): AsyncIterable<SourceFile>;
  /** Unfinished jobs that may have an upload. */
  waitingJobs(): AsyncIterable<JobKey>;
  /** What may not come back, as `ErasureStore.list` has it, in hexadecimal digits. */
  erased(): Promise<readonly ErasedEntry[]>;
  /** Not older than the moment, so that no number is given out twice. */
  sequences(): Promise<readonly SequenceState[]>;
}

/** From the moment until it is closed, no sweep deletes an object that the moment names. Ends with the process or its connection. */
export interface BackupSource {
  moment<Result>(work: (moment: DatabaseMoment) => Promise<Result>): Promise<Result>;
  /** Throws `unavailable` if objects may have been deleted since the moment. */
  requireHold(): Promise<void>;
  /** Those of the objects that a data version or a job still names. */
  stillNamed(keys: readonly string[]): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

/** Takes the rows of tables, in the order in which a moment has them. */
export interface TableFiller {
  /** Rows as a moment packs them. Resolves with their number. */
  fill(table: TableCopy, rows: AsyncIterable<Uint8Array>): Promise<number>;
  continueSequence(state: SequenceState): Promise<void>;
  /** What only the lost master key opens: sealed secrets and the hashes of credentials. Returns how many credentials were revoked. */
  forgetSecrets(): Promise<number>;
}

export interface RestoreTarget {
  /** What is there: nothing; what a restore of the named backup left when it was broken off; or somebody’s data. */
  state(): Promise<'empty' | { readonly unfinished: string } | 'used'>;
  /** Throws `backup_unusable` if this program does not know one of the steps. */
  judgeSteps(steps: readonly string[]): void;
  /** Marks the database as unfinished, so that nothing else opens it. Again, it does nothing. */
  begin(backup: string): Promise<void>;
  /** Makes the tables, fills them all or none, and takes the mark away. */
  fill(steps: readonly string[], work: (filler: TableFiller) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface ObjectPlace {
  readonly store: ObjectStore;
  readonly key: string;
}

/**
 * Copies an object to another place, reading it once. False if it is not there, or not what is expected: then there is nothing at the
 * other place, at no moment.
 */
export type CopyObject = (
  from: ObjectPlace,
  to: ObjectPlace,
  expected: SealedObject,
  signal: AbortSignal,
) => Promise<boolean>;
