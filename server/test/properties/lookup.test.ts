import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller, Scope } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import { lookupProperties } from '../../src/properties/lookup.ts';
import { parseLookup, type RawLookup } from '../../src/wire/apartmentiq/lookup.ts';
import { uuidOf } from '../support/file-jobs.ts';
import { openWorld, type World } from '../warehouse/world.ts';

const COUNT = 3000;

interface Place {
  readonly id: number;
  readonly latitude: number;
  readonly longitude: number;
}

/** The same points on every run, over the whole globe, thick about three of them: one on the date line, one near a pole. */
function places(): readonly Place[] {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const centres = [
    [40.75, -73.98],
    [-16.8, 180],
    [89, 10],
  ] as const;
  return Array.from({ length: COUNT }, (_, index) => {
    const [latitude, longitude] = centres[index % 4] ?? [random() * 180 - 90, random() * 360 - 180];
    const spread = index % 4 === 3 ? 0 : 4;
    const far = longitude + (random() - 0.5) * spread * 2;
    return {
      id: index + 1,
      latitude: Math.min(90, latitude + (random() - 0.5) * spread),
      longitude: far > 180 ? far - 360 : far,
    };
  });
}

/** By the angle between two unit vectors: another formula than the one under test. */
function milesBetween(left: Omit<Place, 'id'>, right: Omit<Place, 'id'>): number {
  const vector = ({ latitude, longitude }: Omit<Place, 'id'>) => {
    const [phi, lambda] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180];
    return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)] as const;
  };
  const [a, b] = [vector(left), vector(right)];
  const chord = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  return 2 * Math.asin(Math.min(1, chord / 2)) * 3958.7613;
}

let world: World;
const PLACES = places();

beforeAll(async () => {
  world = await openWorld();
  const rows = PLACES.map(({ id, latitude, longitude }) =>
    JSON.stringify({ property_id: id, latitude, longitude, city: `City ${id % 10}`, state: 'NY', zip_code: '10001' }),
  );
  const named = [
    {
      property_id: 9001,
      property_name: 'The 100% Loft',
      city: 'São Paulo',
      market_name: 'Austin',
      unit_count: 12,
      year_built: 1931,
      property_class: 'A',
    },
    {
      property_id: 9002,
      property_name: 'The 100x Loft',
      city: 'SÃO PAULO',
      management_company_name: 'Smith & O’Neil_Co',
      address: '1 Main St',
    },
    { property_id: 9003, property_name: "Robert'); DROP TABLE properties;--", city: null, zip_code: '03766' },
    { property_id: 9004, property_name: 'Nine digits', state: 'ME', zip_code: '03766-1234' },
  ].map((row) => JSON.stringify(row));
  await world.load([await world.write('properties.jsonl', [...rows, ...named].join('\n'))]);
});
afterAll(() => world.close());

async function caller(grants: Grants = 'all', scopes: readonly Scope[] = ['data:read']): Promise<Caller> {
  const account = await world.deps.db.accounts.create({ id: randomUUID(), name: 'a', grants });
  return { accountId: account.id, credentialId: randomUUID(), scopes };
}

async function idsOf(query: RawLookup, by?: Caller): Promise<readonly number[]> {
  const found: number[] = [];
  for (let page = 1; ; page++) {
    const { items, totalCount } = await lookupProperties(
      world.deps,
      by ?? (await caller()),
      parseLookup({ ...query, page: String(page), per_page: '100' }),
    );
    found.push(...items.map(({ id }) => id));
    if (items.length === 0) {
      expect(totalCount).toBe(found.length);
      return found;
    }
  }
}

