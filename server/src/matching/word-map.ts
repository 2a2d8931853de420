/** What words stand for. */

/** A map and no object: to look a word of a customer's file up in an object, V8 first searches all names of the program. */
export function wordMap(entries: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(entries));
}
