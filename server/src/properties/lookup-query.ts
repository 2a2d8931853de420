/** The query string of a property look-up: which properties, which page. */
import { ConveyanceError, isConveyanceError } from '../core/errors.ts';
import type { PageRequest } from '../core/pages.ts';
import { parsePageRequest } from '../wire/apartmentiq/pages.ts';

export type RawLookup = Readonly<Record<string, string | undefined>>;

export interface TextFilter {
  readonly name: string;
  readonly column: string;
  /** Both ignore case. `contains` finds any part of the text, every character taken literally. */
  readonly match: 'is' | 'contains';
}

const TEXT_FILTERS: readonly TextFilter[] = [
  { name: 'city', column: 'city', match: 'is' },
  { name: 'state', column: 'state', match: 'is' },
  { name: 'zip_code', column: 'zip_code', match: 'is' },
  { name: 'market_name', column: 'market_name', match: 'is' },
  { name: 'name', column: 'property_name', match: 'contains' },
  { name: 'management_company_name', column: 'management_company_name', match: 'contains' },
];

export interface Circle {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusMiles: number;
}

export interface Lookup {
  readonly texts: readonly { readonly filter: TextFilter; readonly text: string }[];
  readonly circle: Circle | null;
  readonly page: PageRequest;
}

const MAX_TEXT_CHARACTERS = 200;
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
    return [{ filter, text }];
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
    return parsePageRequest({ page: raw['page'], perPage: raw['per_page'] });
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
