/** One property by its id: the query, and the answer. */
import { z } from 'zod';
import { DETAIL_TYPES, type DetailsSpec } from '../../core/details.ts';
import { ConveyanceError, refuseFaults } from '../../core/errors.ts';
import type { KnownNames } from '../../core/input/unknown-fields.ts';
import { text } from '../fields.ts';
import { mistakenNames, parseDetailsRequest } from './details-request.ts';

export const propertyParamsSchema = z.object({
  property_id: text({ format: 'uuid', description: 'The property’s UUID.' }),
});

export const propertyQuerySchema = z.object({
  detail_type: z
    .array(z.enum(DETAIL_TYPES))
    .meta({ description: 'Repeated or separated by commas; `basic` when left out.' })
    .optional(),
  filter_pii: z.boolean().meta({ description: 'Leave personal data out; `true` and `false` in any case.' }).optional(),
});

/** A line of a `property-details` result: its fields are those of the detail types, in their own words. */
export const propertySchema = z.object({ id: text() }).loose();

const QUERY: KnownNames = { of: 'the query', kind: 'parameter', known: Object.keys(propertyQuerySchema.shape) };

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** As the query string has them. */
export interface RawPropertyRequest {
  /** Repeated, separated by commas, or both; none: `basic`. */
  readonly detailTypes: readonly string[];
  /** Each time that it is given. */
  readonly filterPii: readonly string[];
  /** Of every parameter of the query string. */
  readonly names: readonly string[];
}

/** Throws `invalid_parameter`. */
export function parsePropertyQuery({ detailTypes, filterPii, names }: RawPropertyRequest): DetailsSpec {
  refuseFaults(mistakenNames(names, QUERY));
  if (filterPii.length > 1) {
    throw new ConveyanceError('invalid_parameter', 'filter_pii must be in the query once at most');
  }
  // Python's clients write True and False.
  const [asked = 'false'] = filterPii;
  const filters = FLAGS.get(asked.toLowerCase());
  if (filters === undefined) throw new ConveyanceError('invalid_parameter', 'filter_pii must be true or false');
  const types = detailTypes.flatMap((text) => text.split(',')).filter((type) => type !== '');
  return parseDetailsRequest({
    detail_type: types.length === 0 ? ['basic'] : types,
    filters: { filter_pii: filters },
  });
}
