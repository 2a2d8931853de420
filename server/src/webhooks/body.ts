/** A message's text as bytes, in blocks: a job's body may repeat a million ids, and each small write would cost a system call. */

const BLOCK_CHARACTERS = 65_536;

function endsInHighSurrogate(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}

/** Yields UTF-8 in blocks of about 64 KiB. A character split between two chunks stays whole. */
export function* encodeBlocks(chunks: Iterable<string>): Generator<Buffer, void, undefined> {
  let pending = '';
  for (const chunk of chunks) {
    pending += chunk;
    if (pending.length < BLOCK_CHARACTERS || endsInHighSurrogate(pending)) continue;
    yield Buffer.from(pending);
    pending = '';
  }
  if (pending !== '') yield Buffer.from(pending);
}
