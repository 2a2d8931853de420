/**
 * Works on several things at once and yields the results in the order of the things. A failure is told in its turn. Whoever leaves
 * the loop, or hears of a failure, does so when nothing is being worked on any more.
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
      // Told when its turn comes; until then the failure of a later thing would count as one that nobody handles.
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
