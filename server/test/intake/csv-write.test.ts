import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CsvDialect, ResultCells } from '../../src/core/ports/intake.ts';
import { writeRows } from '../../src/intake/csv/write-rows.ts';
import { readAll, writeAll } from './csv-files.ts';
import { intakeWorld, latin1 } from './forms.ts';

const PLAIN: CsvDialect = { delimiter: ',', lineEnd: '\n', bom: false };
const DIALECT = fc.record({
  delimiter: fc.constantFrom(',' as const, ';' as const, '\t' as const),
  lineEnd: fc.constantFrom('\n' as const, '\r\n' as const),
  bom: fc.boolean(),
});
const VERDICT = ['reonomy_id', 'status', 'miss_reason'];

describe('rows are written back', () => {
  test('as the documentation’s example shows', async () => {
    const file = 'FirstName,Address1,City\nJohn,767 3rd Ave,New York\n"Doe, Jane","20 W ""34th"" St",New York\n';
    const { dialect, columns, rows } = await readAll(file);
    const written = await writeAll({ dialect, columns, before: VERDICT, rows: rows.map(({ cells }) => cells) });
    expect(written.toString()).toBe(
      'reonomy_id,status,miss_reason,FirstName,Address1,City\n' +
        'reonomy_id,status,miss_reason,John,767 3rd Ave,New York\n' +
        'reonomy_id,status,miss_reason,"Doe, Jane","20 W ""34th"" St",New York\n',
    );
  });

  test('so that another parser reads the same rows and cells in the same order', async () => {
    const cell = fc.oneof(
      fc.constantFrom('', '"', ',', ';', '\t', '\r', '\n', 'a"b', ' '),
      fc.string({ unit: 'grapheme' }),
    );
    await fc.assert(
      fc.asyncProperty(
        DIALECT,
        fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 20 }),
        async (dialect, rows) => {
          const written = await writeAll({ dialect, columns: ['a', 'b'], before: ['id'], after: ['z'], rows });
          const { delimiter, lineEnd } = dialect;
          expect(parse(written, { delimiter, record_delimiter: lineEnd, bom: true })).toEqual(
            [['a', 'b'], ...rows].map((cells) => ['id', ...cells, 'z']),
          );
          expect(written.toString().startsWith('\uFEFF')).toBe(dialect.bom);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('whatever bytes a file holds: each cell comes out with its own', async () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(fc.constantFrom('"', '""', ',', '\r\n', '\n', '\r', 'a', 'é', ';'), { maxLength: 60 })
        .map((parts) => Buffer.from(parts.join(''))),
      fc
        .array(fc.constantFrom('"', '\xff', ',', '\n', '\xc3', 'a'), { maxLength: 60 })
        .map((parts) => latin1(parts.join(''))),
    );
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(noise, async (bytes) => {
        // An unclosed quote is refused, and a lone CR tells of another line end.
        const file = Buffer.concat([Buffer.from('a,b\n'), bytes, Buffer.from('\n')]);
        const first = await readAll(file).catch(() => null);
        if (first === null) return;
        const rows = first.rows.map(({ cells }) => cells);
        const second = await readAll(await writeAll({ ...first, before: ['id'], rows }));
        const asBytes = (cells: readonly (string | Uint8Array)[]) => cells.map((cell) => Buffer.from(cell as string));
        expect(second.rows.map(({ cells }) => asBytes(cells.slice(1)))).toEqual(
          first.rows.map(({ cells, fault }) => (fault === 'blank' ? [] : asBytes(cells))),
        );
        compared += rows.length;
      }),
      { numRuns: 1500 },
    );
    expect(compared).toBeGreaterThan(1000);
  });

  test('with bytes that are not UTF-8, quoted where they need it', async () => {
    const { dialect, columns, rows } = await readAll(latin1('a,b\n\xff,"x\xff,""y"""\n'));
    const written = await writeAll({ dialect, columns, before: ['id'], rows: rows.map(({ cells }) => cells) });
    expect(written.toString('latin1')).toBe('id,a,b\nid,\xff,"x\xff,""y"""\n');
  });

  test.each([
    ['short', ['1'], 'id,1,,evidence'],
    ['blank', [], 'id,,,evidence'],
    ['whole', ['1', '2'], 'id,1,2,evidence'],
    ['long', ['1', '2', '3'], 'id,1,2,3'],
  ])('a %s row keeps added columns below their names, or goes without', async (_what, cells, line) => {
    const columns = ['a', 'b'];
    const written = await writeAll({ dialect: PLAIN, columns, before: ['id'], after: ['evidence'], rows: [cells] });
    expect(written.toString()).toBe(`id,a,b,evidence\n${line}\n`);
  });

  test('a short row stays short where nothing follows', async () => {
    const written = await writeAll({ dialect: PLAIN, columns: ['a', 'b'], before: ['id'], rows: [['1'], []] });
    expect(written.toString()).toBe('id,a,b\nid,1\nid\n');
  });

  test('rows are asked for as they can be written, a batch at a time, and counted', async () => {
    await using world = await intakeWorld();
    const target = await world.store.create('uploads/a/b');
    let asked = 0;
    async function* rows(): AsyncGenerator<readonly ResultCells[], void, undefined> {
      for (; asked < 50; asked++)
        yield Array.from({ length: 100 }, () => ({ before: [], source: ['x'.repeat(100)], after: [] }));
    }
    expect(await writeRows({ target, dialect: PLAIN, before: [], source: ['a'], after: [] }, rows())).toEqual({
      rows: 5000,
    });
    await target.finish();
    expect(await world.store.stat('uploads/a/b')).toMatchObject({ bytes: 2 + 5000 * 101 });
  });

  test('what goes wrong while rows are made is what the writer rejects with', async () => {
    const target = { write: async () => undefined };
    // biome-ignore lint/correctness/useYield: it fails before the first.
    async function* rows(): AsyncGenerator<readonly ResultCells[], void, undefined> {
      throw new Error('no more');
    }
    await expect(writeRows({ target, dialect: PLAIN, before: [], source: [], after: [] }, rows())).rejects.toThrow(
      'no more',
    );
  });
});
