/** What the words in front of a road's number mean: the table of classes, and the states, as a tree of words. */
import { describe, expect, test } from 'vitest';
import { STATE_SPELLINGS } from '../../src/core/input/states.ts';
import { LEADING_VARIANTS, ROAD_CLASSES, ROAD_VARIANTS } from '../../src/matching/road-classes.ts';
import { type HeadNode, isRoadWord, ROAD_HEADS, type RoadHead } from '../../src/matching/road-heads.ts';

const HIGHWAYS = 'HIGHWAY HIGHWY HIWAY HIWY HWAY HWY HGWY HGHWY HWYS HIGHWAYS'.split(' ');
const ROUTES = 'ROUTE RTE RT RTES RTS ROUT RUTE ROTUE RUOTE'.split(' ');
const ROADS = ['ROAD', 'RD'];
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  '^': HIGHWAYS,
  '%': ROUTES,
  '=': ROADS,
  '*': [...HIGHWAYS, ...ROUTES, ...ROADS],
};

function nodeAt(words: string): HeadNode | undefined {
  let at: HeadNode | undefined = ROAD_HEADS;
  for (const word of words.split(' ')) at = at?.next.get(word);
  return at;
}

function headsAt(words: string): readonly RoadHead[] {
  return nodeAt(words)?.heads ?? [];
}

/** `STATE HWY (NJ) stateless code`: class, states, and every mark. */
function described({ suffix, states, stateless, letters, alsoStreet, code, hyphened, number }: RoadHead): string {
  const marks = { stateless, letters, alsoStreet, code, hyphened };
  const named = Object.entries(marks).flatMap(([name, isSet]) => (isSet ? [name] : []));
  return [suffix, states && `(${[...states].join(' ')})`, ...named, number && `number ${number}`]
    .filter(Boolean)
    .join(' ');
}

function meaning(words: string): readonly string[] {
  return headsAt(words).map(described);
}

describe('a word for a road', () => {
  test('is one of three groups, in whatever spelling', () => {
    for (const [group, words] of Object.entries({ '^': HIGHWAYS, '%': ROUTES, '=': ROADS })) {
      const [first = ''] = words;
      for (const word of words) {
        expect(isRoadWord(word), word).toBe(true);
        expect(nodeAt(`COUNTY ${word}`), `${group} ${word}`).toBe(nodeAt(`COUNTY ${first}`));
      }
    }
    expect(['ELM', 'STREET', 'COUNTY', '', '^'].map(isRoadWord)).toEqual([false, false, false, false, false]);
  });

  test('of one group is not of another', () => {
    // Alone it is like a code: `Route 5 Ave` is a street.
    expect(meaning('HWY')).toEqual(['HWY letters code']);
    expect(meaning('RTE')).toEqual(['HWY letters code']);
    expect(meaning('ROAD')).toEqual([]);
    expect(nodeAt('COUNTY HWY')).not.toBe(nodeAt('COUNTY RTE'));
  });
});

