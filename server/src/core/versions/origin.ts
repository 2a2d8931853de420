/** What made a data version. */
import { LONGEST_CONDITION } from '../conditions/tokens.ts';

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
    of: given.of ?? null,
    condition: cut(given.condition, LONGEST_CONDITION),
    changes,
  };
}
