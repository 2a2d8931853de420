import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { type DetailsSpecFile, MAX_UPLOADED_IDS } from '../../src/core/ports/intake.ts';
import { readDetailsSpec } from '../../src/intake/json/details-spec.ts';
import { inPieces } from './forms.ts';

const IDS = ['51e2200a-5160-5ab1-8f98-20a17fedbb87', '60a041c1-06e9-5b56-9468-2d398b07de75'];
/** For a hundred megabytes of JSON on a busy machine. */
const MILLIONS_TIMEOUT_MS = 120_000;
const PIECES = [1, 2, 17, 38, 39, 100, 1_000_000];

const readText = (text: string, pieceBytes: number) => readDetailsSpec(inPieces(Buffer.from(text), pieceBytes));

async function refusal(text: string, pieceBytes: number): Promise<string> {
  const error: unknown = await readText(text, pieceBytes).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isConveyanceError(error, 'invalid_parameter')) throw new Error(`not refused as it should be: ${error}`);
  return error.message;
}

const plain = ({ propertyIds, fields }: DetailsSpecFile) => ({ ids: [...propertyIds], fields });

describe('a specification of property details', () => {
  test('gives its ids in order and everything else as it stands', async () => {
    const fields = {
      detail_type: ['basic', 'ownership'],
      updated: { basic: '2020-01-01', ownership: '2020-02-01' },
      filters: { filter_pii: true },
      other: { property_ids: ['x'] },
    };
    const { detail_type, ...others } = fields;
    const orders = [
      { ...fields, property_ids: IDS },
      { property_ids: IDS, ...fields },
      { detail_type, property_ids: IDS, ...others },
    ];
    for (const order of orders) {
      for (const indent of [undefined, 2]) {
        for (const pieceBytes of PIECES) {
          expect(plain(await readText(JSON.stringify(order, null, indent), pieceBytes))).toEqual({ ids: IDS, fields });
        }
      }
    }
  });

  test('in the form that the documentation’s sample shows', async () => {
    const text =
      "{'detail_type': ['basic'],'property_ids': ['1372eae1-228e-5901-9eb6-919cf676731c'],'updated': '2018-01-01'}";
    for (const pieceBytes of PIECES) {
      expect(plain(await readText(text, pieceBytes))).toEqual({
        ids: ['1372eae1-228e-5901-9eb6-919cf676731c'],
        fields: { detail_type: ['basic'], updated: '2018-01-01' },
      });
    }
  });

  test('in that form it may have 64 KiB and no more, whichever comes first', async () => {
    const many = Array.from({ length: 2000 }, () => `'${IDS[0]}'`).join(',');
    expect(await refusal(`{'property_ids':[${many}],'detail_type':['basic']}`, 65_536)).toContain("Python's notation");
    expect(await refusal(`{"property_ids":[${many}]}`, 65_536)).toContain("Python's notation");
    expect(await refusal(`{"property_ids":[${many.replaceAll("'", '"')}],'a':1}`, 65_536)).toContain(
      "Python's notation",
    );
  });

  test('keeps repetitions, reads upper case, and escapes', async () => {
    const [id = ''] = IDS;
    const escaped = id.replace('5', '\\u0035');
    const text = `\uFEFF{ "property_ids" : [ "${id}" , "${id.toUpperCase()}",\n"${escaped}"\t] }`;
    for (const pieceBytes of PIECES) {
      expect(plain(await readText(text, pieceBytes))).toEqual({ ids: [id, id, id], fields: {} });
    }
  });

  test('any UUIDs come out as they went in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uuid(), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 200 }),
        async (ids, pieceBytes) => {
          const { propertyIds } = await readText(JSON.stringify({ property_ids: ids }), pieceBytes);
          expect([...propertyIds]).toEqual(ids);
          expect(propertyIds.size).toBe(ids.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ['{"detail_type":["basic"]}', 'property_ids is required and must be a non-empty array'],
    ['{"property_ids":[]}', 'property_ids is required and must be a non-empty array'],
    ['{"property_ids":null}', 'property_ids is required and must be a non-empty array'],
    ['{"property_ids":{"0":"x"}}', 'property_ids is required and must be a non-empty array'],
    [`{"property_ids":["${IDS[0]}"],"property_ids":["${IDS[0]}"]}`, 'property_ids stands in the specification twice'],
    [
      `{"property_ids":["${IDS[0]}" "${IDS[1]}"]}`,
      'the job specification is not valid JSON: line 1, column 57: expected "," or "]" behind an element',
    ],
    [`{"property_ids":["${IDS[0]}",\n"${IDS[1]}",]}`, 'line 2, column 40: expected a value, found "]}"'],
    [`{"property_ids":["${IDS[0]}",`, 'line 1, column 57: expected a value, found the end'],
    [`{"property_ids":["${IDS[0]}`, 'line 1, column 55: expected the end of a string, found the end'],
    [`{"property_ids":["${IDS[0]}"`, 'expected "," or "]" behind an element, found the end'],
    [`{"property_ids":["${IDS[0]}"]`, 'expected "," or "}" behind a field, found the end'],
    [`["${IDS[0]}"]`, 'line 1, column 1: expected "{", for the whole is an object'],
    ['', 'line 1, column 1: expected "{", for the whole is an object, found the end'],
  ])('%s is refused', async (text, says) => {
    for (const pieceBytes of [1, 40])
      expect(await refusal(text, pieceBytes)).toContain(says.replace(/, found "]}"$/, ''));
    expect(await refusal(text, 1_000_000)).toContain(says);
  });

  test('names the ids that are none, with their places', async () => {
    const [id = ''] = IDS;
    const other = [
      'abc',
      12,
      null,
      { a: [1] },
      `${id} `,
      id.replace('-', '_'),
      id.replace('5', 'İ'),
      id.replaceAll('-', ''),
      'x'.repeat(100),
    ];
    const text = JSON.stringify({ property_ids: [id, ...other, id] });
    for (const pieceBytes of PIECES) {
      expect(await refusal(text, pieceBytes)).toBe(
        'property_ids contains 9 values that are not UUIDs, counted from 0: [1] "abc", [2] 12, [3] null, [4] {"a":[1]}, ' +
          `[5] "${id} ", [6] "${id.replace('-', '_')}", [7] "${id.replace('5', 'İ')}", [8] "${id.replaceAll('-', '')}", [9] "${'x'.repeat(59)}…`,
      );
    }
    expect(await refusal(JSON.stringify({ property_ids: Array.from({ length: 50 }, (_, at) => at) }), 100)).toMatch(
      /contains 50 values .*: \[0\] 0, .*, \[19\] 19 and 30 more$/,
    );
  });
});

describe('the limits of a specification:', () => {
  /** So many ids, and what stands behind them, in pieces as a file has them. */
  async function* spec(
    count: number,
    element = `"${IDS[0]}"`,
    behind = '}',
  ): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from(`{"property_ids":[${element}`);
    const piece = Buffer.from(`,${element}`.repeat(1000));
    for (let left = count - 1; left > 0; left -= 1000)
      yield left >= 1000 ? piece : Buffer.from(`,${element}`.repeat(left));
    yield Buffer.from(`]${behind}`);
  }

  const messageOf = (source: AsyncIterable<Uint8Array>) =>
    readDetailsSpec(source).then(
      () => 'read',
      (error: Error) => error.message,
    );

  test('a million ids, and not one more', { timeout: MILLIONS_TIMEOUT_MS }, async () => {
    const { propertyIds } = await readDetailsSpec(spec(MAX_UPLOADED_IDS));
    expect(propertyIds.size).toBe(MAX_UPLOADED_IDS);
    expect(propertyIds.batches.map(({ length }) => length)).toEqual(Array.from({ length: 40 }, () => 25_000 * 16));
    const tooMany = 'property_ids must contain at most 1000000 IDs';
    expect(await messageOf(spec(MAX_UPLOADED_IDS + 1))).toBe(tooMany);
    expect(await messageOf(spec(MAX_UPLOADED_IDS + 1, '1'))).toBe(tooMany);
  });

  test('the ids do not count against the megabyte for the rest, which has its own', async () => {
    const rest = (bytes: number) => `,"a":"${'x'.repeat(bytes)}"}`;
    expect(await messageOf(spec(100_000, undefined, rest(1_048_500)))).toBe('read');
    expect(await messageOf(spec(100_000, undefined, rest(1_048_576)))).toBe(
      'the job specification holds more than 1048576 bytes beside its list of ids',
    );
  });

  test('an element that is no id is kept for the message up to 64 KiB', async () => {
    expect(await messageOf(spec(3, `"${'x'.repeat(60_000)}"`))).toContain('3 values that are not UUIDs');
    expect(await messageOf(spec(3, `"${'x'.repeat(200_000)}"`))).toContain('the value is too long');
    expect(await messageOf(spec(3, `[${'[],'.repeat(100_000)}[]]`))).toContain('more than 10000 lists and objects');
    expect(await messageOf(spec(3, `[${'0,'.repeat(100_000)}0]`))).toContain('the value is too long');
    expect(await messageOf(spec(3, '['.repeat(40)))).toContain('it nests deeper than 32 levels');
  });
});
