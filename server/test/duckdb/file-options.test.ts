/** What a customer may choose about a file: compression and the spreadsheet's CSV, as readers that are not ours see them. */
import { execFileSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { gunzipSync, type InflateRaw, inflateRawSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportPlan, Sink } from '../../src/core/ports/engine.ts';
import type { Row } from '../../src/core/rows.ts';
import { column, type EngineWorld, never, openEngineWorld } from './engine-world.ts';
import { givenPlan, storedPlan } from './plans.ts';

let world: EngineWorld;
beforeAll(async () => {
  world = await openEngineWorld();
});
afterAll(() => world.close());

const PROPERTIES = 300;
const DAYS = 365;

const LONG_COLUMNS = [
  column('property_id', 'id'),
  column('day', 'count'),
  column('rent', 'money'),
  column('note', 'text'),
];
/** Three parts of text. */
const LONG = storedPlan(LONG_COLUMNS, ['long.parquet'], { order: ['day'] });
beforeAll(() =>
  world.store(
    'long.parquet',
    `SELECT id AS property_id, n AS day, hash(id * 1000 + n) % 5000 AS rent, 'line' || chr(10) || (id % 7) AS note
     FROM range(1, ${PROPERTIES + 1}) ids(id), range(${DAYS}) days(n) ORDER BY id, n`,
  ),
);

/** Rows whose first column is the property's number, whatever it is called. */
function table(columns: ExportPlan['columns'], rows: readonly Row[]): ExportPlan {
  const stored = columns.map((each, index) => (index === 0 ? { ...each, name: 'property_id' } : each));
  const { rows: all, ...plan } = givenPlan(stored, [rows]);
  const shown = all.columns.map((each, index) => ({ ...each, name: columns[index]?.name ?? each.name }));
  return { ...plan, columns, rows: { ...all, columns: shown } };
}

async function write(query: ExportPlan, format: 'csv' | 'jsonl', more: Partial<Sink> = {}): Promise<string> {
  const sink = world.sink(format, more);
  await world.engine.write(query, [sink], { signal: never });
  return sink.path;
}

const GZIP_HEADER_BYTES = 10;
const GZIP_TRAILER_BYTES = 8;

/** How many bytes the first member takes. */
function firstMemberBytes(file: Buffer): number {
  const { engine } = inflateRawSync(file.subarray(GZIP_HEADER_BYTES), { info: true }) as unknown as {
    engine: InflateRaw;
  };
  return GZIP_HEADER_BYTES + engine.bytesWritten + GZIP_TRAILER_BYTES;
}

/** How many bytes the first frame takes (RFC 8878 §3.1.1). */
function firstFrameBytes(file: Buffer): number {
  expect(file.readUInt32LE(0)).toBe(0xfd2fb528);
  const descriptor = file.readUInt8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const checksumBytes = (descriptor & 4) === 0 ? 0 : 4;
  let at = 5 + (singleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes;
  for (let last = false; !last; ) {
    const header = file.readUIntLE(at, 3);
    last = (header & 1) === 1;
    const isRunLength = ((header >> 1) & 3) === 1;
    at += 3 + (isRunLength ? 1 : header >> 3);
  }
  return at + checksumBytes;
}

function unzstd(file: Buffer, bytes: number): Buffer {
  const decompress = compressors.ZSTD;
  if (decompress === undefined) throw new Error('the reader of Parquet has no zstd');
  return Buffer.from(decompress(file, bytes));
}

/** The program's output, or null where it is not installed. */
function run(program: string, file: string): Buffer | null {
  try {
    return execFileSync(program, ['-dc', file], { maxBuffer: 1 << 28 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

describe.each(['csv', 'jsonl'] as const)('%s of several parts', (format) => {
  it('is one gzip member of the very same text', async () => {
    const plain = await readFile(await write(LONG, format));
    const path = await write(LONG, format, { compression: 'gzip' });
    const file = await readFile(path);
    expect(gunzipSync(file).equals(plain)).toBe(true);
    expect(firstMemberBytes(file)).toBe(file.length);
    expect(file.length).toBeLessThan(plain.length / 2);
    expect(run('gzip', path)?.equals(plain) ?? true).toBe(true);
  });

  it('is one zstd frame of the very same text', async () => {
    const plain = await readFile(await write(LONG, format));
    const path = await write(LONG, format, { compression: 'zstd' });
    const file = await readFile(path);
    expect(unzstd(file, plain.length).equals(plain)).toBe(true);
    expect(firstFrameBytes(file)).toBe(file.length);
    expect(file.length).toBeLessThan(plain.length / 2);
    expect(run('zstd', path)?.equals(plain) ?? true).toBe(true);
  });

  it.each(['gzip', 'zstd'] as const)('is read by another engine through %s', async (compression) => {
    const path = await write(LONG, format, { compression });
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const reader = format === 'csv' ? 'read_csv' : 'read_json';
    const options = `compression = '${compression}'${format === 'csv' ? '' : `, format = 'newline_delimited'`}`;
    const counted = await connection.runAndReadAll(
      `SELECT count(*)::INTEGER AS rows, count(DISTINCT property_id)::INTEGER AS ids FROM ${reader}('${path}', ${options})`,
    );
    connection.closeSync();
    expect(counted.getRowObjects()).toEqual([{ rows: PROPERTIES * DAYS, ids: PROPERTIES }]);
  });

  it.each(['gzip', 'zstd'] as const)('is not called whole when it is cancelled under %s', async (compression) => {
    for (const phase of ['running', 'finalizing'] as const) {
      const stop = new AbortController();
      const reason = new Error('cancelled');
      const sink = world.sink(format, { compression });
      const writing = world.engine.write(LONG, [sink], {
        signal: stop.signal,
        onProgress: (progress) => progress.phase === phase && progress.rowsWritten > 0 && stop.abort(reason),
      });
      await expect(writing).rejects.toBe(reason);
      expect(sink.isWhole()).toBe(false);
    }
  });
});

it.each(['gzip', 'zstd'] as const)('a file without rows is still a whole %s file', async (compression) => {
  const columns = [column('id', 'id'), column('note', 'text')];
  for (const [format, text] of [
    ['csv', 'id,note\n'],
    ['jsonl', ''],
  ] as const) {
    const path = await write(table(columns, []), format, { compression });
    const file = await readFile(path);
    expect((await stat(path)).size).toBeGreaterThan(0);
    const unpacked = compression === 'gzip' ? gunzipSync(file) : unzstd(file, text.length);
    expect(unpacked.toString()).toBe(text);
  }
});

describe('csv_profile excel', () => {
  const columns = [
    column('id', 'id'),
    column('note', 'text'),
    column('change', 'money'),
    column('tags', { list: 'text' }),
    column('day', 'date'),
  ];
  const BOM = '\ufeff';

  /** The cells of the column `note`, unquoted. */
  async function notes(texts: readonly (string | null)[], more: Partial<Sink>): Promise<string[]> {
    const rows = texts.map((text, index): Row => [index + 1, text, -1.5, ['=1'], '2025-01-31']);
    const records: string[][] = parse(await readFile(await write(table(columns, rows), 'csv', more)), { bom: true });
    expect(records[0]).toEqual(columns.map(({ name }) => name));
    return records.slice(1).map(([, note = '', change, tags, day]) => {
      expect([change, tags, day]).toEqual(['-1.5', '["=1"]', '2025-01-31']);
      return note;
    });
  }

  it('begins with a byte order mark and ends its lines with CRLF, but not those within a cell', async () => {
    const rows: Row[] = [
      [1, 'plain', 1, null, null],
      [2, 'two\nlines', null, null, null],
      [3, 'both\r\nkinds', null, ['a', 'b'], '2025-01-31'],
    ];
    const text = await readFile(await write(table(columns, rows), 'csv', { csvProfile: 'excel' }), 'utf8');
    expect(text).toBe(
      `${BOM}id,note,change,tags,day\r\n1,plain,1.0,,\r\n2,"two\nlines",,,\r\n3,"both\r\nkinds",,"[""a"",""b""]",2025-01-31\r\n`,
    );
  });

  it('of no rows is the header', async () => {
    const path = await write(table(columns, []), 'csv', { csvProfile: 'excel' });
    expect(await readFile(path, 'utf8')).toBe(`${BOM}id,note,change,tags,day\r\n`);
  });

  it('of several parts has one mark, one header, and CRLF throughout', async () => {
    const text = await readFile(await write(LONG, 'csv', { csvProfile: 'excel' }), 'utf8');
    expect(text.lastIndexOf(BOM)).toBe(0);
    expect(text.split('property_id')).toHaveLength(2);
    expect(text.split('\r\n')).toHaveLength(PROPERTIES * DAYS + 2);
    const standard = await readFile(await write(LONG, 'csv'), 'utf8');
    expect(text.slice(BOM.length).replaceAll('\r\n', '\n')).toBe(standard);
  });

  it.each(['gzip', 'zstd'] as const)('is compressed like any other with %s', async (compression) => {
    const plain = await readFile(await write(LONG, 'csv', { csvProfile: 'excel' }));
    const file = await readFile(await write(LONG, 'csv', { csvProfile: 'excel', compression }));
    const unpacked = compression === 'gzip' ? gunzipSync(file) : unzstd(file, plain.length);
    expect(unpacked.equals(plain)).toBe(true);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠A'])(
    'makes text of %j, which a spreadsheet would calculate',
    async (text) => {
      expect(await notes([text], { csvProfile: 'excel' })).toEqual([`'${text}`]);
      expect(await notes([text], { csvProfile: 'standard' })).toEqual([text]);
    },
  );

  it('leaves other text alone, wherever the signs stand in it', async () => {
    const texts = ['a=b', ' =1', 'x\n=1', "'quoted", 'C+', 'a@b.example', '(-1)', '1-2', '–dash'];
    expect(await notes(texts, { csvProfile: 'excel' })).toEqual(texts);
  });

  it('leaves missing text missing', async () => {
    expect(await notes([null, ''], { csvProfile: 'excel' })).toEqual(['', '']);
  });
});
