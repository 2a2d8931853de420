/** A grid over the earth for look-ups by distance, and the distance itself. */

/** Cells per degree: a side of 222 m north to south. A radius of 75 m meets one to four of them. */
const CELLS_PER_DEGREE = 500;
const METERS_PER_DEGREE = 111_195;
const EARTH_RADIUS_METERS = 6_371_009;
const RADIANS = Math.PI / 180;
/** Nearer to a pole a circle meets every column; nothing to match is there. */
const MOST_LATITUDE = 85;
/** A radius that meets more cells is a mistake in a setting. */
const MOST_CELLS = 10_000;

/** True for a point on earth that a property may have. 0,0 stands for "unknown" in every source. */
export function isPoint(latitude: number, longitude: number): boolean {
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return false;
  if (Math.abs(latitude) > MOST_LATITUDE || Math.abs(longitude) > 180) return false;
  return latitude !== 0 || longitude !== 0;
}

export function cellOf(latitude: number, longitude: number): [row: number, column: number] {
  return [Math.floor(latitude * CELLS_PER_DEGREE), Math.floor(longitude * CELLS_PER_DEGREE)];
}

/** Every cell that a circle may meet. */
export function cellsAround(
  latitude: number,
  longitude: number,
  radiusMeters: number,
): [row: number, column: number][] {
  const north = radiusMeters / METERS_PER_DEGREE;
  const east = north / Math.cos(latitude * RADIANS);
  const [firstRow, firstColumn] = cellOf(latitude - north, longitude - east);
  const [lastRow, lastColumn] = cellOf(latitude + north, longitude + east);
  if ((lastRow - firstRow + 1) * (lastColumn - firstColumn + 1) > MOST_CELLS) {
    throw new RangeError(`a radius of ${radiusMeters} m is too wide to search`);
  }
  const cells: [number, number][] = [];
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) cells.push([row, column]);
  }
  return cells;
}

/** Meters along a great circle. */
export function distanceMeters(
  fromLatitude: number,
  fromLongitude: number,
  latitude: number,
  longitude: number,
): number {
  const north = Math.sin(((latitude - fromLatitude) * RADIANS) / 2);
  const east = Math.sin(((longitude - fromLongitude) * RADIANS) / 2);
  const chord = north * north + Math.cos(fromLatitude * RADIANS) * Math.cos(latitude * RADIANS) * east * east;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(chord)));
}
