/** From ids as the user has them to the kind that the server takes: numbers for reports, UUIDs for details. */
import type { Conveyance } from '@conveyance/sdk';
import { usage } from '../../terminal/errors.ts';
import type { EitherId } from '../../terminal/property-id-list.ts';
import { formatCounted } from '../../terminal/table.ts';

const MOST_NAMED = 5;
/** As many as one call takes. */
const BATCH_IDS = 10_000;

function requireKnown(unknown: readonly EitherId[]): void {
  if (unknown.length === 0) return;
  const named = unknown.slice(0, MOST_NAMED).join(', ');
  const more = unknown.length > MOST_NAMED ? ', …' : '';
  const count = formatCounted(unknown.length, 'property id');
  throw usage(`${count} ${unknown.length === 1 ? 'is' : 'are'} of no property that you may see: ${named}${more}`);
}

/** Asks the server only if there are UUIDs among them. Throws if one is unknown. */
export async function numbersOf(client: Conveyance, ids: readonly EitherId[], signal: AbortSignal): Promise<number[]> {
  const uuids = ids.filter((id) => typeof id === 'string');
  if (uuids.length === 0) return ids.filter((id) => typeof id === 'number');
  const { properties, unknown } = await client.properties.ids(uuids, { signal });
  requireKnown(unknown);
  const numbers = new Map(properties.map(({ id, reonomy_id }) => [reonomy_id, id]));
  return ids.flatMap((id) => (typeof id === 'number' ? id : (numbers.get(id.toLowerCase()) ?? [])));
}

async function* uuidsOfBatch(client: Conveyance, ids: readonly EitherId[], signal: AbortSignal) {
  const numbers = ids.filter((id) => typeof id === 'number');
  const { properties, unknown } =
    numbers.length === 0 ? { properties: [], unknown: [] } : await client.properties.ids(numbers, { signal });
  requireKnown(unknown);
  const uuids = new Map(properties.map(({ id, reonomy_id }) => [id, reonomy_id]));
  for (const id of ids) yield typeof id === 'string' ? id : (uuids.get(id) ?? '');
}

/** The same to UUIDs, for a list that is not held as a whole. */
export async function* uuidsOf(
  client: Conveyance,
  ids: AsyncIterable<EitherId>,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  let batch: EitherId[] = [];
  for await (const id of ids) {
    batch.push(id);
    if (batch.length < BATCH_IDS) continue;
    yield* uuidsOfBatch(client, batch, signal);
    batch = [];
  }
  yield* uuidsOfBatch(client, batch, signal);
}