describe('the table of classes', () => {
  const spellings = ROAD_CLASSES.flatMap(({ suffix, heads }) =>
    heads.split('|').map((each) => [suffix, each] as const),
  );

  test('has each of its spellings in the tree, with its class and its marks', () => {
    for (const [suffix, each] of spellings) {
      const [, spelling = '', states, marks = ''] = /^([^@+?#-]+)(?:@([A-Z,]+))?([+?#-]*)$/.exec(each) ?? [];
      const group = /[*^%=]/.exec(spelling)?.[0];
      const written =
        group === undefined ? [spelling] : (GROUPS[group] ?? []).map((word) => spelling.replace(group, word));
      for (const words of written) {
        const expected = described({
          suffix,
          states: states === undefined ? undefined : new Set(states.split(',')),
          stateless: false,
          letters: marks.includes('+') || /[*^%=]$/.test(spelling),
          alsoStreet: marks.includes('?'),
          code: spelling.length === 1,
          hyphened: marks.includes('-'),
          number: marks.includes('#') ? spelling : '',
        });
        expect(meaning(words), words).toContain(expected);
      }
    }
  });

  test('is the whole tree, beside the states', () => {
    const [first, ...others] = ['I', 'H', 'K'].map(meaning);
    expect(first).toEqual(['INTERSTATE code']);
    expect(others).toEqual([[], ['STATE HWY (KS) code']]);
    for (const words of ['ELM', 'COUNTY ELM', 'NATIONAL', 'COUNTY STATE', 'LOOP', 'TOLL', '^', '*', '']) {
      expect(meaning(words), words).toEqual([]);
    }
  });

  test.each([
    ['letters where it says so', 'COUNTY', ['COUNTY HWY letters']],
    ['letters behind a word for a road', 'US HWY', ['US HWY letters']],
    ['none elsewhere', 'US', ['US HWY']],
    ['a common street’s name', 'PARK RD', ['PARK RD letters alsoStreet']],
    ['letters of such a street', 'FIRE LN', ['FIRE LN letters alsoStreet']],
    ['a number of its own', 'A1A', ['STATE HWY (FL) number A1A']],
    ['a number only behind a hyphen', 'N', ['STATE HWY (NE) code hyphened']],
    ['several states', 'T', ['TOWNSHIP HWY (PA OH IL KS MI MN ND SD) code']],
    ['a code of two letters, which is none', 'IH', ['INTERSTATE']],
  ])('has %s: %s', (_what, words, expected) => {
    expect(meaning(words)).toEqual(expected);
  });

  test('tries a spelling of some states before one of all, whichever comes first', () => {
    expect(meaning('IR')).toEqual(['INTERSTATE (OH)', 'BIA RD']);
    expect(meaning('FR')).toEqual(['FR (MO)', 'FOREST RD']);
    expect(meaning('TH').toSorted()).toEqual(['STATE HWY (MN)', 'TOWN HWY (VT)']);
    const isSorted = (node: HeadNode): boolean => {
      const isGeneral = node.heads.map(({ states }) => states === undefined);
      return (
        isGeneral.every((general, at) => !general || isGeneral.slice(at).every(Boolean)) &&
        [...node.next.values()].every(isSorted)
      );
    };
    expect(isSorted(ROAD_HEADS)).toBe(true);
  });
});

describe('a state in front', () => {
  test('by its code is at home its own class, and elsewhere another state’s', () => {
    expect(meaning('NJ')).toEqual(['STATE HWY (NJ) stateless code', 'NJ HWY stateless code']);
    for (const words of [
      'NJ HWY',
      'NJ HIGHWAY',
      'NJ RT',
      'NJ ROUTE',
      'NJ STATE HWY',
      'NJ STATE RD',
      'NJ ST RTE',
      'NJ ST HWY',
    ]) {
      expect(meaning(words), words).toEqual(['STATE HWY (NJ) stateless letters', 'NJ HWY stateless letters']);
    }
    for (const words of ['NJ STATE', 'NJ SR', 'NJ SH']) {
      expect(meaning(words), words).toEqual(['STATE HWY (NJ) stateless', 'NJ HWY stateless']);
    }
    for (const words of ['NJ ROAD', 'NJ ST', 'NJ ST RD', 'NJ ELM']) expect(meaning(words), words).toEqual([]);
  });

  test('by its name alone is its class at home only', () => {
    expect(meaning('NEW JERSEY')).toEqual(['STATE HWY (NJ) code']);
    expect(meaning('NEW JERSEY HWY')).toEqual(['STATE HWY (NJ) stateless letters', 'NJ HWY stateless letters']);
    expect(meaning('CALIF SR')).toEqual(['STATE HWY (CA) stateless', 'CA HWY stateless']);
  });

  test.each([
    ['CO', ['STATE HWY (CO) code', 'COUNTY HWY']],
    ['CT', ['STATE HWY (CT) code']],
    ['PR', ['STATE HWY (PR) code', 'PRIVATE HWY']],
    ['LA', ['STATE HWY (LA) code']],
    ['FL', ['STATE HWY (FL) code']],
    ['NE', ['STATE HWY (NE) code']],
  ])('by the code %s, which alone means something else, is its class at home only', (code, expected) => {
    expect(meaning(code)).toEqual(expected);
  });

  test('by CO or PR before a highway or a route is its class at home, and elsewhere a county’s or a private one', () => {
    expect(meaning('CO HWY')).toEqual(['STATE HWY (CO) letters', 'COUNTY HWY letters']);
    expect(meaning('CO RT')).toEqual(['STATE HWY (CO) letters', 'COUNTY HWY letters']);
    expect(meaning('PR HWY')).toEqual(['STATE HWY (PR) letters', 'PRIVATE HWY letters']);
    // With a state's own word it is nobody else's.
    expect(meaning('CO SH')).toEqual(['STATE HWY (CO) stateless', 'CO HWY stateless']);
    expect(meaning('PR STATE RD')).toEqual(['STATE HWY (PR) stateless letters', 'PR HWY stateless letters']);
    expect(meaning('CT RT')).toEqual(['STATE HWY (CT) stateless letters', 'CT HWY stateless letters']);
  });

  test('is any, in every spelling', () => {
    for (const [spelling, state] of STATE_SPELLINGS) {
      const home = headsAt(`${spelling} SR`).find(({ suffix }) => suffix === 'STATE HWY');
      expect([...(home?.states ?? [])], spelling).toEqual([state]);
      expect(meaning(`${spelling} SR`), spelling).toContain(`${state} HWY stateless`);
    }
  });
});

test('in front of a whole designation stand OLD and the variants that may lead it, and nothing else', () => {
  const prefixes = [...ROAD_HEADS.next].flatMap(([word, { prefix }]) => (prefix === '' ? [] : [[word, prefix]]));
  const variants = LEADING_VARIANTS.map((word) => [word, ROAD_VARIANTS.get(word)]);
  expect(prefixes).toEqual(expect.arrayContaining([['OLD', 'OLD'], ...variants]));
  expect(prefixes).toHaveLength(variants.length + 1);
  expect(ROAD_HEADS.prefix).toBe('');
});
