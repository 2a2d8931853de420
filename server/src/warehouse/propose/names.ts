/** What providers call our columns, beside the names that we gave them. */
import { DAY_PHRASES } from './day-names.ts';
import { PROPERTY_PHRASES, UNIT_PHRASES } from './property-names.ts';
import { RECORD_PHRASES } from './record-names.ts';

/** By column; those of the same name have the same phrases in all tables. */
export const PHRASES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({ ...PROPERTY_PHRASES, ...UNIT_PHRASES, ...DAY_PHRASES, ...RECORD_PHRASES }).map(
    ([column, phrases]) => [column, phrases.split(', ')] as const,
  ),
);
