/** The versioned lists of the warehouse’s files. */

import type { PropertyIdSet } from '../../ids/property-ids.ts';
import type { HistoryTerms } from '../../versions/kept.ts';
import type { VersionOrigin } from '../../versions/origin.ts';
import type { VersionAge } from './backlog.ts';

/** One immutable Parquet file of a table, with what is needed to leave it unread. */
export interface DataFile {
  readonly key: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly minPropertyId: number;
  readonly maxPropertyId: number;
  /** Null in tables without days. */
  readonly minDate: string | null;
  readonly maxDate: string | null;
  /** It has the columns of `core/plan/told-nulls`. Files that earlier releases wrote have not. */
  readonly tellsNulls?: true;
}

/** A committed state of the warehouse: which files each table consists of. */
export interface DataVersion {
  readonly version: number;
  readonly committedAt: Date;
  /** A day (UTC). Rows that say nothing of their last change were loaded then or earlier, and count as changed then. */
  readonly changesKnownSince: string;
  readonly tables: Readonly<Record<string, readonly DataFile[]>>;
}

/** A version without the list of its files, which may be long. */
export interface VersionSummary {
  readonly version: number;
  readonly committedAt: Date;
  readonly rows: number;
  readonly bytes: number;
  /** Null for a version that was made before this was noted. */
  readonly origin: VersionOrigin | null;
}

export interface WarehouseStore {
  current(): Promise<DataVersion | null>;
  get(version: number): Promise<DataVersion | null>;
  /** Those that there are, the newest first. */
  versions(): Promise<readonly VersionSummary[]>;
  /** Of the current version; null while nothing is loaded. */
  age(): Promise<VersionAge | null>;
  /** The ids of table `properties` in that version. */
  propertyIds(version: number): Promise<PropertyIdSet>;
  /** What `keepMatches` has of the rule; null if it has nothing, or the version is gone. */
  matches(version: number, rule: string): Promise<PropertyIdSet | null>;
  /** Keeps which properties of the version the rule is true of, as long as there is the version: neither ever changes. Again, or of a version that is gone, it does nothing. */
  keepMatches(version: number, rule: string, propertyIds: PropertyIdSet): Promise<void>;
  /**
   * Makes a new version current. Throws `load_refused` if `base` is no longer the current one, or `erasures` not the generation of the list
   * of erased values any more: another change came first.
   */
  commit(change: {
    base: number | null;
    /** Which list of erased values the tables were held against. Left out: it is not asked. */
    erasures?: number;
    tables: Readonly<Record<string, readonly DataFile[]>>;
    propertyIds: PropertyIdSet;
    origin?: VersionOrigin;
  }): Promise<DataVersion>;
  /** The integer ids of providers' own keys, remembered for ever; unknown ones get the next integers, in the given order. */
  assignPropertyIds(sourceIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Records keys that came with an integer id. Returns those that are taken by another id, and records the rest. */
  recordSourceIds(pairs: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>>;
  /** Keeps the version for at least that long from now, whatever is loaded. False if it is already gone. */
  keep(version: number, seconds: number): Promise<boolean>;
  /**
   * Drops versions that are not current, that no unfinished job reads and that nothing keeps, if the terms do not keep them
   * (`versionsToDrop`; without terms they keep none); none at all while a backup runs. Returns the object keys that no version holds any
   * more.
   */
  prune(terms?: HistoryTerms): Promise<readonly string[]>;
  /** Those of the objects that some version holds, or all that any holds: for the sweep that deletes orphans, and for copies. */
  held(objectKeys?: readonly string[]): Promise<ReadonlySet<string>>;
}
