import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { type JsonObject, MAX_OBJECT_BYTES, MAX_PYTHON_BYTES } from '../../src/core/ports/intake.ts';
import { parseObject, readObject } from '../../src/intake/json/read-object.ts';
import { inPieces } from './forms.ts';

const PIECES = [1, 3, 10, 1_000_000];

async function outcome(read: Promise<JsonObject>): Promise<{ value: JsonObject } | { message: string }> {
  return read.then(
    (value) => ({ value }),
    (error: unknown) => {
      if (!isConveyanceError(error, 'invalid_parameter')) throw error;
      return { message: error.message };
    },
  );
}

const readText = (text: string | Uint8Array, pieceBytes: number) =>
  outcome(readObject(inPieces(Buffer.from(text), pieceBytes), 'the text'));

/** The same whatever the pieces. */
async function read(text: string | Uint8Array): Promise<{ value: JsonObject } | { message: string }> {
  const [first, ...others] = await Promise.all(PIECES.map((pieceBytes) => readText(text, pieceBytes)));
  if (first === undefined) throw new Error('no pieces');
  // What is shown of the text behind a fault depends on how much of it has come.
  const withoutFound = (result: typeof first) =>
    'message' in result ? result.message.replace(/, found .*/s, '') : result;
  for (const other of others) expect(withoutFound(other)).toEqual(withoutFound(first));
  return others.at(-1) ?? first;
}

