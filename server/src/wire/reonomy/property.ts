/** One property by its id: the query, and the answer. */
import { z } from 'zod';
import { DETAIL_TYPES, type DetailsSpec } from '../../core/details.ts';
import { ConveyanceError, refuseFaults } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import { UuidList } from '../../core/ids/uuid-list.ts';
import { type Fields, isObject } from '../../core/input/objects.ts';
import { type KnownNames, SHOWN_CHARACTERS } from '../../core/input/unknown-fields.ts';
import { text } from '../fields.ts';
import { detailsRequestFaults, mistakenNames, parseDetailsRequest } from './details-request.ts';

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

/** A request for more is a job. */
const MOST_PROPERTIES = 100;
/** The first of many wrong ids are enough to find out what is wrong with all. */
const MOST_IDS_NAMED = 5;

export const propertiesRequestSchema = z.object({
  property_ids: z
    .array(text({ format: 'uuid' }))
    .meta({ description: `At most ${MOST_PROPERTIES}; repetitions count once.` }),
  detail_type: z.array(z.enum(DETAIL_TYPES)).meta({ description: '`basic` when left out.' }).optional(),
  filter_pii: z.boolean().meta({ description: 'Leave personal data out.' }).optional(),
});

export const propertiesSchema = z
  .array(propertySchema)
  .meta({ description: 'In the order of the request; ids of no property that the account may see are left out.' });

const BODY: KnownNames = {
  of: 'the request',
  kind: 'field',
  known: [...Object.keys(propertiesRequestSchema.shape), 'filters', 'updated'],
};

function readUuids(value: unknown, faults: Fault[]): UuidList | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_PROPERTIES) {
    faults.push(
      `property_ids is required and must be an array of 1 to ${MOST_PROPERTIES} UUIDs; a property-details job takes more`,
    );
    return null;
  }
  const uuids = UuidList.of(value.filter((id) => typeof id === 'string'));
  if (uuids !== null && uuids.size === value.length) return uuids;
  const wrong = value.flatMap((id: unknown, at) => {
    const isUuid = typeof id === 'string' && UuidList.of([id]) !== null;
    return isUuid ? [] : [`${(JSON.stringify(id) ?? '').slice(0, SHOWN_CHARACTERS)} at place ${at + 1}`];
  });
  const more = wrong.length > MOST_IDS_NAMED ? `, and ${wrong.length - MOST_IDS_NAMED} more` : '';
  faults.push(`property_ids must contain only UUIDs; it has ${wrong.slice(0, MOST_IDS_NAMED).join(', ')}${more}`);
  return null;
}

/** The filter in either of its places: the field of this request, or the `filters` of a specification. */
function filtersOf(fields: Fields, faults: Fault[]): unknown {
  if (!Object.hasOwn(fields, 'filter_pii')) return fields['filters'];
  const filterPii = fields['filter_pii'];
  if (typeof filterPii !== 'boolean') faults.push('filter_pii must be true or false');
  if (fields['filters'] !== undefined) faults.push('filter_pii and filters say the same; give one of them');
  return { filter_pii: filterPii === true };
}

/** Throws `invalid_parameter` with every fault. An unknown field is ignored, unless a known one was meant. */
export function parsePropertiesRequest(body: unknown): { readonly uuids: UuidList; readonly details: DetailsSpec } {
  if (!isObject(body))
    throw new ConveyanceError('invalid_parameter', 'the request must be a JSON object with property_ids');
  const faults: Fault[] = [...mistakenNames(Object.keys(body), BODY)];
  const uuids = readUuids(body['property_ids'], faults);
  const fields: Fields = {
    detail_type: body['detail_type'] ?? ['basic'],
    updated: body['updated'],
    filters: filtersOf(body, faults),
  };
  refuseFaults([...faults, ...detailsRequestFaults(fields)]);
  if (uuids === null) throw new Error('the fault of the ids was told');
  return { uuids, details: parseDetailsRequest(fields) };
}
