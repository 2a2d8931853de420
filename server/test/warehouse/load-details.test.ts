/** Records of details from files of every format: whole where they are sound, refused with a reason where a part of them is not. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROPERTY_ID_NAMESPACE } from '../../src/core/details.ts';
import { DETAIL_NODES } from '../../src/reports/details/catalogue.ts';
import type { Reject } from '../../src/warehouse/load/rejects.ts';
import { TABLES, type TableName } from '../../src/warehouse/tables.ts';
import { canaryRecord } from '../reports/canaries.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.load([await world.write('properties.csv', 'property_id,source_id\n1,a\n2,b\n3,c\n')]);
});
afterAll(() => world.close());

/** What a file can have. */
function withoutComputed(table: TableName, record: object): Record<string, unknown> {
  const computed = TABLES[table].columns.filter((column) => column.computed !== undefined).map(({ name }) => name);
  return Object.fromEntries(Object.entries(record).filter(([name]) => !computed.includes(name)));
}

const RECORDS = new Map(
  DETAIL_NODES.map((node) => [
    node.table,
    withoutComputed(node.table, { ...canaryRecord(node, 'company'), property_id: 1 }),
  ]),
);

function csvText(records: readonly Record<string, unknown>[]): string {
  const names = Object.keys(records[0] ?? {});
  const cell = (value: unknown) => {
    const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
    return `"${text.replaceAll('"', '""')}"`;
  };
  return `${names.join(',')}\n${records.map((record) => names.map((name) => cell(record[name])).join(',')).join('\n')}\n`;
}

async function asParquet(name: string, jsonLines: string): Promise<string> {
  const source = await world.write(`${name}.source`, jsonLines);
  const path = join(world.directory, 'in', `${name}.parquet`);
  const steps = [
    {
      sql: `COPY (FROM read_json($source, format = 'newline_delimited')) TO $path (FORMAT parquet)`,
      parameters: { source, path },
    },
  ];
  const directories = [join(world.directory, 'in')];
  await world.deps.engine.run(
    { tables: {}, inputs: {}, directories, steps },
    { lane: 'load' },
    { signal: new AbortController().signal },
  );
  return path;
}

describe.each(DETAIL_NODES.map(({ table }) => table))('%s', (table) => {
  const record = RECORDS.get(table) ?? {};
  const line = `${JSON.stringify(record)}\n`;

  it.each(['jsonl', 'csv', 'parquet'])('come whole from %s', async (format) => {
    const other = { ...record, property_id: { jsonl: 1, csv: 2, parquet: 3 }[format] };
    const path =
      format === 'parquet'
        ? await asParquet(table, `${JSON.stringify(other)}\n`)
        : await world.write(`${table}.${format}`, format === 'csv' ? csvText([other]) : `${JSON.stringify(other)}\n`);
    const report = await world.load([path]);
    expect(report.rejects).toEqual([]);
    expect(report.files[0]?.ignoredColumns).toEqual([]);
    const [stored] = await world.rows(table, `FROM ${table} WHERE property_id = ${other.property_id}`);
    expect(withoutComputed(table, stored ?? {})).toEqual(other);
  });

  it('are replaced by their key and kept otherwise', async () => {
    const own = TABLES[table].key[1] ?? '';
    const second = { ...record, [own]: table === 'taxes' ? 2001 : 'another' };
    const again = { ...record, update_time: '2025-01-02' };
    const path = await world.write(`${table}-again.jsonl`, `${JSON.stringify(second)}\n${JSON.stringify(again)}\n`);
    const report = await world.load([path]);
    expect(report.tables).toMatchObject([{ loaded: 2, replaced: 1 }]);
    const rows = await world.rows(table, `SELECT update_time FROM ${table} WHERE property_id = 1 ORDER BY update_time`);
    expect(rows).toEqual([{ update_time: record['update_time'] }, { update_time: '2025-01-02' }]);
  });

  it('of a property that is not there are refused', async () => {
    const path = await world.write(`${table}-stray.jsonl`, line.replace('"property_id":1', '"property_id":77'));
    const report = await world.load([path], { dryRun: true });
    expect(report.rejects.map(({ column, reason }) => `${column} ${reason}`)).toEqual([
      'property_id is not in properties',
    ]);
  });
});

