/** Ids of properties in whatever somebody pastes. */

export type PropertyId = number | string;

const ANY_ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d+/gi;

/** Each id once, in their order: numbers as reports name properties, UUIDs as details and matches do, whatever stands between them. */
export function idsIn(text: string): readonly PropertyId[] {
  const ids = (text.match(ANY_ID) ?? []).map((id) => (id.includes('-') ? id.toLowerCase() : Number(id)));
  return [...new Set(ids)].filter((id) => typeof id === 'string' || (Number.isSafeInteger(id) && id > 0));
}
