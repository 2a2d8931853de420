/** A search as it is asked for: its settings, and the box on the map that bounds it. */
import type { BoundingBox, SearchSpec } from '../../core/file-job-spec.ts';
import { column } from '../../core/plan/expression.ts';
import { parseSearchSettings, type SearchCondition } from './search-settings.ts';

/** Both ends are in the box. A property without coordinates is in none. Look-ups show where a property lies, so the box is exact. */
function between(name: 'latitude' | 'longitude', min: number, max: number): SearchCondition {
  const setting = {
    name,
    kind: 'numbers',
    expression: column('p', name),
    values: null,
    precision: 'exact',
    description: 'Where the property lies, in degrees.',
  } as const;
  return { setting, kind: 'numbers', min, max };
}

function withinBox({ north, south, west, east }: BoundingBox): readonly SearchCondition[] {
  return [between('latitude', south, north), between('longitude', west, east)];
}

/** What a property must meet to be found: all of it. Throws `invalid_parameter` as `parseSearchSettings` does. */
export function searchConditions({ settings, boundingBox }: SearchSpec): readonly SearchCondition[] {
  return [...parseSearchSettings(settings), ...(boundingBox === undefined ? [] : withinBox(boundingBox))];
}
