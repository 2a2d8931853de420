/** `Range` and `If-Range` of RFC 9110, for one range of an immutable file. */

export interface ByteRange {
  /** Both inclusive. */
  readonly start: number;
  readonly end: number;
}

const ONE_RANGE = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/i;

/**
 * The range that `Range` asks for in a file of that many bytes. `whole` if there is none that we serve: §14.2 "A server MAY ignore
 * the Range header field", so several ranges and other units are answered with the whole file.
 */
export function parseByteRange(header: string | undefined, bytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const parts = ONE_RANGE.exec(header?.trim() ?? '');
  if (parts === null) return 'whole';
  const [, first, last = '', suffix] = parts;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), bytes);
    return length === 0 ? 'unsatisfiable' : { start: bytes - length, end: bytes - 1 };
  }
  const start = Number(first);
  const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  // §14.1.1: an int-range whose end is before its start is invalid, and an invalid range is ignored.
  if (last !== '' && Number(last) < start) return 'whole';
  return start >= bytes ? 'unsatisfiable' : { start, end };
}

/** §13.1.5: the range counts only while the validator still names this file: a strong entity tag, or exactly its date. */
export function rangeStillValid(ifRange: string | undefined, etag: string, lastModified: string): boolean {
  return ifRange === undefined || ifRange === etag || ifRange === lastModified;
}

/** §13.1.2, by weak comparison: true when the client has the file already. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
}
