/**
 * Works on several things at a time and yields the results in their order. A failure is thrown in its turn. When the loop is left, or
 * a failure thrown, nothing is being worked on any more.
 */
export async function* inOrder<Thing, Result>(
  things: AsyncIterable<Thing>,
  atOnce: number,
  work: (thing: Thing) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const begun: Promise<Result>[] = [];
  try {
    for await (const thing of things) {
      const result = work(thing);
      // Thrown when its turn comes; until then the failure of a later thing would count as unhandled.
      result.catch(() => undefined);
      begun.push(result);
      const first = begun.length < atOnce ? undefined : begun.shift();
      if (first !== undefined) yield await first;
    }
    for (let first = begun.shift(); first !== undefined; first = begun.shift()) yield await first;
  } finally {
    await Promise.allSettled(begun);
  }
}
