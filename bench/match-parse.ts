/**
 * `npm run match:parse -- DIR`: how many labelled addresses the matcher's parser and the package parse-address read correctly.
 *
 * DIR holds usaddress' labelled lines: labeled.xml, us50_test_tagged.xml, train_labeled.xml. A line counts if a person labelled
 * both a house number (AddressNumber…) and a street (StreetName…) in it: 118, 599 and 1,277 lines. It is right if both parts are:
 * - the number without blanks and marks, spelled numbers as digits (`One` is 1);
 * - the street as the sequence of its labelled words: direction, type and name in the order of the line, without blanks and marks,
 *   every suffix and direction in its standard abbreviation (`Street` is `St`).
 * Both parsers get the same text and are compared the same way. The first reading of ours counts.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { parseLocation } from 'parse-address';
import { standardDirection } from '../server/dist/matching/directionals.js';
import { cardinalAt } from '../server/dist/matching/number-words.js';
import { RowReader } from '../server/dist/matching/read/row.js';
import { standardSuffix } from '../server/dist/matching/suffixes.js';
import { Words } from '../server/dist/matching/words.js';
import { say } from './statistics.ts';

const FILES = ['labeled', 'us50_test_tagged', 'train_labeled'];

interface LabelledLine {
  readonly text: string;
  readonly number: string;
  readonly street: string;
}

type XmlNode = Readonly<Record<string, unknown>>;

function bareWords(text: string): string[] {
  return text
    .toUpperCase()
    .replace(/[.,'"]/g, '')
    .split(/[^A-Z0-9]+/)
    .filter(Boolean);
}

function bareNumber(text: string): string {
  const words = bareWords(text.replace(/[.,'"]/g, ' '));
  const spelled = cardinalAt(new Words(words));
  return spelled?.words === words.length ? String(spelled.value) : words.join('');
}

function bareStreet(text: string): string {
  return bareWords(text)
    .map((word) => standardSuffix(word) ?? standardDirection(word) ?? word)
    .join('');
}

function answer(number: string, street: string): string {
  return `${bareNumber(number)} ${bareStreet(street)}`;
}

function isNode(value: unknown): value is XmlNode {
  return typeof value === 'object' && value !== null;
}

function children(value: unknown): XmlNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function textOf(value: unknown): string {
  return children(value)
    .map((node) => String(node['#text'] ?? ''))
    .join('');
}

/** Labelled words of a line are elements between its blanks. */
function readLine(parts: readonly XmlNode[]): LabelledLine {
  let text = '';
  const number: string[] = [];
  const street: string[] = [];
  for (const part of parts) {
    const [label = ''] = Object.keys(part).filter((key) => key !== ':@');
    const word = label === '#text' ? String(part['#text']) : textOf(part[label]);
    text += word;
    if (label.startsWith('AddressNumber')) number.push(word);
    if (label.startsWith('StreetName')) street.push(word);
  }
  return { text, number: number.join(' '), street: street.join(' ') };
}

async function readLines(path: string): Promise<LabelledLine[]> {
  const parser = new XMLParser({ preserveOrder: true, trimValues: false, parseTagValue: false, htmlEntities: true });
  const document: unknown = parser.parse(await readFile(path));
  const collection = children(document).flatMap((node) => children(node['AddressCollection']));
  const lines = collection
    .filter((node) => 'AddressString' in node)
    .map((node) => readLine(children(node['AddressString'])));
  return lines.filter(({ number, street }) => number !== '' && street !== '');
}

const reader = new RowReader();

function ours({ text }: LabelledLine): string {
  const [reading] = reader.read({ address: text, city: '', state: '', zip: '' });
  return reading === undefined ? '' : answer(reading.number.text, reading.streetWords.join(' '));
}

function theirs({ text }: LabelledLine): string {
  const { number = '', prefix = '', street = '', type = '', suffix = '' } = parseLocation(text) ?? {};
  return answer(number, [prefix, street, type, suffix].join(' '));
}

function percent(right: number, all: number): string {
  return `${((100 * right) / all).toFixed(1).padStart(5)} % (${right} of ${all})`;
}

async function run(directory: string): Promise<void> {
  say(`${'lines'.padEnd(18)} ${'conveyance'.padEnd(24)} parse-address`);
  for (const file of FILES) {
    const lines = await readLines(join(directory, `${file}.xml`));
    const right = (parse: (line: LabelledLine) => string) =>
      lines.filter((line) => parse(line) === answer(line.number, line.street)).length;
    say(`${file.padEnd(18)} ${percent(right(ours), lines.length).padEnd(24)} ${percent(right(theirs), lines.length)}`);
  }
}

const [directory] = process.argv.slice(2);
if (directory === undefined) {
  process.stderr.write(
    'usage: npm run match:parse -- DIR (with labeled.xml, us50_test_tagged.xml, train_labeled.xml)\n',
  );
  process.exitCode = 2;
} else await run(directory);
