import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourceRows } from '../../src/core/ports/intake.ts';
import { readRows } from '../../src/intake/csv/rows.ts';
import { readAll } from './csv-files.ts';
import { inPieces, latin1 } from './forms.ts';

const PIECES = [1, 2, 5, 1_000_000];

/** What the cells of a customer's file are like, and what is hard about them. */
const CELL = fc.oneof(
  fc.constantFrom(
    '',
    'New York',
    '10017',
    '"',
    '""',
    'a"b',
    ',',
    ';',
    '\t',
    '\n',
    '\r\n',
    ' x ',
    'é',
    '😀',
    '\uFEFF',
    "'",
    '\0',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const TABLE = fc.integer({ min: 2, max: 5 }).chain((width) =>
  fc.record({
    header: fc.array(fc.stringMatching(/^[A-Za-z_ ]{1,8}$/), { minLength: width, maxLength: width }),
    rows: fc.array(fc.array(CELL, { minLength: width, maxLength: width }), { maxLength: 20 }),
  }),
);
const STYLE = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  record_delimiter: fc.constantFrom('\n', '\r\n'),
  quoted: fc.boolean(),
  bom: fc.boolean(),
  lastLineEnd: fc.boolean(),
});

describe('rows of a CSV file', () => {
  test('are those that another parser reads, in order, cell by cell', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        TABLE,
        STYLE,
        fc.integer({ min: 1, max: 100 }),
        async ({ header, rows }, { lastLineEnd, ...style }, pieceBytes) => {
          const whole = stringify([header, ...rows], { ...style, quoted_match: /[\r\n]/ });
          // Without its line end, a last row of one empty cell is no row.
          const text = lastLineEnd ? whole : whole.slice(0, -style.record_delimiter.length);
          const read = await readAll(text, pieceBytes);
          const others: string[][] = parse(text, {
            delimiter: style.delimiter,
            record_delimiter: style.record_delimiter,
            bom: true,
          });
          expect([read.columns, ...read.rows.map(({ cells }) => cells)]).toEqual(others);
          expect(others).toEqual([header, ...rows]);
          expect(read.rows.every(({ fault }) => fault === null)).toBe(true);
          expect(read.dialect).toMatchObject({ delimiter: style.delimiter, bom: style.bom });
          compared += rows.length;
        },
      ),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(1000);
  });

  test('carry the line in which they begin', async () => {
    const text = 'a,b\r\n1,2\r\n"3\r\n\n",4\r\n\r\n5\n"6","7"';
    for (const pieceBytes of PIECES) {
      expect((await readAll(text, pieceBytes)).rows).toEqual([
        { line: 2, fault: null, cells: ['1', '2'] },
        { line: 3, fault: null, cells: ['3\r\n\n', '4'] },
        { line: 6, fault: 'blank', cells: [] },
        { line: 7, fault: 'ragged', cells: ['5'] },
        { line: 8, fault: null, cells: ['6', '7'] },
      ]);
    }
  });

  test.each([
    ['LF', 'a,b\n1,2\n3,4\n', '\n'],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n', '\r\n'],
    ['CR alone', 'a,b\r1,2\r3,4\r', '\r'],
    ['no line end at the end', 'a,b\n1,2\n3,4', '\n'],
    ['CRLF that breaks off', 'a,b\r\n1,2\r\n3,4\r', '\r\n'],
    ['CR CR LF, as written in text mode on Windows', 'a,b\r\r\n1,2\r\r\n3,4\r\r\n', '\r\n'],
    ['the same behind quoted cells', '"a","b"\r\r\n"1","2"\r\r\n"3","4"\r\r\n', '\r\n'],
    ['the same that breaks off', 'a,b\r\r\n1,2\r\r\n3,4\r\r', '\r\n'],
    ['LF behind a header with CRLF', 'a,b\r\n1,2\n3,4\n', '\r\n'],
    ['CRLF behind a header with LF', 'a,b\n1,2\r\n3,4\r\n', '\n'],
    ['quoted cells before each', '"a","b"\r\n"1","2"\n"3","4"\r\n', '\r\n'],
  ])('end with %s', async (_what, text, lineEnd) => {
    for (const pieceBytes of PIECES) {
      const { columns, rows, dialect } = await readAll(text, pieceBytes);
      expect(dialect.lineEnd).toBe(lineEnd);
      expect([columns, ...rows.map(({ cells }) => cells)]).toEqual([
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ]);
    }
  });

  test('keep a CR within a cell, where lines end with LF', async () => {
    expect((await readAll('a,b\n1\r2,\r3\n')).rows).toEqual([{ line: 2, fault: null, cells: ['1\r2', '\r3'] }]);
  });

  test('of a single column may be empty', async () => {
    expect((await readAll('a\n\n1\n')).rows).toEqual([
      { line: 2, fault: null, cells: [''] },
      { line: 3, fault: null, cells: ['1'] },
    ]);
    expect((await readAll('a,b\n""\n')).rows).toEqual([{ line: 2, fault: 'ragged', cells: [''] }]);
  });

  test.each([
    ['text behind quotes', '"1"x,2', ['"1"x', '2'], 'quotes'],
    ['a space behind quotes', '"1" ,2', ['"1" ', '2'], 'quotes'],
    ['quotes behind a space', ' "1",2', [' "1"', '2'], null],
    ['a quote within a cell', '5" pipe,2', ['5" pipe', '2'], null],
    ['quotes that are text', '1"","2"', ['1""', '2'], null],
    ['a CR behind quotes', '"1"\rx,2', ['"1"\rx', '2'], 'quotes'],
    ['a CR between quotes and delimiter', '"1"\r,2', ['"1"\r', '2'], 'quotes'],
    ['a quoted delimiter before text', '"1,x"y,2', ['"1,x"y', '2'], 'quotes'],
    ['too few cells', '1', ['1'], 'ragged'],
    ['too many cells', '1,2,3', ['1', '2', '3'], 'ragged'],
    ['nothing', '', [], 'blank'],
  ])('with %s are not dropped', async (_what, line, cells, fault) => {
    for (const pieceBytes of PIECES) {
      for (const lineEnd of ['\n', '\r\n']) {
        expect((await readAll(`a,b${lineEnd}${line}${lineEnd}8,9${lineEnd}`, pieceBytes)).rows).toEqual([
          { line: 2, fault, cells },
          { line: 3, fault: null, cells: ['8', '9'] },
        ]);
      }
    }
  });

  test('that are not UTF-8 come as bytes, the others as text', async () => {
    const file = latin1('a,b\n\xe9t\xe9,"x""\xff\n"\n1,\xc3\xa9\n2,\xc3\n3,\xed\xa0\x80\n');
    for (const pieceBytes of PIECES) {
      expect((await readAll(file, pieceBytes)).rows).toEqual([
        { line: 2, fault: 'not_utf8', cells: [latin1('\xe9t\xe9'), latin1('x"\xff\n')] },
        { line: 4, fault: null, cells: ['1', 'é'] },
        { line: 5, fault: 'not_utf8', cells: [latin1('2'), latin1('\xc3')] },
        { line: 6, fault: 'not_utf8', cells: [latin1('3'), latin1('\xed\xa0\x80')] },
      ]);
    }
  });
});

