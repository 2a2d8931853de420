import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateDemo } from '../../src/demo/generate.ts';
import { openWorld } from '../warehouse/world.ts';

it('the demo data loads whole: every row, no reject, no column left over', async () => {
  const world = await openWorld();
  try {
    const outDirectory = join(world.directory, 'demo');
    await mkdir(outDirectory);
    const signal = new AbortController().signal;
    const generated = await generateDemo(world.deps, { size: 'tiny', end: '2025-06', outDirectory }, { signal });
    const report = await world.load([outDirectory]);
    expect(report).toMatchObject({ version: 1, rejected: 0, skippedFiles: [] });
    expect(report.files.flatMap(({ ignoredColumns }) => ignoredColumns)).toEqual([]);
    expect(new Map(report.tables.map(({ table, rows }) => [table, rows]))).toEqual(
      new Map(Object.entries(generated.tables).map(([table, { rows }]) => [table, rows])),
    );
    const days = (await world.deps.db.warehouse.current())?.tables['property_days'] ?? [];
    expect([days.at(0)?.minDate, days.at(-1)?.maxDate]).toEqual([generated.firstDay, generated.lastDay]);
  } finally {
    await world.close();
  }
});
