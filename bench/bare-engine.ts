/** The engine by itself: the query of a report in this process, on the files of the current version, and nothing around it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { encodePropertyIds } from '../server/dist/core/ids/property-ids.js';
import { DEFAULT_FILE_OPTIONS, type ReportSpec } from '../server/dist/core/job.js';
import { FROM_PLACE, TO_PLACE } from '../server/dist/core/plan/rows.js';
import { copyStatement } from '../server/dist/duckdb/child/formats.js';
import { PRELUDE } from '../server/dist/duckdb/print/prelude.js';
import { printPart } from '../server/dist/duckdb/print/rows.js';
import { compileReport } from '../server/dist/reports/compile.js';
import type { BenchWorld, ReportRequest } from './server.ts';

export interface BareOptions {
  /** As the server's children have it; left to the engine when left out. */
  readonly memoryLimit?: string;
  readonly threads?: number;
  /** Where the file is written, and stays; without it, it is written somewhere and deleted. */
  readonly path?: string;
}

function specOf(request: ReportRequest): ReportSpec {
  return {
    reportType: request.report_type,
    outputFormat: request.output_format,
    startDate: request.start_date,
    endDate: request.end_date,
    ...DEFAULT_FILE_OPTIONS,
  };
}

/** As the engine compresses a file that it writes. */
function compressed(sql: string, compression: string): string {
  return sql.replace(/\)\s*$/, `, COMPRESSION ${compression})`);
}

/** Writes the report as one sorted statement to a file, which is neither hashed nor flushed, on an instance that is open already. */
export async function bareExport(
  { app, dataDir }: BenchWorld,
  request: ReportRequest,
  { memoryLimit, threads, path: kept }: BareOptions = {},
): Promise<() => Promise<void>> {
  const version = await app.deps.db.warehouse.current();
  if (version === null) throw new Error('the warehouse is empty');
  const spec = specOf(request);
  const ids = request.property_ids.toSorted((left, right) => left - right);
  const query = compileReport(spec, version, encodePropertyIds(ids, ids.length));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const statement of PRELUDE) await connection.run(statement);
  await connection.run(`SET TimeZone = 'UTC'`);
  if (memoryLimit !== undefined) await connection.run(`SET memory_limit = '${memoryLimit}'`);
  if (threads !== undefined) await connection.run(`SET threads = ${threads}`);
  for (const [table, { files }] of Object.entries(query.tables)) {
    const paths = await Promise.all(files.map(({ key }) => app.deps.store.localize(key)));
    await connection.run(
      `CREATE VIEW ${table} AS SELECT * FROM read_parquet([${paths.map((path) => `'${path}'`).join(', ')}])`,
    );
  }
  await connection.run(`CREATE TABLE requested AS SELECT unnest([${ids.join(', ')}])::BIGINT AS property_id`);
  const path = kept ?? join(dataDir, `bare.${spec.outputFormat}`);
  const part = printPart(query.rows)
    .replaceAll('$start_date', `'${request.start_date}'`)
    .replaceAll('$end_date', `'${request.end_date}'`)
    .replaceAll(`$${FROM_PLACE}`, String(ids[0]))
    .replaceAll(`$${TO_PLACE}`, String(ids.at(-1)));
  const { compression = 'none' } = request;
  const form = { format: spec.outputFormat, compression, csvProfile: 'standard', metadata: {} } as const;
  const plain = copyStatement(part, query.rows.columns, form, { path, header: true });
  const sql = compression === 'none' ? plain : compressed(plain, compression);
  return async () => {
    await connection.run(sql);
    if (kept === undefined) await rm(path);
  };
}
