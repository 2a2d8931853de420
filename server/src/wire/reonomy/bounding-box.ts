/** The box on the map that bounds a search: `{"top_left": {"lat", "lon"}, "bottom_right": {"lat", "lon"}}`. */
import { z } from 'zod';
import type { Fault } from '../../core/faults.ts';
import type { BoundingBox } from '../../core/file-job-spec.ts';
import { isObject } from '../../core/input/objects.ts';

const NAME = 'bounding_box';
const CORNERS = ['top_left', 'bottom_right'] as const;
/** Clients of maps have other names for the same. */
const LATITUDE = { most: 90, names: ['lat', 'latitude'] } as const;
const LONGITUDE = { most: 180, names: ['lon', 'lng', 'longitude'] } as const;

const cornerSchema = z.object({
  lat: z.number().meta({ description: 'Degrees, -90 to 90.' }),
  lon: z.number().meta({ description: 'Degrees, -180 to 180.' }),
});
export const boundingBoxSchema = z.object({ top_left: cornerSchema, bottom_right: cornerSchema });

export function boundingBoxFields({ north, south, west, east }: BoundingBox): z.infer<typeof boundingBoxSchema> {
  return { top_left: { lat: north, lon: west }, bottom_right: { lat: south, lon: east } };
}

interface Corner {
  readonly latitude: number;
  readonly longitude: number;
}

function readDegrees(
  corner: object,
  where: string,
  { most, names }: typeof LATITUDE | typeof LONGITUDE,
  faults: Fault[],
) {
  const given = names.filter((name) => Object.hasOwn(corner, name));
  const value: unknown = given.length === 1 ? Reflect.get(corner, given[0] ?? '') : undefined;
  if (typeof value === 'number' && Math.abs(value) <= most) return value;
  faults.push(`${where}.${names[0]} must be a number between -${most} and ${most}`);
  return Number.NaN;
}

function readCorner(box: object, name: (typeof CORNERS)[number], faults: Fault[]): Corner | null {
  const corner: unknown = Reflect.get(box, name);
  const where = `${NAME}.${name}`;
  if (!isObject(corner)) {
    faults.push(`${where} must be an object with lat and lon`);
    return null;
  }
  return {
    latitude: readDegrees(corner, where, LATITUDE, faults),
    longitude: readDegrees(corner, where, LONGITUDE, faults),
  };
}

/** Null after a fault. */
export function readBoundingBox(raw: unknown, faults: Fault[]): BoundingBox | null {
  if (!isObject(raw)) {
    faults.push(`${NAME} must be an object with top_left and bottom_right`);
    return null;
  }
  const before = faults.length;
  for (const name of Object.keys(raw)) {
    if (!CORNERS.some((corner) => corner === name))
      faults.push(`${NAME} has ${name.slice(0, 64)}; it has top_left and bottom_right`);
  }
  const [topLeft, bottomRight] = CORNERS.map((corner) => readCorner(raw, corner, faults));
  if (!topLeft || !bottomRight || faults.length > before) return null;
  if (topLeft.latitude < bottomRight.latitude)
    faults.push(`${NAME}.top_left.lat must not be less than ${NAME}.bottom_right.lat`);
  if (topLeft.longitude > bottomRight.longitude) {
    faults.push(
      `${NAME}.top_left.lon must not be greater than ${NAME}.bottom_right.lon; a box does not cross the date line`,
    );
  }
  if (faults.length > before) return null;
  return {
    north: topLeft.latitude,
    south: bottomRight.latitude,
    west: topLeft.longitude,
    east: bottomRight.longitude,
  };
}
