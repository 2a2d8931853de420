/** A request that falls into several files: each has what a request for its ids alone would have. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DETAIL_TYPES, type DetailsSpec } from '../../src/core/details.ts';
import type { DataVersion } from '../../src/core/ports/database/warehouse.ts';
import { compileDetailFiles, compileDetails } from '../../src/reports/compile-details.ts';
import { fileSink } from '../support/file-sink.ts';
import { type DetailWorld, openDetailWorld } from './detail-world.ts';

const PROPERTIES = 40;
/** In no order of theirs. */
const IDS = Float64Array.from({ length: PROPERTIES }, (_, index) => 1 + ((index * 17) % PROPERTIES));
const FILE_SIZES = [11, 0, 1, PROPERTIES - 12];

let world: DetailWorld;
let version: DataVersion;
beforeAll(async () => {
  world = await openDetailWorld();
  const numbers = Array.from({ length: PROPERTIES }, (_, index) => index + 1);
  const day = (number: number) => `2024-01-${String(1 + (number % 28)).padStart(2, '0')}`;
  version = await world.write({
    properties: numbers.map((id) => ({ property_id: id, city: `City ${id}`, master_update_time: day(id) })),
    sales: numbers.flatMap((id) =>
      Array.from({ length: id % 4 }, (_, n) => ({ property_id: id, sale_id: `s${n}`, sale_date: day(id * 3 + n) })),
    ),
    taxes: numbers.map((id) => ({ property_id: id, tax_year: 2020 + (id % 5), update_time: day(id * 5) })),
    ownerships: numbers.flatMap((id) =>
      ['old', 'new'].map((name, n) => ({ property_id: id, portfolio_id: name, update_time: `202${n}-01-01` })),
    ),
  });
});
afterAll(() => world.close());

function spec(changes: Partial<DetailsSpec> = {}): DetailsSpec {
  return { detailTypes: DETAIL_TYPES, filterPii: false, updated: null, ...changes };
}

async function filesOf(asked: DetailsSpec): Promise<readonly (readonly string[])[]> {
  const directory = await mkdtemp(join(world.directory, 'files-'));
  const paths = FILE_SIZES.map((_, file) => join(directory, `${file}.jsonl`));
  const sinks = paths.map((path) => fileSink(path, { format: 'jsonl' }));
  const query = compileDetailFiles(asked, version, IDS, FILE_SIZES);
  const written = await world.engine.write(query, sinks, { signal: new AbortController().signal });
  const files = await Promise.all(
    paths.map(async (path) => (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')),
  );
  expect(written).toEqual(files.map(({ length }) => length));
  return files;
}

describe('each file of a request', () => {
  test.each<[string, Partial<DetailsSpec>]>([
    ['all types', {}],
    ['basic alone', { detailTypes: ['basic'] }],
    ['no basic', { detailTypes: ['sales', 'ownership'] }],
    ['no personal data', { filterPii: true }],
    ['what was updated', { updated: { basic: '2024-01-20', taxes: '2024-01-15' } }],
    ['what was updated of types with records', { detailTypes: ['taxes'], updated: { taxes: '2024-01-15' } }],
  ])('has what its ids alone would have: %s', async (_what, changes) => {
    const asked = spec(changes);
    const files = await filesOf(asked);
    let start = 0;
    for (const [file, size] of FILE_SIZES.entries()) {
      const alone = compileDetails(asked, version, IDS.slice(start, start + size));
      expect(files[file], `file ${file}`).toEqual(await world.lines(alone));
      start += size;
    }
    expect(files.flat().length).toBeGreaterThan(1);
  });
});
