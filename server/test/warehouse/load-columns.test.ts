import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

function refusal(message: string) {
  return { code: 'load_refused', message };
}

describe('columns', () => {
  it('are found by name or by --map; others are reported and ignored', async () => {
    const path = await world.write('properties.csv', 'key,zip,city,colour,address\nk1,98121,Rome,red,Via 1\n');
    const report = await world.load([path], {
      columnNames: new Map([
        ['source_id', 'key'],
        ['zip_code', 'zip'],
      ]),
    });
    expect(report.files).toEqual([
      {
        path,
        table: 'properties',
        rows: 1,
        rejected: 0,
        ignoredColumns: ['colour'],
        restored: {},
        nulled: {},
        leftOut: 0,
      },
    ]);
    expect(await world.rows('properties', 'SELECT source_id, zip_code, city, address FROM properties')).toEqual([
      { source_id: 'k1', zip_code: '98121', city: 'Rome', address: 'Via 1' },
    ]);
  });

  it('that are mapped elsewhere are not taken for their namesakes', async () => {
    const path = await world.write('properties.csv', 'source_id,city,town\nk1,district,Bern\n');
    await world.load([path], {
      columnNames: new Map([
        ['address', 'city'],
        ['city', 'town'],
      ]),
    });
    expect(await world.rows('properties', 'SELECT address, city FROM properties')).toEqual([
      { address: 'district', city: 'Bern' },
    ]);
  });

  it('of the key must be there; the refusal names what is there and what it may be', async () => {
    const path = await world.write('property_days.csv', 'propertyid,day,date\n1,2025-01-01,x\n');
    await expect(world.load([path])).rejects.toMatchObject(
      refusal(
        `${path} has no column property_id (or source_id), which table property_days needs; its columns are propertyid, day, date; if property_id is called propertyid there, add --map property_id=propertyid`,
      ),
    );
  });

  it('of a --map must exist on both sides', async () => {
    const path = await world.write('properties.csv', 'id,zip\n1,x\n');
    await expect(world.load([path], { columnNames: new Map([['sorce_id', 'id']]) })).rejects.toMatchObject(
      refusal('--map sorce_id=id: there is no column sorce_id (nearest: source_id)'),
    );
    await expect(world.load([path], { columnNames: new Map([['zip_code', 'zipp']]) })).rejects.toMatchObject(
      refusal('--map zip_code=zipp: no file has a column zipp (nearest: zip)'),
    );
  });

  it('of two files of a table are the same', async () => {
    const one = await world.write('properties-1.csv', 'source_id,city\nk1,x\n');
    const two = await world.write('properties-2.csv', 'source_id,state\nk2,NY\n');
    await expect(world.load([one, two])).rejects.toMatchObject(
      refusal(`${one} and ${two} both fill properties but differ in city, state; load one after the other`),
    );
  });
});

describe('files', () => {
  it('of a directory are those named like tables, also in sub-directories', async () => {
    await world.write('all/properties.jsonl', '{"property_id":1}\n');
    await world.write('all/property_days/2025-01.csv', 'property_id,date\n1,2025-01-01\n');
    await world.write('all/property_days-2025-02.csv', 'property_id,date\n1,2025-02-01\n');
    const notes = await world.write('all/notes.txt', 'x');
    const other = await world.write('all/other.csv', 'a\n1\n');
    const report = await world.load([join(world.directory, 'in/all')]);
    expect(report.tables.map(({ table, loaded }) => [table, loaded])).toEqual([
      ['properties', 1],
      ['property_days', 2],
    ]);
    expect(report.skippedFiles).toEqual([notes, other]);
  });

  it('of a pattern are those that fit it, of known tables', async () => {
    await world.write('feeds/a/properties-1.csv', 'property_id\n71\n');
    await world.write('feeds/b/c/properties-2.csv', 'property_id\n72\n');
    await world.write('feeds/b/properties.jsonl', '{"property_id":73}\n');
    const other = await world.write('feeds/b/other.csv', 'a\n1\n');
    const report = await world.load([join(world.directory, 'in/feeds/**/*.csv')], { dryRun: true });
    expect(report.files.map(({ path, rows }) => [path.slice(path.indexOf('feeds')), rows])).toEqual([
      ['feeds/a/properties-1.csv', 1],
      ['feeds/b/c/properties-2.csv', 1],
    ]);
    expect(report.skippedFiles).toEqual([other]);
    const absent = join(world.directory, 'in/feeds/x*.csv');
    await expect(world.load([absent])).rejects.toMatchObject(
      refusal(`there is no file at ${absent}, and no directory with files`),
    );
  });

  it('may have any name with --table, and names that a shell would expand', async () => {
    const path = await world.write('we[ir]d *?.csv', 'property_id\n5\n');
    await world.write('weird x.csv', 'property_id\n6\n');
    const report = await world.load([path], { table: 'properties', dryRun: true });
    expect(report.files.map((file) => [file.path, file.rows])).toEqual([[path, 1]]);
  });

  it('that say no table, no format or nothing at all are refused', async () => {
    const nameless = await world.write('property.csv', 'property_id\n1\n');
    await expect(world.load([nameless])).rejects.toMatchObject(
      refusal(`${nameless} does not say which table it fills: name it like one, or pass --table properties`),
    );
    const formless = await world.write('properties.xlsx', 'x');
    await expect(world.load([formless])).rejects.toMatchObject(
      refusal(`${formless} is none of .csv, .tsv, .txt, .jsonl, .ndjson, .json, .parquet`),
    );
    const absent = join(world.directory, 'in/absent.csv');
    await expect(world.load([absent])).rejects.toMatchObject(
      refusal(`there is no file at ${absent}, and no directory with files`),
    );
    await expect(world.load([nameless], { table: 'unit' })).rejects.toMatchObject(
      refusal('there is no table unit; the nearest is units'),
    );
  });
});
