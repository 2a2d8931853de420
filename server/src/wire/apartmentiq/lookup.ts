/** Property look-ups: the query, and a page of the result. */
import { z } from 'zod';
import type { Circle, Lookup, PropertySummary, TextFilter } from '../../core/details.ts';
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import { type KnownValues, noSuchValue, readKnownValue } from '../../core/input/known-values.ts';
import type { Page, PageRequest } from '../../core/pages.ts';
import { MAX_TEXT_CHARACTERS } from '../../reports/details/search-settings.ts';
import { integer, text } from '../fields.ts';
import { pageQuerySchema, paginationFields, paginationSchema, parsePageRequest } from './pages.ts';

const propertySchema = z
  .object({
    id: integer(),
    property_name: text().nullable(),
    address: text().nullable(),
    city: text().nullable(),
    state: text().nullable(),
    zip_code: text().nullable(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    unit_count: integer().nullable(),
    year_built: integer().nullable(),
    property_class: text().nullable(),
    reonomy_id: text({ description: 'The property’s UUID, by which its details are requested.', format: 'uuid' }),
  })
  .meta({ id: 'PropertySummary' });

export const lookupQuerySchema = pageQuerySchema.extend({
  city: text({ description: 'City.' }).optional(),
  state: text({ description: 'State, by its two-letter code or its name.' }).optional(),
  zip_code: text({ description: 'Five-digit ZIP code.' }).optional(),
  market_name: text({ description: 'Market.' }).optional(),
  name: text({ description: 'Part of the property’s name.' }).optional(),
  management_company_name: text({ description: 'Part of the management company’s name.' }).optional(),
  latitude: z.number().meta({ description: 'Centre of the search; needs longitude and radius_miles.' }).optional(),
  longitude: z.number().meta({ description: 'Centre of the search; needs latitude and radius_miles.' }).optional(),
  radius_miles: z.number().meta({ description: 'Radius of the search in miles.' }).optional(),
});

export const propertyListSchema = z
  .object({ properties: z.array(propertySchema), pagination: paginationSchema })
  .meta({ id: 'PropertyList' });

function propertyFields(property: PropertySummary): z.infer<typeof propertySchema> {
  return {
    id: property.id,
    property_name: property.propertyName,
    address: property.address,
    city: property.city,
    state: property.state,
    zip_code: property.zipCode,
    latitude: property.latitude,
    longitude: property.longitude,
    unit_count: property.unitCount,
    year_built: property.yearBuilt,
    property_class: property.propertyClass,
    reonomy_id: property.uuid,
  };
}

export function propertyListFields(page: Page<PropertySummary>): z.infer<typeof propertyListSchema> {
  return { properties: page.items.map(propertyFields), pagination: paginationFields(page) };
}

/** As the query string has it. */
export type RawLookup = Readonly<Record<string, string | undefined>>;

type NamedFilter = TextFilter & {
  readonly name: keyof typeof lookupQuerySchema.shape;
  /** What it can be; absent if it can be anything. */
  readonly values?: KnownValues;
};

const TEXT_FILTERS: readonly NamedFilter[] = [
  { name: 'city', column: 'city', match: 'is' },
  { name: 'state', column: 'state', match: 'is', values: { kind: 'state' } },
  { name: 'zip_code', column: 'zip_code', match: 'begins', values: { kind: 'zip-code' } },
  { name: 'market_name', column: 'market_name', match: 'is' },
  { name: 'name', column: 'property_name', match: 'contains' },
  { name: 'management_company_name', column: 'management_company_name', match: 'contains' },
];

/** Wider than any metropolitan area; beyond it a state is the better filter. */
const MAX_RADIUS_MILES = 500;

const NUMBER_FORM = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/;

function parseNumber(text: string | undefined): number {
  return text !== undefined && NUMBER_FORM.test(text) ? Number(text) : Number.NaN;
}

function parseTexts(raw: RawLookup, faults: string[]): Lookup['texts'] {
  return TEXT_FILTERS.flatMap((filter) => {
    const text = raw[filter.name]?.trim();
    if (text === undefined) return [];
    // An empty filter is most likely a variable that was not set; returning everything would hide that.
    if (text === '') faults.push(`${filter.name} must not be empty`);
    if (text.length > MAX_TEXT_CHARACTERS) {
      faults.push(`${filter.name} must have at most ${MAX_TEXT_CHARACTERS} characters`);
    }
    const known = filter.values === undefined ? text : readKnownValue(filter.values, text);
    if (known === null && text !== '' && filter.values !== undefined) {
      faults.push(noSuchValue(filter.name, filter.values, text));
    }
    return [{ filter: { column: filter.column, match: filter.match }, text: known ?? text }];
  });
}

const CIRCLE_FIELDS = ['latitude', 'longitude', 'radius_miles'] as const;

function parseCircle(raw: RawLookup, faults: string[]): Circle | null {
  const given = CIRCLE_FIELDS.filter((name) => raw[name] !== undefined);
  if (given.length === 0) return null;
  if (given.length < CIRCLE_FIELDS.length) {
    faults.push('latitude, longitude and radius_miles must be given together');
    return null;
  }
  const [latitude, longitude, radiusMiles] = [
    parseNumber(raw['latitude']),
    parseNumber(raw['longitude']),
    parseNumber(raw['radius_miles']),
  ];
  if (!(Math.abs(latitude) <= 90)) faults.push('latitude must be a number between -90 and 90');
  if (!(Math.abs(longitude) <= 180)) faults.push('longitude must be a number between -180 and 180');
  if (!(radiusMiles > 0 && radiusMiles <= MAX_RADIUS_MILES)) {
    faults.push(`radius_miles must be a number greater than 0 and at most ${MAX_RADIUS_MILES}`);
  }
  return { latitude, longitude, radiusMiles };
}

function parsePage(raw: RawLookup, faults: string[]): PageRequest | null {
  try {
    return parsePageRequest(raw);
  } catch (error) {
    if (!isConveyanceError(error, 'invalid_parameter')) throw error;
    faults.push(...(error.errors ?? [error.message]));
    return null;
  }
}

/** Throws `invalid_parameter` with every fault; fields that it does not know are ignored. */
export function parseLookup(raw: RawLookup): Lookup {
  const faults: string[] = [];
  const texts = parseTexts(raw, faults);
  const circle = parseCircle(raw, faults);
  const page = parsePage(raw, faults);
  const [first] = faults;
  if (first !== undefined || page === null) {
    throw new ConveyanceError('invalid_parameter', first ?? 'the query is not valid', { errors: faults });
  }
  return { texts, circle, page };
}
