/** What a mistyped word meant, and which fields that nobody knows are mistyped ones. */
import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../src/core/faults.ts';
import { ADDRESS_PARAMETERS, COORDINATE_PARAMETERS } from '../../src/core/file-job-spec.ts';
import { isMisspelling, likely, likelyHint } from '../../src/core/input/nearest.ts';
import { misspeltNames, unknownNames } from '../../src/core/input/unknown-fields.ts';

const PARAMETERS = [...ADDRESS_PARAMETERS, ...COORDINATE_PARAMETERS];
const COLUMNS = ['Street Address', 'City', 'State', 'Zip Code'];

describe('the nearest known word', () => {
  it.each([
    ['avg_nre', ['avg_rent', 'avg_ner', 'city'], 'avg_ner'],
    ['ID', ['avg_rent', 'id'], 'id'],
    ['adress_city', PARAMETERS, 'address_city'],
    ['lattitude', PARAMETERS, 'latitude'],
    ['unit', ['unit_days', 'units'], 'units'],
    ['property', ['property_days', 'properties'], 'properties'],
  ])('of %s is the one with the fewest slips', (word, known, found) => {
    expect(likely(word, known)).toBe(found);
  });

  it.each([
    ['address', PARAMETERS, 'address_line_1'],
    ['Street', COLUMNS, 'Street Address'],
    ['Zip', COLUMNS, 'Zip Code'],
    ['Zip Code', ['City', 'Zip'], 'Zip'],
    ['pii', ['filter_pii'], 'filter_pii'],
    ['rent_psf', ['avg_rent', 'avg_rent_psf'], 'avg_rent_psf'],
  ])('of %s is one that begins with it or holds it, before one that differs less', (word, known, found) => {
    expect(likely(word, known)).toBe(found);
  });

  it.each([
    ['street', PARAMETERS],
    ['address_zip', PARAMETERS],
    ['rows', ['id']],
    ['x'.repeat(70), ['id']],
    ['x', []],
  ])('of %s is not likely where all are far off', (word, known) => {
    expect(likely(word, known)).toBeNull();
    expect(likelyHint(word, known)).toBe('');
  });
});

describe('a misspelling', () => {
  const known = ['filters', 'updated', 'explain'];

  it.each(['filter', 'Filters', 'fitler', 'filters_', 'ifltesr', 'updatd', 'upadted', 'explian', 'expl'])(
    'is %s',
    (word) => {
      expect(isMisspelling(word, known)).toBe(true);
    },
  );

  it.each(['f', 'file', 'name', 'created', 'my_filters', 'title', 'iftlesr', ''])('is not %s', (word) => {
    expect(isMisspelling(word, known)).toBe(false);
  });
});

describe('names that nobody knows', () => {
  const among = { of: 'the specification', kind: 'field', known: ['filters', 'updated'] } as const;

  it('are told each with what it meant', () => {
    expect(unknownNames(['updated', 'filter', 'note'], among).map(wordsOf)).toEqual([
      'the specification has unknown field filter (nearest: filters)',
      'the specification has unknown field note',
    ]);
  });

  it('are the client’s own where they are no misspelling', () => {
    expect(misspeltNames(['updated', 'filter', 'note'], among).map(wordsOf)).toEqual([
      'the specification has unknown field filter (nearest: filters)',
    ]);
  });

  it('are told by their beginning where they are long', () => {
    const [fault = ''] = unknownNames(['x'.repeat(100_000)], among);
    expect(wordsOf(fault)).toBe(`the specification has unknown field ${'x'.repeat(64)}…`);
  });

  it('may be known one level deeper', () => {
    expect(unknownNames(['filter_pii'], { ...among, elsewhere: ['filters.filter_pii'] }).map(wordsOf)).toEqual([
      'the specification has unknown field filter_pii (nearest: filters.filter_pii)',
    ]);
  });
});

describe('a comparison is bounded', () => {
  it('in the length of what is compared', () => {
    const long = 'city'.padEnd(1_000_000, 'y');
    expect(likely(long, ['city'.padEnd(64, 'y')])).toBe('city'.padEnd(64, 'y'));
  });

  it('in the number of candidates', () => {
    let asked = 0;
    function* known() {
      for (let at = 0; at < 1_000_000; at++) {
        asked++;
        yield `column${at}`;
      }
    }
    expect(likely('columm1', known())).toBe('column1');
    expect(asked).toBe(1_001);
  });
});
