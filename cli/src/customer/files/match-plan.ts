/** From the options of `match` to the columns that count: as --map says, or by their names. */
import { ApiError, type MatchMapping, type MatchParameter } from '@conveyance/sdk';
import { usage } from '../../terminal/errors.ts';

const ADDRESS_PARAMETERS = ['address_line_1', 'address_city', 'address_state', 'address_postal'] as const;
const COORDINATE_PARAMETERS = ['latitude', 'longitude'] as const;

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
/** Stands in an example for a name that only the user knows. */
const UNKNOWN_COLUMN = 'COLUMN';

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
const MOST_COLUMNS_SHOWN = 40;

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/#(?!\d)/g, 'number')
    .replaceAll(/[^\p{Letter}\p{Number}]/gu, '');
}

/** As typed into a shell: names of columns may have spaces. */
export function mapOption(mapping: MatchMapping): string {
  const pairs = Object.entries(mapping).flatMap(([parameter, columns]) =>
    [columns].flat().map((column) => `${parameter}=${column}`),
  );
  const text = pairs.join(',');
  return `--map ${/^[\w=,.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`}`;
}

/** Its columns are joined if there are several. */
const JOINED: MatchParameter = 'address_line_1';

/** `address_line_1=Address1,address_city=City`, in one or several. A comma within a column's name is part of it. */
function readPairs(words: readonly string[]): MatchMapping {
  const mapping = new Map<string, string | readonly string[]>();
  for (const pair of words.flatMap((word) => word.split(/,(?=\s*\w+=)/))) {
    const at = pair.indexOf('=');
    const [parameter, column] = [pair.slice(0, at).trim(), pair.slice(at + 1)];
    if (at < 1 || column === '') throw usage(`--map takes PARAMETER=COLUMN, with commas between; got "${pair}"`);
    const earlier = mapping.get(parameter);
    if (earlier !== undefined && parameter !== JOINED) throw usage(`--map names ${parameter} twice`);
    mapping.set(parameter, earlier === undefined ? column : [earlier, column].flat());
  }
  return Object.fromEntries(mapping);
}

const OF_MAPPING = /^metadata\.mapping[. ]/;

/** What the server says about the mapping, in the words of the command line; other errors unchanged. */
export function inOwnWords(error: unknown): unknown {
  if (!(error instanceof ApiError) || !OF_MAPPING.test(error.message)) return error;
  const told = (fault: string) => fault.replace(OF_MAPPING, '--map ');
  return usage(told(error.message), error.errors.map(told));
}

function listColumns(columns: readonly string[]): string {
  const shown = columns.slice(0, MOST_COLUMNS_SHOWN).map((column) => JSON.stringify(column));
  const more = columns.length > shown.length ? `, and ${columns.length - shown.length} more` : '';
  return `its columns: ${shown.join(', ')}${more}`;
}

type Found = ReadonlyMap<MatchParameter, readonly string[]>;

/** `a, b or c` */
function either(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ');
}

/** What keeps these parameters from having one column each. */
function doubtsOf(parameters: readonly MatchParameter[], found: Found): string {
  const columnsOf = (parameter: MatchParameter) => found.get(parameter) ?? [];
  const missing = parameters.filter((parameter) => columnsOf(parameter).length === 0);
  return [
    ...(missing.length > 0 ? [`no column is named like ${either(missing)}`] : []),
    ...parameters
      .filter((parameter) => columnsOf(parameter).length > 1)
      .map(
        (parameter) => `${parameter} may be ${either(columnsOf(parameter).map((column) => JSON.stringify(column)))}`,
      ),
  ].join(', ');
}

/** No mapping can name one of two columns with the same name. */
function refuseTwins(source: string, columns: readonly string[], found: Found): void {
  const twin = [...found.values()].flat().find((column, at, all) => all.indexOf(column) < at);
  if (twin === undefined) return;
  const count = columns.filter((column) => column === twin).length;
  throw usage(`${source} has ${count} columns called ${JSON.stringify(twin)}; give the columns names of their own`, [
    listColumns(columns),
  ]);
}

/** What may be wrong if the header says little or nothing. */
function adviceOn(columns: readonly string[], found: Found): readonly string[] {
  const known = [...found].filter(([, names]) => names.length > 0).map(([parameter]) => parameter);
  if (known.length === 0 && columns.length > 1) return ['Is the first line a header?'];
  if (known.length > 1) return [];
  // The known columns may be half of a point, or a city.
  const [column, ...others] = known.length === 0 ? columns : (found.get('address_line_1') ?? []);
  if (column === undefined || others.length > 0) return [];
  const option = mapOption(Object.fromEntries(ADDRESS_PARAMETERS.map((each) => [each, column])));
  return [
    ...(known.length === 0 ? ['Cells are separated by commas, semicolons or tabs.'] : []),
    `Whole addresses in one column? Name it four times:  ${option}`,
  ];
}

function refuse(
  source: string,
  columns: readonly string[],
  found: Found,
  complete: readonly (readonly MatchParameter[])[],
): never {
  const [hasStreet, hasPoint] = (['address_line_1', 'latitude'] as const).map((each) => found.get(each)?.length);
  const asked = complete.length > 0 ? complete : [!hasStreet && hasPoint ? COORDINATE_PARAMETERS : ADDRESS_PARAMETERS];
  const what = doubtsOf(asked.flat(), found) || 'it has both an address and coordinates';
  const examples = asked.map((parameters) =>
    mapOption(Object.fromEntries(parameters.map((each) => [each, found.get(each)?.[0] ?? UNKNOWN_COLUMN]))),
  );
  throw usage(`${source}: which columns count cannot be told: ${what}`, [
    listColumns(columns),
    ...adviceOn(columns, found),
    // A single column cannot hold each.
    ...(columns.length > 1 ? [`Say it:  ${examples.join('  or  ')}`] : []),
  ]);
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

/** The number alone is no address and the street alone no building's; whether a further column has both only the user knows. */
function refuseParts(source: string, columns: readonly string[], found: Found, parts: readonly string[]): never {
  const others = ADDRESS_PARAMETERS.slice(1).map((each) => [each, found.get(each)?.[0] ?? UNKNOWN_COLUMN] as const);
  const option = (line: string | readonly string[]) => mapOption({ [JOINED]: line, ...Object.fromEntries(others) });
  const whole = (found.get(JOINED) ?? []).filter((column) => !parts.includes(column));
  const named = parts.map((column) => JSON.stringify(column));
  throw usage(
    `${source}: the street's line is in parts, with the house number in a column of its own: ${named.join(', ')}`,
    [
      listColumns(columns),
      ...(parts.length > 1 ? [`Join them:  ${option(parts)}`] : []),
      ...(whole[0] === undefined ? [] : [`If ${JSON.stringify(whole[0])} has number and street:  ${option(whole[0])}`]),
      ...(parts.length === 1 && whole.length === 0
        ? [`Name the column with the street behind it:  ${option([...parts, UNKNOWN_COLUMN])}`]
        : []),
    ],
  );
}