describe('JSON', () => {
  test('is read as JSON.parse reads it, in whatever pieces it comes', async () => {
    const indents = fc.constantFrom(undefined, 1, '\t');
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
        indents,
        fc.integer({ min: 1, max: 50 }),
        async (object, indent, pieceBytes) => {
          const text = JSON.stringify(object, null, indent);
          expect(await readText(text, pieceBytes)).toEqual({ value: JSON.parse(text) });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is refused exactly where JSON.parse refuses it', async () => {
    const tokens = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\\u',
      '00e9',
      '-',
      '0',
      '1',
      '.5',
      'e3',
      'true',
      'null',
      ' ',
      '\n',
      '\u0001',
      'é',
    ];
    const edits = fc.array(fc.record({ at: fc.nat(), remove: fc.nat(2), insert: fc.constantFrom('', ...tokens) }), {
      minLength: 1,
      maxLength: 3,
    });
    const objects = fc.dictionary(fc.constantFrom('a', 'b', 'ü'), fc.jsonValue({ maxDepth: 2 }));
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(objects, edits, async (object, changes) => {
        let text = JSON.stringify(object);
        for (const { at, remove, insert } of changes) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + insert + text.slice(place + remove);
        }
        if (/'|True|False|None/.test(text)) return;
        let expected: unknown = null;
        try {
          expected = JSON.parse(text);
        } catch {
          // Not JSON: it must be refused.
        }
        const result = await readText(text, 7);
        const isObject = typeof expected === 'object' && expected !== null && !Array.isArray(expected);
        if (isObject) accepted++;
        expect('value' in result ? result.value : null).toEqual(isObject ? expected : null);
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test('may begin with a byte order mark', async () => {
    expect(await read('\uFEFF{"a":1}')).toEqual({ value: { a: 1 } });
  });

  test('a field named __proto__ is a field', async () => {
    const { value } = (await read('{"__proto__":{"admin":true}}')) as { value: JsonObject };
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect((value as { admin?: boolean }).admin).toBeUndefined();
  });

  test.each([
    ['', 'line 1, column 1: expected "{", for the whole is an object, found the end'],
    ['[1]', 'line 1, column 1: expected "{", for the whole is an object, found "[1]"'],
    ['{"a": 1,\n "b" 2}', 'line 2, column 6: expected ":" behind a field name, found "2}"'],
    ['{"a": 1,\r\n "b": [1 2]}', 'line 2, column 10: expected "," or "]" behind an element, found "2]}"'],
    ['{"a": 1\n"b": 2}', 'line 2, column 1: expected "," or "}" behind a field, found "\\"b\\": 2}"'],
    ['{"a": 1,}', 'line 1, column 9: expected a field name in double quotes, found "}"'],
    ['{"a": [1,]}', 'line 1, column 10: expected a value, found "]}"'],
    ['{a: 1}', 'line 1, column 2: expected a field name in double quotes, found "a: 1}"'],
    ['{"é😀": nope}', 'line 1, column 8: expected a value, found "nope}"'],
    ['{"a": 01}', 'line 1, column 7: expected a value, found "01}"'],
    ['{"a": NaN}', 'line 1, column 7: expected a value, found "NaN}"'],
    [
      '{"a": "b\nc"}',
      'line 1, column 9: expected an escape for a control character within a string, found the byte 0x0a',
    ],
    ['{"a": "\\x41"}', 'line 1, column 8: expected an escape sequence of JSON, found "\\\\x41\\"}"'],
    ['{"a": "\\u12"}', 'line 1, column 8: expected 4 hexadecimal digits in an escape sequence, found "\\\\u12\\"}"'],
    ['{"a": "b', 'line 1, column 9: expected the end of a string, found the end'],
    ['{"a": 1} x', 'line 1, column 10: expected nothing more behind the object, found "x"'],
    ['{"a": 1}\0', 'line 1, column 9: expected nothing more behind the object, found the byte 0x00'],
    ['{"a": “b”}', 'line 1, column 7: expected a value, found the byte 0xe2'],
  ])('%j is refused with the place', async (text, says) => {
    expect(await read(text)).toEqual({ message: `the text is not valid JSON: ${says}` });
  });

  test('bytes that are not UTF-8 are refused, rather than read as U+FFFD', async () => {
    const message =
      'the text cannot be read: line 1, column 4: the string that ends here holds bytes that are not UTF-8';
    expect(await read(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toEqual({ message });
  });

  test.each(['utf16le', 'utf16be'])('%s is named', async (encoding) => {
    const bytes = Buffer.from('\uFEFF{"a":1}', 'utf16le');
    expect(await read(encoding === 'utf16be' ? bytes.swap16() : bytes)).toMatchObject({
      message: expect.stringContaining('it is written in UTF-16; save it as UTF-8'),
    });
  });

  test('nests 32 levels and not one more', async () => {
    const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(await read(nested(32))).toHaveProperty('value');
    expect(await read(nested(33))).toEqual({
      message: 'the text cannot be read: line 1, column 37: it nests deeper than 32 levels',
    });
    expect(await read(`{"a":${'['.repeat(200_000)}`)).toMatchObject({ message: expect.stringContaining('32 levels') });
  });

  test.each([
    ['one long string', (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`],
    ['many values', (bytes: number) => `{"a":[${'1,'.repeat((bytes - 9) / 2)}1]}${' '.repeat((bytes - 9) % 2)}`],
    ['white space', (bytes: number) => `${' '.repeat(bytes - 7)}{"a":1}`],
  ])('of %s has 1 MiB and not one byte more', async (_what, make) => {
    for (const pieceBytes of [65_536, 10_000_000]) {
      // Not toHaveProperty, which prints half a million values in case it is wrong.
      expect(Object.keys(await readText(make(MAX_OBJECT_BYTES), pieceBytes))).toEqual(['value']);
      expect(await readText(`${make(MAX_OBJECT_BYTES)} `, pieceBytes)).toEqual({
        message: 'the text holds more than 1048576 bytes',
      });
    }
  });

  test('a number or word does not go on for ever', async () => {
    expect(await readText(`{"a":${'1'.repeat(100_000)}}`, 10)).toMatchObject({
      message: expect.stringContaining('column 6: expected a shorter number'),
    });
  });
});

describe('Python’s notation', () => {
  test.each([
    [
      "{'headers':['Address1','City'],'mapping':{'address_line_1':'Address1'}}",
      { headers: ['Address1', 'City'], mapping: { address_line_1: 'Address1' } },
    ],
    [
      "{'settings': {'city': ['New York'], 'area': {'min': 1e5}}}",
      { settings: { city: ['New York'], area: { min: 100000 } } },
    ],
    ["{'a': True, 'b': False, 'c': None, \"d\": 'x'}", { a: true, b: false, c: null, d: 'x' }],
    ["{'a': \"it's\", 'b': 'it\\'s', 'c': 'say \"x\"'}", { a: "it's", b: "it's", c: 'say "x"' }],
    ["{'a': 'caf\\xe9 \\u00e9 \\U0001f600 \\n\\t\\\\'}", { a: 'café é 😀 \n\t\\' }],
    ["{'a': 'é😀'}", { a: 'é😀' }],
    ['{}', {}],
  ])('%s', async (text, value) => {
    expect(await read(text)).toEqual({ value });
    expect(await parseObject(text, 'metadata')).toEqual(value);
  });

  test.each([
    ["{'a': 1,}", 'line 1, column 9: expected a field name in double quotes, found "}"'],
    ["{'a': (1, 2)}", 'line 1, column 7: expected a value, found "(1, 2)}"'],
    ["{'a': 'x\"}", 'line 1, column 11: expected the end of a string, found the end'],
    [
      "{'a': '\\U00110000'}",
      'line 1, column 8: expected 8 hexadecimal digits in an escape sequence, found "\\\\U00110000\'}"',
    ],
    ["{'a': nan}", 'line 1, column 7: expected a value, found "nan}"'],
  ])('%s is refused with the place', async (text, says) => {
    expect(await read(text)).toEqual({ message: `the text is not valid JSON: ${says}` });
  });

  test('is read up to 64 KiB, and JSON beyond', async () => {
    const padded = (text: string, bytes: number) => `${text}${' '.repeat(bytes - text.length)}`;
    for (const text of ["{'a':1}", '{"a":True}', '{"a":None}']) {
      for (const pieceBytes of [5, 65_536, 1_000_000]) {
        expect(await readText(padded(text, MAX_PYTHON_BYTES), pieceBytes)).toHaveProperty('value');
        expect(await readText(padded(text, MAX_PYTHON_BYTES + 1), pieceBytes)).toMatchObject({
          message: expect.stringContaining(
            "Python's notation (single quotes, True, False, None) is read up to 65536 bytes only; send JSON, as json.dumps writes it",
          ),
        });
      }
    }
    expect(await readText(padded('{"a":true}', MAX_PYTHON_BYTES + 1), 1000)).toHaveProperty('value');
  });

  test('that only begins late in a large text is refused too', async () => {
    const text = `{"a":"${'x'.repeat(MAX_PYTHON_BYTES)}",'b':1}`;
    expect(await readText(text, 1000)).toMatchObject({ message: expect.stringContaining("Python's notation") });
  });
});
