/** What a request for details yields on the real engine. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqlType } from '../../src/core/column-types.ts';
import { DETAIL_TYPES, type DetailsSpec, PROPERTY_ID_NAMESPACE } from '../../src/core/details.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { UuidList } from '../../src/core/ids/uuid-list.ts';
import type { DataVersion } from '../../src/core/ports/database/warehouse.ts';
import { compileDetails } from '../../src/reports/compile-details.ts';
import { compileRequested, type RequestedIds } from '../../src/reports/compile-requested.ts';
import { BASIC } from '../../src/reports/details/basic.ts';
import { DETAIL_NODES } from '../../src/reports/details/catalogue.ts';
import { TABLES } from '../../src/warehouse/tables.ts';
import { keysOf } from '../support/source-files.ts';
import { canaryRecord, FORM, type Leaf, leavesOf, type Parties } from './canaries.ts';
import { type DetailWorld, openDetailWorld } from './detail-world.ts';
import type { Warehouse } from './engine-tables.ts';

/** RFC 9562 §5.5, by Node’s own hash. */
function uuid5(propertyId: number): string {
  const namespace = Buffer.from(PROPERTY_ID_NAMESPACE.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(namespace).update(String(propertyId)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

let world: DetailWorld;
beforeAll(async () => {
  world = await openDetailWorld();
});
afterAll(() => world.close());

function spec(changes: Partial<DetailsSpec> = {}): DetailsSpec {
  return { detailTypes: DETAIL_TYPES, filterPii: false, updated: null, ...changes };
}

function ids(...propertyIds: readonly number[]): Float64Array {
  return Float64Array.from(propertyIds);
}

describe('a property', () => {
  const warehouse: Warehouse = {
    properties: [
      { property_id: 10, address: '1 Élan Way', city: 'Austin', state: 'TX', zip_code: '78701-1234', latitude: 30.25 },
      { property_id: 20, reonomy_id: 'stored-before', unit_count: 4, lot_size_acres: 2 },
      { property_id: 30, total_units: 9, unit_count: 4, lot_size_sqft: 5000, lot_size_acres: 2 },
    ],
    sales: [
      { property_id: 10, sale_id: 'b', sale_date: '2019-01-31', sale_amount: 1.5 },
      { property_id: 10, sale_id: 'c', recording_date: '2021-03-01', buyers: [{ name: 'A & B', type: 'company' }] },
      { property_id: 10, sale_id: 'a', sale_date: '2019-01-31' },
      { property_id: 10, sale_id: 'd' },
    ],
    ownerships: [
      { property_id: 10, portfolio_id: 'old', update_time: '2020-01-01' },
      {
        property_id: 10,
        portfolio_id: 'new',
        update_time: '2024-01-01',
        owner_company: { name: 'N', domains: ['n.example'] },
      },
      { property_id: 10, portfolio_id: 'undated' },
    ],
    contacts: [{ property_id: 10, contact_id: 'x', persons: [{ id: 'p', phones: [{ number: '1', type: 'mobile' }] }] }],
  };
  let version: DataVersion;
  beforeAll(async () => {
    version = await world.write(warehouse);
  });

  test('comes in the order of the request; of one that nobody knows there is no row', async () => {
    const rows = await world.rows(compileDetails(spec(), version, ids(30, 99, 10, 0, 20)));
    expect(rows.map((row) => row['property_id'])).toEqual([30, 10, 20]);
  });

  test('has basic at the top level and a node for each other type, contacts beside ownership', async () => {
    const [row = {}] = await world.rows(compileDetails(spec(), version, ids(10)));
    const basic = BASIC.columns.filter(({ isShown }) => isShown).map(({ name }) => name);
    const nodes = ['mortgages', 'ownership', 'contacts', 'reported_owner', 'sales', 'taxes', 'tenants'];
    expect(Object.keys(row)).toEqual([...basic, ...nodes]);
    expect(row).toMatchObject({
      address_line1: '1 Élan Way',
      city: 'Austin',
      zip5: '78701',
      lat: 30.25,
      taxes: [],
      tenants: [],
      mortgages: [],
      reported_owner: null,
    });
  });

  test('has the types that were asked for and no others, always with its id', async () => {
    const [row = {}] = await world.rows(compileDetails(spec({ detailTypes: ['taxes'] }), version, ids(10)));
    expect(row).toEqual({ id: uuid5(10), taxes: [] });
    const [ownership = {}] = await world.rows(compileDetails(spec({ detailTypes: ['ownership'] }), version, ids(10)));
    expect(Object.keys(ownership)).toEqual(['id', 'ownership', 'contacts']);
  });

  test('has its records newest first, by their ids on one day, those without a day last', async () => {
    const [row = {}] = await world.rows(compileDetails(spec({ detailTypes: ['sales'] }), version, ids(10)));
    const sales = row['sales'] as Record<string, unknown>[];
    expect(sales.map((sale) => sale['sale_id'])).toEqual(['c', 'a', 'b', 'd']);
    expect(sales[0]).toEqual({
      sale_id: 'c',
      sale_date: null,
      recording_date: '2021-03-01',
      sale_amount: null,
      price_per_sqft: null,
      price_per_unit: null,
      document_type: null,
      document_number: null,
      multi_parcel: null,
      buyers: [{ name: 'A & B', type: 'company' }],
      sellers: null,
      update_time: '1990-01-01',
    });
  });

  test('shows the ownership that was updated last', async () => {
    const [row = {}] = await world.rows(compileDetails(spec({ detailTypes: ['ownership'] }), version, ids(10)));
    expect(row['ownership']).toMatchObject({
      portfolio_id: 'new',
      owner_company: { name: 'N', domains: ['n.example'] },
    });
    expect(row['contacts']).toMatchObject([{ persons: [{ id: 'p', phones: [{ number: '1', type: 'mobile' }] }] }]);
    expect(JSON.stringify(row)).not.toContain('contact_id');
  });

  test('has units and lot from the finer figure, else from the coarser one', async () => {
    const rows = await world.rows(compileDetails(spec({ detailTypes: ['basic'] }), version, ids(20, 30)));
    expect(rows.map((row) => [row['total_units'], row['lot_size_sqft']])).toEqual([
      [4, 87_120],
      [9, 5000],
    ]);
  });

  test('is named by the UUID of its number, by the stored one where there is one', async () => {
    const rows = await world.rows(compileDetails(spec({ detailTypes: ['basic'] }), version, ids(10, 20, 30)));
    expect(rows.map((row) => row['id'])).toEqual([uuid5(10), 'stored-before', uuid5(30)]);
  });

  test('is found by its UUID, in the order of the list and in either case, each once', async () => {
    const names = [uuid5(30), uuid5(99), uuid5(10).toUpperCase(), uuid5(30), uuid5(10)];
    const rows = await world.read(compileRequested({ updated: null }, version, requested(names)));
    expect(rows).toEqual([
      { file: 0, property_ids: [30, 10], distinct_ids: null, known_ids: null },
      { file: null, property_ids: null, distinct_ids: 3, known_ids: 2 },
    ]);
  });

  test('belongs to the file in which the request names it first, and is unknown to whoever may not see it', async () => {
    const names = [uuid5(99), uuid5(30), uuid5(10), uuid5(98)];
    const grants = PropertyIdSet.of([10]);
    const query = compileRequested({ updated: null }, version, { ...requested(names), grants, idsPerFile: 2 });
    expect(await world.read(query)).toEqual([
      { file: 1, property_ids: [10], distinct_ids: null, known_ids: null },
      { file: null, property_ids: null, distinct_ids: 4, known_ids: 1 },
    ]);
  });

  test('can be asked for before anything is loaded', async () => {
    expect(await world.rows(compileDetails(spec(), { ...version, tables: {} }, ids(10)))).toEqual([]);
  });
});

test('UUIDs are those of RFC 9562, for numbers of every length', async () => {
  const numbers = [1, 9, 42, 99001416, 99001470, 99004737, 2 ** 31, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER];
  const many = [...numbers, ...Array.from({ length: 300 }, (_, index) => 1000 + index * 7)];
  const version = await world.write({ properties: many.map((id) => ({ property_id: id })) });
  const rows = await world.rows(compileDetails(spec({ detailTypes: ['basic'] }), version, ids(...many)));
  expect(rows.map((row) => row['id'])).toEqual(many.map(uuid5));
});

test('data from before there were UUIDs has them all the same', async () => {
  const file = await world.tables.writeFile('early', "SELECT 10 AS property_id, 'Austin' AS city", null);
  const early = {
    version: 1,
    committedAt: new Date(0),
    changesKnownSince: '2026-01-01',
    tables: { properties: [file] },
  };
  const [row] = await world.rows(compileDetails(spec({ detailTypes: ['basic'] }), early, ids(10)));
  expect(row).toMatchObject({ id: uuid5(10), city: 'Austin', apn: null });
  const [found] = await world.read(compileRequested({ updated: null }, early, requested([uuid5(10)])));
  expect(found).toMatchObject({ file: 0, property_ids: [10] });
});

describe('with canaries in every value', () => {
  const parties: Readonly<Record<number, Parties>> = { 1: 'individual', 2: 'company', 3: null };
  let version: DataVersion;
  beforeAll(async () => {
    const records = DETAIL_NODES.map((node) => [
      node.table,
      Object.entries(parties).map(([id, who]) => ({ ...canaryRecord(node, who), property_id: Number(id) })),
    ]);
    version = await world.write({
      properties: Object.keys(parties).map((id) => ({ property_id: Number(id) })),
      ...Object.fromEntries(records),
    });
  });
  const answer = (filterPii: boolean, id: number) => world.lines(compileDetails(spec({ filterPii }), version, ids(id)));
  const leaves = DETAIL_NODES.flatMap(leavesOf);
  const has = (line: string, { path }: Leaf) =>
    line.includes(`"canary ${path}"`) || line.includes(`"canary ${path} ${FORM}"`);

  test('there is something personal in every type but basic and taxes', () => {
    const personal = DETAIL_NODES.filter((node) => leavesOf(node).some(({ isPersonal }) => isPersonal('individual')));
    expect(personal.map(({ name }) => name).toSorted()).toEqual([
      'contacts',
      'mortgages',
      'ownership',
      'reported_owner',
      'sales',
      'tenants',
    ]);
  });

  test.each(Object.entries(parties))('property %s (%s): all of them are there without the filter', async (id) => {
    const [line = ''] = await answer(false, Number(id));
    expect(leaves.filter((leaf) => !has(line, leaf))).toEqual([]);
  });

  test.each(Object.entries(parties))(
    'property %s (%s): the filter leaves out the personal ones and no others',
    async (id, who) => {
      const [line = ''] = await answer(true, Number(id));
      const left = leaves.filter((leaf) => has(line, leaf)).map(({ path }) => path);
      expect(left).toEqual(leaves.filter(({ isPersonal }) => !isPersonal(who)).map(({ path }) => path));
    },
  );

  test('what is always left out has no key either; what is left out in places is null there, or not in the list', async () => {
    const filtered = (await Promise.all([1, 2, 3].map((id) => answer(true, id)))).map(([line = '']) =>
      JSON.parse(line),
    );
    const [individual, company, unknown] = filtered;
    for (const row of filtered) {
      expect(row.mortgages[0]).not.toHaveProperty('borrower_name');
      expect(row.tenants[0]).not.toHaveProperty('contacts');
      expect(row.tenants[0]).not.toHaveProperty('phone');
      expect(Object.keys(row.contacts[0].persons[0])).toEqual(['id', 'jobs']);
      expect(Object.keys(row.contacts[0].persons[0].jobs[0])).toEqual(['title', 'organization']);
      expect(Object.keys(row.contacts[0].company)).toEqual(['name']);
    }
    expect([individual.sales[0].buyers, unknown.sales[0].sellers]).toEqual([[], []]);
    expect(company.sales[0].buyers).toEqual([{ name: `canary sales.buyers.name ${FORM}`, type: 'company' }]);
    expect(individual.reported_owner).toMatchObject({
      reported_owners: [{ name: null, entity_type: 'individual' }],
      address_line1: null,
      city: null,
      state: null,
      zip_code: null,
      owner_instate: true,
    });
    expect(company.reported_owner).toMatchObject({ city: `canary reported_owner.city ${FORM}` });
  });

  test('a person who is its own organization is not named by the job', async () => {
    const jobs = [
      { title: 'Owner', organization: 'Jane Roe' },
      { organization: 'Jane Roe' },
      { organization: 'Roe Realty, L.L.C.' },
    ];
    const selfEmployed = await world.write({
      properties: [{ property_id: 1 }],
      contacts: [{ property_id: 1, contact_id: 'c', persons: [{ id: 'p', display: 'Jane Roe', jobs }, { id: 'q' }] }],
    });
    const of = (filterPii: boolean) =>
      world.rows(compileDetails(spec({ detailTypes: ['ownership'], filterPii }), selfEmployed, ids(1)));
    const [filtered = {}] = await of(true);
    expect(JSON.stringify(await of(false))).toContain('"organization":"Jane Roe"');
    expect(JSON.stringify(filtered)).not.toContain('Jane Roe');
    expect(filtered['contacts']).toMatchObject([
      {
        persons: [
          {
            id: 'p',
            jobs: [
              { title: 'Owner', organization: null },
              { title: null, organization: null },
              { title: null, organization: 'Roe Realty, L.L.C.' },
            ],
          },
          { id: 'q', jobs: null },
        ],
      },
    ]);
  });

  test('an address without an owner may be a person’s', async () => {
    const unowned = await world.write({
      properties: [{ property_id: 1 }, { property_id: 2 }],
      reported_owners: [
        { property_id: 1, reported_owner_id: 'a', reported_owners: [], city: 'Austin' },
        { property_id: 2, reported_owner_id: 'b', city: 'Austin' },
      ],
    });
    const asked = spec({ detailTypes: ['reported_owner'], filterPii: true });
    const rows = await world.rows(compileDetails(asked, unowned, ids(1, 2)));
    expect(rows.map((row) => (row['reported_owner'] as { city: string | null }).city)).toEqual([null, null]);
  });

  test('a person among companies is left out alone', async () => {
    const mixed = await world.write({
      properties: [{ property_id: 1 }],
      sales: [
        {
          property_id: 1,
          sale_id: 's',
          buyers: [
            { name: 'Firm', type: 'company' },
            { name: 'Somebody', type: 'individual' },
          ],
        },
      ],
      reported_owners: [
        {
          property_id: 1,
          reported_owner_id: 'o',
          city: 'Austin',
          reported_owners: [
            { name: 'Somebody', entity_type: 'individual' },
            { name: 'Firm', entity_type: 'company' },
          ],
        },
      ],
    });
    const [row = {}] = await world.rows(compileDetails(spec({ filterPii: true }), mixed, ids(1)));
    expect(row['sales']).toMatchObject([{ buyers: [{ name: 'Firm', type: 'company' }] }]);
    expect(row['reported_owner']).toMatchObject({
      reported_owners: [
        { name: null, entity_type: 'individual' },
        { name: 'Firm', entity_type: 'company' },
      ],
      city: null,
    });
  });
});

function requested(uuids: readonly string[]): RequestedIds {
  const list = UuidList.of(uuids);
  if (list === null) throw new Error('a test names what is no UUID');
  return { uuids: list, grants: 'all', idsPerFile: 25_000 };
}

describe('updated', () => {
  let version: DataVersion;
  beforeAll(async () => {
    version = await world.write({
      properties: [
        { property_id: 1, master_update_time: '2024-01-01', tax_update_time: '2025-06-01' },
        { property_id: 2, shape_update_time: '2024-03-01' },
        { property_id: 3, building_update_time: '2023-12-31' },
        { property_id: 4 },
      ],
      sales: [
        { property_id: 3, sale_id: 'a', update_time: '2024-02-01' },
        { property_id: 3, sale_id: 'b', update_time: '2020-02-01' },
        { property_id: 2, sale_id: 'a', update_time: '2024-01-31' },
      ],
      contacts: [{ property_id: 4, contact_id: 'c', update_time: '2024-05-01' }],
      ownerships: [{ property_id: 1, portfolio_id: 'p', update_time: '2019-05-01' }],
    });
  });
  const matching = async (updated: DetailsSpec['updated']) => {
    const order = ids(4, 3, 2, 1);
    const found = await world.read(compileRequested({ updated }, version, requested(Array.from(order, uuid5))));
    const exported = await world.rows(compileDetails(spec({ detailTypes: ['basic'], updated }), version, order));
    const kept = exported.map((row) => row['property_id']);
    expect(found.find(({ file }) => file === 0)?.['property_ids'] ?? []).toEqual(kept);
    return kept;
  };

  test.each<[string, DetailsSpec['updated'], readonly number[]]>([
    ['nothing said: all', null, [4, 3, 2, 1]],
    ['basic is the latest of master, building and shape', { basic: '2024-01-01' }, [2, 1]],
    ['the day itself counts, the one before does not', { basic: '2024-03-01' }, [2]],
    ['a record of many is enough', { sales: '2024-02-01' }, [3]],
    ['contacts are part of ownership', { ownership: '2024-05-01' }, [4]],
    ['one of several types is enough', { basic: '2024-03-01', sales: '2024-02-01' }, [3, 2]],
    ['no record: not updated', { taxes: '2000-01-01' }, []],
  ])('%s', async (_, updated, expected) => {
    expect(await matching(updated)).toEqual(expected);
  });
});

test('files in which none of the properties can be are not opened', () => {
  const file = (key: string, minPropertyId: number, maxPropertyId: number) => ({
    key,
    rows: 1,
    bytes: 1,
    sha256: '',
    minPropertyId,
    maxPropertyId,
    minDate: null,
    maxDate: null,
  });
  const files = [file('low', 1, 10), file('middle', 11, 20), file('high', 21, 30)];
  const version = {
    version: 1,
    committedAt: new Date(0),
    changesKnownSince: '2026-01-01',
    tables: { properties: files, sales: files, taxes: files },
  };
  const query = compileDetails(spec({ detailTypes: ['sales'], updated: { taxes: '2024-01-01' } }), version, ids(25, 3));
  expect(Object.fromEntries(Object.entries(query.tables).map(([name, table]) => [name, keysOf(table)]))).toEqual({
    properties: ['low', 'high'],
    sales: ['low', 'high'],
    taxes: ['low', 'high'],
  });
});

describe('row groups without a requested property stay unread', () => {
  const PROPERTIES = 40_000;
  const VALUES: Readonly<Record<string, string>> = {
    property_id: 'p',
    sale_id: 's::VARCHAR',
    update_time: "DATE '2024-05-01'",
  };
  const filled = (table: 'properties' | 'sales') =>
    TABLES[table].columns
      .map(({ name, type }) => `CAST(${VALUES[name] ?? 'NULL'} AS ${sqlType(type)}) AS "${name}"`)
      .join(', ');

  async function spoiledVersion(ids: readonly number[]): Promise<DataVersion> {
    const everyProperty = `range(1, ${PROPERTIES + 1}) AS r(p)`;
    const tables = {
      properties: [
        await world.tables.writeFile('many-properties', `SELECT ${filled('properties')} FROM ${everyProperty}`, null),
      ],
      sales: [
        await world.tables.writeFile(
          'many-sales',
          `SELECT ${filled('sales')} FROM ${everyProperty}, range(3) AS t(s) ORDER BY p, s`,
          null,
        ),
      ],
    };
    for (const file of Object.values(tables).flat()) {
      const { spoiled, all } = await world.tables.spoilRowGroupsWithout(ids, file);
      expect(all).toBeGreaterThan(15);
      expect(spoiled).toBeGreaterThanOrEqual(all - 2 * ids.length);
    }
    return { version: 1, committedAt: new Date(0), changesKnownSince: '2026-01-01', tables };
  }
  test.each([[[20_000]], [[20_001, 20_000]], [[39_000, 17, 20_000]]])('requested: %j', async (asked) => {
    const version = await spoiledVersion(asked);
    for (const updated of [null, { sales: '2024-05-01', basic: '2024-05-01' }]) {
      const query = compileDetails(spec({ detailTypes: ['basic', 'sales'], updated }), version, ids(...asked));
      const rows = await world.rows(query);
      expect(rows.map((row) => row['property_id'])).toEqual(asked);
      expect(rows.map((row) => (row['sales'] as unknown[]).length)).toEqual(asked.map(() => 3));
    }
  });

  test('and one that had to be read would be noticed', async () => {
    const version = await spoiledVersion([20_000]);
    await expect(
      world.rows(compileDetails(spec({ detailTypes: ['sales'] }), version, ids(20_000, 1))),
    ).rejects.toThrow();
  });
});
