/** How two numbered roads agree: in number, variant, direction and class. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRoads } from '../../src/matching/decide/compare-roads.ts';
import type { Street } from '../../src/matching/read/street.ts';

const VARIANTS = ['BUS', 'BYP', 'ALT', 'TRUCK', 'SPUR', 'LOOP', 'CONN', 'EXT'] as const;
const CLASSES = ['HWY', 'INTERSTATE', 'US HWY', 'STATE HWY', 'COUNTY HWY', 'FM HWY', 'RM HWY', 'FR', 'FOREST RD'];

/** `E | HWY 35 | US HWY | `: direction, name, class, direction. */
function road(text: string): Street {
  const [predir = '', name = '', suffix = '', postdir = ''] = text.split('|').map((part) => part.trim());
  return { predir, name, suffix, postdir };
}

function text({ predir, name, suffix, postdir }: Street): string {
  return `${predir} | ${name} | ${suffix} | ${postdir}`.trim();
}

/** The class and what is missing; `two` for two roads. */
function agreement(typed: string, filed: string, state = 'TX'): string {
  const found = compareRoads(road(typed), road(filed), state);
  return found === undefined ? 'two' : `${found.suffix}, ${found.missing ?? 'nothing'} missing`;
}

describe('a road is the same', () => {
  test('as itself, with everything that it has', () => {
    const street = fc.record({
      predir: fc.constantFrom('', 'N', 'E'),
      name: fc
        .tuple(fc.constantFrom('HWY 35', 'OLD HWY 35', 'HWY 17 92', 'HWY AA'), fc.constantFrom('', ...VARIANTS))
        .map((parts) => parts.join(' ').trim()),
      suffix: fc.constantFrom(...CLASSES),
      postdir: fc.constantFrom('', 'S', 'W'),
    });
    fc.assert(
      fc.property(street, ({ name, ...others }) => {
        const bare = { ...others, name: name.replace(/ [A-Z]{3,}$/, '') };
        expect(compareRoads({ ...others, name }, { ...others, name }, 'TX')).toEqual({
          typed: bare,
          filed: bare,
          missing: undefined,
          suffix: others.suffix,
        });
      }),
    );
  });

  test('only with the same number, letters and age', () => {
    const names = ['HWY 5', 'HWY 6', 'HWY 5 6', 'HWY A', 'HWY AA', 'HWY 5A', 'OLD HWY 5'];
    for (const typed of names) {
      for (const filed of names) {
        expect(agreement(`|${typed}|US HWY`, `|${filed}|US HWY`), `${typed}, ${filed}`).toBe(
          typed === filed ? 'US HWY, nothing missing' : 'two',
        );
      }
    }
  });
});

describe('a variant', () => {
  test.each(VARIANTS)('%s may be left out on one side, and is no other', (variant) => {
    const [plain, varied] = ['|HWY 31|US HWY', `|HWY 31 ${variant}|US HWY`];
    expect(agreement(plain, varied)).toBe('US HWY, variant missing');
    expect(agreement(varied, plain)).toBe('US HWY, variant missing');
    for (const other of VARIANTS) {
      const expected = other === variant ? 'US HWY, nothing missing' : 'two';
      expect(agreement(varied, `|HWY 31 ${other}|US HWY`), other).toBe(expected);
    }
  });

  test('of one side leaves the other’s number as it is', () => {
    const found = compareRoads(road('|HWY 17 92 BUS|US HWY'), road('|HWY 17 92|US HWY'), 'FL');
    expect([found?.typed.name, found?.filed.name]).toEqual(['HWY 17 92', 'HWY 17 92']);
  });

  test.each(['HWY 31 BUSY', 'HWY 31 NORTH', 'HWY 31BUS'])('is no end of %s', (name) => {
    expect(agreement(`|${name}|US HWY`, '|HWY 31|US HWY')).toBe('two');
  });

  test('weighs more than a class that only one side tells', () => {
    expect(agreement('|HWY 31 BUS|HWY', '|HWY 31|US HWY')).toBe('US HWY, variant missing');
  });
});

