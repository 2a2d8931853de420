import { join } from 'node:path';
import type { DataFile } from '../../server/dist/core/ports/database/warehouse.js';
import { numberFlag } from '../flags.ts';
import { type BenchCase, beside, type Figures, type How } from '../frame/figures.ts';
import { commitUnitDays, type LoadPlace, loadUnitDays, STORED, withLoadPlace } from '../frame/load-place.ts';
import { seconds, takeTurns } from '../frame/turns.ts';
import { FIRST_PROPERTY, observations, UNITS, writeByEngine } from '../unit-days.ts';

const ROUNDS = 5;
const ROWS = { whole: 100_000_000, quick: 100_000 };
const DAYS_PER_MONTH = 30.4;
const MOST_OF_BARE = 1.5;

const MONTHS = 36;
/** As a load cuts them. */
const ROWS_PER_FILE = 1_000_000;

function monthOf(index: number): { readonly firstDay: string; readonly days: number } {
  const first = new Date(Date.UTC(2023, index, 1));
  return { firstDay: first.toISOString().slice(0, 10), days: new Date(Date.UTC(2023, index + 1, 0)).getUTCDate() };
}

/** A history in the warehouse's layout: by month, cut by properties, each file in order. */
async function writeHistory({ app }: Pick<LoadPlace, 'app'>, properties: number): Promise<readonly DataFile[]> {
  const { store } = app.deps;
  const files: DataFile[] = [];
  for (let index = 0; index < MONTHS; index++) {
    const month = monthOf(index);
    const step = Math.floor(ROWS_PER_FILE / (UNITS * month.days));
    for (let from = 0; from < properties; from += step) {
      const to = Math.min(properties, from + step);
      const name = `bench-${index}-${from}.parquet`;
      const path = await store.scratch(name);
      await writeByEngine(
        app,
        `COPY (${observations({ ...month, properties: { from, to } })}) TO $path (${STORED})`,
        path,
      );
      const key = `warehouse/unit_days/${month.firstDay.slice(0, 7)}-${name}`;
      files.push({
        key,
        rows: (to - from) * UNITS * month.days,
        minPropertyId: FIRST_PROPERTY + from,
        maxPropertyId: FIRST_PROPERTY + to - 1,
        minDate: month.firstDay,
        maxDate: `${month.firstDay.slice(0, 8)}${month.days}`,
        ...(await store.put(key, path)),
      });
    }
  }
  return files;
}

async function run({ quick }: How): Promise<Figures> {
  const rounds = numberFlag('pairs', quick ? 1 : ROUNDS);
  const wanted = numberFlag('rows', quick ? ROWS.quick : ROWS.whole);
  const properties = Math.max(1, Math.round(wanted / (UNITS * MONTHS * DAYS_PER_MONTH)));
  return withLoadPlace(async (place) => {
    const { app, directory, bare } = place;
    const history = await writeHistory(place, properties);
    await commitUnitDays(place, properties, history);
    const { firstDay, days } = monthOf(MONTHS / 2);
    const [month, day] = [firstDay.slice(0, 7), `${firstDay.slice(0, 8)}15`];
    const path = join(directory, 'unit_days.parquet');
    const made = observations({ firstDay: day, days: 1, properties: { from: 0, to: properties }, salt: days });
    await writeByEngine(app, `COPY (${made}) TO $path (FORMAT parquet)`, path);
    const rewrite = async () => {
      const files = (await app.deps.db.warehouse.current())?.tables['unit_days'] ?? [];
      const touched = files.filter(({ minDate }) => minDate?.startsWith(month));
      const out = join(directory, 'bare.parquet');
      for (const { key } of touched) {
        await bare(`COPY (FROM '${await app.deps.store.localize(key)}') TO '${out}' (${STORED})`);
      }
    };
    const { ours, alone } = await takeTurns(rounds, {
      ours: () => seconds(() => loadUnitDays(place, path, properties * UNITS)),
      alone: () => seconds(rewrite),
    });
    const stored = history.reduce((sum, { rows }) => sum + rows, 0);
    const subject = `${(properties * UNITS).toLocaleString('en')} rows of one day replaced in ${stored.toLocaleString('en')}`;
    const goal = { of: 'ratio', is: 'at most', limit: MOST_OF_BARE } as const;
    const rows = [beside({ subject, unit: 's', goal }, ours, { name: 'bare rewrite of the files', values: alone })];
    return { rows, peakBytes: null, skipped: [] };
  });
}

export const replaceDay: BenchCase = {
  name: 'replace-day',
  title: 'A day replaced',
  about:
    'One day of all units loaded again into three years of observations, with all checks. The bare engine reads and writes each of the files that hold the day, and merges nothing.',
  run,
};
