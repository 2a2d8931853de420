/** Whole reports: the job from POST to `succeeded`, with hash, flush and progress, and the bare engine's time for the same query. */
import { readSettings } from '../server/dist/config.js';
import { bareExport } from './bare-engine.ts';
import { END, propertyIds, type ReportRequest, runJob, startServer } from './server.ts';
import { inTurns, say, spread } from './statistics.ts';

const MS_PER_SECOND = 1000;
const MIB = 1_048_576;
const REPORTS = ['property', 'floorplans', 'units'] as const;
const FORMATS = ['csv', 'jsonl', 'parquet'] as const;

/** `--name=1,2` of the command line, or the default. */
function flag(name: string, otherwise: string): string {
  const prefix = `--${name}=`;
  return process.argv.find((word) => word.startsWith(prefix))?.slice(prefix.length) ?? otherwise;
}

export async function benchLargeExport(): Promise<void> {
  const properties = Number(flag('properties', '1000'));
  const pairs = Number(flag('pairs', '5'));
  const reports = flag('reports', REPORTS.join(',')).split(',');
  const { memoryLimit, threads } = readSettings({});
  const formats = flag('formats', FORMATS.join(',')).split(',');
  const server = await startServer({ size: 'bench', properties });
  try {
    const property_ids = await propertyIds(server);
    const year = END.slice(0, 4);
    say(
      `${property_ids.length} demo properties, one year, ${threads} threads, ${memoryLimit} for each; ${pairs} pairs in turns after one`,
    );
    for (const report_type of REPORTS.filter((each) => reports.includes(each))) {
      for (const output_format of FORMATS.filter((each) => formats.includes(each))) {
        const days = { start_date: `${year}-01-01`, end_date: `${year}-12-31` };
        const request: ReportRequest = { report_type, output_format, ...days, property_ids };
        const bare = await bareExport(server, request, { memoryLimit, threads });
        const { result } = await runJob(server, request);
        await bare();
        const times = await inTurns(pairs, [bare, () => runJob(server, request)]);
        const [engine = Number.NaN, job = Number.NaN] = times.map((each) => spread(each).p50 / MS_PER_SECOND);
        say(
          `  ${report_type.padEnd(10)} ${output_format.padEnd(7)} ${result?.rows} rows ${((result?.bytes ?? 0) / MIB).toFixed(0)} MiB` +
            `  bare ${engine.toFixed(2)} s  job ${job.toFixed(2)} s  ratio ${(job / engine).toFixed(2)}`,
        );
      }
    }
  } finally {
    await server.close();
  }
}
