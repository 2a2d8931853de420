/** The options of a load that say how text files are written. */
import { choice, text, texts, usage, wholeNumber } from '@conveyance/cli/terminal';
import {
  DAY_STYLES,
  DELIMITERS,
  type Delimiter,
  ENCODINGS,
  type Encoding,
  type GivenFormat,
  NUMBER_STYLES,
  QUOTES,
  type Quote,
} from '../../../warehouse/formats/text-format.ts';

/** Names that people have for the encodings. What is called Latin-1 is Windows-1252 in practice, and browsers read it so too. */
const ENCODING_NAMES: Readonly<Record<string, Encoding>> = {
  ...Object.fromEntries(ENCODINGS.map((name) => [name, name])),
  utf8: 'utf-8',
  cp1252: 'windows-1252',
  'latin-1': 'windows-1252',
  latin1: 'windows-1252',
  'iso-8859-1': 'windows-1252',
  'utf-16': 'utf-16le',
};

const DELIMITER_NAMES: Readonly<Record<string, Delimiter>> = {
  ...Object.fromEntries(DELIMITERS.map((character) => [character, character])),
  comma: ',',
  semicolon: ';',
  tab: '\t',
  '\\t': '\t',
  pipe: '|',
};

const QUOTE_NAMES: Readonly<Record<string, Quote>> = {
  ...Object.fromEntries(QUOTES.filter((quote) => quote !== '').map((quote) => [quote, quote])),
  double: '"',
  single: "'",
  none: '',
};

export const FORMAT_OPTIONS = {
  encoding: text('<name>', {
    description: `In which encoding text files are: ${ENCODINGS.join(', ')}, latin-1. Default: found by their bytes.`,
  }),
  delimiter: text('<character>', {
    description:
      'What separates the cells of CSV: a comma, semicolon, tab or pipe, or that word. Default: found in the header.',
  }),
  quote: text('<character>', { description: 'What quotes cells of CSV: double, single or none. Default: double.' }),
  headerLine: wholeNumber('<n>', 1, {
    description: 'The line of CSV with the names of the columns. Default: the first that is not blank.',
  }),
  numbers: choice(NUMBER_STYLES, {
    description:
      'How numbers are written: plain 1234.5; point also $1,234.50, (1,234.50), 95%; comma 1.234,50. Default: found in the first rows.',
  }),
  dates: choice(DAY_STYLES, {
    description:
      'How days are written: iso 2019-01-31; ymd also 2019/1/31 and with a time; mdy also 1/31/2019; dmy also 31.01.2019. Default: found in the first rows.',
  }),
  emptyWords: texts('<word>', {
    description:
      'A word that means an empty cell, in every column. Separated by commas, or repeated; "" for none. Default: NULL, N/A and the like, where the first rows of numbers, days or truth values have them.',
  }),
};

interface FormatWords {
  readonly encoding: string | undefined;
  readonly delimiter: string | undefined;
  readonly quote: string | undefined;
  readonly headerLine: number | undefined;
  readonly numbers: GivenFormat['numbers'] | undefined;
  readonly dates: GivenFormat['dates'] | undefined;
  readonly emptyWords: readonly string[];
}

function named<Value>(flag: string, names: Readonly<Record<string, Value>>, word: string): Value {
  const found = Object.hasOwn(names, word) ? names[word] : names[word.toLowerCase()];
  if (found !== undefined) return found;
  const known = Object.keys(names).filter((name) => /^[a-z]/.test(name));
  throw usage(`${flag} must be one of: ${known.join(', ')}; got "${word}"`);
}

export function formatOf(words: FormatWords): GivenFormat {
  const { encoding, delimiter, quote, headerLine, numbers, dates, emptyWords } = words;
  return {
    ...(encoding !== undefined && { encoding: named('--encoding', ENCODING_NAMES, encoding) }),
    ...(delimiter !== undefined && { delimiter: named('--delimiter', DELIMITER_NAMES, delimiter) }),
    ...(quote !== undefined && { quote: named('--quote', QUOTE_NAMES, quote) }),
    ...(headerLine !== undefined && { headerLine }),
    ...(numbers !== undefined && { numbers }),
    ...(dates !== undefined && { dates }),
    ...(emptyWords.length > 0 && {
      empty: emptyWords.flatMap((word) => word.split(',')).filter((word) => word !== ''),
    }),
  };
}
