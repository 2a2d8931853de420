/** The match index out of the properties, in the engine's child. */
import type { Procedure, TableWriter } from '../../core/ports/procedure.ts';
import type { Row, Value } from '../../core/rows.ts';
import { RowReader } from '../read/row.ts';
import { indexEntries, type PropertyAddresses } from './entries.ts';
import { MATCH_KEY_COLUMNS, MATCH_KNOWN_COLUMNS, MATCH_ROW_COLUMNS, toValues } from './tables.ts';

/**
 * Every property with its own address before its others, neighbours beside each other: what is found for one row of a customer's file
 * lies in few row groups.
 */
const PROPERTIES = `SELECT p.property_id, p.address, a.addresses, p.city, p.state, p.zip_code, p.asset_category,
  p.latitude, p.longitude
FROM properties AS p LEFT JOIN (
  SELECT property_id, list(address ORDER BY address) AS addresses FROM property_addresses GROUP BY property_id
) AS a ON a.property_id = p.property_id
ORDER BY p.zip_code, p.property_id`;

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

function degrees(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function propertyOf([id, address, others, city, state, zip, category, latitude, longitude]: Row): PropertyAddresses {
  const further = Array.isArray(others) ? others.map(text) : [];
  return {
    propertyId: Number(id),
    addresses: [text(address), ...further].filter((each) => each !== ''),
    city: text(city),
    state: text(state),
    zip: text(zip),
    assetCategory: text(category),
    latitude: degrees(latitude),
    longitude: degrees(longitude),
  };
}

interface Writers {
  readonly rows: TableWriter;
  readonly keys: TableWriter;
  readonly known: TableWriter;
}

const COUNT = 'SELECT count(*) FROM properties';

/** Returns the row id that follows. */
function appendEntries(properties: readonly Row[], firstRowId: number, reader: RowReader, writers: Writers): number {
  const rows: Row[] = [];
  const keys: Row[] = [];
  const known = new Set<bigint>();
  let rowId = firstRowId;
  for (const property of properties) {
    for (const entry of indexEntries(propertyOf(property), reader)) {
      rows.push(toValues(rowId, entry.row));
      for (const key of new Set(entry.keys)) keys.push([key, rowId]);
      for (const key of entry.known) known.add(key);
      rowId++;
    }
  }
  writers.rows.append(rows);
  writers.keys.append(keys);
  writers.known.append(Array.from(known, (key) => [key]));
  return rowId;
}

/** Fills tables `index_rows`, `index_keys` and `index_known` from tables `properties` and `property_addresses`. */
export const buildMatchIndex: Procedure<'match-index'> = async (session) => {
  const writers: Writers = {
    rows: await session.createTable('index_rows', MATCH_ROW_COLUMNS),
    keys: await session.createTable('index_keys', MATCH_KEY_COLUMNS),
    known: await session.createTable('index_known', MATCH_KNOWN_COLUMNS),
  };
  const reader = new RowReader();
  let rowId = 1;
  let seen = 0;
  for await (const properties of session.read(PROPERTIES)) {
    rowId = appendEntries(properties, rowId, reader, writers);
    seen += properties.length;
  }
  for (const writer of Object.values(writers)) writer.close();
  // An index that lacks properties would answer MISSING for them, and nobody would see why.
  for await (const [[count] = []] of session.read(COUNT)) {
    if (seen !== Number(count)) throw new Error(`the index has ${seen} of ${String(count)} properties`);
  }
};
