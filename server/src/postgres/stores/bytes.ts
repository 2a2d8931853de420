import type { QuotaSet } from '../../core/quota.ts';

/** `pg` yields Buffers, which print, compare and serialise differently; outside this room bytes are plain. */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Blocks as values: their bytes are sent as one, because an array of bytea is sent as hexadecimal text. */
export function blockValues(blocks: QuotaSet): readonly [Buffer, number[], number[], number[]] {
  const members = [...blocks.values()];
  const lengths = members.map(({ length }) => length);
  let next = 1;
  const starts = lengths.map((length) => {
    const start = next;
    next += length;
    return start;
  });
  return [Buffer.concat(members), [...blocks.keys()], starts, lengths];
}

/** `blockValues`, from the third value of a statement on, as a table (block, members). */
export const BLOCKS_FROM_THIRD = `(
  select part.block, substring($3::bytea from part.start for part.length) as members
  from unnest($4::bigint[], $5::int[], $6::int[]) as part(block, start, length)
)`;
