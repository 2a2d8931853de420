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

type Fulfilled<Begun extends readonly unknown[]> = { -readonly [Index in keyof Begun]: Awaited<Begun[Index]> };

/**
 * Waits until all are settled, and throws what the first of them in the list threw: where each builds on those before it, that is the
 * reason of the other faults, in whichever order they are told.
 */
export async function allInOrder<const Begun extends readonly unknown[]>(begun: Begun): Promise<Fulfilled<Begun>> {
  await Promise.allSettled(begun);
  const values: unknown[] = [];
  for (const each of begun) values.push(await each);
  // As long as the list, and in its order.
  return values as Fulfilled<Begun>;
}
