/** Objects copied at a time: small ones in a bucket wait for it, not for us. */
export const COPIES_AT_ONCE = 8;

/** As many at a time, in their order; fewer in the last. */
export async function* inBatches<Item>(items: AsyncIterable<Item>, size: number): AsyncIterable<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
