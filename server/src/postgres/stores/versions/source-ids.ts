/** The integer ids of providers' own keys: what was assigned once stays for ever. */
import { sql } from 'kysely';
import type { Connection } from '../../tables/schema.ts';
import { lock } from '../locks.ts';

/** The first id that an empty warehouse assigns is the next one: nine digits, as the ids of the field have. */
const BEFORE_FIRST_ID = 100_000_000;

interface Pair {
  readonly source_id: string;
  readonly property_id: number;
}

function toMap(rows: readonly Pair[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ source_id, property_id }) => [source_id, property_id]));
}

/** Ids up to this one are known: none of them is assigned to a key. Also kept when the data that had them is gone. */
export async function noteHighest(tx: Connection, propertyId: number): Promise<void> {
  await tx
    .updateTable('highest_property_id')
    .set({ highest: propertyId })
    .where((eb) => eb.or([eb('highest', 'is', null), eb('highest', '<', propertyId)]))
    .execute();
}

/** 100,000 new keys take about a second: they go over as one array, not as 100,000 parameters. */
export async function assignPropertyIds(
  tx: Connection,
  sourceIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  await lock(tx, 'warehouse');
  await sql`
    with given as (
      select source_id, min(place) as place
      from unnest(${sourceIds}::text[]) with ordinality as list(source_id, place)
      group by source_id
    ), assigned as (
      insert into source_ids (source_id, property_id)
      select given.source_id, coalesce(top.highest, ${BEFORE_FIRST_ID}) + row_number() over (order by given.place)
      from given cross join highest_property_id top
      where not exists (select from source_ids known where known.source_id = given.source_id)
      returning property_id
    )
    update highest_property_id set highest = (select max(property_id) from assigned)
    where exists (select from assigned)`.execute(tx);
  const { rows } = await sql<Pair>`
    select source_id, property_id from source_ids where source_id = any(${sourceIds}::text[])`.execute(tx);
  return toMap(rows);
}

/** Returns the keys that are taken, with the id that has them. */
export async function recordSourceIds(
  tx: Connection,
  pairs: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  if (pairs.size === 0) return pairs;
  await lock(tx, 'warehouse');
  const given = sql`unnest(${[...pairs.keys()]}::text[], ${[...pairs.values()]}::bigint[]) as given(source_id, property_id)`;
  await sql`
    insert into source_ids (source_id, property_id) select source_id, property_id from ${given}
    on conflict (source_id) do nothing`.execute(tx);
  await noteHighest(
    tx,
    [...pairs.values()].reduce((highest, id) => Math.max(highest, id), 0),
  );
  const { rows } = await sql<Pair>`
    select known.source_id, known.property_id from source_ids known join ${given} using (source_id)
    where known.property_id <> given.property_id`.execute(tx);
  return toMap(rows);
}
