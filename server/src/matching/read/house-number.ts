/**
 * House numbers. One spelling may have several readings: `88-90` is house 8890 of Queens or Hawaii and also the houses 88 to 90.
 * Both are filed and both are looked up; which one is meant shows in what exists.
 */

/** Houses from `low` to `high`, both included. A single house has the same two ends. */
export interface NumberRange {
  readonly low: number;
  readonly high: number;
}

export interface HouseNumber {
  /** As it is written in an address: `88-82`, `100-104`, `12A`, `12 1/2`. */
  readonly text: string;
  /** Letters before the digits, which grid addresses have (`N165W` of N165W2123), else empty. */
  readonly grid: string;
  readonly spans: readonly NumberRange[];
  /** `A` of 12A, `1/2` of 12 1/2, else empty. */
  readonly suffix: string;
}

/** A wider span is a mistake or a block, no building. */
const WIDEST_SPAN = 200;
/** The second end of a span may leave out leading digits (8938-40). A wider one is a hyphenated house number. */
const WIDEST_SHORTENED_SPAN = 20;
/** As many houses of a span are filed one by one; of a wider one the two ends. */
const MOST_MEMBERS = 60;
const LONGEST_NUMBER = 9;

const PLAIN = /^(\d{1,9})([A-Z])?$/;
const HYPHENATED = /^(\d{1,6})-(\d{1,6})(?:-?([A-Z]))?$/;
/** Where a hyphen joins: after it Queens has two digits, Hawaii up to four; as many as before it make a span. */
const ONE_HOUSE = /^(?:\d+-\d{1,2}|\d{1,2}-\d{3,4})[A-Z]?$/;
const LETTERED = /^(\d{1,9})-([A-Z])$/;
const SLASHED = /^(?:(\d{1,6})-)?(\d{1,6})([A-Z])?\/(?:(\d{1,6})-)?(\d{1,6})([A-Z])?$/;
const FRACTION = /^(?:\d\/\d|\d\/10|\d\d?\/100)$/;
const GRID = /^([NSEW]\d{1,5}[NSEW]{1,2}|[A-Z])-?(\d{1,6})([A-Z])?$/;

/** Reads one word as a house number. Undefined for any other word, also for an ordinal (`5TH`). */
export function readHouseNumber(word: string): HouseNumber | undefined {
  const plain = PLAIN.exec(word);
  if (plain !== null) return single(Number(plain[1]), plain[2] ?? '', '', word);
  const hyphenated = HYPHENATED.exec(word);
  if (hyphenated !== null) return hyphen(hyphenated[1] ?? '', hyphenated[2] ?? '', hyphenated[3] ?? '');
  const lettered = LETTERED.exec(word);
  if (lettered !== null) return single(Number(lettered[1]), lettered[2] ?? '', '', word);
  const slashed = SLASHED.exec(word);
  if (slashed !== null) return slash(word, slashed);
  const grid = GRID.exec(word);
  if (grid !== null && /\d/.test(grid[1] ?? '')) return single(Number(grid[2]), grid[3] ?? '', grid[1] ?? '', word);
  return undefined;
}

/** House numbers that begin with one letter (`T703`, `A1075`): only a first word may be one, elsewhere it is a unit. */
export function readGridNumber(word: string): HouseNumber | undefined {
  const grid = GRID.exec(word);
  return grid === null ? undefined : single(Number(grid[2]), grid[3] ?? '', grid[1] ?? '', word);
}

/** The houses from one number to another (`100 TO 104`, `886 & 888`, `88-82 - 88-86`), or undefined if they make no span. */
export function spanOf(first: HouseNumber, last: HouseNumber, mark: string): HouseNumber | undefined {
  const low = first.spans[0];
  const high = last.spans[0];
  if (low === undefined || high === undefined || first.grid !== '' || last.grid !== '') return undefined;
  const spans: NumberRange[] = [];
  const end = fullEnd(low.low, high.high);
  if (end > low.low && end - low.low <= WIDEST_SPAN) spans.push({ low: low.low, high: end });
  if (mark === '-' && /^\d+$/.test(first.text) && /^\d+$/.test(last.text)) {
    const joined = Number(first.text + last.text);
    if (String(joined).length <= LONGEST_NUMBER) spans.unshift({ low: joined, high: joined });
  }
  if (end === low.low) spans.push(low);
  if (spans.length === 0) return undefined;
  return { text: `${first.text}-${last.text}`, grid: '', spans, suffix: first.suffix };
}

/** `1/2`, and decimals as `text.ts` writes them: `4/10`, `36/100`. */
export function isFraction(word: string): boolean {
  return FRACTION.test(word);
}

/** The same number with a suffix that stood after it as a word of its own (`12 1/2`, `214 B`). */
export function withSuffix(number: HouseNumber, suffix: string): HouseNumber {
  return { ...number, text: `${number.text} ${suffix}`, suffix };
}

/** A house number of two words, the way Queens' are also typed (`59 11` for 59-11). */
export function hyphenatedFrom(first: string, second: string): HouseNumber | undefined {
  return readHouseNumber(`${first}-${second}`);
}

function single(value: number, suffix: string, grid: string, text: string): HouseNumber {
  return {
    text: text.replace(/^0+(?=\d)/, ''),
    grid,
    spans: [{ low: value, high: value }],
    suffix,
  };
}

