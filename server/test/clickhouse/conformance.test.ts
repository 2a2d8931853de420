/** What the cluster finds is what the engine alone finds: the same bytes, in every format. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePropertyIdSet } from '../../src/core/ids/property-ids.ts';
import {
  DEFAULT_FILE_OPTIONS,
  OUTPUT_FORMATS,
  REPORT_TYPES,
  type ReportSpec,
  type ReportType,
} from '../../src/core/job.ts';
import { column as cell } from '../../src/core/plan/expression.ts';
import { toldNulls } from '../../src/core/plan/told-nulls.ts';
import type { Engine, ExportPlan, FileForm } from '../../src/core/ports/engine.ts';
import { compileReport } from '../../src/reports/compile.ts';
import { column, never } from '../duckdb/engine-world.ts';
import { rowsOf } from '../duckdb/plans.ts';
import { fileSink } from '../support/file-sink.ts';
import { type ClusterWorld, clusterWorld, manyRows, requesting } from './cluster-world.ts';
import { clusterMissing } from './machines.ts';

const DAY_ROWS = 360_000;

/** A row for each awkward value of a column; the others are null in it. */
const ODD_ROWS = `SELECT * FROM (VALUES
  (1, 'a "quoted" one', 1.1::DOUBLE, DATE '1899-12-31', true, ['pool', NULL], [{months: 6, rent: 10.25::DOUBLE, since: DATE '1850-05-05'}], {city: 'São Paulo', tags: ['x']}),
  (2, 'two' || chr(10) || 'lines' || chr(13) || chr(10) || chr(9), -0.0::DOUBLE, '1600-01-01', false, [], [], {city: NULL, tags: NULL}),
  (3, '', 1e21, '2199-12-31', NULL, NULL, NULL, NULL),
  (4, '👩‍👧 東京, \\''é' || chr(8232), 5e-324, '1970-01-01', true, [''], [NULL], {city: '', tags: []}),
  (5, NULL, 'nan'::DOUBLE, NULL, NULL, [NULL], [{months: NULL, rent: NULL, since: NULL}, NULL], {city: 'x', tags: [NULL]}),
  (6, '=1+1', 'inf'::DOUBLE, '1969-12-31', false, ['a,b', '{"c": "d"}'], [{months: 2147483647, rent: '-inf'::DOUBLE, since: DATE '9999-12-31'}], {city: 'null', tags: ['null']}),
  (7, 'null', 0.1 + 0.2, '0001-01-01', true, ['null'], NULL, NULL)
) AS t(n, note, amount, day, open, tags, terms, visit)`;

const TERM = { struct: { months: 'count', rent: 'money', since: 'date' } } as const;
const ODD_COLUMNS = [
  column('property_id', 'id'),
  column('n', 'count'),
  column('note', 'text'),
  column('amount', 'number'),
  column('day', 'date'),
  column('open', 'boolean'),
  column('tags', { list: 'text' }),
  column('terms', { list: TERM }),
  column('visit', { struct: { city: 'text', tags: { list: 'text' } } }),
];
const ODD_TYPES = `CAST(n AS INTEGER) AS n, note, CAST(amount AS DOUBLE) AS amount, CAST(day AS DATE) AS day, open, tags,
  CAST(terms AS STRUCT(months INTEGER, rent DOUBLE, since DATE)[]) AS terms, visit`;

