/** From the options of `match` to the columns that count: as --map says, or by their names. */
import {
  ADDRESS_PARAMETERS,
  ApiError,
  COORDINATE_PARAMETERS,
  findMatchColumns,
  type MatchColumns,
  type MatchMapping,
  type MatchParameter,
} from '@conveyance/sdk';
import { usage } from '../../terminal/errors.ts';

/** Stands in an example for a name that only the user knows. */
const UNKNOWN_COLUMN = 'COLUMN';

const MOST_COLUMNS_SHOWN = 40;

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

type Found = MatchColumns['candidates'];

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
function refuseTwins(source: string, columns: readonly string[], twin: string): never {
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

/** Only if the names leave no doubt. */
function guess(columns: readonly string[], source: string): MatchMapping {
  const { mapping, complete, candidates, parts, twin } = findMatchColumns(columns);
  if (twin !== null) refuseTwins(source, columns, twin);
  if (parts.length > 0) refuseParts(source, columns, candidates, parts);
  return mapping ?? refuse(source, columns, candidates, complete);
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
