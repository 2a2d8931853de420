/** Codes and states as spreadsheets and data frames leave them: restored where that is certain and told, refused where it is not. */
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let files = 0;

async function load(rows: readonly string[], header = 'property_id,zip_code,state,zip4,fips,census_tract') {
  const path = await world.write(`properties-${files++}.csv`, `${[header, ...rows].join('\n')}\n`);
  return world.load([path], { table: 'properties' });
}

async function stored(columns: string): Promise<readonly unknown[][]> {
  const rows = await world.rows('properties', `SELECT ${columns} FROM properties ORDER BY property_id`);
  return rows.map((row) => Object.values(row));
}

describe('a ZIP code', () => {
  const SPELLINGS: readonly (readonly [file: string, stored: string])[] = [
    ['03904', '03904'],
    ['3904', '03904'],
    ['3904.0', '03904'],
    ['501', '00501'],
    [' 98121 ', '98121'],
    ['98121.', '98121'],
    ['98121-', '98121'],
    ['03904-1234', '03904-1234'],
    ['3904-1234', '03904-1234'],
    ['03904 1234', '03904-1234'],
    ['039041234', '03904-1234'],
    ['39041234', '03904-1234'],
    ['39041234.0', '03904-1234'],
  ];

  it('has its zeros again, with five digits or nine', async () => {
    const report = await load(SPELLINGS.map(([text], index) => `${index + 1},"${text}",,,,`));
    expect(report.rejects).toEqual([]);
    expect(await stored('zip_code')).toEqual(SPELLINGS.map(([, zip]) => [zip]));
    const changed = SPELLINGS.filter(([text, zip]) => text.trim() !== zip).length;
    expect(report.files[0]?.restored).toEqual({ zip_code: changed });
  });

  it('is refused where it is none, with what it must be', async () => {
    const texts = ['12', '500', '123456', 'K1A 0B1', '3904.5', '-3904', '3904e0', '98121-12', 'x'];
    const { rejects } = await load(texts.map((text, index) => `${index + 1},"${text}",,,,`));
    const reason = 'must be a ZIP code such as 03904 or 03904-1234';
    expect(rejects).toMatchObject(texts.map((value) => ({ column: 'zip_code', reason, value })));
  });

  it.each([
    ['a whole number', 'BIGINT'],
    ['a decimal', 'DOUBLE'],
    ['text', 'VARCHAR'],
  ])('of a Parquet file may be %s', async (_, type) => {
    const path = `${world.directory}/properties-${files++}.parquet`;
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT 1::BIGINT AS property_id, CAST('3904' AS ${type}) AS zip_code) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const report = await world.load([path], { table: 'properties' });
    expect(report.files[0]?.restored).toEqual({ zip_code: 1 });
    expect((await stored('zip_code'))[0]).toEqual(['03904']);
  });
});

describe('a state', () => {
  it('is stored by its code, however it is written', async () => {
    const words = ['ME', 'me', 'Maine', ' NEW  YORK ', 'N.Y.', 'District of Columbia', 'Calif.', 'AE', 'Puerto Rico'];
    const report = await load(words.map((word, index) => `${index + 1},,"${word}",,,`));
    expect(report.rejects).toEqual([]);
    const codes = await stored('state');
    expect(codes.slice(0, words.length)).toEqual(
      ['ME', 'ME', 'ME', 'NY', 'NY', 'DC', 'CA', 'AE', 'PR'].map((code) => [code]),
    );
    expect(report.files[0]?.restored).toEqual({ state: 7 });
  });

  it('is refused where it is none', async () => {
    const words = ['XX', 'Ontario', 'Mane', '12'];
    const { rejects } = await load(words.map((word, index) => `${index + 1},,${word},,,`));
    const reason = 'must be the two-letter code of a state, or its name';
    expect(rejects).toMatchObject(words.map((value) => ({ column: 'state', reason, value })));
  });
});

describe('a code of digits', () => {
  it('has its zeros again', async () => {
    const report = await load(['1,,,7,1001,1001020100', '2,,,0007,01001,01001020100.0']);
    expect(report.rejects).toEqual([]);
    expect((await stored('zip4, fips, census_tract')).slice(0, 2)).toEqual([
      ['0007', '01001', '01001020100'],
      ['0007', '01001', '01001020100'],
    ]);
    expect(report.files[0]?.restored).toEqual({ zip4: 1, fips: 1, census_tract: 2 });
  });

  it('is refused where more than its zeros are missing', async () => {
    const { rejects } = await load(['1,,,12345,,', '2,,,,101,', '3,,,,,102010', '4,,,,1001x,']);
    expect(rejects.map(({ column, reason }) => `${column} ${reason}`)).toEqual([
      'zip4 must be a code of 4 digits',
      'fips must be a code of 5 digits',
      'census_tract must be a code of 11 digits',
      'fips must be a code of 5 digits',
    ]);
  });
});

describe('an address that may lie abroad', () => {
  it('has its codes restored where they are ours, and is kept as it is where they are not', async () => {
    await load(['1,,,,,', '2,,,,,']);
    const owners = await world.write(
      'reported_owners.csv',
      'property_id,reported_owner_id,zip_code,state\n1,a,3904,Maine\n2,b,K1A 0B1,Ontario\n',
    );
    expect((await world.load([owners])).files).toMatchObject([{ rejected: 0, restored: { zip_code: 1, state: 1 } }]);
    expect(
      await world.rows('reported_owners', 'SELECT zip_code, state FROM reported_owners ORDER BY property_id'),
    ).toEqual([
      { zip_code: '03904', state: 'ME' },
      { zip_code: 'K1A 0B1', state: 'Ontario' },
    ]);
    const address = (zip: string, state: string) => ({ persons: [{ addresses: [{ postal_code: zip, state }] }] });
    const contacts = await world.write(
      'contacts.jsonl',
      [address('3904', 'maine'), address('SW1A 1AA', 'London')]
        .map((contact, index) => `${JSON.stringify({ property_id: index + 1, contact_id: 'c', ...contact })}\n`)
        .join(''),
    );
    expect((await world.load([contacts])).rejected).toBe(0);
    const found = await world.rows('contacts', 'SELECT persons FROM contacts ORDER BY property_id');
    expect(found.map(({ persons }) => JSON.stringify(persons))).toEqual([
      expect.stringContaining('"state":"ME","postal_code":"03904"'),
      expect.stringContaining('"state":"London","postal_code":"SW1A 1AA"'),
    ]);
  });
});
