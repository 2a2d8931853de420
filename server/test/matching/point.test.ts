/** Coordinate mode: the nearest property within a radius. */
import { describe, expect, test } from 'vitest';
import { matchPoints } from '../../src/matching/decide/match.ts';
import { decidePoint, preparePoint } from '../../src/matching/decide/point.ts';
import { distanceMeters } from '../../src/matching/index/cells.ts';
import type { PropertyAddresses } from '../../src/matching/index/entries.ts';
import { createMemoryIndex } from './memory-index.ts';

const RADIUS_METERS = 75;
/** North of the first property, in degrees. */
const METER = 1 / 111_195;

function at(propertyId: number, north: number, assetCategory: string): PropertyAddresses {
  const [latitude, longitude] = [40 + north * METER, -75];
  return { propertyId, addresses: [], city: '', state: '', zip: '', assetCategory, latitude, longitude };
}

const SOURCE = createMemoryIndex([
  at(1, 0, 'commercial'),
  at(2, 200, 'sfr'),
  at(3, 200, 'multifamily'),
  at(4, 260, 'condo'),
  at(5, 1000, 'sfr'),
  at(6, 1000, 'condo'),
]);

async function answerTo(latitude: string, longitude: string): Promise<string> {
  const [verdict] = await matchPoints([{ latitude, longitude }], RADIUS_METERS, SOURCE);
  return `${verdict?.status} ${verdict?.reason ?? verdict?.propertyId}`;
}

test.each([
  [0, 'OK 1'],
  [74, 'OK 1'],
  [76, 'MISS MISSING'],
  [200, 'OK 3'],
  [235, 'MISS Condo Property (SFR)'],
  [1010, 'MISS SFR'],
])('%i m north: %s', async (north, answer) => {
  expect(await answerTo(String(40 + north * METER), '-75')).toBe(answer);
});

describe('what is no point', () => {
  test.each([
    ['0', '0'],
    ['', '-75'],
    ['40', ''],
    ['abc', '-75'],
    ['91.2', '-75'],
    ['40', '-275'],
    ['1e1', '-75'],
    ['NaN', 'NaN'],
    ['40,0', '-75'],
  ])('%j, %j', async (latitude, longitude) => {
    expect(await answerTo(latitude, longitude)).toBe('MISS Unrecognized address');
  });
});

describe('of several at one place', () => {
  const verdictAt = async (radiusMeters: number, ...properties: readonly PropertyAddresses[]) =>
    (await matchPoints([{ latitude: '40', longitude: '-75' }], radiusMeters, createMemoryIndex(properties)))[0];

  test('the lowest id of the commercial ones answers, alone', async () => {
    const there = [at(9, 0, 'commercial'), at(3, 0.5, 'commercial'), at(1, 0, 'sfr')];
    expect(await verdictAt(75, ...there)).toEqual({
      status: 'OK',
      reason: null,
      propertyId: 3,
      confidence: 1,
      codes: [],
      matchedAddress: null,
      candidates: [{ propertyId: 3, cost: 0 }],
    });
  });

  test('further away than rounding another one is meant', async () => {
    expect((await verdictAt(75, at(1, 0, 'sfr'), at(2, 1.5, 'commercial')))?.reason).toBe('SFR');
    expect((await verdictAt(75, at(1, 0, 'sfr'), at(2, 0.9, 'commercial')))?.propertyId).toBe(2);
  });

  test('a property without a point is nowhere', async () => {
    const located = at(1, 0, 'commercial');
    const rows = [
      { propertyId: 2, matchClass: 'commercial' as const, latitude: null, longitude: -75 },
      { propertyId: 3, matchClass: 'commercial' as const, latitude: 40, longitude: null },
    ];
    const point = preparePoint({ latitude: '40', longitude: '-75' }, 75);
    expect(decidePoint(point, rows, 75)).toMatchObject({ status: 'MISS', reason: 'MISSING', candidates: [] });
    expect((await verdictAt(75, located))?.propertyId).toBe(1);
    const equator = preparePoint({ latitude: '0', longitude: '-75' }, 75);
    const meridian = preparePoint({ latitude: '40', longitude: '0' }, 75);
    expect(decidePoint(equator, rows, 75).reason).toBe('MISSING');
    expect(decidePoint(meridian, rows, 75).reason).toBe('MISSING');
  });

  test.each([
    [0, 100, 1],
    [10, 100, 0.95],
    [50, 100, 0.75],
    [98, 100, 0.51],
    [10, 50, 0.9],
  ])('one that is %i m away within %i is promised %f', async (meters, radiusMeters, confidence) => {
    expect((await verdictAt(radiusMeters, at(1, meters, 'commercial')))?.confidence).toBeCloseTo(confidence, 3);
    expect((await verdictAt(radiusMeters, at(1, meters, 'condo')))?.confidence).toBeCloseTo(confidence, 3);
  });
});

test('what is no point is not looked up', () => {
  for (const [latitude, longitude] of [
    ['', '-75'],
    ['40', 'x'],
    ['', ''],
    ['0', '0'],
  ] as const) {
    const point = preparePoint({ latitude, longitude }, 75);
    expect(point).toEqual({ point: undefined, keys: [] });
    expect(decidePoint(point, [], 75)).toMatchObject({ reason: 'Unrecognized address', confidence: 1, codes: [] });
  }
});

test.each([
  ['.5', 0.5],
  ['.25', 0.25],
  ['5.', 5],
  ['−40.5', -40.5],
  ["'40'", 40],
  ["40°''", 40],
  ["4'0", undefined],
  ['.', undefined],
  ['1234', undefined],
])('a cell %j is %d degrees', (cell, degrees) => {
  expect(preparePoint({ latitude: cell, longitude: '-75' }, 75).point?.latitude).toBe(degrees);
});

test.each([
  [' 40.0 ', '-75.000'],
  ['+40', '-75'],
  ["'40", '-75'],
  ['40°', '-75°'],
])('%j, %j is a point', async (latitude, longitude) => {
  expect(await answerTo(latitude, longitude)).toBe('OK 1');
});

test('distances are those of a sphere', () => {
  expect(distanceMeters(0, 0, 0, 1)).toBeCloseTo(111_195, 0);
  expect(distanceMeters(60, 10, 60, 11)).toBeCloseTo(55_597, -1);
  expect(distanceMeters(40, -75, 40, -75)).toBe(0);
});

test('a radius that no search can mean is refused', async () => {
  await expect(matchPoints([{ latitude: '40', longitude: '-75' }], 5_000_000, SOURCE)).rejects.toThrow('too wide');
});
