/** The match index in the tables of a real engine. */
import type { DataSession } from '../../src/core/ports/procedure.ts';
import type { Row } from '../../src/core/rows.ts';
import { Cage } from '../../src/duckdb/child/cage.ts';
import { dataSession } from '../../src/duckdb/child/data-session.ts';
import { indexEntries, type PropertyAddresses } from '../../src/matching/index/entries.ts';
import { MATCH_TABLES, toValues } from '../../src/matching/index/tables.ts';
import { RowReader } from '../../src/matching/read/row.ts';

/** What the procedure asked of the engine. */
export interface Watched {
  readonly read: string[];
  /** Tables made, with the rows of each append. */
  readonly made: [name: string, appended: number[]][];
}

interface Desk {
  readonly session: DataSession;
  readonly watched: Watched;
  all(sql: string): Promise<readonly Row[]>;
}

/** Lets a test work on an engine that holds the index of the properties; property 1 and those after 40 are granted. */
export async function withIndex(
  properties: readonly PropertyAddresses[],
  input: readonly (readonly Row[])[],
  work: (desk: Desk) => Promise<void>,
): Promise<void> {
  const cage = await Cage.open();
  try {
    const plain = dataSession(cage);
    const rows: Row[] = [];
    const keys: Row[] = [];
    const known = new Set<bigint>();
    for (const property of properties) {
      for (const entry of indexEntries(property, new RowReader())) {
        rows.push(toValues(rows.length + 1, entry.row));
        for (const key of new Set(entry.keys)) keys.push([key, rows.length]);
        for (const key of entry.known) known.add(key);
      }
    }
    const tables = { match_rows: rows, match_keys: keys, match_known: Array.from(known, (key) => [key]) };
    for (const name of ['match_rows', 'match_keys', 'match_known'] as const) {
      const table = await plain.createTable(name, MATCH_TABLES[name]);
      table.append(tables[name]);
      table.close();
    }
    await plain.execute(
      'CREATE TABLE granted AS SELECT DISTINCT property_id FROM match_rows WHERE property_id IN (1) OR property_id > 40',
    );
    const watched: Watched = { read: [], made: [] };
    const session: DataSession = {
      ...plain,
      read(sql) {
        watched.read.push(sql);
        return plain.read(sql);
      },
      async *input() {
        yield* input;
      },
      async createTable(name, columns) {
        const appended: number[] = [];
        watched.made.push([name, appended]);
        const table = await plain.createTable(name, columns);
        const append = (more: readonly Row[]) => {
          appended.push(more.length);
          table.append(more);
        };
        return { ...table, append };
      },
    };
    const all = async (sql: string) => {
      const found: Row[] = [];
      for await (const some of plain.read(sql)) found.push(...some);
      return found;
    };
    await work({ session, watched, all });
  } finally {
    await cage.close();
  }
}
