import { describe, expect, it } from 'vitest';
import { MAX_PROPERTY_IDS, PropertyIdListing } from '../../src/core/ids/property-id-listing.ts';

describe('a listing of property ids', () => {
  it('has each id once, in the order of the list', () => {
    expect([...PropertyIdListing.of([3, 1, 3, 2 ** 53 - 1, 1]).distinct()]).toEqual([3, 1, 2 ** 53 - 1]);
    expect(PropertyIdListing.of([]).count).toBe(0);
  });

  it('tells what is no id, of anything nested only its kind, and of a long text its beginning', () => {
    const listing = PropertyIdListing.of([1, '2', null, [3], { id: 4 }, 0, -1, 1.5, 'x'.repeat(1_000_000)]);
    expect(listing.offenders).toBe(8);
    expect(listing.describeOffenders()).toBe(
      `8 are not, counted from 0: [1] "2", [2] null, [3] an array, [4] an object, [5] 0, [6] -1, [7] 1.5, [8] "${'x'.repeat(59)}…`,
    );
    expect(PropertyIdListing.of(['x']).describeOffenders()).toBe('1 is not, counted from 0: [0] "x"');
  });

  it('keeps no more than a job takes, and counts on', () => {
    const listing = new PropertyIdListing();
    for (let id = 1; id <= MAX_PROPERTY_IDS + 3; id++) listing.addId(id);
    expect(listing.count).toBe(MAX_PROPERTY_IDS + 3);
    expect(listing.distinct().size).toBe(MAX_PROPERTY_IDS);
  });
});
