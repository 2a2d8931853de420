/** Text files as providers write them: the same rows, however they are written. */
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GivenFormat } from '../../src/warehouse/formats/text-format.ts';
import { AS_DECLARED, openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let files = 0;
const HEADER = 'property_id,property_name,city,year_built,last_sale_date,last_sale_price,renter_occupied_pct';
const COLUMNS = `property_id, property_name, city, year_built, last_sale_date::VARCHAR, last_sale_price, renter_occupied_pct`;

async function load(content: string | Uint8Array, format: GivenFormat = {}, name = `properties-${files++}.csv`) {
  const report = await world.load([await world.write(name, content)], { table: 'properties', format });
  const loaded = report.tables[0]?.loaded ?? 0;
  const rows = await world.rows(
    'properties',
    `SELECT ${COLUMNS} FROM properties WHERE property_id <= ${loaded} ORDER BY property_id`,
  );
  return { report, rows: rows.map((row) => Object.values(row)), format: report.formats[0]?.format };
}

const CP1252_EURO = 0x80;
const CP1252_APOSTROPHE = 0x92;

function cp1252(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    if (character === '’') return CP1252_APOSTROPHE;
    return character === '€' ? CP1252_EURO : (character.codePointAt(0) ?? 0);
  });
}

const NAMES = 'property_id,property_name,city\r\n1,O’Hara Café,Cañon City\r\n2,"Søren, 5 €",Zürich\r\n';
const NAMED = [
  [1, 'O’Hara Café', 'Cañon City', null, null, null, null],
  [2, 'Søren, 5 €', 'Zürich', null, null, null, null],
];