describe.skipIf(clusterMissing !== null)(`a cluster${clusterMissing ? ` (${clusterMissing})` : ''}`, () => {
  let world: ClusterWorld;
  let files = 0;

  beforeAll(async () => {
    world = await clusterWorld();
  }, 240_000);
  afterAll(() => world.close());

  async function written(engine: Pick<Engine, 'write'>, plan: ExportPlan, form: Partial<FileForm>): Promise<Buffer> {
    const sink = fileSink(join(world.directory, `${files++}`), { format: 'csv', ...form });
    const [rows] = await engine.write(plan, [sink], { signal: never });
    expect(rows).toBeGreaterThan(0);
    expect(sink.isWhole()).toBe(true);
    return readFile(sink.path);
  }

  async function objectsRead(): Promise<number> {
    const read = await Promise.all(world.machines.map((machine) => machine.objectsRead()));
    return read.reduce((sum, each) => sum + each, 0);
  }

  /** The same bytes, of which the cluster has found the rows in the one case. */
  async function expectSame(plan: ExportPlan, form: Partial<FileForm>): Promise<Buffer> {
    const before = await objectsRead();
    const together = await written(world.server.app.deps.engine, plan, form);
    const between = await objectsRead();
    expect(between).toBeGreaterThan(before);
    const alone = await written(world.alone, plan, form);
    expect(await objectsRead()).toBe(between);
    expect(together.equals(alone), `${together.subarray(0, 3000)}\n\n${alone.subarray(0, 3000)}`).toBe(true);
    return together;
  }

  async function reportPlan(reportType: ReportType, changes: Partial<ReportSpec> = {}): Promise<ExportPlan> {
    const { db } = world.server.app.deps;
    const version = await db.warehouse.current();
    if (version === null) throw new Error('nothing is loaded');
    const ids = await db.warehouse.propertyIds(version.version);
    const spec: ReportSpec = {
      reportType,
      outputFormat: 'csv',
      ...DEFAULT_FILE_OPTIONS,
      startDate: '2025-10-05',
      endDate: '2025-12-20',
      ...changes,
    };
    return compileReport(spec, version, encodePropertyIdSet(new Set(ids)));
  }

  describe.each(REPORT_TYPES)('the report %s', (reportType) => {
    it.each(OUTPUT_FORMATS)('has the same bytes as %s', async (format) => {
      const body = await expectSame(await reportPlan(reportType), { format });
      expect(body.length).toBeGreaterThan(10_000);
    });
  });

  it('chosen columns, for a spreadsheet and compressed, have the same bytes', async () => {
    const plan = await reportPlan('units', { columns: ['rent', 'amenities', 'unit_name', 'report_generation_date'] });
    await expectSame(plan, { format: 'csv', csvProfile: 'excel', compression: 'gzip' });
  });

  describe('odd values', () => {
    let plan: ExportPlan;

    beforeAll(async () => {
      const rows = `SELECT CAST(10 * n AS BIGINT) AS property_id, ${ODD_TYPES} FROM (${ODD_ROWS})`;
      const told = `SELECT *${toldNulls(ODD_COLUMNS)} FROM (${rows})`;
      const table = {
        columns: ODD_COLUMNS,
        files: [await world.store('warehouse/odd/all-1.parquet', told)],
      };
      const others = {
        columns: ODD_COLUMNS,
        files: [await world.store('warehouse/odd_others/all-1.parquet', `${told} WHERE property_id % 20 = 0`)],
      };
      const joined = ODD_COLUMNS.map(({ name, type }) => ({ name: `o_${name}`, type, value: cell('o', name) }));
      const join = { kind: 'same-key', table: 'others', as: 'o', key: ['property_id'] } as const;
      const own = rowsOf(ODD_COLUMNS);
      plan = requesting(
        {
          tables: { t: table, others },
          inputs: {},
          parameters: {},
          rows: { ...own, joins: [join], columns: [...own.columns, ...joined] },
          columns: [...ODD_COLUMNS, ...joined.map(({ name, type }) => column(name, type))],
        },
        [10, 20, 30, 40, 50, 60, 70],
      );
    });

    it.each(OUTPUT_FORMATS)('have the same bytes as %s, beside rows that nothing is joined to', async (format) => {
      await expectSame(plan, { format });
    });
  });

  it('many rows come in parts from both machines, in order, and only those of the requested properties', async () => {
    const plan = await manyRows(world, 'many', DAY_ROWS);
    const before = await Promise.all(world.machines.map((machine) => machine.objectsRead()));
    const csv = await expectSame(plan, { format: 'csv' });
    const after = await Promise.all(world.machines.map((machine) => machine.objectsRead()));
    expect(after.map((read, machine) => read > (before[machine] ?? 0))).toEqual([true, true]);
    expect(csv.toString('utf8').split('\n')).toHaveLength(DAY_ROWS / 2 + 2);
    await expectSame(plan, { format: 'parquet' });
  });
});
