/** Keys of the match index: of one kind and the same parts the same, else different. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashKey } from '../../src/matching/index/key-hash.ts';
import {
  cellKey,
  houseKey,
  knownStreetKey,
  placeKey,
  stateKey,
  streetKey,
  townKey,
} from '../../src/matching/index/keys.ts';

const part = fc.stringMatching(/^[A-Z0-9]{1,4}$/);
const parts = fc.tuple(part, part, part);

/** Every kind, of the same parts. */
function keysOf([first, second, third]: readonly [string, string, string]): readonly bigint[] {
  return [
    streetKey(first, second, third),
    stateKey(first, second, third),
    houseKey(first, second),
    townKey(first, second, third),
    knownStreetKey(first, second),
    placeKey(first, second),
  ];
}

test('kinds do not meet, nor do other parts of one kind', () => {
  fc.assert(
    fc.property(parts, part, ([first, second, third], other) => {
      const keys = keysOf([first, second, third]);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keysOf([first, second, third])).toEqual(keys);
      fc.pre(other !== first && other !== second && other[0] !== third[0]);
      const [changedFirst, changedSecond] = [keysOf([other, second, third]), keysOf([first, other, third])];
      for (const [kind, key] of keys.entries()) expect([changedFirst[kind], changedSecond[kind]]).not.toContain(key);
      expect(streetKey(first, second, other)).not.toBe(keys[0]);
      expect(stateKey(first, second, other)).not.toBe(keys[1]);
      expect(townKey(first, second, other)).not.toBe(keys[3]);
    }),
  );
});

test('of a street’s name a town’s key has the first letter, so that a slip behind it costs nothing', () => {
  expect(townKey('12', 'EASTON', 'ALDER')).toBe(townKey('12', 'EASTON', 'ALDRE'));
  expect(townKey('12', 'EASTON', 'ALDER')).not.toBe(townKey('12', 'EASTON', 'BLDER'));
});

test('cells of a grid have keys of their own', () => {
  const keys = new Set<bigint>();
  for (let row = -20; row < 20; row++) for (let column = -20; column < 20; column++) keys.add(cellKey(row, column));
  expect(keys.size).toBe(1600);
});

test('keys are stored with the data: what each kind is made of stays', () => {
  expect(keysOf(['12', 'ALDER', '18042'])).toEqual(
    ['S|12|ALDER|18042', 'B|12|ALDER|18042', 'H|12|ALDER', 'T|12|ALDER|1', 'K|12|ALDER', 'P|12|ALDER'].map(hashKey),
  );
  expect(cellKey(20_000, -37_500)).toBe(hashKey('C|20000|-37500'));
});
