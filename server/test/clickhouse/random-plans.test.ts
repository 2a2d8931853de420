/** What the cluster finds is what the engine alone finds, whatever lies in the files and whatever is asked of them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OUTPUT_FORMATS, type OutputFormat } from '../../src/core/job.ts';
import { column as cell, compared, parameter } from '../../src/core/plan/expression.ts';
import { toldNulls } from '../../src/core/plan/told-nulls.ts';
import type { Engine, ExportPlan } from '../../src/core/ports/engine.ts';
import { column, never } from '../duckdb/engine-world.ts';
import { rowsOf } from '../duckdb/plans.ts';
import { fileSink } from '../support/file-sink.ts';
import { type ClusterWorld, clusterWorld, requesting } from './cluster-world.ts';
import { clusterMissing } from './machines.ts';

const RUNS = 20;
const MOST_PROPERTY = 12;

const COLUMNS = [
  column('property_id', 'id'),
  column('place', 'count'),
  column('note', 'text'),
  column('amount', 'number'),
  column('day', 'date'),
  column('open', 'boolean'),
  column('tags', { list: 'text' }),
  column('terms', { list: { struct: { months: 'count', since: 'date' } } }),
  column('visit', { struct: { city: 'text', tags: { list: 'text' } } }),
];
const TYPES = `{property_id: 'BIGINT', place: 'INTEGER', note: 'VARCHAR', amount: 'DOUBLE', day: 'DATE', open: 'BOOLEAN', tags: 'VARCHAR[]',
  terms: 'STRUCT(months INTEGER, since DATE)[]', visit: 'STRUCT(city VARCHAR, tags VARCHAR[])'}`;

/** No byte of zero, which the reader of JSON refuses. */
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((each) => each.replaceAll('\0', ' '));
const day = fc
  .date({ min: new Date('1600-01-01T00:00:00Z'), max: new Date('2400-12-31T00:00:00Z'), noInvalidDate: true })
  .map((each) => each.toISOString().slice(0, 10));
const count = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const tags = fc.option(fc.array(fc.option(text), { maxLength: 4 }));

const row = fc.record({
  property_id: fc.integer({ min: 1, max: MOST_PROPERTY }),
  note: fc.option(text),
  amount: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  day: fc.option(day),
  open: fc.option(fc.boolean()),
  tags,
  terms: fc.option(
    fc.array(fc.option(fc.record({ months: fc.option(count), since: fc.option(day) })), { maxLength: 3 }),
  ),
  visit: fc.option(fc.record({ city: fc.option(text), tags })),
});

const asked = fc.record({
  own: fc.array(row, { minLength: 1, maxLength: 40 }),
  others: fc.uniqueArray(row, { maxLength: 8, selector: (each) => each.property_id }),
  ids: fc.uniqueArray(fc.integer({ min: 1, max: MOST_PROPERTY }), { minLength: 1 }),
  shown: fc.subarray(COLUMNS, { minLength: 1 }),
  joined: fc.option(fc.subarray(COLUMNS, { minLength: 1 })),
  since: fc.option(day),
  format: fc.constantFrom<OutputFormat>(...OUTPUT_FORMATS),
});

type Asked = typeof asked extends fc.Arbitrary<infer Each> ? Each : never;
type Row = Asked['own'][number];

describe.skipIf(clusterMissing !== null)(`a cluster${clusterMissing ? ` (${clusterMissing})` : ''}`, () => {
  let world: ClusterWorld;
  let made = 0;

  beforeAll(async () => {
    world = await clusterWorld();
  }, 240_000);
  afterAll(() => world?.close());

  async function table(rows: readonly Row[]) {
    const number = made++;
    const path = join(world.directory, `rows-${number}.json`);
    await writeFile(path, JSON.stringify(rows.map((each, place) => ({ ...each, place }))));
    const read = `SELECT * FROM read_json('${path}', format = 'array', columns = ${TYPES}) ORDER BY property_id, place`;
    const file = await world.store(
      `warehouse/random/${number}.parquet`,
      `SELECT *${toldNulls(COLUMNS)} FROM (${read})`,
    );
    return { columns: COLUMNS, files: [file] };
  }

  async function planOf({ own, others, ids, shown, joined, since }: Asked): Promise<ExportPlan> {
    const values = [
      ...shown.map(({ name, type }) => ({ name, type, value: cell('t', name) })),
      ...(joined ?? []).map(({ name, type }) => ({ name: `o_${name}`, type, value: cell('o', name) })),
    ];
    const plan: ExportPlan = {
      tables: { t: await table(own), others: await table(others) },
      inputs: {},
      parameters: since === null ? {} : { since },
      rows: rowsOf(COLUMNS, {
        order: ['place'],
        joins: joined === null ? [] : [{ kind: 'same-key', table: 'others', as: 'o', key: ['property_id'] }],
        where: since === null ? [] : [compared(cell('t', 'day'), '>=', parameter('since', 'date'))],
        columns: values,
      }),
      columns: values.map(({ name, type }) => column(name, type)),
    };
    return requesting(plan, ids);
  }

  async function written(engine: Pick<Engine, 'write'>, plan: ExportPlan, format: OutputFormat): Promise<Buffer> {
    const sink = fileSink(join(world.directory, `${made++}`), { format });
    await engine.write(plan, [sink], { signal: never });
    return readFile(sink.path);
  }

  it('finds the rows that the engine alone finds', async () => {
    const { engine, log, close } = world.behind(world.machines.map(({ url }) => url));
    await fc.assert(
      fc.asyncProperty(asked, async (each) => {
        const plan = await planOf(each);
        const together = await written(engine, plan, each.format);
        const alone = await written(world.alone, plan, each.format);
        expect(together.equals(alone), `${together}\n\n${alone}`).toBe(true);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: 200_000 },
    );
    expect(log.lines).toEqual([]);
    await close();
  }, 300_000);
});
