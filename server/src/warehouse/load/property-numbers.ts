/** Integer ids for properties that are known only by their provider's key. */

import { ConveyanceError } from '../../core/errors.ts';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Checked } from './check.ts';
import type { NewNumbers } from './merged-rows.ts';

const NAMED = 5;

function refuse(lines: readonly string[], remedy: string): void {
  if (lines.length === 0) return;
  const more = lines.length > NAMED ? `, and ${lines.length - NAMED} more` : '';
  throw new ConveyanceError('load_refused', `${lines.slice(0, NAMED).join('; ')}${more}. ${remedy}`, { errors: lines });
}

/**
 * Remembers the keys that have a number and numbers those that have none: the k-th new key's number is the k-th answer.
 * Keys keep their numbers even if the load is refused or interrupted later: the next load gets the same ones.
 */
export async function numberProperties(
  { db }: Pick<Deps, 'db'>,
  { newSourceIds, givenSourceIds, newPropertyIds }: Checked,
  base: DataVersion | null,
): Promise<NewNumbers> {
  const taken = await db.warehouse.recordSourceIds(givenSourceIds);
  refuse(
    [...taken].map(([sourceId, id]) => `source_id ${sourceId} belongs to property ${id}`),
    'Correct property_id or source_id of these rows',
  );
  const assigned = await db.warehouse.assignPropertyIds(newSourceIds);
  const numbers = newSourceIds.map((sourceId) => {
    const id = assigned.get(sourceId);
    if (id === undefined) throw new TypeError(`the database gave source_id ${sourceId} no number`);
    return id;
  });
  const stored = base === null ? PropertyIdSet.of([]) : await db.warehouse.propertyIds(base.version);
  const given = PropertyIdSet.of(newPropertyIds);
  const clashes = newSourceIds.flatMap((sourceId, index) => {
    const id = numbers[index] ?? 0;
    return stored.has(id) || given.has(id) ? [`source_id ${sourceId} has number ${id}, which is another property`] : [];
  });
  refuse(clashes, 'Give these rows a property_id');
  return numbers;
}
