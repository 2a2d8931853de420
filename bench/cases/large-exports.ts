import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readSettings } from '../../server/dist/config.js';
import { bareExport } from '../bare-engine.ts';
import { numberFlag } from '../flags.ts';
import { alone, type BenchCase, beside, type Figures, type How, type Row } from '../frame/figures.ts';
import { type Served, startServed } from '../frame/served.ts';
import { seconds, takeTurns } from '../frame/turns.ts';
import { hasPsql, postgresRows } from '../peers/postgres-rows.ts';
import { END, propertyIds, type ReportRequest, runJob } from '../server.ts';

type Format = ReportRequest['output_format'];
type Report = ReportRequest['report_type'];
type Compression = NonNullable<ReportRequest['compression']>;

interface Extent {
  readonly properties: Readonly<Record<Report, number>>;
  /** Of compressed files, which take one core much longer than the rest takes two. */
  readonly compressedProperties: number;
  readonly pairs: number;
  /** Of the hand-written service. */
  readonly peerRounds: number;
}

/** A property has some ten rows of units for each of its own. */
const WHOLE: Extent = {
  properties: { property: 1000, floorplans: 1000, units: 300 },
  compressedProperties: 100,
  pairs: 5,
  peerRounds: 3,
};
const QUICK: Extent = {
  properties: { property: 12, floorplans: 12, units: 12 },
  compressedProperties: 3,
  pairs: 1,
  peerRounds: 1,
};
const REPORTS: readonly Report[] = ['property', 'floorplans', 'units'];
const FORMATS: readonly Format[] = ['csv', 'jsonl', 'parquet'];
const COMPRESSIONS: readonly Compression[] = ['none', 'gzip', 'zstd'];
/** Parquet is compressed within, and takes no other. */
const WAYS = FORMATS.flatMap((format) =>
  COMPRESSIONS.filter((compression) => compression === 'none' || format !== 'parquet').map((compression) => ({
    format,
    compression,
  })),
);
const NAMES: Readonly<Record<Format, string>> = { csv: 'CSV', jsonl: 'JSONL', parquet: 'Parquet' };
const MOST_OF_BARE = 1.15;
const MOST_OF_HAND_WRITTEN = Number((1 / 6).toFixed(3));
const MOST_MIB = 1024;
const MIB = 1_048_576;

interface Bench {
  readonly served: Served;
  readonly ids: readonly number[];
  readonly extent: Extent;
  /** The largest so far. */
  peakBytes: number;
}

function requestFor({ ids }: Bench, report: Report, format: Format, compression: Compression, count: number) {
  const year = END.slice(0, 4);
  return {
    report_type: report,
    output_format: format,
    compression,
    start_date: `${year}-01-01`,
    end_date: `${year}-12-31`,
    property_ids: ids.slice(0, count),
  };
}

async function besideEngine(
  bench: Bench,
  report: Report,
  { format, compression }: (typeof WAYS)[number],
): Promise<Row> {
  const { served, extent } = bench;
  const isPlain = compression === 'none';
  const request = requestFor(
    bench,
    report,
    format,
    compression,
    isPlain ? extent.properties[report] : extent.compressedProperties,
  );
  const { memoryLimit, threads } = readSettings({});
  const bare = await bareExport(served, request, { memoryLimit, threads });
  let rows = 0;
  const peak = await served.peakOf(async () => {
    rows = (await runJob(served, request)).result?.rows ?? 0;
  });
  bench.peakBytes = Math.max(bench.peakBytes, peak);
  await bare();
  const { job, engine } = await takeTurns(extent.pairs, {
    job: () => seconds(() => runJob(served, request)),
    engine: () => seconds(bare),
  });
  return beside(
    {
      subject: `${report}, ${rows.toLocaleString('en')} rows, ${NAMES[format]}${isPlain ? '' : `, ${compression}`}`,
      unit: 's',
      ...(isPlain && { goal: { of: 'ratio', is: 'at most', limit: MOST_OF_BARE } }),
    },
    job,
    { name: 'bare engine', values: engine },
  );
}

