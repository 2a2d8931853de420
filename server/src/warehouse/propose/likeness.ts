/** How alike a header and a column of ours are by their words alone. */
import { acceptedColumns, TABLES, type Table, type TableColumn, type TableName } from '../tables.ts';
import { PHRASES } from './names.ts';
import { SPELLINGS } from './spellings.ts';
import { headerReadings, isShortFor, phraseWords } from './words.ts';

/** What a word weighs that is a shortened one of ours, that only the header has, and that says of the cells what the column says. */
const SHORTENED = 0.9;
const EXTRA = 0.5;
const IMPLIED = 0.05;
/** A word that narrows little: the true owner is an owner. */
const QUALIFIER = 0.2;

const QUALIFIERS: ReadonlySet<string> = new Set(
  'situs physical location true legal registered freehold fee beneficial primary main pre estimated est approx standardized std full 1'.split(
    ' ',
  ),
);

/** What the rows of a table are of: in their headers it says nothing. */
const SUBJECTS: Readonly<Partial<Record<TableName, readonly string[]>>> = {
  properties: ['property', 'building'],
  property_days: ['property'],
  units: ['unit'],
  unit_days: ['unit'],
  floorplans: ['floor', 'plan'],
  floorplan_days: ['floor', 'plan'],
  sales: ['sale'],
  mortgages: ['mortgage'],
  taxes: ['tax'],
  tenants: ['tenant'],
  reported_owners: ['owner', 'mail', 'mailing', 'billing'],
};

const TYPE_WORDS: Readonly<Partial<Record<string, readonly string[]>>> = {
  date: ['date', 'day', 'time', 'timestamp', 'on'],
  money: ['amount', 'price', 'value', 'currency'],
  count: ['number', 'count', 'total'],
  fraction: ['percent', 'rate', 'share', 'ratio'],
  boolean: ['flag', 'has', 'code'],
  list: ['list'],
  text: ['name', 'text'],
};

const UNIT_WORDS: Readonly<Partial<Record<string, readonly string[]>>> = {
  acres: ['acre'],
  sq_ft: ['sqft'],
  ft: ['foot'],
  degrees: ['degree', 'decimal'],
  months: ['month'],
  days: ['day'],
  year: ['date'],
  usd_per_month: ['month'],
  usd_per_year: ['year'],
};

/** A header with the word is of no column that is something else. */
const TELLING: readonly (readonly [string, (column: TableColumn) => boolean])[] = [
  ['percent', ({ type }) => type === 'fraction'],
  ['flag', ({ type }) => type === 'boolean'],
  ['acre', ({ unit }) => unit === 'acres'],
  ['psf', ({ unit }) => unit?.includes('per_sq_ft') ?? false],
  ['sqft', ({ unit, name }) => unit === 'sq_ft' || /sq_?ft|psf/.test(name)],
  ['date', ({ type, unit }) => type === 'date' || unit === 'year'],
  ['meter', () => false],
  ['hectare', () => false],
];

/** Whose address is another place than that of the property. */
const PARTIES =
  'owner mail mailing billing taxpayer buyer seller lender borrower tenant manager management agent'.split(' ');
const PLACES: ReadonlySet<string> = new Set('address city state zip_code zip4 county latitude longitude'.split(' '));

interface Known {
  readonly phrases: readonly (readonly string[])[];
  readonly implied: ReadonlySet<string>;
}

function typeOf({ type }: TableColumn): string {
  return typeof type === 'string' ? type : 'list' in type ? 'list' : 'struct';
}

function knownOf(table: Table, column: TableColumn): Known {
  const { name, unit } = column;
  return {
    phrases: [name, ...(PHRASES.get(name) ?? [])].map(phraseWords),
    implied: new Set([
      ...(SUBJECTS[table.name] ?? []),
      ...(TYPE_WORDS[typeOf(column)] ?? []),
      ...(unit === null || unit === undefined ? [] : (UNIT_WORDS[unit] ?? [])),
    ]),
  };
}

const KNOWN: ReadonlyMap<string, Known> = new Map(
  Object.values(TABLES).flatMap((table) =>
    acceptedColumns(table).map((column) => [`${table.name}.${column.name}`, knownOf(table, column)] as const),
  ),
);

/** Words that stand for themselves, and for no longer one. */
const VOCABULARY: ReadonlySet<string> = new Set([...KNOWN.values()].flatMap(({ phrases }) => phrases.flat()));

/** A header in one of the ways in which it can be read. */
export interface Reading {
  readonly words: ReadonlySet<string>;
  /** By word of ours: that of the header which it is, or is shortened to. */
  readonly covers: ReadonlyMap<string, string>;
}

/** All words that can be shortened, with what they mean. */
const LONG_WORDS: readonly (readonly [string, readonly string[]])[] = [
  ...SPELLINGS,
  ...[...VOCABULARY].map((word) => [word, [word]] as const),
];

function readingOf(words: readonly string[]): Reading {
  const covers = new Map<string, string>();
  for (const word of words.filter((each) => !VOCABULARY.has(each))) {
    for (const [longer, meant] of LONG_WORDS) {
      if (isShortFor(word, longer)) for (const each of meant) covers.set(each, word);
    }
  }
  for (const word of words) covers.set(word, word);
  return { words: new Set(words), covers };
}

export function readHeader(header: string): readonly Reading[] {
  return headerReadings(header, (word) => VOCABULARY.has(word)).map(readingOf);
}

function extraWeight(word: string, implied: ReadonlySet<string>): number {
  if (implied.has(word)) return IMPLIED;
  return QUALIFIERS.has(word) || /^[a-z]$/.test(word) ? QUALIFIER : EXTRA;
}

/** From 0 to 1: which share of the words of both they have in common. */
function likenessOf({ words, covers }: Reading, phrase: readonly string[], implied: ReadonlySet<string>): number {
  const common = phrase.filter((word) => covers.has(word));
  if (common.length === 0) return 0;
  const covered = new Set(common.map((word) => covers.get(word)));
  const weight = common.reduce((sum, word) => sum + (words.has(word) ? 1 : SHORTENED), 0);
  const extra = [...words].reduce((sum, word) => sum + (covered.has(word) ? 0 : extraWeight(word, implied)), 0);
  return weight / (phrase.length + extra);
}

/** From 0 to 1. @param readings of the header. */
export function likeness(readings: readonly Reading[], table: Table, column: TableColumn): number {
  const known = KNOWN.get(`${table.name}.${column.name}`);
  if (known === undefined) return 0;
  const { phrases, implied } = known;
  let best = 0;
  for (const reading of readings) {
    const isElsewhere = table.name === 'properties' && PLACES.has(column.name);
    if (isElsewhere && PARTIES.some((word) => reading.covers.has(word))) continue;
    const against = TELLING.filter(([word, isOf]) => reading.words.has(word) && !isOf(column)).map(([word]) => word);
    for (const phrase of phrases) {
      const isSpokenAgainst = against.some((word) => !phrase.includes(word));
      if (!isSpokenAgainst) best = Math.max(best, likenessOf(reading, phrase, implied));
    }
  }
  return best;
}
