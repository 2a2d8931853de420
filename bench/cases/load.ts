import { join } from 'node:path';
import { numberFlag } from '../flags.ts';
import { type BenchCase, beside, type Figures, type How, type Row } from '../frame/figures.ts';
import { commitUnitDays, loadUnitDays, STORED, withLoadPlace } from '../frame/load-place.ts';
import { seconds, takeTurns } from '../frame/turns.ts';
import { observations, UNITS, writeByEngine } from '../unit-days.ts';

const DAYS_PER_YEAR = 365;
const ROUNDS = 5;
const ROWS = { whole: 2_000_000, quick: 15_000 };

async function run({ quick }: How): Promise<Figures> {
  const rounds = numberFlag('pairs', quick ? 1 : ROUNDS);
  const wanted = numberFlag('rows', quick ? ROWS.quick : ROWS.whole);
  const properties = Math.max(1, Math.round(wanted / (UNITS * DAYS_PER_YEAR)));
  const count = properties * UNITS * DAYS_PER_YEAR;
  return withLoadPlace(async (place) => {
    const { app, directory, bare } = place;
    const made = observations({ firstDay: '2025-01-01', days: DAYS_PER_YEAR, properties: { from: 0, to: properties } });
    const files = { CSV: join(directory, 'unit_days.csv'), Parquet: join(directory, 'unit_days.parquet') };
    await writeByEngine(app, `COPY (${made}) TO $path (FORMAT parquet, COMPRESSION zstd)`, files.Parquet);
    const lists = 'to_json(lease_terms) AS lease_terms, to_json(price_history) AS price_history';
    await bare(`COPY (SELECT * REPLACE (${lists}) FROM '${files.Parquet}') TO '${files.CSV}' (FORMAT csv, HEADER)`);
    const rows: Row[] = [];
    for (const [format, path] of Object.entries(files)) {
      const out = join(directory, 'bare.parquet');
      const read = format === 'CSV' ? `read_csv('${path}')` : `read_parquet('${path}')`;
      const { ours, alone } = await takeTurns(rounds, {
        async ours() {
          await commitUnitDays(place, properties, []);
          return count / (await seconds(() => loadUnitDays(place, path, count)));
        },
        async alone() {
          const sorted = `COPY (FROM ${read} ORDER BY property_id, unit_id, date) TO '${out}' (${STORED})`;
          return count / (await seconds(() => bare(sorted)));
        },
      });
      const subject = `rows of ${count.toLocaleString('en')} unit_days from ${format}`;
      rows.push(beside({ subject, unit: '/s' }, ours, { name: 'bare engine, sorted and unchecked', values: alone }));
    }
    return { rows, peakBytes: null, skipped: [] };
  });
}

export const load: BenchCase = {
  name: 'load',
  title: 'Loads',
  about:
    'A year of observations of units into an empty table, with all checks. The bare engine reads the same file and writes one sorted file in the warehouse’s form, with the threads and the memory of a load, and checks nothing.',
  run,
};