function hyphen(first: string, second: string, suffix: string): HouseNumber | undefined {
  const joined = Number(first + second);
  if (Number(first) === 0) return single(Number(second), suffix, '', second + suffix);
  const spans: NumberRange[] = [{ low: joined, high: joined }];
  if (second.length === 1) spans.push({ low: Number(`${first}0${second}`), high: Number(`${first}0${second}`) });
  const low = Number(first);
  const high = fullEnd(low, Number(second));
  const widest = second.length === first.length ? WIDEST_SPAN : WIDEST_SHORTENED_SPAN;
  if (high > low && high - low <= widest) spans.push({ low, high });
  return { text: `${first}-${second}${suffix}`, grid: '', spans, suffix };
}

function slash(word: string, parts: RegExpExecArray): HouseNumber | undefined {
  const [, block = '', start = '', startLetter = '', endBlock = '', end = ''] = parts;
  const low = Number(block + start);
  const high = fullEnd(low, Number((endBlock || block) + end));
  if (high < low || high - low > WIDEST_SPAN)
    return single(low, startLetter, '', block === '' ? start : `${block}-${start}`);
  return { text: word, grid: '', spans: [{ low, high }], suffix: startLetter };
}

/** The end of a span whose leading digits were left out: 40 after 8938 is 8940. */
function fullEnd(low: number, high: number): number {
  const start = String(low);
  const end = String(high);
  return end.length < start.length ? Number(start.slice(0, start.length - end.length) + end) : high;
}

/** How a hyphen is meant where a property lies. `house`: Queens and Hawaii, where it is part of one number; else maybe a span. */
export type HyphenStyle = 'house' | 'either';

const QUEENS_ZIP = /^11(?:00[145]|040|[1346])/;
const HAWAII_ZIP = /^96[78]/;

export function hyphenStyle(zip: string, state: string): HyphenStyle {
  return QUEENS_ZIP.test(zip) || HAWAII_ZIP.test(zip) || state === 'HI' ? 'house' : 'either';
}

/** The readings that a place allows. A hyphenated number's first reading is always the one house. */
function readingsAt({ text, spans }: HouseNumber, style: HyphenStyle): readonly NumberRange[] {
  return style === 'house' && ONE_HOUSE.test(text) ? spans.filter(({ low, high }) => low === high) : spans;
}

/** Every house of every reading: what a number is filed and looked up under. */
export function houseMembers(number: HouseNumber, style: HyphenStyle): string[] {
  const [first] = number.spans;
  // Nine of ten are one house: no set is made for them.
  if (number.spans.length === 1 && first?.low === first?.high) return [`${number.grid}${first?.low}`];
  const members = new Set<string>();
  for (const { low, high } of readingsAt(number, style)) {
    const step = low % 2 === high % 2 ? 2 : 1;
    if ((high - low) / step >= MOST_MEMBERS) {
      members.add(`${number.grid}${low}`).add(`${number.grid}${high}`);
      continue;
    }
    for (let house = low; house <= high; house += step) members.add(`${number.grid}${house}`);
  }
  return [...members];
}

/** How well two house numbers agree. `joined`: only if a hyphen was left out where houses have none as a rule. */
export type NumberAgreement = 'same' | 'within' | 'joined' | 'no';

/** `same` for equal readings, `within` where one is inside the other's span or the spans overlap. Suffixes are not compared. */
export function compareNumbers(left: HouseNumber, right: HouseNumber, style: HyphenStyle): NumberAgreement {
  if (left.grid !== right.grid) return 'no';
  let best: NumberAgreement = 'no';
  for (const a of readingsAt(left, style)) {
    for (const b of readingsAt(right, style)) {
      if (a.low === b.low && a.high === b.high) {
        const joined =
          style === 'either' && a.low === a.high && HYPHENATED.test(left.text) !== HYPHENATED.test(right.text);
        if (!joined) return 'same';
        if (best === 'no') best = 'joined';
      } else if (overlap(a, b)) best = 'within';
    }
  }
  return best;
}

/** Spans along one side of a street hold every second house. Two spans that only touch are neighbours. */
function overlap(a: NumberRange, b: NumberRange): boolean {
  if (!contains(a, b) && !contains(b, a)) return false;
  const [point, span] = a.low === a.high ? [a, b] : [b, a];
  return point.low !== point.high || span.low % 2 !== span.high % 2 || point.low % 2 === span.low % 2;
}

function contains(outer: NumberRange, inner: NumberRange): boolean {
  return outer.low <= inner.low && inner.high <= outer.high;
}

/** Reads a number as the index holds it, also with a letter or a fraction after a blank. */
export function readAnyNumber(text: string): HouseNumber | undefined {
  const blank = text.indexOf(' ');
  if (blank < 0) return readHouseNumber(text) ?? readGridNumber(text) ?? readSpan(text);
  const number = readHouseNumber(text.slice(0, blank));
  return number === undefined ? undefined : withSuffix(number, text.slice(blank + 1));
}

/** `88-82-88-86`: two ends that each have a hyphen. */
function readSpan(text: string): HouseNumber | undefined {
  const ends = /^(\d+-\d+[A-Z]?)-(\d+-\d+[A-Z]?)$/.exec(text) ?? /^(\d+[A-Z]?)-(\d+[A-Z]?)$/.exec(text);
  const first = readHouseNumber(ends?.[1] ?? '');
  const last = readHouseNumber(ends?.[2] ?? '');
  return first === undefined || last === undefined ? undefined : spanOf(first, last, '&');
}
