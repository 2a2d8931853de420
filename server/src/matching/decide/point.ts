/** A row in coordinate mode to its verdict: the nearest property within a radius. */
import { cellsAround, distanceMeters, isPoint } from '../index/cells.ts';
import type { LocatedRow } from '../index/entries.ts';
import { cellKey } from '../index/keys.ts';
import type { Verdict } from './verdict.ts';

/** The cells of a row in coordinate mode, unchanged. */
export interface PointRow {
  readonly latitude: string;
  readonly longitude: string;
}

export interface PreparedPoint {
  /** Undefined if the cells hold no point on earth. */
  readonly point: { readonly latitude: number; readonly longitude: number } | undefined;
  readonly keys: readonly bigint[];
}

/** Points of one building differ by rounding; properties this close to the nearest one are at the same address. */
const SAME_POINT_METERS = 1;
const NUMBER = /^[+-]?(?:\d{1,3}(?:\.\d*)?|\.\d+)$/;

export function preparePoint(row: PointRow, radiusMeters: number): PreparedPoint {
  const latitude = readDegrees(row.latitude);
  const longitude = readDegrees(row.longitude);
  if (latitude === undefined || longitude === undefined || !isPoint(latitude, longitude))
    return { point: undefined, keys: [] };
  const keys = cellsAround(latitude, longitude, radiusMeters).map(([y, x]) => cellKey(y, x));
  return { point: { latitude, longitude }, keys };
}

function readDegrees(cell: string): number | undefined {
  const text = cell
    .trim()
    .replace(/(?<![°'])[°']+$/, '')
    .replace(/^'/, '')
    .replace('−', '-');
  return NUMBER.test(text) ? Number(text) : undefined;
}

/**
 * The verdict for a point. The nearest property counts; at its very place a commercial one outranks residences.
 *
 * Its confidence is nearness. How often the nearest one is meant depends on the error of the customer's points, not on the distance:
 * points moved at random among 7,525 real buildings by 5, 15 and 30 m (standard deviation) met theirs in 99, 95 and 88 % of cases,
 * and no less often where the nearest one was 30 to 40 m away than where it was below 10 m.
 */
export function decidePoint({ point }: PreparedPoint, rows: readonly LocatedRow[], radiusMeters: number): Verdict {
  if (point === undefined) return answer('Unrecognized address', null, 1);
  let nearest = Number.POSITIVE_INFINITY;
  const near: { row: LocatedRow; meters: number }[] = [];
  for (const row of rows) {
    if (row.latitude === null || row.longitude === null) continue;
    const meters = distanceMeters(point.latitude, point.longitude, row.latitude, row.longitude);
    if (meters > radiusMeters) continue;
    near.push({ row, meters });
    nearest = Math.min(nearest, meters);
  }
  const there = near.filter(({ meters }) => meters <= nearest + SAME_POINT_METERS).map(({ row }) => row);
  const commercial = there.filter(({ matchClass }) => matchClass === 'commercial').map(({ propertyId }) => propertyId);
  if (there.length === 0) return answer('MISSING', null, 1);
  const confidence = Math.round((1 - nearest / (2 * radiusMeters)) * 1000) / 1000;
  if (commercial.length > 0) return answer(null, Math.min(...commercial), confidence);
  return answer(
    there.some(({ matchClass }) => matchClass === 'sfr') ? 'SFR' : 'Condo Property (SFR)',
    null,
    confidence,
  );
}

function answer(reason: Verdict['reason'], propertyId: number | null, confidence: number): Verdict {
  const candidates = propertyId === null ? [] : [{ propertyId, cost: 0 }];
  return {
    status: reason === null ? 'OK' : 'MISS',
    reason,
    propertyId,
    confidence,
    codes: [],
    matchedAddress: null,
    candidates,
  };
}
