/** Which files rows read at once, where not all of them can be at hand together: places in ranges whose files can. */
import type { PlaceRange } from './rows.ts';

/** Of these, neither end is known of a file that may have rows of any property. */
export interface RangedFile {
  readonly key: string;
  readonly bytes: number;
  readonly minPropertyId?: number;
  readonly maxPropertyId?: number;
}

/** Ranges of properties, in their order, that together are all of them. */
export interface Turns {
  readonly ranges: readonly PlaceRange[];
  /** The most that the files of one of them take. */
  readonly mostBytes: number;
}

/** While the files of one range are read, those of the next are fetched, and the range before is written to its end. */
const RANGES_AT_HAND = 3;

function isIn({ minPropertyId, maxPropertyId }: RangedFile, { from, to }: PlaceRange): boolean {
  return (minPropertyId ?? 0) <= to && (maxPropertyId ?? Number.MAX_SAFE_INTEGER) >= from;
}

/** Those that may have rows of these properties, each once. */
export function filesOf<File extends RangedFile>(files: readonly File[], range: PlaceRange): readonly File[] {
  return [...new Map(files.filter((file) => isIn(file, range)).map((file) => [file.key, file])).values()];
}

export function bytesOf(files: readonly RangedFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The shortest ranges: at their ends a file begins or is over. */
function shortestRanges(files: readonly RangedFile[]): readonly PlaceRange[] {
  const begins = new Set([0]);
  for (const { minPropertyId = 0, maxPropertyId = Number.MAX_SAFE_INTEGER } of files) {
    begins.add(minPropertyId);
    if (maxPropertyId < Number.MAX_SAFE_INTEGER) begins.add(maxPropertyId + 1);
  }
  const sorted = [...begins].sort((left, right) => left - right);
  return sorted.map((from, index) => ({ from, to: (sorted[index + 1] ?? Number.MAX_SAFE_INTEGER + 1) - 1 }));
}

/**
 * Ranges whose files take a part of the room that leaves enough for the ones beside them, as long as possible; where the files of a single
 * property take more, they have it alone. `mostBytes` is more than the room where even that is not enough.
 */
export function takeTurns(files: readonly RangedFile[], roomBytes: number): Turns {
  const share = Math.floor(roomBytes / RANGES_AT_HAND);
  const ranges: { from: number; to: number }[] = [];
  let open = new Map<string, RangedFile>();
  let mostBytes = 0;
  for (const range of shortestRanges(files)) {
    const own = filesOf(files, range);
    const together = new Map([...open, ...own.map((file) => [file.key, file] as const)]);
    const last = ranges.at(-1);
    if (last !== undefined && bytesOf([...together.values()]) <= share) {
      last.to = range.to;
      open = together;
    } else {
      ranges.push({ ...range });
      open = new Map(own.map((file) => [file.key, file]));
    }
    mostBytes = Math.max(mostBytes, bytesOf([...open.values()]));
  }
  return { ranges, mostBytes: Math.max(share, mostBytes) };
}