function utf16be(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('an encoding is found by the bytes', () => {
  it.each<[string, Uint8Array, string]>([
    ['UTF-8', Buffer.from(NAMES), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${NAMES}`), 'utf-8'],
    ['Windows-1252', cp1252(NAMES), 'windows-1252'],
    ['UTF-16, the small end first', Buffer.from(`\ufeff${NAMES}`, 'utf16le'), 'utf-16le'],
    ['UTF-16, the big end first', utf16be(`\ufeff${NAMES}`), 'utf-16be'],
    ['UTF-16 without a mark', Buffer.from(NAMES, 'utf16le'), 'utf-16le'],
  ])('%s', async (_, bytes, encoding) => {
    const { report, rows, format } = await load(bytes);
    expect(report.rejects).toEqual([]);
    expect([format?.encoding, rows]).toEqual([encoding, NAMED]);
  });

  it('of a packed file too', async () => {
    const { rows, format } = await load(gzipSync(cp1252(NAMES)), {}, 'properties.csv.gz');
    expect([format?.encoding, rows]).toEqual(['windows-1252', NAMED]);
  });

  it('but not of one packed by zstd, which is read in UTF-8 alone', async () => {
    const path = `${world.directory}/properties-z.csv.zst`;
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const text = NAMES.replaceAll("'", "''");
    await connection.run(`COPY (SELECT encode('${text}') AS bytes) TO '${path}' (FORMAT blob, COMPRESSION zstd)`);
    connection.closeSync();
    instance.closeSync();
    const report = await world.load([path], { dryRun: true });
    expect(report.files).toMatchObject([{ rows: 2, rejected: 0 }]);
    await expect(world.load([path], { format: { encoding: 'windows-1252' } })).rejects.toThrow(
      `${path} must be unpacked first: zstd is read in UTF-8 only`,
    );
  });

  it('also where only a late line tells, and lines keep their numbers', async () => {
    const many = Array.from({ length: 40_000 }, (_, index) => `${index + 10},Plain House,Springfield`).join('\n');
    const text = `property_id,property_name,city\n${many}\n1,O’Hara Café,Cañon City\nx,Søren,Zürich\n`;
    const path = await world.write('properties-late.csv', cp1252(text));
    const { rejects, formats } = await world.load([path], { dryRun: true });
    expect(formats[0]?.format.encoding).toBe('windows-1252');
    expect(rejects).toMatchObject([{ file: path, line: 40_003, column: 'property_id', value: 'x' }]);
  });

  it('unless one is said: then it is that one', async () => {
    const { report } = await load(cp1252(NAMES), { encoding: 'utf-8' });
    expect(report.rejects).toMatchObject([
      { line: 2, reason: 'is not UTF-8' },
      { line: 3, reason: 'is not UTF-8' },
    ]);
  });

  it('and nothing of the decoded copy is left', async () => {
    const seen: string[] = [];
    const store = {
      ...world.deps.store,
      scratch: async (name: string) => {
        const path = await world.deps.store.scratch(name);
        seen.push(path);
        return path;
      },
    };
    await world.load([await world.write('properties.csv', cp1252(NAMES))], {}, { ...world.deps, store });
    const copies = seen.filter((path) => path.includes('-text-'));
    expect(copies).toHaveLength(1);
    expect(copies.map((path) => existsSync(path))).toEqual([false]);
  });
});

const ROW = [1, 'Elm, Court', 'Rome', 1987, '2019-01-31', 20192000.5, 0.953];

describe('forms of cells are found in the first rows', () => {
  it.each<[string, string, object]>([
    ['as declared', '1,"Elm, Court",Rome,1987,2019-01-31,20192000.5,0.953', { separator: ',', forms: null }],
    [
      'of the United States',
      '1,"Elm, Court",Rome,1987,1/31/2019,"$20,192,000.50",95.3%',
      { forms: { numbers: 'point', dates: 'mdy' } },
    ],
    [
      'of Germany',
      '1;"Elm, Court";Rome;1987;31.01.2019;20.192.000,50 €;95,3 %',
      { separator: ';', forms: { numbers: 'comma', dates: 'dmy' } },
    ],
    [
      'with pipes and times',
      '1|Elm, Court|Rome|1987|2019-01-31T00:00:00.000Z|20192000.5|0.953',
      { separator: '|', forms: { numbers: 'plain', dates: 'ymd' } },
    ],
    [
      'with tabs and months in words',
      '1\tElm, Court\tRome\t1987\t31-Jan-2019\t$ 20192000.5\t95.3%',
      { separator: '\t', forms: { numbers: 'point', dates: 'ymd' } },
    ],
    [
      'with apostrophes for quotes',
      "1,'Elm, Court','Rome',1987,2019-01-31,20192000.5,0.953",
      { separator: ',', quote: "'", forms: null },
    ],
  ])('%s', async (_, line, format) => {
    const separator = line.includes("'") || line.includes(',"') || line.startsWith('1,') ? ',' : line.charAt(1);
    const names = HEADER.split(',').map((name) => (line.includes("'") ? `'${name}'` : name));
    const found = await load(`${names.join(separator)}\n${line}\n`);
    expect(found.report.rejects).toEqual([]);
    expect(found.rows).toEqual([ROW]);
    expect(found.format).toMatchObject(format);
  });

  it('words for nothing are empty, in text only those that nobody is called', async () => {
    const lines = ['1,N/A,None,unknown,-,NULL,n/a', '2,NaN,NA,1987,2019-01-31,1,0.5'];
    const { report, rows, format } = await load(`${HEADER}\n${lines.join('\n')}\n`);
    expect(report.rejects).toEqual([]);
    expect(format?.forms?.empty).toEqual(['-', 'n/a', 'null', 'unknown']);
    expect(rows).toEqual([
      [1, null, 'None', null, null, null, null],
      [2, 'NaN', 'NA', 1987, '2019-01-31', 1, 0.5],
    ]);
  });

  it('a stray cell of another form is a fault, whatever it could mean', async () => {
    const sound = Array.from({ length: 9 }, (_, index) => `${index + 1},,,1987,2019-01-31,1000,0.5`);
    const { report, format } = await load(`${HEADER}\n${sound.join('\n')}\n10,,,1987,01/31/2019,"1,000",50%\n`);
    expect(format?.forms).toBeNull();
    expect(report.rejects).toMatchObject([{ line: 11, column: 'last_sale_date', value: '01/31/2019' }]);
  });

  it('what no row decides is said to be a guess', async () => {
    const { format } = await load('property_id;last_sale_date;last_sale_price\n1;03/04/2019;1,234\n');
    expect(format?.guesses).toEqual([
      'a comma is the decimal mark (--numbers)',
      'the month comes first in dates (--dates)',
    ]);
    expect((await load('property_id,last_sale_date\n1,03/04/2019\n2,13/04/2019\n')).format?.guesses).toEqual([]);
  });

  it('and what is said wins', async () => {
    const text = `${HEADER}\n1,,,1987,03/04/2019,"1,234",50%\n`;
    const { rows } = await load(text, { dates: 'dmy', numbers: 'point' });
    expect(rows).toEqual([[1, null, null, 1987, '2019-04-03', 1234, 0.5]]);
    const { report } = await load(text, AS_DECLARED);
    expect(report.rejects).toMatchObject([{ column: 'last_sale_date', value: '03/04/2019' }]);
    expect(report.rejects[0]?.otherFaults).toContain('last_sale_price must be a number');
  });

  it('a header below titles is found where it is said to be', async () => {
    const text = `Portfolio report\nas of May 3\n\n${HEADER}\n1,"Elm, Court",Rome,1987,2019-01-31,20192000.5,0.953\nx,,,,,,\n`;
    const { report, rows } = await load(text, { headerLine: 3 });
    expect(rows).toEqual([ROW]);
    expect(report.rejects).toMatchObject([{ line: 6, value: 'x' }]);
  });
});

describe('a number with its marks', () => {
  const CASES: readonly (readonly [cell: string, point: number | null, comma: number | null])[] = [
    ['1234.5', 1234.5, null],
    ['1234,5', null, 1234.5],
    ['1,234', 1234, 1.234],
    ['1.234', 1.234, 1234],
    ['$1,234.50', 1234.5, null],
    ['1.234,50 €', null, 1234.5],
    ["1'234'567", 1234567, 1234567],
    ['1 234 567', 1234567, 1234567],
    ['(1,234.50)', -1234.5, null],
    ['-$5', -5, -5],
    ['$-5', -5, -5],
    ['5-', -5, -5],
    ['1,23,456', null, null],
    ['12.34.56', null, null],
    ['5%', null, null],
    ['$', null, null],
    ['1e3', 1000, null],
  ];

  it.each(['point', 'comma'] as const)('of the style %s', async (numbers) => {
    // Changes of rent may be less than nothing, prices may not.
    await load('property_id\n1\n');
    const day = numbers === 'point' ? '2025-01-01' : '2025-01-02';
    const lines = CASES.map(([cell], index) => `1\t${index + 1}\t${day}\t${cell}`);
    const text = `property_id\tfloorplan_id\tdate\tasking_rent_change\n${lines.join('\n')}\n`;
    const path = await world.write(`floorplan_days-${numbers}.csv`, text);
    const report = await world.load([path], { format: { numbers } });
    const stored = await world.rows(
      'floorplan_days',
      `SELECT floorplan_id, asking_rent_change FROM floorplan_days WHERE date = '${day}'`,
    );
    const read = new Map(stored.map((row) => [Number(row['floorplan_id']), row['asking_rent_change']]));
    const wanted = CASES.map(([cell, point, comma]) => [cell, numbers === 'point' ? point : comma] as const);
    expect(CASES.map(([cell], index) => [cell, read.get(index + 1) ?? null])).toEqual(
      wanted.map(([cell, value]) => [cell, value === null ? null : Math.round(value * 100) / 100]),
    );
    expect(report.rejected).toBe(wanted.filter(([, value]) => value === null).length);
    expect(report.rejectSums.map(({ reason }) => reason)).toEqual(['must be a number']);
  });
});

describe('a day', () => {
  const CASES: readonly (readonly [cell: string, mdy: string | null, dmy: string | null])[] = [
    ['2019-01-31', '2019-01-31', '2019-01-31'],
    ['2019-01-31 14:05:00', '2019-01-31', '2019-01-31'],
    ['2019/1/3', '2019-01-03', '2019-01-03'],
    ['20190131', '2019-01-31', '2019-01-31'],
    ['1/3/2019', '2019-01-03', '2019-03-01'],
    ['01/03/19 12:00 AM', '2019-01-03', '2019-03-01'],
    ['31.01.2019', null, '2019-01-31'],
    ['1/31/1968', '1968-01-31', null],
    ['1/2/68', '2068-01-02', '2068-02-01'],
    ['1/2/69', '1969-01-02', '1969-02-01'],
    ['31-Jan-2019', '2019-01-31', '2019-01-31'],
    ['January 31, 2019', '2019-01-31', '2019-01-31'],
    ['2/30/2019', null, null],
    ['soon', null, null],
  ];

  it.each(['mdy', 'dmy'] as const)('of the style %s', async (dates) => {
    const lines = CASES.map(([cell], index) => `${index + 1}\t${cell}`);
    const path = await world.write('days.csv', `property_id\tlast_sale_date\n${lines.join('\n')}\n`);
    await load(`property_id\tlast_sale_date\n${CASES.map((_, index) => `${index + 1}\t`).join('\n')}\n`);
    const report = await world.load([path], { table: 'properties', format: { dates } });
    const rows = await world.rows('properties', 'SELECT property_id, last_sale_date::VARCHAR AS day FROM properties');
    const read = new Map(rows.map((row) => [Number(row['property_id']), row['day'] ?? null]));
    const wanted = CASES.map(([cell, mdy, dmy]) => [cell, dates === 'mdy' ? mdy : dmy]);
    expect(CASES.map(([cell], index) => [cell, read.get(index + 1)])).toEqual(wanted);
    expect(report.rejected).toBe(wanted.filter(([, day]) => day === null).length);
  });
});
