/** Which format a file is in, where no name says it. */

/** By the first bytes, eight of them if there are so many: Parquet, gzip and Zstandard have marks, and a line of JSON begins with a brace. */
export function endingOf(head: Uint8Array): string {
  const starts = (...bytes: readonly number[]) => bytes.every((byte, index) => head[index] === byte);
  if (starts(0x50, 0x41, 0x52, 0x31)) return '.parquet';
  if (starts(0x1f, 0x8b)) return '.csv.gz';
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return '.csv.zst';
  return starts(0x7b) ? '.jsonl' : '.csv';
}