/** Against the same rows in PostgreSQL; the hand-written service gets the first report alone. */
async function besidePostgres(bench: Bench, report: Report): Promise<Row[]> {
  const { served, extent } = bench;
  const { databaseUrl, dataDir } = served;
  const request = requestFor(bench, report, 'csv', 'none', extent.properties[report]);
  const csv = join(dataDir, 'peer.csv');
  const write = await bareExport(served, request, { path: csv });
  await write();
  const peers = await postgresRows({ databaseUrl, report, csv, directory: dataDir });
  await rm(csv);
  await peers.copy();
  const job = (of: ReportRequest) => () => seconds(() => runJob(served, of));
  const plain = await takeTurns(extent.pairs, { job: job(request), copy: () => seconds(peers.copy) });
  const rows = [
    beside({ subject: `${report}, CSV`, unit: 's', goal: { of: 'ratio', is: 'less than', limit: 1 } }, plain.job, {
      name: 'PostgreSQL COPY',
      values: plain.copy,
    }),
  ];
  if (report !== REPORTS[0]) return rows;
  const gzip = await takeTurns(extent.peerRounds, {
    job: job({ ...request, compression: 'gzip' }),
    copy: () => seconds(peers.copyGzip),
  });
  const byHand = await takeTurns(extent.peerRounds, { job: job(request), peer: () => seconds(peers.handWritten) });
  return [
    ...rows,
    beside({ subject: `${report}, CSV, gzip`, unit: 's', goal: { of: 'ratio', is: 'at most', limit: 1 } }, gzip.job, {
      name: 'PostgreSQL COPY | gzip -6',
      values: gzip.copy,
    }),
    beside(
      { subject: `${report}, CSV`, unit: 's', goal: { of: 'ratio', is: 'at most', limit: MOST_OF_HAND_WRITTEN } },
      byHand.job,
      { name: 'hand-written service', values: byHand.peer },
    ),
  ];
}

/** `--reports=property,units` of the command line, or all. */
function reportsAsked(): readonly Report[] {
  const asked = process.argv.find((word) => word.startsWith('--reports='))?.split('=')[1];
  return asked === undefined ? REPORTS : REPORTS.filter((report) => asked.split(',').includes(report));
}

async function run({ quick }: How): Promise<Figures> {
  const whole = quick ? QUICK : WHOLE;
  const extent = { ...whole, pairs: numberFlag('pairs', whole.pairs) };
  const properties = Math.max(...reportsAsked().map((report) => extent.properties[report]));
  const served = await startServed(
    { size: quick ? 'tiny' : 'bench', properties, parcels: 0 },
    { CONVEYANCE_WORKERS: '1' },
  );
  try {
    const bench: Bench = { served, ids: await propertyIds(served), extent, peakBytes: 0 };
    const rows: Row[] = [];
    for (const report of quick ? REPORTS.slice(0, 1) : reportsAsked()) {
      for (const way of WAYS) rows.push(await besideEngine(bench, report, way));
    }
    const hasPeer = await hasPsql();
    if (hasPeer)
      for (const report of quick ? REPORTS.slice(0, 1) : reportsAsked())
        rows.push(...(await besidePostgres(bench, report)));
    rows.push(
      alone(
        { subject: 'peak memory, one worker', unit: 'MiB', goal: { of: 'value', is: 'less than', limit: MOST_MIB } },
        [bench.peakBytes / MIB],
      ),
    );
    return {
      rows,
      peakBytes: bench.peakBytes,
      skipped: hasPeer ? [] : ['psql is not installed: no COPY of PostgreSQL, and no hand-written service'],
    };
  } finally {
    await served.close();
  }
}

export const largeExports: BenchCase = {
  name: 'large-exports',
  title: 'Large exports',
  about:
    'A year of a thousand properties, of units of three hundred, from the POST to `succeeded`: hashed, flushed, with progress; compressed files of one hundred of them. The bare engine is the same query as one sorted statement on the same files, with the same threads and memory limit, written to a file, neither hashed nor flushed. `COPY` takes the same rows, from a table with a primary key in the server’s own PostgreSQL, to a file. The hand-written service is the one in `bench/peers`: a cursor, csv-stringify, a file.',
  run,
};
