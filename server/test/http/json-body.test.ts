import { describe, expect, test, vi } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { parseJsonBody } from '../../src/http/bodies/json-body.ts';

const parse = (text: string) => parseJsonBody(Buffer.from(text));

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return isConveyanceError(error) ? error.code : String(error);
  }
  return 'none';
}

describe('parseJsonBody', () => {
  test('reads JSON, a byte order mark before it, and text of any script', () => {
    expect(parse('{"a":[1,"ü 中 😀"]}')).toEqual({ a: [1, 'ü 中 😀'] });
    expect(parse('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  test.each(['', ' ', '{', '{"a":1}}', "{'a':1}", '{"a":1,}', 'NaN', '\u0000'])('%j is no JSON', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  test('bytes that are no UTF-8 are no JSON, rather than U+FFFD', () => {
    expect(parseJsonBody(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined();
    expect(parseJsonBody(Buffer.from([0x22, 0xc3, 0x22]))).toBeUndefined();
  });

  test('a field named __proto__ is a field', () => {
    const body = parse('{"__proto__":{"admin":true}}');
    expect(Object.keys(body as object)).toEqual(['__proto__']);
    expect((body as { admin?: boolean }).admin).toBeUndefined();
  });

  test('brackets within strings do not nest', () => {
    const text = JSON.stringify({ text: `${'['.repeat(100)}\\"${'{'.repeat(100)}` });
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  test('nests 32 levels and not one more', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(codeOf(() => parse(nested(32)))).toBe('none');
    expect(codeOf(() => parse(nested(33)))).toBe('invalid_parameter');
  });

  test('refuses a body of many names before it is parsed, in however many objects', () => {
    const names = (count: number) => Array.from({ length: count }, (_, at) => `"n${at}":0`).join(',');
    expect(codeOf(() => parse(`{${names(2_000)}}`))).toBe('none');
    expect(codeOf(() => parse(`{${names(2_001)}}`))).toBe('invalid_parameter');
    expect(codeOf(() => parse(`[${'{"a":0},'.repeat(2_000)}{"a":0}]`))).toBe('invalid_parameter');
    expect(codeOf(() => parse(JSON.stringify({ text: ':'.repeat(10_000), quoted: '\\":'.repeat(10_000) })))).toBe(
      'none',
    );
  });

  // JSON.parse takes seconds and hundreds of megabytes for it.
  test('judges 24 MB of names without making them', () => {
    const parsing = vi.spyOn(JSON, 'parse');
    const body = `{${Array.from({ length: 2_000_000 }, (_, at) => `"${at}":0`).join(',')}}`;
    expect(codeOf(() => parse(body))).toBe('invalid_parameter');
    expect(parsing).not.toHaveBeenCalled();
    parsing.mockRestore();
  });

  test('refuses a body of many small objects before it is parsed', () => {
    const many = (count: number) => `[${'{},'.repeat(count - 2)}{}]`;
    expect(codeOf(() => parse(many(10_000)))).toBe('none');
    expect(codeOf(() => parse(many(10_001)))).toBe('invalid_parameter');
  });
});
