/** A year of 120 demo properties in every format: rows, bytes and seconds of the same job. */
import { END, propertyIds, runJob, startServer } from './server.ts';
import { say } from './statistics.ts';

export async function benchFormats(): Promise<void> {
  const server = await startServer({ size: 'demo' });
  try {
    const property_ids = await propertyIds(server);
    const year = END.slice(0, 4);
    say(`report property, ${property_ids.length} demo properties, one year`);
    let csvBytes = 0;
    for (const output_format of ['csv', 'jsonl', 'parquet'] as const) {
      const start = performance.now();
      const { result } = await runJob(server, {
        report_type: 'property',
        output_format,
        start_date: `${year}-01-01`,
        end_date: `${year}-12-31`,
        property_ids,
      });
      const seconds = (performance.now() - start) / 1000;
      if (result === null || result === undefined) throw new Error('a finished job has no result');
      if (output_format === 'csv') csvBytes = result.bytes;
      const ratio = (csvBytes / result.bytes).toFixed(1);
      say(
        `  ${output_format.padEnd(8)} ${result.rows} rows  ${result.bytes} bytes  ${seconds.toFixed(1)} s  CSV is ${ratio} × as large`,
      );
    }
  } finally {
    await server.close();
  }
}
