/**
 * The export that a team writes first: a cursor on PostgreSQL, rows as objects, csv-stringify, a file. In a process of its own, as a
 * service would be; neither hashed nor flushed, and without jobs, progress, quota or links.
 */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import pg from 'pg';
import Cursor from 'pg-cursor';

const ROWS_PER_READ = 1000;

async function* rowsOf(client: pg.Client, sql: string): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const cursor = client.query(new Cursor(sql));
  for (;;) {
    const rows = await cursor.read(ROWS_PER_READ);
    if (rows.length === 0) return;
    yield* rows;
  }
}

const [connectionString = '', sql = '', path = ''] = process.argv.slice(2);
// Days as PostgreSQL writes them: objects of the language would be shifted by a time zone.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
const client = new pg.Client({ connectionString });
await client.connect();
await pipeline(rowsOf(client, sql), stringify({ header: true }), createWriteStream(path));
await client.end();
