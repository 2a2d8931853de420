/** Persons who were erased: what may not come back, and what is done in the database so that it is gone. */
import type { Job, JobKey } from '../../job.ts';
import type { VersionOrigin } from '../../versions/origin.ts';

/** A value that may not come back. It cannot be read from this. */
export interface ErasedValue {
  /** Keyed, of the value as it is compared. */
  readonly hash: Uint8Array;
  /** A few digits by which the engine finds values that may be meant: see `warehouse/erase`. */
  readonly sieve: string;
}

export interface ErasedList {
  /** Grows with every run that lists values; 0 before the first. */
  readonly generation: number;
  readonly values: readonly ErasedValue[];
}

export interface ErasureRun {
  readonly id: number;
  readonly by: string | null;
  readonly beganAt: Date;
}

export interface DroppedVersions {
  /** Objects that no version holds any more. */
  readonly keys: readonly string[];
  /** Jobs that begin again, on the current version. */
  readonly restarted: readonly JobKey[];
}

export interface ErasureStore {
  list(): Promise<ErasedList>;
  /** Lists the values, those that are not, under a new run. From here on no change of the data that has not seen them is committed. */
  begin(by: string, values: readonly ErasedValue[]): Promise<ErasureRun>;
  /** Runs that did not end, the oldest first. */
  unfinished(): Promise<readonly ErasureRun[]>;
  /** The run has ended, and with it earlier ones of the same values that were cut. */
  end(id: number, values: readonly ErasedValue[]): Promise<void>;
  /**
   * Drops the versions, whatever keeps them, in one step: unfinished jobs on them begin again on the current version, with all their
   * attempts and what they hold of the quota; what an attempt over the old data still writes is void. Null, and nothing done, while a
   * backup runs. The current version is never dropped.
   */
  dropVersions(run: number, versions: readonly number[]): Promise<DroppedVersions | null>;
  /** Of all accounts, jobs whose files still exist, behind the job `after` in an order of their own. */
  withResults(limit: number, after: string | null): Promise<readonly Job[]>;
  /** Marks the files of the job as destroyed because of an erasure, and adds the sentence to what the job warns of. */
  forgetResults(key: JobKey, warning: string): Promise<void>;
  /** Adds the sentence to what the job warns of. */
  warn(key: JobKey, warning: string): Promise<void>;
  /** What is noted with a version, in the place of what was. */
  rewriteOrigin(version: number, origin: VersionOrigin): Promise<void>;
  /** The latest run that has dropped its versions: copies of objects that no version holds must go. 0 before the first. */
  latestDropped(): Promise<number>;
}