describe('the header of a CSV file', () => {
  test.each([
    ['a,b,c', ',', ['a', 'b', 'c']],
    ['a;b;c', ';', ['a', 'b', 'c']],
    ['a\tb\tc', '\t', ['a', 'b', 'c']],
    ['a', ',', ['a']],
    ['a;b,c', ',', ['a;b', 'c']],
    ['a;b;c,d', ';', ['a', 'b', 'c,d']],
    ['"a,b,c";d', ';', ['a,b,c', 'd']],
    ['"a;""b;";c",d', ',', ['"a;""b;";c"', 'd']],
    [' a , b ', ',', [' a ', ' b ']],
    ['"a\n1",b', ',', ['a\n1', 'b']],
    ['\uFEFFa,b', ',', ['a', 'b']],
    ['\uFEFF"a",b', ',', ['a', 'b']],
    ['Straße,é', ',', ['Straße', 'é']],
  ])('%j tells the delimiter', async (text, delimiter, columns) => {
    for (const pieceBytes of PIECES) {
      for (const end of ['', '\n', '\r\n1,2', '\r']) {
        const rows = await readRows(inPieces(Buffer.from(text + end), pieceBytes));
        expect(rows).toMatchObject({ columns, dialect: { delimiter, bom: text.startsWith('\uFEFF') } });
        await rows.close();
      }
    }
  });

  test('is read without the rest', async () => {
    let pieces = 0;
    let isClosed = false;
    async function* file() {
      try {
        for (;;) {
          pieces++;
          yield Buffer.from(pieces === 1 ? 'a,b\n1,2\n' : '3,4\n'.repeat(1000));
        }
      } finally {
        isClosed = true;
      }
    }
    const { columns, close } = await readRows(file());
    expect(columns).toEqual(['a', 'b']);
    expect(pieces).toBe(1);
    await close();
    expect(isClosed).toBe(true);
  });

  test.each([
    ['an empty file', '', 'the file is empty; its first line must name the columns'],
    ['a byte order mark alone', '\uFEFF', 'the file is empty'],
    [
      'a header that is not UTF-8',
      latin1('\xe9,b\n'),
      'line 1: the header is not UTF-8; save the file as CSV in UTF-8',
    ],
    ['UTF-16', Buffer.from('\uFEFFa,b\n', 'utf16le'), 'the file is written in UTF-16; save it as CSV in UTF-8'],
    ['no end of the first line', Buffer.alloc(2_000_000, 'x'), 'line 1: the header is longer than 1048576 bytes'],
    ['a quote that is never closed', '"a,b\n1,2\n', 'line 1: a quoted cell is opened and never closed'],
  ])('of %s is refused', async (_what, file, says) => {
    for (const pieceBytes of [3, 65_536]) {
      await expect(
        readRows(inPieces(Buffer.from(file), file.length > 100 ? 65_536 : pieceBytes)),
      ).rejects.toMatchObject({
        code: 'invalid_parameter',
        message: expect.stringContaining(says),
      });
    }
  });
});