/** Only if every parameter of one kind has exactly one column: a wrong guess would look like a bad match. */
function guess(columns: readonly string[], source: string): MatchMapping {
  const found: Found = new Map(
    [...ADDRESS_PARAMETERS, ...COORDINATE_PARAMETERS].map((parameter) => [
      parameter,
      columns.filter((column) => KNOWN_NAMES[parameter].includes(plain(column))),
    ]),
  );
  refuseTwins(source, columns, found);
  const parts = partsOfLine(columns);
  // A column for the whole line, such as Address, needs no number beside it.
  const hasWhole = (found.get(JOINED) ?? []).some((column) => !parts.includes(column));
  const hasPoint = COORDINATE_PARAMETERS.every((each) => found.get(each)?.length === 1);
  if (parts.length > 0 && !hasWhole && !hasPoint) refuseParts(source, columns, found, parts);
  const kinds: readonly (readonly MatchParameter[])[] = [ADDRESS_PARAMETERS, COORDINATE_PARAMETERS];
  const complete = kinds.filter((parameters) => parameters.every((each) => found.get(each)?.length === 1));
  const [parameters] = complete;
  if (parameters === undefined || complete.length > 1) refuse(source, columns, found, complete);
  return Object.fromEntries(parameters.map((each) => [each, found.get(each)?.[0] ?? '']));
}

export interface ColumnChoice {
  readonly mapping: MatchMapping;
  readonly guessed: boolean;
}

/** Throws a readable error if --map is not a mapping, or if it is absent and the names are not clear. The server says whether --map fits the file. */
export function chooseColumns(maps: readonly string[], columns: readonly string[], source: string): ColumnChoice {
  if (maps.length > 0) return { mapping: readPairs(maps), guessed: false };
  return { mapping: guess(columns, source), guessed: true };
}
