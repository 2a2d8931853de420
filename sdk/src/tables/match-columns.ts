/** Which columns of a customer's table say where a property is, by their names. */
import type { MatchMapping, MatchParameter } from '../contract/types.ts';

export const ADDRESS_PARAMETERS = ['address_line_1', 'address_city', 'address_state', 'address_postal'] as const;
export const COORDINATE_PARAMETERS = ['latitude', 'longitude'] as const;

/** What people call such a column, in lower case, letters and digits only. */
const KNOWN_NAMES: Readonly<Record<MatchParameter, readonly string[]>> = {
  address_line_1: [
    ...['addressline1', 'addressline', 'address1', 'address', 'addr1', 'addr'],
    ...['streetaddress', 'street1', 'street', 'propertyaddress', 'siteaddress', 'situsaddress'],
  ],
  address_city: ['addresscity', 'city', 'cityname', 'town', 'propertycity', 'sitecity', 'situscity'],
  address_state: [
    ...['addressstate', 'state', 'statecode', 'stateabbr', 'st'],
    ...['propertystate', 'sitestate', 'situsstate'],
  ],
  address_postal: [
    ...['addresspostal', 'addresszip', 'zip', 'zipcode', 'zip5', 'postal', 'postalcode', 'postcode'],
    ...['propertyzip', 'propertyzipcode', 'sitezip', 'situszip'],
  ],
  latitude: ['latitude', 'lat'],
  longitude: ['longitude', 'lon', 'long', 'lng'],
};
/** Its columns are joined if there are several. */
const JOINED: MatchParameter = 'address_line_1';

/** A street's line in several columns, in the order in which their cells make one. */
const PARTS_OF_LINE = {
  number: [
    ...[
      'streetnumber',
      'streetno',
      'streetnum',
      'streetnbr',
      'stnumber',
      'stno',
      'stnum',
      'stnbr',
      'addressnumber',
      'addressno',
    ],
    ...['housenumber', 'houseno', 'housenum', 'housenbr', 'hno', 'buildingnumber'],
  ],
  direction: ['streetdirection', 'streetdir', 'stdir', 'predirection', 'predir', 'directionprefix', 'prefixdirection'],
  name: ['streetname', 'stname', 'street', 'roadname', 'road'],
  kind: ['streettype', 'streetsuffix', 'sttype', 'stsuffix', 'suffix'],
  directionBehind: ['postdirection', 'postdir', 'directionsuffix', 'suffixdirection'],
} as const;
/** Beside a column that is called a street's name; elsewhere they may count the rows. */
const BARE_NUMBERS: readonly string[] = ['number', 'no', 'num', 'nbr', 'nr'];

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/#(?!\d)/g, 'number')
    .replaceAll(/[^\p{Letter}\p{Number}]/gu, '');
}

/** The columns with the parts of a street's line, in their order, if a number has one of its own. */
function partsOfLine(columns: readonly string[]): readonly string[] {
  const called = (names: readonly string[]) => columns.filter((column) => names.includes(plain(column)));
  const streets = called(PARTS_OF_LINE.name);
  const numbers = called(PARTS_OF_LINE.number);
  const number = numbers.length === 0 && streets.length > 0 ? called(BARE_NUMBERS) : numbers;
  if (number.length === 0) return [];
  const { direction, kind, directionBehind } = PARTS_OF_LINE;
  return [...number, ...called(direction), ...streets, ...called(kind), ...called(directionBehind)];
}

export interface MatchColumns {
  /** Null unless every parameter of exactly one kind has exactly one column: a wrong guess would look like a bad match. */
  readonly mapping: MatchMapping | null;
  /** The kinds whose parameters have one column each: addresses, coordinates, or both. */
  readonly complete: readonly (readonly MatchParameter[])[];
  /** The columns that are named like each parameter. */
  readonly candidates: ReadonlyMap<MatchParameter, readonly string[]>;
  /** The columns that a street's line is in, in the order in which their cells make one, if no column has all of it. */
  readonly parts: readonly string[];
  /** A candidate that is the name of two columns: no mapping can name one of them. */
  readonly twin: string | null;
}

export function findMatchColumns(columns: readonly string[]): MatchColumns {
  const candidates = new Map(
    [...ADDRESS_PARAMETERS, ...COORDINATE_PARAMETERS].map((parameter): [MatchParameter, readonly string[]] => [
      parameter,
      columns.filter((column) => KNOWN_NAMES[parameter].includes(plain(column))),
    ]),
  );
  const countOf = (parameter: MatchParameter) => candidates.get(parameter)?.length ?? 0;
  const twin = [...candidates.values()].flat().find((column, at, all) => all.indexOf(column) < at) ?? null;
  const inParts = partsOfLine(columns);
  // A column for the whole line, such as Address, needs no number beside it.
  const hasWhole = (candidates.get(JOINED) ?? []).some((column) => !inParts.includes(column));
  const hasPoint = COORDINATE_PARAMETERS.every((each) => countOf(each) === 1);
  const parts = hasWhole || hasPoint ? [] : inParts;
  const kinds: readonly (readonly MatchParameter[])[] = [ADDRESS_PARAMETERS, COORDINATE_PARAMETERS];
  const complete = kinds.filter((parameters) => parameters.every((each) => countOf(each) === 1));
  const [parameters] = complete;
  const isClear = twin === null && parts.length === 0 && complete.length === 1;
  const mapping =
    isClear && parameters !== undefined
      ? Object.fromEntries(parameters.map((each) => [each, candidates.get(each)?.[0] ?? '']))
      : null;
  return { mapping, complete, candidates, parts, twin };
}
