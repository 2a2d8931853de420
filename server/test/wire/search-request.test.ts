import { describe, expect, it } from 'vitest';
import { SEARCH_SETTINGS } from '../../src/reports/details/search-settings.ts';
import { parseSearchRequest, parseSearchToken } from '../../src/wire/reonomy/search.ts';

function faultsOf(body: unknown): readonly string[] {
  try {
    parseSearchRequest(body);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_parameter' });
    const { message, errors } = error as { message: string; errors?: readonly string[] };
    return errors ?? [message];
  }
}

const settings = { city: ['Rome'] };
const CORNERS = { top_left: { lat: 41, lon: -74.5 }, bottom_right: { lat: 40, lon: -73 } };
const BOX = { north: 41, south: 40, west: -74.5, east: -73 };

describe('the limit of a search', () => {
  it.each([
    [1, 1],
    [10_000, 10_000],
    [10_001, 10_000],
    [Number.MAX_SAFE_INTEGER, 10_000],
  ])('%d is a page of %d', (limit, pageSize) => {
    expect(parseSearchRequest({ settings, limit })).toEqual({ settings, pageSize });
  });

  it.each([0, -1, 1.5, '100', true, {}, [], Number.NaN])('%j is none', (limit) => {
    expect(faultsOf({ settings, limit })).toEqual([
      'limit must be an integer of at least 1; more than 10000 means that',
    ]);
  });

  it('may be absent or null', () => {
    expect(parseSearchRequest({ settings, limit: null })).toEqual({ settings });
  });
});

describe('the bounding box of a search', () => {
  it.each([
    ['beside the settings', { settings, bounding_box: CORNERS }],
    ['among them', { settings: { ...settings, bounding_box: CORNERS } }],
    [
      'in other words',
      {
        settings,
        bounding_box: { top_left: { latitude: 41, longitude: -74.5 }, bottom_right: { lat: 40, lng: -73 } },
      },
    ],
  ])('is read %s', (_where, body) => {
    expect(parseSearchRequest(body)).toEqual({ settings, boundingBox: BOX });
  });

  it.each([null, {}, { top_left: null, bottom_right: null }])('is none where it asks for nothing: %j', (box) => {
    expect(parseSearchRequest({ settings, bounding_box: box })).toEqual({ settings });
  });

  it.each<[unknown, string]>([
    ['40,-74', 'bounding_box must be an object with top_left and bottom_right'],
    [{ top_left: CORNERS.top_left }, 'bounding_box.bottom_right must be an object with lat and lon'],
    [{ ...CORNERS, top_left: [-74, 41] }, 'bounding_box.top_left must be an object with lat and lon'],
    [{ ...CORNERS, top_right: {} }, 'bounding_box has top_right; it has top_left and bottom_right'],
    [{ ...CORNERS, top_left: { lat: 91, lon: -74 } }, 'bounding_box.top_left.lat must be a number between -90 and 90'],
    [
      { ...CORNERS, top_left: { lat: 41, lon: '-74' } },
      'bounding_box.top_left.lon must be a number between -180 and 180',
    ],
    [{ ...CORNERS, top_left: { lat: 41 } }, 'bounding_box.top_left.lon must be a number between -180 and 180'],
    [{ top_left: CORNERS.bottom_right, bottom_right: CORNERS.bottom_right }, ''],
    [
      { top_left: { lat: 39, lon: -74 }, bottom_right: CORNERS.bottom_right },
      'bounding_box.top_left.lat must not be less than bounding_box.bottom_right.lat',
    ],
    [
      { top_left: { lat: 41, lon: 179 }, bottom_right: { lat: 40, lon: -179 } },
      'bounding_box.top_left.lon must not be greater than bounding_box.bottom_right.lon; a box does not cross the date line',
    ],
  ])('%j: %s', (box, fault) => {
    expect(faultsOf({ settings, bounding_box: box })).toEqual(fault === '' ? [] : [fault]);
  });

  it('is given once', () => {
    const body = { settings: { ...settings, bounding_box: CORNERS }, bounding_box: CORNERS };
    expect(faultsOf(body)).toEqual(['bounding_box is given beside settings and in them; give it once']);
  });
});

