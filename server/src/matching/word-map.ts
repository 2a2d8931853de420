/** What words stand for. */

/** A map, not an object: to look up a customer's word in an object, V8 first searches all names in the program. */
export function wordMap(entries: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(entries));
}