describe('the limits of a CSV file:', () => {
  const wide = (cells: number) => Array.from({ length: cells }, (_, at) => `c${at}`).join(',');
  const refuses = (file: string, says: string) =>
    expect(readAll(file)).rejects.toMatchObject({ code: 'invalid_parameter', message: expect.stringContaining(says) });

  test('500 columns', async () => {
    expect((await readAll(`${wide(500)}\n`)).columns.length).toBe(500);
    await refuses(`${wide(501)}\n`, 'line 1: the row has more than 500 cells');
    await refuses(`a,b\n1,2\n${wide(501)}\n`, 'line 3: the row has more than 500 cells');
  });

  test('cells of 32 KiB', async () => {
    const cell = 'x'.repeat(32_768);
    expect((await readAll(`a,b\n${cell},"${cell}"\n`)).rows).toEqual([{ line: 2, fault: null, cells: [cell, cell] }]);
    await refuses(`a,b\n1,2\n3,${cell}x\n`, 'line 3: cell 2 is longer than 32768 bytes');
    await refuses(`a,b\n"${cell}x",1\n`, 'line 2: cell 1 is longer than 32768 bytes');
  });

  test('rows of 1 MiB', async () => {
    const row = (bytes: number) => `${'x'.repeat(32_000)},`.repeat(32) + 'y'.repeat(bytes - 32 * 32_001);
    expect((await readAll(`a\n${row(1_048_576)}\n`)).rows[0]?.cells.length).toBe(33);
    await refuses(`a\n1\n${row(1_048_577)}\n`, 'line 3: the row is longer than 1048576 bytes');
  });

  test('a quote that is never closed is found where it was opened', async () => {
    await refuses('a,b\n1,2\n3,"4\n5,6\n', 'line 3: a quoted cell is opened and never closed');
    await refuses(
      `a,b\n1,2\n3,"4\n${'5,6\n'.repeat(500_000)}`,
      'line 3: the row is longer than 1048576 bytes; is a quote missing',
    );
  });

  test('100,000 rows', async () => {
    const rows = (count: number) => `a,b\n${'1,2\n'.repeat(count)}`;
    expect((await readAll(rows(100_000))).rows.length).toBe(100_000);
    await refuses(rows(100_001), 'line 100002: the file has more than 100000 rows; split it');
    await refuses(rows(150_000), 'line 100002: the file has more than 100000 rows; split it');
    await refuses(`a,b\n${'\n'.repeat(100_001)}`, 'line 100002: ');
  });

  test.each([
    [
      'within the loop',
      async ({ batches }: SourceRows) => {
        for await (const _rows of batches) break;
      },
    ],
    ['before it', ({ close }: SourceRows) => close()],
  ])('whoever leaves %s lets the file go', async (_when, leave) => {
    let isClosed = false;
    async function* file() {
      try {
        for (;;) yield Buffer.from('1,2\n');
      } finally {
        isClosed = true;
      }
    }
    const rows = await readRows(file());
    expect(isClosed).toBe(false);
    await leave(rows);
    expect(isClosed).toBe(true);
    await rows.close();
  });
});
