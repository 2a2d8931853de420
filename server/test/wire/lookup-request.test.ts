import { describe, expect, it } from 'vitest';
import { parseLookup, type RawLookup } from '../../src/wire/apartmentiq/lookup.ts';

function faultsOf(raw: RawLookup): readonly string[] {
  try {
    parseLookup(raw);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_parameter' });
    const { message, errors = [] } = error as { message: string; errors?: readonly string[] };
    expect(message).toBe(errors[0]);
    return errors;
  }
}

const TOGETHER = 'latitude, longitude and radius_miles must be given together';
const LATITUDE = 'latitude must be a number between -90 and 90';
const LONGITUDE = 'longitude must be a number between -180 and 180';
const RADIUS = 'radius_miles must be a number greater than 0 and at most 500';

describe('a look-up’s query', () => {
  it.each([
    [{ latitude: '1' }, [TOGETHER]],
    [{ latitude: '1', longitude: '1' }, [TOGETHER]],
    [{ radius_miles: '1' }, [TOGETHER]],
    [{ latitude: '90.1', longitude: '1', radius_miles: '1' }, [LATITUDE]],
    [{ latitude: 'x', longitude: '1', radius_miles: '1' }, [LATITUDE]],
    [{ latitude: '', longitude: '1', radius_miles: '1' }, [LATITUDE]],
    [{ latitude: '1e1', longitude: '1', radius_miles: '1' }, [LATITUDE]],
    [{ latitude: '1', longitude: '-180.5', radius_miles: '1' }, [LONGITUDE]],
    [{ latitude: '1', longitude: '1', radius_miles: '0' }, [RADIUS]],
    [{ latitude: '1', longitude: '1', radius_miles: '-3' }, [RADIUS]],
    [{ latitude: '1', longitude: '1', radius_miles: '501' }, [RADIUS]],
    [{ latitude: '1', longitude: '1', radius_miles: 'Infinity' }, [RADIUS]],
    [{ city: ' ' }, ['city must not be empty']],
    [{ name: 'x'.repeat(201) }, ['name must have at most 200 characters']],
    [{ zip_code: '303500' }, ['zip_code has "303500", which is no ZIP code: five digits, as in 03904']],
    [{ page: '0' }, ['page must be a positive integer']],
    [{ per_page: '101' }, ['per_page must be an integer between 1 and 100']],
    [
      { city: '', latitude: '91', longitude: 'x', radius_miles: '0', page: 'a', per_page: '1.5' },
      [
        'city must not be empty',
        LATITUDE,
        LONGITUDE,
        RADIUS,
        'page must be a positive integer',
        'per_page must be an integer between 1 and 100',
      ],
    ],
  ])('%j is refused', (raw, faults) => {
    expect(faultsOf(raw)).toEqual(faults);
  });

  it.each([
    ['Georgia', 'GA'],
    ['ga', 'GA'],
    ['N. Carolina', 'NC'],
    ['new   york', 'NY'],
  ])('takes the state %j', (state, code) => {
    expect(parseLookup({ state }).texts.map(({ text }) => text)).toEqual([code]);
  });

  it('refuses a state that is none, with all that there are', () => {
    const [fault] = faultsOf({ state: 'Ontario' });
    expect(fault).toMatch(/^state has "Ontario", which is no state; the states are, by code or by name: AA, .*, WY$/);
  });

  it.each([
    ['03904', '03904'],
    ['3904', '03904'],
    ['03904-1234', '03904'],
  ])('takes the ZIP code %j for its first five digits', (zip, text) => {
    expect(parseLookup({ zip_code: zip }).texts).toEqual([{ filter: { column: 'zip_code', match: 'begins' }, text }]);
  });

  it('is filters, a circle and a page; what it does not know is ignored', () => {
    expect(
      parseLookup({
        city: ' Austin ',
        name: '50% _off',
        latitude: '-30.25',
        longitude: '.5',
        radius_miles: '500',
        page: '2',
        per_page: '10',
        colour: 'red',
      }),
    ).toEqual({
      texts: [
        { filter: { column: 'city', match: 'is' }, text: 'Austin' },
        { filter: { column: 'property_name', match: 'contains' }, text: '50% _off' },
      ],
      circle: { latitude: -30.25, longitude: 0.5, radiusMiles: 500 },
      page: { page: 2, perPage: 10 },
    });
    expect(parseLookup({})).toEqual({ texts: [], circle: null, page: { page: 1, perPage: 50 } });
  });
});
