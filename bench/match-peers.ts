/** What people do without a matcher, on the same rows and properties: an exact join of parsed addresses, and a fuzzy join in SQL. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { parseLocation } from 'parse-address';
import type { MadeRow } from './match-errors.ts';

export interface Answer {
  readonly propertyId: number | null;
  readonly reason: string;
}

export interface PeerRun {
  readonly answers: readonly Answer[];
  readonly seconds: number;
}

const REASONS: Readonly<Record<string, string>> = { sfr: 'SFR', condo: 'Condo Property (SFR)' };
/** A lower value accepts `N Oak St` for `S Oak St`, a higher one refuses a short name with one changed letter. */
const LEAST_SIMILARITY = 0.9;

async function fill(connection: DuckDBConnection, table: string, columns: readonly string[], rows: string[][]) {
  const declared = columns.map((column) => `${column} VARCHAR`);
  await connection.run(`CREATE OR REPLACE TABLE ${table} (row_number INTEGER, ${declared.join(', ')})`);
  const appender = await connection.createAppender(table);
  for (const [number, row] of rows.entries()) {
    appender.appendInteger(number);
    for (const text of row) appender.appendVarchar(text);
    appender.endRow();
  }
  appender.closeSync();
}

/** The best house of each row, as a match would answer it. */
async function answers(connection: DuckDBConnection, sql: string, count: number): Promise<Answer[]> {
  const found: Answer[] = Array.from({ length: count }, () => ({ propertyId: null, reason: 'MISSING' }));
  const reader = await connection.runAndReadAll(sql);
  for (const [row, propertyId, category] of reader.getRows()) {
    const reason = REASONS[String(category)] ?? '';
    found[Number(row)] = { propertyId: reason === '' ? Number(propertyId) : null, reason };
  }
  return found;
}

async function timed(run: () => Promise<readonly Answer[]>): Promise<PeerRun> {
  const start = performance.now();
  const found = await run();
  return { answers: found, seconds: (performance.now() - start) / 1000 };
}

/** The package parse-address takes rows apart, and every part must be the same. Houses are already in parts, which saves it half of its work. */
export function parseAndJoin(connection: DuckDBConnection, rows: readonly MadeRow[]): Promise<PeerRun> {
  return timed(async () => {
    const parsed = rows.map(({ cells }) => {
      const { number, prefix, street, type, suffix, zip } = parseLocation(cells.filter(Boolean).join(', ')) ?? {};
      return [number, prefix, street, type, suffix, zip].map((part) => (part ?? '').toUpperCase());
    });
    await fill(connection, 'parsed', ['number', 'predir', 'name', 'suffix', 'postdir', 'zip'], parsed);
    const sql = `SELECT row_number, min(property_id), arg_min(category, property_id)
      FROM parsed JOIN houses AS h ON TRY_CAST(parsed.number AS BIGINT) = h.number AND parsed.zip = h.zip AND parsed.name = upper(h.name)
        AND parsed.predir = upper(h.predir) AND parsed.suffix = upper(h.suffix) AND parsed.postdir = ''
      GROUP BY row_number`;
    return answers(connection, sql, rows.length);
  });
}

/** Same number, same ZIP code, and the most similar street by Jaro and Winkler. */
export function joinFuzzily(connection: DuckDBConnection, rows: readonly MadeRow[]): Promise<PeerRun> {
  return timed(async () => {
    const texts = rows.map(({ cells: [line, , , zip] }) => [line, zip]);
    await fill(connection, 'typed', ['line', 'zip'], texts);
    const sql = `WITH asked AS (
        SELECT row_number, regexp_extract(line, '^(\\d+) +(.*)$', ['number', 'street']) AS parts, left(zip, 5) AS zip FROM typed
      ), near AS (
        SELECT row_number, property_id, category, jaro_winkler_similarity(upper(parts.street),
          upper(concat_ws(' ', nullif(predir, ''), name, suffix))) AS similarity
        FROM asked JOIN houses AS h ON TRY_CAST(parts.number AS BIGINT) = h.number AND asked.zip = h.zip
      )
      SELECT row_number, arg_max(property_id, similarity), arg_max(category, similarity)
      FROM near WHERE similarity >= ${LEAST_SIMILARITY} GROUP BY row_number`;
    return answers(connection, sql, rows.length);
  });
}
