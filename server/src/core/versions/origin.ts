/** What made a data version. */
import { LONGEST_CONDITION } from '../conditions/tokens.ts';

/** What was read at an address, without a secret. */
export interface SourceFacts {
  /** Of the file, or the table. */
  readonly address: string;
  readonly bytes: number;
  /** What an HTTP server or a bucket says of the state of the file. */
  readonly etag: string | null;
  /** Of an object in a bucket that keeps versions. */
  readonly version: string | null;
  /** Of a database: which transactions were visible. Null too if rows were not all read at one moment. */
  readonly snapshot: string | null;
  /** False for rows that were read at several moments. */
  readonly isOneMoment: boolean;
}

/** What a change did to the rows of one table. */
export interface RowChanges {
  /** Rows with a key that was not there. */
  readonly added: number;
  /** Rows in the place of one with the same key. */
  readonly replaced: number;
  readonly deleted: number;
}

/** What a data version came of. */
export interface VersionOrigin {
  readonly kind: 'load' | 'rollback' | 'delete' | 'erase';
  /** Who did it: the name of an account of the operating system. */
  readonly by: string | null;
  readonly note: string | null;
  /** The first files of a load, as they were named. */
  readonly files: readonly string[];
  readonly fileCount: number;
  /** The name of the mapping file by which a load read them. */
  readonly mapping?: string | null;
  /** Of the first files that were fetched. */
  readonly sources?: readonly SourceFacts[];
  /** The version that a rollback went back to. */
  readonly of: number | null;
  /** Which rows were deleted, as it was typed. */
  readonly condition: string | null;
  /** By table; those that were not touched are left out. */
  readonly changes: Readonly<Record<string, RowChanges>>;
}

export const LONGEST_NOTE = 1_000;
export const LONGEST_NAME = 200;
export const LONGEST_PATH = 1_000;
/** A folder may have thousands of files: the number is exact, the names are examples. */
export const MOST_FILES = 100;

const MOST_SOURCES = 20;
const LONGEST_STATE = 200;

function bounded(facts: SourceFacts): SourceFacts {
  const { address, etag, version, snapshot } = facts;
  const cut = (text: string | null) => text?.slice(0, LONGEST_STATE) ?? null;
  return {
    ...facts,
    address: address.slice(-LONGEST_PATH),
    etag: cut(etag),
    version: cut(version),
    snapshot: cut(snapshot),
  };
}

/** As `--json` and the operators' interface have it. */
export function sourceFields({ address, bytes, etag, version, snapshot, isOneMoment }: SourceFacts) {
  return { address, bytes, etag, version, snapshot, one_moment: isOneMoment };
}

type GivenOrigin = Pick<VersionOrigin, 'kind' | 'changes'> & Partial<VersionOrigin>;

/** Every text of it bounded: it is stored with the version. */
export function originOf({ kind, changes, files = [], ...given }: GivenOrigin): VersionOrigin {
  const cut = (text: string | null | undefined, length: number) => text?.slice(0, length) ?? null;
  return {
    kind,
    by: cut(given.by, LONGEST_NAME),
    note: cut(given.note, LONGEST_NOTE),
    files: files.slice(0, MOST_FILES).map((path) => path.slice(-LONGEST_PATH)),
    fileCount: files.length,
    ...(given.mapping && { mapping: cut(given.mapping, LONGEST_NAME) }),
    ...(given.sources && given.sources.length > 0 && { sources: given.sources.slice(0, MOST_SOURCES).map(bounded) }),
    of: given.of ?? null,
    condition: cut(given.condition, LONGEST_CONDITION),
    changes,
  };
}
