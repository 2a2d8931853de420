/** Given ids as reports name the properties: UUIDs translated, and what is no property of the account left out. */
import { client } from '../../server/client.ts';
import type { PropertyId } from '../../text/ids-in.ts';

/** More are sent as they are: the server judges them when the export is made. */
const MOST_ASKED = 100_000;

export interface KnownIds {
  readonly ids: readonly number[];
  readonly unknown: readonly PropertyId[];
}

function isNumber(id: PropertyId): id is number {
  return typeof id === 'number';
}

export async function knownIds(given: readonly PropertyId[], signal?: AbortSignal): Promise<KnownIds> {
  if (given.length > MOST_ASKED && given.every(isNumber)) return { ids: given, unknown: [] };
  const { properties, unknown } = await client.properties.ids(given, { signal });
  return { ids: [...new Set(properties.map(({ id }) => id))], unknown };
}

/** The ids as details name the properties. */
export async function uuidsOf(ids: readonly number[]): Promise<readonly string[]> {
  const { properties } = await client.properties.ids(ids);
  return properties.map(({ reonomy_id: uuid }) => uuid);
}
