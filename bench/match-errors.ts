/** Rows like those in people's lists, made from known addresses by a seeded generator: every row knows its right answer. */
import { Random } from '../server/dist/demo/parameters/random.js';
import type { Subject } from './match-world.ts';

export interface MadeRow {
  readonly cells: readonly [line: string, city: string, state: string, postal: string];
  /** The right answer: the property, or why there is none. */
  readonly propertyId: number | null;
  readonly reason: string;
}

/** Shares of rows; several errors may meet in one. A row that is absent on purpose has no error: it must stay absent. */
const ABSENT = 0.1;
const IN_FULL = 0.35;
const UPPER = 0.25;
const LOWER = 0.1;
const UNIT = 0.12;
const TYPO = 0.12;
const NO_SUFFIX = 0.06;
const NO_DIRECTION = 0.2;
const NO_ZIP = 0.05;
const WRONG_ZIP = 0.04;
const PLUS_FOUR = 0.08;
const SPREADSHEET_ZIP = 0.04;
const NO_CITY = 0.05;
const CITY_TYPO = 0.05;
const ONE_CELL = 0.05;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const FULL: Readonly<Record<string, string>> = {
  St: 'Street',
  Ave: 'Avenue',
  Rd: 'Road',
  Dr: 'Drive',
  Ln: 'Lane',
  Ct: 'Court',
  Blvd: 'Boulevard',
  Pl: 'Place',
  Ter: 'Terrace',
  Cir: 'Circle',
  N: 'North',
  S: 'South',
  E: 'East',
  W: 'West',
};

/** One letter dropped, doubled, replaced or changed with its neighbour; never the first, nor in a short word or number. */
function misspell(text: string, random: Random): string {
  if (text.length < 5 || /\d/.test(text)) return text;
  const at = random.between(1, text.length - 2);
  const [head, letter = '', tail] = [text.slice(0, at), text[at], text.slice(at + 1)];
  const made = [
    head + tail,
    head + letter + letter + tail,
    head + random.pick([...LETTERS]) + tail,
    head + (tail[0] ?? '') + letter + tail.slice(1),
  ];
  return random.pick(made);
}

function postal(zip: string, random: Random): string {
  if (random.chance(NO_ZIP)) return '';
  if (random.chance(WRONG_ZIP)) return zip.slice(0, 4) + ((Number(zip[4]) + random.between(1, 9)) % 10);
  if (random.chance(PLUS_FOUR)) return `${zip}-${random.between(1000, 9999)}`;
  if (random.chance(SPREADSHEET_ZIP)) return `${Number(zip)}.0`;
  return zip;
}

function cased(text: string, random: Random): string {
  const share = random.share();
  if (share < UPPER) return text.toUpperCase();
  return share < UPPER + LOWER ? text.toLowerCase() : text;
}

function line(subject: Subject, number: number, isAbsent: boolean, random: Random): string {
  const { predir, suffix } = subject;
  const full = random.chance(IN_FULL);
  const spelled = (part: string) => (full ? (FULL[part] ?? part) : part);
  const name = !isAbsent && random.chance(TYPO) ? misspell(subject.name, random) : subject.name;
  const direction = !isAbsent && random.chance(NO_DIRECTION) ? '' : spelled(predir);
  const type = !isAbsent && random.chance(NO_SUFFIX) ? '' : spelled(suffix);
  const unit = random.chance(UNIT) ? `${random.pick(['Apt', 'Suite', '#'])} ${random.between(1, 400)}` : '';
  return [number, direction, name, type, unit].filter((part) => part !== '').join(' ');
}

function makeRow(subject: Subject, random: Random): MadeRow {
  const isAbsent = random.chance(ABSENT);
  const number = isAbsent ? subject.number + 1 : subject.number;
  const street = line(subject, number, isAbsent, random);
  const town = random.chance(CITY_TYPO) ? misspell(subject.city, random) : subject.city;
  const city = random.chance(NO_CITY) ? '' : town;
  const zip = isAbsent ? subject.zip : postal(subject.zip, random);
  const cells = [cased(street, random), cased(city, random), subject.state, zip] as const;
  const oneCell = [cells.filter((cell) => cell !== '').join(', '), '', '', ''] as const;
  const { category } = subject;
  const residence = { sfr: 'SFR', condo: 'Condo Property (SFR)' }[category] ?? '';
  return {
    cells: random.chance(ONE_CELL) ? oneCell : cells,
    propertyId: isAbsent || residence !== '' ? null : subject.propertyId,
    reason: isAbsent ? 'MISSING' : residence,
  };
}

export function makeRows(subjects: readonly Subject[]): MadeRow[] {
  const random = new Random('rows to match');
  return subjects.map((subject) => makeRow(subject, random));
}
