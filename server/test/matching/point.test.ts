/** Coordinate mode: the nearest property within a radius. */
import { describe, expect, test } from 'vitest';
import { matchPoints } from '../../src/matching/decide/match.ts';
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