describe('a letter behind a number that is a direction', () => {
  test.each([
    ['a direction behind', '|HWY 35E|INTERSTATE|', '|HWY 35|INTERSTATE|E'],
    ['a direction in front', '|HWY 35E|INTERSTATE|', 'E|HWY 35|INTERSTATE|'],
    ['one behind, beside another in front', '|HWY 35E|INTERSTATE|', 'N|HWY 35|INTERSTATE|E'],
    ['that of an old road', '|OLD HWY 35S|US HWY|', 'S|OLD HWY 35|US HWY|'],
    ['that of one digit', '|HWY 5W|US HWY|', '|HWY 5|US HWY|W'],
    ['that of a variant', '|HWY 35N BUS|INTERSTATE|', '|HWY 35 BUS|INTERSTATE|N'],
  ])('is the same as %s: %s, %s', (_what, lettered, directed) => {
    for (const [typed, filed] of [
      [lettered, directed],
      [directed, lettered],
    ] as const) {
      const found = compareRoads(road(typed), road(filed), 'TX');
      expect(found?.typed.name).toBe(found?.filed.name);
      expect(found?.typed.postdir).toBe(found?.filed.postdir);
      expect(found?.typed.postdir).toMatch(/^[NSEW]$/);
      expect(found?.missing).toBeUndefined();
    }
  });

  test('becomes the direction behind, and a direction in front moves there', () => {
    const found = compareRoads(road('|HWY 35E|INTERSTATE|'), road('E|HWY 35|INTERSTATE|'), 'TX');
    expect(found && [text(found.typed), text(found.filed)]).toEqual([
      '| HWY 35 | INTERSTATE | E',
      '| HWY 35 | INTERSTATE | E',
    ]);
  });

  test('of another number, or the same direction of another, is another road', () => {
    for (const filed of ['|HWY 36|INTERSTATE|E', 'E|HWY 36|INTERSTATE|', '|HWY 36E|INTERSTATE|']) {
      for (const typed of ['|HWY 35E|INTERSTATE|', '|HWY 35|INTERSTATE|E']) expect(agreement(typed, filed)).toBe('two');
    }
  });

  test.each([
    ['where the other has no direction', '|HWY 35E|INTERSTATE|', '|HWY 35|INTERSTATE|'],
    ['where it has another', '|HWY 35E|INTERSTATE|', '|HWY 35|INTERSTATE|W'],
    ['where it has another behind than in front', '|HWY 35E|INTERSTATE|', 'E|HWY 35|INTERSTATE|W'],
    ['beside a direction of its own behind', '|HWY 35E|INTERSTATE|N', '|HWY 35|INTERSTATE|E'],
    ['beside a direction of its own in front', 'N|HWY 35E|INTERSTATE|', '|HWY 35|INTERSTATE|E'],
    ['where it is none', '|HWY 35A|INTERSTATE|', '|HWY 35|INTERSTATE|A'],
    ['behind letters', '|HWY AE|STATE HWY|', '|HWY A|STATE HWY|E'],
    ['within a name', '|MY HWY 35E|US HWY|', '|HWY 35|US HWY|E'],
    ['before another number', '|HWY 35E 40|US HWY|', '|HWY 35|US HWY|E'],
    ['where the two are no direction but letters alike', '|HWY 35E|US HWY|', '|HWY 35W|US HWY|'],
  ])('is not %s: %s, %s', (_what, typed, filed) => {
    expect(agreement(typed, filed)).toBe('two');
    expect(agreement(filed, typed)).toBe('two');
  });
});

describe('a class', () => {
  const named = (suffix: string, name = 'HWY 5') => `|${name}|${suffix}`;

  test.each([
    ['HWY', 'US HWY'],
    ['HWY', 'STATE HWY'],
    ['HWY', 'COUNTY HWY'],
    ['HWY', 'FM HWY'],
    ['HWY', 'RM HWY'],
    ['FR', 'FOREST RD'],
    ['FR', 'FM HWY'],
  ])('that %s leaves open is %s', (open, told) => {
    expect(agreement(named(open), named(told))).toBe(`${told}, class missing`);
    expect(agreement(named(told), named(open))).toBe(`${told}, class missing`);
  });

  test.each([
    ['HWY', 'INTERSTATE'],
    ['HWY', 'PRIVATE HWY'],
    ['HWY', 'FR'],
    ['FR', 'RM HWY'],
    ['US HWY', 'STATE HWY'],
    ['FM HWY', 'COUNTY HWY'],
  ])('%s is never %s', (one, other) => {
    expect(agreement(named(one), named(other))).toBe('two');
    expect(agreement(named(other), named(one))).toBe('two');
  });

  test('of Texas that people mistake is the filed one, and weighs like a variant', () => {
    expect(agreement(named('FM HWY'), named('RM HWY'))).toBe('RM HWY, variant missing');
    expect(agreement(named('RM HWY'), named('FM HWY'))).toBe('FM HWY, variant missing');
  });

  test('of a state’s own name is the state’s there, as it is typed and not as it is filed', () => {
    expect(agreement(named('NJ HWY'), named('STATE HWY'), 'NJ')).toBe('STATE HWY, nothing missing');
    expect(agreement(named('NJ HWY'), named('STATE HWY'), 'NY')).toBe('two');
    expect(agreement(named('NJ HWY'), named('US HWY'), 'NJ')).toBe('two');
    expect(agreement(named('STATE HWY'), named('NJ HWY'), 'NJ')).toBe('two');
  });

  test('of an interstate is left open on business routes only, by a highway of no class', () => {
    const business = (suffix: string) => named(suffix, 'HWY 35 BUS');
    expect(agreement(business('HWY'), business('INTERSTATE'))).toBe('INTERSTATE, class missing');
    expect(agreement(business('INTERSTATE'), business('HWY'))).toBe('INTERSTATE, class missing');
    expect(agreement(business('US HWY'), business('INTERSTATE'))).toBe('two');
    expect(agreement(business('INTERSTATE'), business('STATE HWY'))).toBe('two');
    expect(agreement(business('HWY'), business('PRIVATE HWY'))).toBe('two');
    expect(agreement(named('HWY', 'HWY 35 ALT'), named('INTERSTATE', 'HWY 35 ALT'))).toBe('two');
    expect(agreement(named('HWY', 'HWY 35'), named('INTERSTATE', 'HWY 35 BUS'))).toBe('two');
  });
});