describe('by text', () => {
  it.each([
    [{ city: 'são paulo' }, [9001, 9002]],
    [{ city: 'são' }, []],
    [{ name: 'loft' }, [9001, 9002]],
    [{ name: '100%' }, [9001]],
    [{ name: '100_' }, []],
    [{ name: "'); DROP TABLE" }, [9003]],
    [{ management_company_name: 'o’neil_co' }, [9002]],
    [{ management_company_name: 'o’neilxco' }, []],
    [{ market_name: 'AUSTIN' }, [9001]],
    [{ zip_code: '03766' }, [9003, 9004]],
    [{ zip_code: '03766-1234' }, [9003, 9004]],
    [{ state: 'Maine' }, [9004]],
    [{ city: 'São Paulo', name: 'x' }, [9002]],
  ])('%j finds %j', async (query, ids) => {
    expect(await idsOf(query)).toEqual(ids);
  });

  it('shows what is known and null for the rest', async () => {
    const { items } = await lookupProperties(world.deps, await caller(), parseLookup({ market_name: 'austin' }));
    expect(items).toEqual([
      {
        id: 9001,
        uuid: uuidOf(9001),
        propertyName: 'The 100% Loft',
        address: null,
        city: 'São Paulo',
        state: null,
        zipCode: null,
        latitude: null,
        longitude: null,
        unitCount: 12,
        yearBuilt: 1931,
        propertyClass: 'A',
      },
    ]);
  });
});

describe('by radius', () => {
  it.each([
    [40.75, -73.98, 25],
    [40.75, -73.98, 100],
    [-16.8, 179.9, 60],
    [-16.8, -179.9, 60],
    [89.5, -100, 200],
    [-89.9, 0, 500],
    [0, 0, 500],
  ])('around %d, %d within %d miles', async (latitude, longitude, radius) => {
    const near = PLACES.filter((place) => milesBetween(place, { latitude, longitude }) <= radius).map(({ id }) => id);
    const query = { latitude: `${latitude}`, longitude: `${longitude}`, radius_miles: `${radius}` };
    expect(await idsOf(query)).toEqual(near);
    expect(near.length).toBeGreaterThan(0);
    expect(near.length).toBeLessThan(COUNT / 2);
  });

  it('takes the other filters too', async () => {
    const centre = { latitude: 40.75, longitude: -73.98 };
    const near = PLACES.filter((place) => place.id % 10 === 3 && milesBetween(place, centre) <= 80).map(({ id }) => id);
    expect(await idsOf({ city: 'city 3', latitude: '40.75', longitude: '-73.98', radius_miles: '80' })).toEqual(near);
    expect(near.length).toBeGreaterThan(5);
  });
});

describe('an account', () => {
  it('sees its properties and no others', async () => {
    const some = await caller(PropertyIdSet.of([3, 13, 14, 9001, 777_777]));
    expect(await idsOf({}, some)).toEqual([3, 13, 14, 9001]);
    expect(await idsOf({ city: 'City 3' }, some)).toEqual([3, 13]);
    expect(await idsOf({}, await caller(PropertyIdSet.of([])))).toEqual([]);
  });

  it('needs the scope', async () => {
    const by = await caller('all', ['exports:read', 'exports:write']);
    await expect(lookupProperties(world.deps, by, parseLookup({}))).rejects.toMatchObject({
      code: 'forbidden',
      permission: 'look up properties',
    });
  });
});

describe('a page', () => {
  it('is a run of ids, and tells the total also past the end', async () => {
    const by = await caller();
    const page = await lookupProperties(world.deps, by, parseLookup({ state: 'ny', page: '2', per_page: '3' }));
    expect(page.items.map(({ id }) => id)).toEqual([4, 5, 6]);
    expect(page).toMatchObject({ totalCount: COUNT, request: { page: 2, perPage: 3 } });
    const past = await lookupProperties(world.deps, by, parseLookup({ state: 'ny', page: '1001', per_page: '3' }));
    expect(past).toMatchObject({ items: [], totalCount: COUNT });
  });

  it('is empty before the first load', async () => {
    const empty = await openWorld();
    try {
      const account = await empty.deps.db.accounts.create({ id: randomUUID(), name: 'a', grants: 'all' });
      const by: Caller = { accountId: account.id, credentialId: randomUUID(), scopes: ['data:read'] };
      expect(await lookupProperties(empty.deps, by, parseLookup({}))).toMatchObject({ items: [], totalCount: 0 });
    } finally {
      await empty.close();
    }
  });
});
