/** Steps of searches: what one of them tells about a value, and which settings have them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { column } from '../../src/core/plan/expression.ts';
import { SEARCH_COLUMNS } from '../../src/reports/compile-search.ts';
import { BASIC } from '../../src/reports/details/basic.ts';
import { searchConditions } from '../../src/reports/details/search-area.ts';
import { parseSearchSettings, SEARCH_SETTINGS } from '../../src/reports/details/search-settings.ts';
import { appliedRange, stepped, stepsOf, widenedRanges } from '../../src/reports/details/search-steps.ts';
import { SUMMARY_COLUMNS } from '../../src/warehouse/summary.ts';

function applied(settings: object) {
  return parseSearchSettings(settings).map((condition) => {
    const { from, below } = stepped(condition) ?? {};
    return { from, below };
  })[0];
}

function widened(settings: object) {
  return widenedRanges(parseSearchSettings(settings)).map(appliedRange);
}

function stepOfPrice(price: number) {
  return applied({ sales_price: { min: price, max: price } });
}

describe('the step of an amount', () => {
  it.each<[number, number | null, number | null]>([
    [437_912, 430_000, 440_000],
    [430_000, 430_000, 440_000],
    [439_999.99, 430_000, 440_000],
    [99_999, 99_000, 100_000],
    [100_000, 100_000, 110_000],
    [1000, 1000, 1100],
    [999, 990, 1000],
    [100, 100, 110],
    [99.5, 99, 100],
    [12, 12, 13],
    [0.25, 0, 1],
    [0, 0, 1],
    [-0, 0, 1],
    [-5, null, 0],
    [Number.MAX_VALUE, 1.7e308, null],
    [Number.MIN_VALUE, 0, 1],
    [1e23, 1e23, 1.1e23],
  ])('%d is from %d to below %d', (amount, from, below) => {
    expect(stepOfPrice(amount)).toEqual({ from: from === 0 ? expect.closeTo(0) : from, below });
  });

  const amounts = fc.oneof(
    fc.integer({ min: 0, max: 2 ** 40 }),
    fc.double({ min: 0, max: 1e15, noNaN: true }),
    fc
      .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 12 }))
      .map(([digits, zeros]) => digits * 10 ** zeros),
  );

  it('has the amount in it, a width of a tenth at most, and is that of every amount in it', () => {
    fc.assert(
      fc.property(amounts, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (amount, share) => {
        const { from, below } = stepOfPrice(amount) ?? {};
        if (typeof from !== 'number' || typeof below !== 'number') throw new Error('an amount has a step');
        expect(from).toBeLessThanOrEqual(amount);
        expect(below).toBeGreaterThan(amount);
        expect(below - from).toBeLessThanOrEqual(Math.max(1, from / 10) * (1 + 1e-9));
        expect(below - from).toBeGreaterThanOrEqual(Math.max(1, from / 100) * (1 - 1e-9));
        const other = Math.min(from + share * (below - from), amount > from ? amount : from);
        expect(stepOfPrice(other)).toEqual({ from, below });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the step of a day', () => {
  it.each<[object, string | null, string | null]>([
    [{ min: '2024-02-29' }, '2024-02-01', null],
    [{ max: '2024-02-29' }, null, '2024-03-01'],
    [{ min: '2023-12-31', max: '2023-12-31' }, '2023-12-01', '2024-01-01'],
    [{ min: '9999-12-31', max: '9999-12-31' }, '9999-12-01', null],
  ])('%j is from %s to below %s', (range, from, below) => {
    expect(applied({ sales_date: range })).toEqual({ from, below });
  });
});

describe('an answer tells of the ranges', () => {
  it('that became wider, as they were applied', () => {
    expect(widened({ sales_price: { min: 437_912 }, sales_date: { max: '2024-02-10' }, city: ['Rome'] })).toEqual([
      { setting: 'sales_price', from: 430_000, below: null },
      { setting: 'sales_date', from: null, below: '2024-03-01' },
    ]);
  });

  it('and not of those that lie on steps, or are exact for everyone', () => {
    expect(widened({ building_area: { min: 100_000 }, sales_date: { min: '2024-02-01', max: '2024-02-29' } })).toEqual(
      [],
    );
    expect(
      widened({ year_built: { min: 1931 }, sale_update_time: { min: '2024-02-10' }, owner_occupied: true }),
    ).toEqual([]);
  });
});

describe('what an account has paid for', () => {
  const paid = Float64Array.of(1);
  const never = () => Promise.reject(new Error('the ledger was asked'));

  it('is asked for only where it matters', async () => {
    const wide = parseSearchSettings({ sales_price: { min: 437_912 } });
    expect(await stepsOf(wide, 'steps', async () => paid)).toEqual({ paid });
    expect(await stepsOf(wide, 'exact', never)).toBeNull();
    expect(await stepsOf(parseSearchSettings({ city: ['Rome'] }), 'steps', never)).toEqual({
      paid: new Float64Array(),
    });
  });
});

describe('every range of a search', () => {
  /** Every setting and the edges of the box, each with a range of its kind. */
  const ranged = [
    ...SEARCH_SETTINGS.filter(({ kind }) => kind === 'numbers' || kind === 'days'),
    ...searchConditions({ settings: {}, boundingBox: { north: 1, south: 0, west: 0, east: 1 } }).map(
      ({ setting }) => setting,
    ),
  ];
  const free = new Set([...SEARCH_COLUMNS.map(({ name }) => name), ...SUMMARY_COLUMNS]);

  it('is in steps, unless a search’s answer or a look-up shows the value at no cost', () => {
    const exact = ranged.filter(({ precision }) => precision === 'exact');
    for (const { name, expression } of exact) {
      expect(free, `${name} is compared exactly, and nothing shows it`).toContain(name);
      const shown = BASIC.columns.find((each) => each.name === name)?.expression ?? column('p', name);
      expect(expression, `${name} compares what is shown under its name`).toEqual(shown);
    }
    // The positive control: there are both kinds.
    expect(exact.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['year_built', 'sale_update_time', 'latitude']),
    );
    expect(ranged.filter(({ precision }) => precision === 'steps').map(({ name }) => name)).toEqual([
      'building_area',
      'lot_size_sqft',
      'total_units',
      'sales_price',
      'sales_date',
      'mortgage_amount',
      'mortgage_recording_date',
    ]);
  });

  it('in steps depends on the step of a bound alone', () => {
    for (const setting of ranged.filter(({ precision }) => precision === 'steps')) {
      const [low, high] = setting.kind === 'days' ? ['2024-02-01', '2024-02-29'] : [430_000, 439_999];
      for (const end of ['min', 'max']) {
        expect(applied({ [setting.name]: { [end]: low } }), setting.name).toEqual(
          applied({ [setting.name]: { [end]: high } }),
        );
      }
    }
  });
});
