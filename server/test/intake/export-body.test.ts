/** The body of a request for an export: read as JSON is, but for its list of ids, which is never held as text or values. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { MAX_PROPERTY_IDS } from '../../src/core/ids/property-id-listing.ts';
import { type ExportBody, NotJson } from '../../src/core/ports/intake.ts';
import { readExportBody } from '../../src/intake/json/export-body.ts';
import { inPieces } from './forms.ts';

const PIECES = [1, 2, 3, 7, 64, 1_000_000];

const read = (text: string | Uint8Array, pieceBytes = 1_000_000) =>
  readExportBody(inPieces(Buffer.from(text), pieceBytes));

async function refusal(text: string | Uint8Array, pieceBytes?: number): Promise<Error> {
  const error: unknown = await read(text, pieceBytes).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isConveyanceError(error, 'invalid_parameter')) throw new Error(`not refused as it should be: ${error}`);
  return error;
}

function plain({ propertyIds, fields }: ExportBody) {
  return { ids: propertyIds && [...propertyIds.distinct()], fields };
}

describe('the body of a request for an export', () => {
  test('gives its ids in order, each once, and everything else as it stands', async () => {
    const fields = { report_type: 'units', name: 'ü 中 😀', columns: ['id'], other: { property_ids: [1] } };
    const ids = [99001416, 7, 99001416, 2 ** 53 - 1, 12];
    const { report_type, ...others } = fields;
    for (const order of [
      { ...fields, property_ids: ids },
      { report_type, property_ids: ids, ...others },
    ]) {
      for (const indent of [undefined, 2]) {
        for (const pieceBytes of PIECES) {
          const body = await read(JSON.stringify(order, null, indent), pieceBytes);
          expect(plain(body)).toEqual({ ids: [99001416, 7, 2 ** 53 - 1, 12], fields });
        }
      }
    }
  });

  test('has as ids what JSON.parse has, wherever it is cut', async () => {
    const element = fc.oneof(
      fc.integer({ min: 1, max: 2 ** 31 }).map(String),
      fc.integer({ min: 1, max: 2 ** 31 }).map((id) => `${id}.0`),
      fc.constantFrom('1e3', '0', '-0', '-5', '1.5', '9007199254740993', 'null', 'true', '"7"', '"\\u0037"', '[1]'),
      fc.json({ maxDepth: 2 }),
    );
    const space = fc.constantFrom('', ' ', '\n', '\t\r\n ');
    const list = fc.array(fc.tuple(space, element, space), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(list, fc.integer({ min: 1, max: 20 }), async (elements, pieceBytes) => {
        const text = `{"property_ids":[${elements.map((each) => each.join('')).join(',')}]}`;
        const values = JSON.parse(text).property_ids as unknown[];
        const ids = values.filter((value) => Number.isSafeInteger(value) && Number(value) > 0);
        const { propertyIds } = await read(text, pieceBytes);
        expect(propertyIds?.count).toBe(values.length);
        expect(propertyIds?.offenders).toBe(values.length - ids.length);
        expect([...(propertyIds?.distinct() ?? [])]).toEqual([...new Set(ids)]);
      }),
    );
  });

  test('has of a field that stands there twice the last, whatever it is', async () => {
    expect(plain(await read('{"property_ids":[1],"property_ids":[2,3]}'))).toEqual({ ids: [2, 3], fields: {} });
    expect(plain(await read('{"property_ids":[1],"property_ids":null}'))).toEqual({
      ids: null,
      fields: { property_ids: null },
    });
    expect((await read('{"property_ids":"1","property_ids":[1]}')).propertyIds?.count).toBe(1);
  });

  test('names the first elements that are no ids with their places, and counts them all', async () => {
    const names = Array.from({ length: 30 }, (_, at) => `x${at}`);
    for (const pieceBytes of PIECES) {
      const { propertyIds } = await read(JSON.stringify({ property_ids: [1, ...names, {}, [2], 3] }), pieceBytes);
      expect(propertyIds?.count).toBe(34);
      const shown = names.slice(0, 20).map((name, at) => `[${at + 1}] "${name}"`);
      expect(propertyIds?.describeOffenders()).toBe(`32 are not, counted from 0: ${shown.join(', ')} and 12 more`);
    }
  });

  test('only counts what is more than a job takes', async () => {
    const { propertyIds } = await read(`{"property_ids":[${'1,'.repeat(MAX_PROPERTY_IDS + 5)}1]}`);
    expect(propertyIds?.count).toBe(MAX_PROPERTY_IDS + 6);
  });

  test.each([
    '{"a":1',
    '{"property_ids":[1,]}',
    '{"property_ids":[1 2]}',
    '{"property_ids":[01]}',
    "{'property_ids':[1]}",
    '{"a":True}',
    '[1]',
    '{} {}',
  ])('is not JSON: %s', async (text) => {
    for (const pieceBytes of PIECES) expect(await refusal(text, pieceBytes)).toBeInstanceOf(NotJson);
  });

  test('tells text of another encoding from text that is broken', async () => {
    expect(await refusal(Buffer.from('{"name":"M\xfcller"}', 'latin1'))).toMatchObject({ isForeignText: true });
    expect(await refusal('{"name":')).toMatchObject({ isForeignText: false });
  });

  test.each([
    ['names', `{${Array.from({ length: 2_001 }, (_, at) => `"n${at}":0`).join(',')}}`, 'more than 2000 fields'],
    ['lists', `{"a":[${'[],'.repeat(10_000)}[]]}`, 'more than 10000 lists and objects'],
    ['levels', `{"a":${'['.repeat(33)}${']'.repeat(33)}}`, 'deeper than 32 levels'],
    ['bytes beside its ids', `{"property_ids":[1],"a":"${'x'.repeat(1_100_000)}"}`, 'beside its list of ids'],
    ['one element', `{"property_ids":["${'x'.repeat(70_000)}"]}`, 'the value is too long'],
    ['elements of odd forms', `{"property_ids":[${'1e0,'.repeat(20_001)}1]}`, 'more than 20000 other values'],
  ])('may not have any number of %s', async (_what, text, says) => {
    expect((await refusal(text)).message).toContain(says);
  });
});

/** What nobody holds any more would count for as long as nothing needs its space. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

// Positive control, run: with `JSON.parse` of the whole in its place, as many bytes as were sent are held.
test('a body that is half there holds a part of the bytes that were sent of it', async () => {
  const ids = Array.from({ length: 500_000 }, (_, at) => 90_000_000 + at * 7).join(',');
  const text = Buffer.from(`{"property_ids":[${ids},`);
  const bodies = 8;
  const ends: (() => void)[] = [];
  async function* half(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = 0; at < text.length; at += 16_384) {
      yield Buffer.from(text.subarray(at, at + 16_384));
      // As from a socket: other work comes in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise<void>((resolve) => ends.push(resolve));
  }
  const before = process.memoryUsage();
  const reading = Array.from({ length: bodies }, () => refusalOf(half()));
  while (ends.length < bodies) await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan((bodies * text.length) / 2);
  for (const end of ends) end();
  await Promise.all(reading);
});

async function refusalOf(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  return readExportBody(body).catch((error: unknown) => error);
}
