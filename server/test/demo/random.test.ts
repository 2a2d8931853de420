import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/demo/parameters/random.ts';

function draw<Item>(count: number, one: () => Item): readonly Item[] {
  return Array.from({ length: count }, one);
}

describe('a random stream', () => {
  it('is the same for the same name, on every machine', () => {
    const random = new Random('1/0', 'property');
    expect(draw(4, () => random.next())).toEqual([3442684905, 1672084746, 3889584034, 3425794902]);
  });

  it('is another for another name', () => {
    const [one, other] = [new Random('1/0', 'leases', 12), new Random('1/0', 'leases', 13)];
    expect(draw(8, () => one.next())).not.toEqual(draw(8, () => other.next()));
  });

  it('tells where one part of its name ends and the next begins', () => {
    expect(new Random('a', 'bc').next()).not.toBe(new Random('ab', 'c').next());
  });

  it('draws within its bounds, both ends included', () => {
    const random = new Random('bounds');
    expect(new Set(draw(200, () => random.between(3, 6)))).toEqual(new Set([3, 4, 5, 6]));
    fc.assert(
      fc.property(fc.string(), (name) => {
        const share = new Random(name).share();
        return share >= 0 && share < 1;
      }),
    );
  });

  it('has the mean and the deviation that were asked for', () => {
    const random = new Random('moments');
    const waits = draw(20_000, () => random.exponential(31));
    const spreads = draw(20_000, () => random.spread(2));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(waits)).toBeCloseTo(31, 0);
    expect(mean(spreads)).toBeCloseTo(0, 1);
    expect(Math.sqrt(mean(spreads.map((value) => value ** 2)))).toBeCloseTo(2, 1);
  });

  it('picks by weight, and nothing that weighs nothing', () => {
    const random = new Random('weights');
    const picks = draw(10_000, () => random.weighted([0, 3, 1, 0]));
    expect(new Set(picks)).toEqual(new Set([1, 2]));
    expect(picks.filter((pick) => pick === 1).length / picks.length).toBeCloseTo(0.75, 1);
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
