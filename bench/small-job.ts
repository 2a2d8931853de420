/** From POST to `succeeded` for 3 properties and 31 days, compared with the bare engine's time for the same query. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { encodePropertyIds } from '../server/dist/core/ids/property-ids.js';
import { DEFAULT_FILE_OPTIONS } from '../server/dist/core/job.js';
import { FROM_PLACE, printPart, TO_PLACE } from '../server/dist/duckdb/print/rows.js';
import { compileReport } from '../server/dist/reports/compile.js';
import { type BenchServer, runJob, smallJob, startServer } from './server.ts';
import { inTurns, milliseconds, say, spread } from './statistics.ts';

const WARM_UP_ROUNDS = 5;
const ROUNDS = 100;

/** The compiled query in this process: no job, no child, no sealing, an instance that is already open. */
async function bareEngine({ app, dataDir }: BenchServer): Promise<() => Promise<void>> {
  const job = smallJob('csv');
  const version = await app.deps.db.warehouse.current();
  if (version === null) throw new Error('the warehouse is empty');
  const spec = {
    reportType: job.report_type,
    outputFormat: job.output_format,
    startDate: job.start_date,
    endDate: job.end_date,
    ...DEFAULT_FILE_OPTIONS,
  };
  const query = compileReport(spec, version, encodePropertyIds(job.property_ids, job.property_ids.length));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const [table, { files }] of Object.entries(query.tables)) {
    const paths = await Promise.all(files.map((key) => app.deps.store.localize(key)));
    await connection.run(
      `CREATE VIEW ${table} AS SELECT * FROM read_parquet([${paths.map((path) => `'${path}'`).join(', ')}])`,
    );
  }
  await connection.run(
    `CREATE TABLE requested AS SELECT unnest([${job.property_ids.join(', ')}])::BIGINT AS property_id`,
  );
  const path = join(dataDir, 'bare.csv');
  const first = Math.min(...job.property_ids);
  const last = Math.max(...job.property_ids);
  const sql = printPart(query.rows)
    .replaceAll('$start_date', `'${job.start_date}'`)
    .replaceAll('$end_date', `'${job.end_date}'`)
    .replaceAll(`$${FROM_PLACE}`, String(first))
    .replaceAll(`$${TO_PLACE}`, String(last));
  return async () => {
    await connection.run(`COPY (${sql}) TO '${path}' (FORMAT csv, HEADER)`);
    await rm(path);
  };
}

export async function benchSmallJob(): Promise<void> {
  const server = await startServer({ size: 'demo' });
  try {
    const bare = await bareEngine(server);
    const subjects = [
      bare,
      ...(['csv', 'jsonl', 'parquet'] as const).map((format) => () => runJob(server, smallJob(format))),
    ];
    await inTurns(WARM_UP_ROUNDS, subjects);
    const times = await inTurns(ROUNDS, subjects);
    const [engine, ...formats] = times.map(spread);
    if (engine === undefined) return;
    say(`POST to succeeded, 3 properties, 31 days, idle demo server, ${ROUNDS} jobs each`);
    say(`  bare engine, csv   p50 ${milliseconds(engine.p50)}   p99 ${milliseconds(engine.p99)}`);
    for (const [index, format] of ['csv', 'jsonl', 'parquet'].entries()) {
      const { p50, p99 } = formats[index] ?? engine;
      say(
        `  job, ${format.padEnd(13)} p50 ${milliseconds(p50)}   p99 ${milliseconds(p99)}   ${(p50 / engine.p50).toFixed(1)} × the bare engine`,
      );
    }
  } finally {
    await server.close();
  }
}
