/** Lines of JSON are lines to every reader. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escapeLineSeparators } from '../../src/duckdb/line-separators.ts';
import { column, type EngineWorld, never, openEngineWorld } from './engine-world.ts';
import { givenPlan } from './plans.ts';

/** Of all that Python's `splitlines` breaks at, what may stand raw in JSON. */
const SEPARATORS = /[\u2028\u2029\u0085]/;

async function escaped(chunks: readonly Buffer[]): Promise<string> {
  async function* source() {
    yield* chunks;
  }
  const pieces: Buffer[] = [];
  for await (const piece of escapeLineSeparators(source())) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

describe('escaping', () => {
  it('leaves the value as it is and no separator raw, wherever the text is cut', async () => {
    const letters = fc.constantFrom(
      'a',
      '"',
      '\\',
      'é',
      '\u2027',
      '\u202a',
      '\u0084',
      '東',
      '😀',
      '\u2028',
      '\u2029',
      '\u0085',
    );
    const text = fc.array(letters, { maxLength: 40 }).map((list) => list.join(''));
    const property = fc.asyncProperty(text, fc.array(fc.nat(200), { maxLength: 8 }), async (value, cuts) => {
      const json = Buffer.from(`${JSON.stringify({ value })}\n`);
      const places = [...new Set(cuts.map((cut) => cut % json.length))].sort((a, b) => a - b);
      const chunks = [0, ...places].map((from, index) => json.subarray(from, places[index] ?? json.length));
      const line = await escaped(chunks);
      expect(line).not.toMatch(SEPARATORS);
      expect(JSON.parse(line)).toEqual({ value });
    });
    await fc.assert(property);
  });

  it('changes nothing else', async () => {
    const text = '{"a":"é 東 😀 \\u2028 \u2027"}\n';
    expect(await escaped([Buffer.from(text)])).toBe(text);
  });
});

describe('an export', () => {
  let world: EngineWorld;
  beforeAll(async () => {
    world = await openEngineWorld();
  });
  afterAll(() => world.close());

  const note = 'one\u2028two\u2029three\u0085four';
  const plan = () =>
    givenPlan(
      [column('property_id', 'id'), column(`note\u2028`, 'text')],
      [
        [
          [1, note],
          [2, 'plain'],
        ],
      ],
    );

  it.each(['none', 'gzip'] as const)(
    'of JSONL (%s) has as many lines as rows, in names of columns too',
    async (compression) => {
      const sink = world.sink('jsonl', { compression });
      expect(await world.engine.write(plan(), [sink], { signal: never })).toEqual([2]);
      const file = await readFile(sink.path);
      const text = (compression === 'gzip' ? gunzipSync(file) : file).toString('utf8');
      expect(text).not.toMatch(SEPARATORS);
      const rows = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(rows).toEqual([
        { property_id: 1, 'note\u2028': note },
        { property_id: 2, 'note\u2028': 'plain' },
      ]);
    },
  );

  it('of CSV keeps the characters: its readers end lines at CR and LF alone', async () => {
    const sink = world.sink('csv');
    await world.engine.write(plan(), [sink], { signal: never });
    expect(await readFile(sink.path, 'utf8')).toContain(note);
  });
});