describe('a part of a value', () => {
  const kinds = 'must be one of: individual, company, trust, government, nonprofit, other';
  const whole = 'must be list<struct<name: text, type: text>>, in CSV as JSON';
  type DetailTable = (typeof DETAIL_NODES)[number]['table'];
  const wrong: readonly (readonly [table: DetailTable, part: object, reason: string])[] = [
    ['sales', { buyers: [{ name: 'A', type: 'person' }] }, `buyers is wrong at buyers[].type: ${kinds}`],
    ['sales', { buyers: [{ name: ['A'] }] }, 'buyers is wrong at buyers[].name: must be text without NUL characters'],
    ['sales', { buyers: ['A'] }, 'buyers is wrong at buyers[]: must be an object'],
    ['sales', { buyers: [null] }, 'buyers is wrong at buyers[]: must be an object'],
    ['sales', { buyers: [{ nmae: 'A' }] }, 'buyers is wrong at buyers[]: may have no other parts than name, type'],
    ['sales', { buyers: { name: 'A' } }, `buyers ${whole}`],
    ['sales', { buyers: 'A' }, `buyers ${whole}`],
    ['sales', { sale_date: '2099-12-31' }, 'sale_date is a placeholder date, not a day on which something was so'],
    ['mortgages', { interest_rate: 6.5 }, 'interest_rate must be at most 1'],
    ['mortgages', { position: 0 }, 'position must be at least 1'],
    [
      'contacts',
      { persons: [{ id: 'p', phones: [{ number: {} }] }] },
      'persons is wrong at persons[].phones[].number: must be text without NUL characters',
    ],
    ['contacts', { persons: [{ phones: '555' }] }, 'persons is wrong at persons[].phones: must be a list'],
    [
      'contacts',
      { company: { phones: [5, []] } },
      'company is wrong at company.phones[]: must be text without NUL characters',
    ],
    ['ownerships', { owner_company: ['x'] }, expect.stringMatching(/^owner_company must be struct</)],
  ];
  /** Of each table one file in either format, with a record for each of its parts. */
  const rejected = new Map<DetailTable, Record<'jsonl' | 'csv', readonly Reject[]>>();

  beforeAll(async () => {
    for (const table of new Set(wrong.map(([each]) => each))) {
      const own = TABLES[table].key[1];
      const records = wrong
        .filter(([each]) => each === table)
        .map(([, part], index) => ({
          ...RECORDS.get(table),
          property_id: 1 + (index % 3),
          ...(own !== undefined && { [own]: `wrong ${index}` }),
          ...part,
        }));
      const judge = async (name: string, text: string) =>
        (await world.load([await world.write(name, text)], { dryRun: true, table })).rejects;
      rejected.set(table, {
        jsonl: await judge('part.jsonl', `${records.map((record) => JSON.stringify(record)).join('\n')}\n`),
        csv: await judge('part.csv', csvText(records)),
      });
    }
  });

  it.each(wrong)('%s %j is refused by its place', (table, part, reason) => {
    const place = wrong.filter(([each]) => each === table).findIndex(([, each]) => each === part);
    const { jsonl = [], csv = [] } = rejected.get(table) ?? {};
    const at = (line: number) => (reject: Reject) => reject.line === line;
    expect(jsonl.filter(at(place + 1)).map((reject) => `${reject.column} ${reject.reason}`)).toEqual([reason]);
    // The header is a line of a CSV.
    expect(csv.filter(at(place + 2))).toMatchObject([{ column: jsonl[place]?.column }]);
  });

  it('may be missing or null, and a listed word comes in any case', async () => {
    const text = JSON.stringify({
      property_id: 1,
      sale_id: 'sparse',
      buyers: [{ name: 'A' }, { type: ' Individual ', name: null }, {}],
      sellers: [],
    });
    await world.load([await world.write('sales-sparse.jsonl', `${text}\n`)]);
    expect(await world.rows('sales', "SELECT buyers, sellers FROM sales WHERE sale_id = 'sparse'")).toEqual([
      {
        buyers: [
          { name: 'A', type: null },
          { name: null, type: 'individual' },
          { name: null, type: null },
        ],
        sellers: [],
      },
    ]);
  });

  it('of a Parquet file is judged in the same way', async () => {
    const path = await asParquet(
      'sales-parts',
      '{"property_id":1,"sale_id":"x","buyers":[{"name":"A","type":"person"}]}\n{"property_id":1,"sale_id":"y","buyers":[{"name":"A","type":"Trust"}]}\n',
    );
    const { rejects } = await world.load([path], { dryRun: true });
    expect(rejects.map(({ line, reason }) => `${line} ${reason}`)).toEqual([`1 is wrong at buyers[].type: ${kinds}`]);
  });
});

describe('the UUID of a property', () => {
  const namespace = Buffer.from(PROPERTY_ID_NAMESPACE.replaceAll('-', ''), 'hex');
  const beginning = (id: number) => createHash('sha1').update(namespace).update(String(id)).digest('hex').slice(0, 8);

  it('is computed by the load, also for properties that get their number there', async () => {
    await world.load([await world.write('properties.csv', 'source_id\nnew-one\n')]);
    const rows = await world.rows('properties', 'SELECT property_id, reonomy_id FROM properties ORDER BY property_id');
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(String(row['reonomy_id']).slice(0, 8)).toBe(beginning(Number(row['property_id'])));
    }
  });

  it('is not taken from a file', async () => {
    const path = await world.write('properties.csv', 'property_id,reonomy_id\n1,mine\n');
    const report = await world.load([path]);
    expect(report.files[0]?.ignoredColumns).toEqual(['reonomy_id']);
    const [row] = await world.rows('properties', 'SELECT reonomy_id FROM properties WHERE property_id = 1');
    expect(String(row?.['reonomy_id']).slice(0, 8)).toBe(beginning(1));
  });
});
