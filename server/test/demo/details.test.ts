/** The demo’s deeds, loans, taxes, tenants and owners agree with each other and with the properties. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/demo/records/subject.ts';
import { type DataSet, type DemoWorld, openDemoWorld } from './world.ts';

let world: DemoWorld;
let data: DataSet;
beforeAll(async () => {
  world = await openDemoWorld();
  data = await world.generate({ size: 'tiny', parcels: 600, days: 31 });
});
afterAll(() => world.close());

async function none(sql: string): Promise<void> {
  expect(await data.query(`${sql} LIMIT 3`)).toEqual([]);
}

async function some(sql: string): Promise<void> {
  expect(await data.query(`${sql} LIMIT 1`)).toHaveLength(1);
}

describe('sales', () => {
  it('end with the sale that the property tells of', async () => {
    const latest = `SELECT property_id, arg_max(sale_date, sale_date) AS day, arg_max({'price': sale_amount}, sale_date).price AS price
      FROM sales GROUP BY property_id`;
    await none(
      `SELECT property_id, last_sale_date, day FROM properties LEFT JOIN (${latest}) USING (property_id)
       WHERE last_sale_date IS DISTINCT FROM day OR last_sale_price IS DISTINCT FROM price`,
    );
    await some('SELECT * FROM sales WHERE sale_amount IS NULL');
  });

  it('are by whoever bought before', async () => {
    await none(
      `SELECT * FROM (SELECT property_id, sellers[1].name AS seller,
        lead(buyers[1].name) OVER (PARTITION BY property_id ORDER BY sale_date DESC) AS buyer_before FROM sales)
       WHERE buyer_before IS NOT NULL AND seller <> buyer_before`,
    );
    await some('SELECT * FROM sales WHERE len(buyers) = 2');
  });

  it('are to the present owner', async () => {
    await none(
      `SELECT property_id, owner_name, buyer FROM properties
       JOIN (SELECT property_id, arg_max(buyers, sale_date)[1].name AS buyer FROM sales GROUP BY 1) USING (property_id)
       WHERE owner_name IS NOT NULL AND owner_name <> buyer`,
    );
  });
});

describe('mortgages', () => {
  it('come with a sale, to its buyer, and are paid back once it is sold', async () => {
    await none('SELECT * FROM mortgages ANTI JOIN sales USING (property_id, recording_date)');
    await none(
      `SELECT property_id FROM mortgages JOIN sales USING (property_id, recording_date) WHERE borrower_name <> buyers[1].name`,
    );
    await none(
      `SELECT m.property_id FROM mortgages m JOIN sales s ON s.property_id = m.property_id AND s.recording_date > m.recording_date
       WHERE NOT is_satisfied`,
    );
  });
});

describe('taxes', () => {
  it('are of the five years before the last, and land and buildings make up the whole', async () => {
    expect(await data.query('SELECT min(tax_year) AS first, max(tax_year) AS last FROM taxes')).toEqual([
      { first: 2020, last: 2024 },
    ]);
    await none(
      `SELECT * FROM taxes WHERE assessed_land_value + assessed_improvement_value <> total_assessed_value
        OR market_land_value + market_improvement_value <> total_market_value`,
    );
  });
});

describe('owners', () => {
  it('are those of the property, as the roll writes them', async () => {
    await none(
      `SELECT property_id FROM properties LEFT JOIN reported_owners USING (property_id)
       WHERE upper(owner_name) IS DISTINCT FROM reported_owners[1].name`,
    );
  });

  it('who live in a house get their tax bills there', async () => {
    await none(
      `SELECT property_id FROM properties AS p JOIN reported_owners AS o USING (property_id)
       WHERE p.owner_occupied AND o.address_line1 <> p.address`,
    );
    await some('SELECT * FROM reported_owners WHERE NOT owner_instate');
  });

  it('that are companies have one portfolio, which says how large it is', async () => {
    await none(
      'SELECT owner_company.name FROM ownerships WHERE owner_company IS NOT NULL GROUP BY 1 HAVING count(DISTINCT portfolio_id) > 1',
    );
    await none(
      'SELECT portfolio_id FROM ownerships GROUP BY portfolio_id HAVING min(properties_in_portfolio) <> count(*) OR max(properties_in_portfolio) <> count(*)',
    );
    await some('SELECT * FROM ownerships WHERE properties_in_portfolio > 2');
  });
});

describe('everybody', () => {
  it('has numbers of the block for fiction and mail at a reserved domain', async () => {
    const people = await data.query(
      'SELECT to_json(c)::VARCHAR AS text FROM contacts AS c UNION ALL SELECT to_json(t)::VARCHAR FROM tenants AS t',
    );
    const text = people.map((row) => row['text']).join('\n');
    const [phones, mails] = [text.match(/\+1 [\d-]+/g) ?? [], text.match(/[^"@]+@[^"]+/g) ?? []];
    expect(phones.length).toBeGreaterThan(100);
    expect(phones.filter((number) => !/^\+1 \d{3}-555-01\d\d$/.test(number))).toEqual([]);
    expect(mails.length).toBeGreaterThan(100);
    expect(mails.filter((mail) => !/^[a-z0-9.]+@[a-z0-9-]+\.example$/.test(mail))).toEqual([]);
  });
});

describe('days of updates', () => {
  it('are those of the latest record, and none is beyond the end of the data', async () => {
    const latest = (name: string, tables: readonly string[]) =>
      none(
        `SELECT property_id FROM properties LEFT JOIN (SELECT property_id, max(update_time) AS latest FROM (${tables
          .map((table) => `SELECT property_id, update_time FROM ${table}`)
          .join(' UNION ALL ')}) GROUP BY 1) USING (property_id) WHERE ${name} IS DISTINCT FROM latest`,
      );
    await latest('sale_update_time', ['sales']);
    await latest('mtg_update_time', ['mortgages']);
    await latest('tax_update_time', ['taxes']);
    await latest('owner_update_time', ['ownerships', 'contacts', 'reported_owners']);
    await none(`SELECT property_id FROM taxes WHERE update_time > DATE '${data.lastDay}'`);
    await none(`SELECT property_id FROM properties WHERE master_update_time > DATE '${data.lastDay}'`);
  });
});

describe('addresses', () => {
  it('of condominiums in one building differ in the unit alone', async () => {
    const buildings = await data.query(
      `SELECT count(*) AS units, count(DISTINCT address) AS addresses FROM properties WHERE asset_category = 'condo'
       GROUP BY house_nbr, street, zip_code ORDER BY 1`,
    );
    expect(new Set(buildings.map((row) => row['units']))).toEqual(new Set([4]));
    expect(buildings.filter((row) => row['addresses'] === 4).length).toBeGreaterThan(20);
  });

  it('are taken apart as they were put together', async () => {
    await none(
      `SELECT address FROM properties WHERE NOT starts_with(address, concat_ws(' ', house_nbr, direction_left, street, mode))`,
    );
    expect(parseAddress('12 N Elver St')).toEqual({
      houseNumber: '12',
      direction: 'N',
      street: 'Elver',
      kind: 'St',
      unit: null,
    });
    expect(parseAddress('12 Elver St')).toMatchObject({ direction: null, street: 'Elver' });
  });

  it('lie in the county of their metro', async () => {
    const counties = await data.query(
      'SELECT county, count(DISTINCT fips) AS codes FROM properties GROUP BY county, state',
    );
    expect(counties.length).toBeGreaterThan(10);
    expect(counties.filter((row) => row['codes'] !== 1)).toEqual([]);
    await none(`SELECT fips FROM properties WHERE NOT regexp_full_match(fips, '\\d{5}') OR census_tract[1:5] <> fips`);
  });
});
