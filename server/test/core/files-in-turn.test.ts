/** Ranges of properties whose files fit together: by the rules of what they must be, on files of any kind. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, filesOf, type RangedFile, takeTurns } from '../../src/core/plan/files-in-turn.ts';

const LAST = Number.MAX_SAFE_INTEGER;

const someFiles = fc
  .array(
    fc.record({ from: fc.nat(60), length: fc.nat(20), bytes: fc.integer({ min: 1, max: 50 }), bounded: fc.boolean() }),
    {
      maxLength: 25,
    },
  )
  .map((drawn) =>
    drawn.map(({ from, length, bytes, bounded }, index): RangedFile => {
      const range = { minPropertyId: from, maxPropertyId: from + length };
      // Few files may have rows of any property.
      return { key: `file ${index}`, bytes, ...(bounded || index % 5 > 0 ? range : {}) };
    }),
  );

describe('turns', () => {
  it('follow each other without a gap, from the first number to the last', () => {
    fc.assert(
      fc.property(someFiles, fc.integer({ min: 1, max: 300 }), (files, room) => {
        const { ranges } = takeTurns(files, room);
        expect(ranges[0]?.from).toBe(0);
        expect(ranges.at(-1)?.to).toBe(LAST);
        for (const [index, { from, to }] of ranges.entries()) {
          expect(from).toBeLessThanOrEqual(to);
          if (index > 0) expect(from).toBe((ranges[index - 1]?.to ?? 0) + 1);
        }
      }),
    );
  });

  it('need no more than they say, and more than a third of the room only where a single property does', () => {
    fc.assert(
      fc.property(someFiles, fc.integer({ min: 1, max: 300 }), (files, room) => {
        const { ranges, mostBytes } = takeTurns(files, room);
        const share = Math.floor(room / 3);
        for (const range of ranges) {
          const bytes = bytesOf(filesOf(files, range));
          expect(bytes).toBeLessThanOrEqual(mostBytes);
          if (bytes > share) expect(bytesOf(filesOf(files, { from: range.from, to: range.from }))).toBe(bytes);
        }
        const ofOne = Array.from({ length: 90 }, (_, id) => bytesOf(filesOf(files, { from: id, to: id })));
        expect(mostBytes).toBe(Math.max(share, ...ofOne));
      }),
    );
  });

  it('are as few as can be: none could be joined with the next', () => {
    fc.assert(
      fc.property(someFiles, fc.integer({ min: 1, max: 300 }), (files, room) => {
        const { ranges } = takeTurns(files, room);
        for (const [index, { to }] of ranges.slice(0, -1).entries()) {
          const from = ranges[index]?.from ?? 0;
          // With the first property of the next range it would be too much already.
          expect(bytesOf(filesOf(files, { from, to: to + 1 }))).toBeGreaterThan(Math.floor(room / 3));
        }
      }),
    );
  });
});

describe('the files of a range', () => {
  it('are those that may have rows of it, each once', () => {
    const file = { key: 'a', bytes: 1, minPropertyId: 5, maxPropertyId: 9 };
    const any = { key: 'b', bytes: 1 };
    expect(filesOf([file, file, any], { from: 9, to: 20 })).toEqual([file, any]);
    expect(filesOf([file, any], { from: 10, to: 20 })).toEqual([any]);
    expect(filesOf([file, any], { from: 0, to: 5 })).toEqual([file, any]);
  });
});
