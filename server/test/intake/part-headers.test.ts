/** The headers of one part: what they say, and that they are read in one pass however they are made. */
import { describe, expect, test } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { parsePartHeaders } from '../../src/intake/multipart/part-headers.ts';
import { latin1 } from './forms.ts';

const NAMED = 'Content-Disposition: form-data; name="file"';
/** Read again from each of its places, this takes minutes: far longer than a test may. */
const LONG = 1_600_000;

function read(block: string) {
  return parsePartHeaders(latin1(block), 1);
}

function refusal(block: string): string {
  try {
    read(block);
  } catch (error) {
    if (isConveyanceError(error, 'invalid_parameter')) return error.message;
    throw error;
  }
  throw new Error('the headers were taken');
}

describe('a header line is read alike, whatever stands around its parts', () => {
  test.each([
    ['Content-Type: text/csv', 'text/csv'],
    ['Content-Type:text/csv', 'text/csv'],
    ['content-TYPE \t : \t text/csv \t ', 'text/csv'],
    ['Content-Type: text/csv; charset=utf-8', 'text/csv'],
    ['Content-Type:\r\n text/csv', 'text/csv'],
    ['Content-Type: text/csv\r\n\t', 'text/csv'],
    ['Content-Type: a  b:c', 'a  b:c'],
    ['Content-Type:', null],
    ['Content-Type: \t ', null],
    ['X-Other: text/csv', null],
  ])('%j', (line, contentType) => {
    expect(read(`${NAMED}\r\n${line}`)).toEqual({
      name: 'file',
      filename: null,
      contentType,
      charset: line.includes('charset') ? 'utf-8' : null,
      transferEncoding: 'binary',
    });
  });

  test('only blanks and tabs are no part of a value', () => {
    expect(read(`${NAMED}\r\nContent-Transfer-Encoding: \t\u00a08BIT\v\t `).transferEncoding).toBe('\u00a08bit\v');
  });
});

describe('a line that is no header is refused', () => {
  test.each(['Content-Type', 'Content Type: x', ':', ': x', 'a"b: x', 'a: x\ny', 'a: x\ry', 'a: x\0y', '\u00e9: x'])(
    '%j',
    (line) => {
      expect(refusal(`${NAMED}\r\n${line}`)).toContain('part 1 of the form has a header line that is none: ');
    },
  );

  test('also one that begins with a blank where no line is before it', () => {
    expect(refusal(` ${NAMED}`)).toContain('a header line that is none');
  });
});

describe('headers are read in one pass that are made of', () => {
  const blanks = ' \t'.repeat(LONG / 2);

  test('blanks within a value', () => {
    expect(read(`${NAMED}\r\nX: a${blanks}b`).name).toBe('file');
  });

  test('blanks around a value', () => {
    expect(read(`${NAMED}\r\nContent-Type:${blanks}text/csv${blanks}`).contentType).toBe('text/csv');
  });

  test('blanks and no value', () => {
    expect(read(`${NAMED}\r\nContent-Type:${blanks}`).contentType).toBeNull();
  });

  test('blanks in a line that is none', () => {
    expect(refusal(`${NAMED}\r\nX${blanks}y${blanks}: z`)).toContain('a header line that is none');
    expect(refusal(`${NAMED}\r\nX:${blanks}\0${blanks}y`)).toContain('a header line that is none');
  });

  test('folds', () => {
    expect(read(`${NAMED}\r\nContent-Type:${'\r\n '.repeat(LONG / 3)}text/csv`).contentType).toBe('text/csv');
  });

  test('semicolons, and white space behind them', () => {
    expect(read(`${NAMED}${';'.repeat(LONG / 2)}${'\v'.repeat(LONG / 2)}`).name).toBe('file');
    expect(read(`${NAMED}${' ;'.repeat(LONG / 2)}`).name).toBe('file');
  });

  test('blanks around a parameter, and text that is none', () => {
    expect(read(`${NAMED};${blanks}filename${blanks}=${blanks}"x.csv"${blanks}`).filename).toBe('x.csv');
    expect(refusal(`${NAMED};${blanks}filename${blanks}x`)).toContain('is not readable from');
    expect(refusal(`${NAMED}; filename=${blanks}"${'a'.repeat(LONG)}`)).toContain('is not readable from');
  });

  test('escapes of an extended value', () => {
    expect(read(`${NAMED}; filename*=utf-8''${'%61'.repeat(LONG / 3)}`).filename).toHaveLength(255);
  });
});
