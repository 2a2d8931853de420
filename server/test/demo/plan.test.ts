import { describe, expect, it } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { DEMO_SIZES, lastFullMonth, makePlan, type PlanOptions } from '../../src/demo/plan.ts';

const GUIDE_IDS = [99001416, 99001470, 99004737];

function refusal(options: Partial<PlanOptions>): string {
  try {
    makePlan({ size: 'tiny', end: '2025-12', ...options });
  } catch (error) {
    if (isConveyanceError(error, 'bad_setting')) return error.message;
    throw error;
  }
  throw new Error('the plan was accepted');
}

describe('the end of the data', () => {
  it.each([
    ['2026-01-01', '2025-12'],
    ['2026-01-31', '2025-12'],
    ['2024-03-01', '2024-02'],
  ])('on %s is by default the end of %s', (today, month) => {
    expect(lastFullMonth(today)).toBe(month);
  });

  it('is the month’s last day, and the range reaches back from it', () => {
    const { period } = makePlan({ size: 'demo', end: '2024-02' });
    expect(period.lastDay).toBe(Date.parse('2024-02-29T00:00:00Z') / 86_400_000);
    expect(period.lastDay - period.firstDay + 1).toBe(365);
    expect(period.firstDay - period.historyFirstDay).toBeGreaterThanOrEqual(366);
  });
});

describe('the properties of a plan', () => {
  it.each(Object.entries(DEMO_SIZES))(
    'are as many as size %s says, with the guide’s in front',
    (size, { properties }) => {
      const plan = makePlan({ size: size as keyof typeof DEMO_SIZES, end: '2025-12' });
      const ids = plan.properties.map(({ key }) => Number(key));
      expect(ids).toHaveLength(properties);
      expect(ids.slice(0, 3)).toEqual(GUIDE_IDS);
      expect([...ids].sort((left, right) => left - right)).toEqual(ids);
      expect(new Set(ids).size).toBe(properties);
    },
  );

  it('stay as they are when there are more of them', () => {
    const few = makePlan({ size: 'tiny', end: '2025-12' }).properties;
    expect(makePlan({ size: 'demo', days: 90, end: '2025-12' }).properties.slice(0, few.length)).toEqual(few);
  });

  it('are others under another seed', () => {
    const metros = (seed: number) =>
      makePlan({ size: 'demo', end: '2025-12', seed }).properties.map(({ metro }) => metro.city);
    expect(metros(2)).not.toEqual(metros(3));
  });

  it('include one that opens within the range, also in the smallest data set', () => {
    const { period, properties } = makePlan({ size: 'tiny', end: '2025-12' });
    const opening = properties.filter(({ opensEmpty }) => opensEmpty);
    expect(opening).toHaveLength(1);
    expect(opening[0]?.trackedFromDay).toBeGreaterThan(period.firstDay);
    expect(opening[0]?.trackedFromDay).toBeLessThan(period.lastDay);
  });
});

describe('listed properties', () => {
  const seattle = { sourceId: 'sea-2', state: 'WA', latitude: 47.61, longitude: -122.35 };

  it('are keyed by their numbers where all have one', () => {
    const plan = makePlan({
      size: 'tiny',
      end: '2025-12',
      propertiesFrom: [{ propertyId: 12 }, { propertyId: 9, sourceId: 'x' }],
    });
    expect([plan.keyColumn, plan.properties.map(({ key }) => key)]).toEqual(['property_id', [9, 12]]);
    expect(plan.describesProperties).toBe(false);
  });

  it('are keyed by their source ids otherwise, each once', () => {
    const plan = makePlan({
      size: 'tiny',
      end: '2025-12',
      propertiesFrom: [seattle, { sourceId: 'nyc-1', state: 'NY' }, seattle],
    });
    expect([plan.keyColumn, plan.properties.map(({ key }) => key)]).toEqual(['source_id', ['nyc-1', 'sea-2']]);
    expect(plan.properties.map(({ unitPrefix }) => unitPrefix)).toEqual(['nyc-1', 'sea-2']);
  });

  it('take the market of the nearest metro, else of their state', () => {
    const plan = makePlan({
      size: 'tiny',
      end: '2025-12',
      propertiesFrom: [seattle, { sourceId: 'a', state: 'ny' }, { sourceId: 'b', state: 'NJ' }, { sourceId: 'c' }],
    });
    const metros = Object.fromEntries(plan.properties.map(({ key, metro }) => [key, metro.city]));
    expect(metros).toMatchObject({ 'sea-2': 'Seattle', a: 'New York', b: 'New York' });
    expect(metros['c']).toBeTruthy();
  });

  it('have the same history whatever stands beside them in the list', () => {
    const alone = makePlan({ size: 'tiny', end: '2025-12', propertiesFrom: [seattle] }).properties[0];
    const together = makePlan({ size: 'tiny', end: '2025-12', propertiesFrom: [{ sourceId: 'a' }, seattle] })
      .properties[1];
    expect({ ...together, propertyNo: 0 }).toEqual(alone);
  });

  it('are taken from the head of the list when a number is given', () => {
    const propertiesFrom = ['z', 'y', 'x'].map((sourceId) => ({ sourceId }));
    const plan = makePlan({ size: 'demo', properties: 2, end: '2025-12', propertiesFrom });
    expect(plan.properties.map(({ key }) => key)).toEqual(['y', 'z']);
  });
});

describe('options that cannot be followed', () => {
  it.each([
    [{ end: '2025-13' }, '--end must be a month in the form YYYY-MM, not 2025-13'],
    [{ end: '2025-12-31' }, '--end must be a month in the form YYYY-MM, not 2025-12-31'],
    [{ properties: 2 }, '--properties must be a whole number from 3 to 100000, not 2'],
    [{ days: 0 }, '--days must be a whole number from 1 to 3660, not 0'],
    [{ seed: 1.5 }, '--seed must be a whole number from 0 to 9007199254740991, not 1.5'],
    [{ propertiesFrom: [] }, '--properties-from names no property'],
    [{ propertiesFrom: [{ state: 'NY' }] }, '--properties-from has a row with neither a property_id nor a source_id'],
  ])('are refused by name: %o', (options, message) => {
    expect(refusal(options)).toBe(message);
  });
});
