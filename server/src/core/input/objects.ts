/** Values about which nothing is known yet. */

export type Fields = Readonly<Record<string, unknown>>;

/** A JSON object: not a list, and not null. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