describe('a field beside the settings', () => {
  it.each<[string, unknown, string]>([
    ['sort', { year_built: 'desc' }, 'sort is not served: properties come in the order of their ids'],
    ['sort', 'year_built', 'sort is not served: properties come in the order of their ids'],
    [
      'map_filters',
      { polygon: [[1, 2]] },
      'map_filters is not served: bounding_box bounds the search on the map, settings by everything else',
    ],
    [
      'polygon',
      'POINT',
      'polygon is not served: bounding_box bounds the search on the map, settings by everything else',
    ],
    ['offset', 100, 'offset is not served: search_token asks for the next page, limit for its size'],
    ['setting', { city: ['Rome'] }, 'the search has unknown field setting (nearest: settings)'],
    ['bounding_boxes', {}, 'the search has unknown field bounding_boxes (nearest: bounding_box)'],
  ])('%s is refused where it asks for something: %j', (name, value, fault) => {
    expect(faultsOf({ settings, [name]: value })).toEqual([fault]);
  });

  it.each(SEARCH_SETTINGS.map(({ name }) => name))('%s is told where it belongs', (name) => {
    expect(faultsOf({ settings, [name]: { min: 1 } })).toEqual([`${name} is a setting: it belongs in settings`]);
  });

  it.each(['sort', 'map_filters', 'polygon', 'offset', 'city'])('%s is ignored where it asks for nothing', (name) => {
    for (const nothing of [null, '', [], {}, { polygons: [] }, [{}], false, 0]) {
      expect(parseSearchRequest({ settings, [name]: nothing }), JSON.stringify(nothing)).toEqual({ settings });
    }
  });

  it('is ignored where it is the client’s own', () => {
    expect(parseSearchRequest({ settings, title: 'My search', saved: true })).toEqual({ settings });
  });
});

describe('a value that no property can have', () => {
  it.each<[object, string]>([
    [
      { asset_category: ['Office'] },
      'asset_category has "Office", which is none of: commercial, multifamily, sfr, condo, land, other',
    ],
    [{ zip5: ['1003'.repeat(2)] }, 'zip5 has "10031003", which is no ZIP code: five digits, as in 03904'],
    [{ fips: ['King'] }, 'fips has "King", which is no code of 5 digits'],
  ])('%j is refused with what it can be', (wrong, fault) => {
    expect(faultsOf({ settings: wrong })).toEqual([fault]);
  });

  it('names the state that was meant, and all that there are', () => {
    const [fault] = faultsOf({ settings: { state: ['Georgja'] } });
    expect(fault).toMatch(
      /^state has "Georgja", which is no state \(nearest: Georgia\); the states are, by code or by name: AA, AE, AK, /,
    );
  });

  it('is asked of every setting whose column says what it can hold', () => {
    const bounded = SEARCH_SETTINGS.filter(({ values }) => values !== null);
    expect(bounded.map(({ name }) => name)).toEqual(['state', 'zip5', 'fips', 'asset_category']);
    for (const { name } of bounded)
      expect(faultsOf({ settings: { [name]: ['no such value'] } })[0]).toContain('which is no');
  });
});

describe('search_token in the query', () => {
  it('is a token or nothing', () => {
    expect(parseSearchToken(undefined)).toBeNull();
    expect(parseSearchToken('1.2.3.abc')).toBe('1.2.3.abc');
  });

  it.each([
    ['', 'search_token must not be empty; leave it out for the first page'],
    ['null', 'search_token is null, which is what the last page has: there is no page behind it'],
    ['None', 'search_token is None, which is what the last page has: there is no page behind it'],
  ])('%j is told what it is', (token, message) => {
    expect(() => parseSearchToken(token)).toThrow(message);
  });
});
