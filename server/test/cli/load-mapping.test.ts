/** Mapping files at the command line: what is wrong in one is told by line and column, and a proposed one can be loaded. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../support/app.ts';
import { cli } from './cli-world.ts';

const PATIENCE_MS = 120_000;

let app: TestApp;
let directory: string;
beforeAll(async () => {
  app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' }, demo: false });
  directory = await mkdtemp(join(tmpdir(), 'conveyance-mapping-'));
  await write('feed.csv', 'PropID;Bldg Name;Occ %;Town\nA-1;Elm;95.3;Rome\nB-2;Oak;81;Bonn\n');
}, PATIENCE_MS);
afterAll(async () => {
  await app?.close();
  await rm(directory, { recursive: true, force: true });
}, PATIENCE_MS);

async function write(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

function load(...words: readonly string[]) {
  return cli(['load', join(directory, 'feed.csv'), ...words], { deps: app.app.deps });
}

describe('what is wrong in a mapping file', { timeout: PATIENCE_MS }, () => {
  it.each<[string, string, string]>([
    [
      'a column that a table has not',
      'mapping: 1\nfiles:\n  - table: properties\n    columns:\n      citi: Town\n',
      ':5:7: files.0.columns.citi table properties has no column citi (nearest: city)',
    ],
    [
      'a key that there is not',
      'mapping: 1\nfiles:\n  - table: properties\n    colums: {}\n',
      ':4:5: files.0.colums there is no key colums (nearest: columns)',
    ],
    ['a key twice', 'mapping: 1\nfiles:\n  - table: units\n    table: units\n', ':4:5: Map keys must be unique'],
    ['no YAML', 'mapping: [1\n', ':2:1: '],
    ['an alias', 'mapping: 1\nformat: &a {}\nfiles: *a\n', ':3:8: an alias is not read here: write what *a stands for'],
    ['another version', 'mapping: 2\nfiles: []\n', ':1:1: mapping must be 1, the version of this form'],
  ])('is told: %s', async (_, text, message) => {
    const path = await write('wrong.yaml', text);
    const { code, stderr } = await load('--mapping', path);
    expect(stderr).toContain(message.startsWith(':') ? `${path}${message}` : message);
    expect(code).toBe(2);
  });

  it('is told of one that is not there, and beside options that say the same', async () => {
    const path = join(directory, 'absent.yaml');
    expect((await load('--mapping', path)).stderr).toContain(`--mapping ${path} cannot be read: there is no such file`);
    const { code, stderr } = await load('--mapping', path, '--table', 'units');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--mapping and --table cannot be given together')]);
  });
});

describe('a proposed mapping', { timeout: PATIENCE_MS }, () => {
  it('is YAML with comments where it guessed, and loads what it was proposed from', async () => {
    const proposed = await load('--propose');
    expect(proposed.code, proposed.stderr).toBe(0);
    expect(proposed.stdout).toContain(
      [
        'mapping: 1',
        'files:',
        '  - file: feed.csv',
        '    table: property_days',
        '    format:',
        '      delimiter: ";"',
        '    columns:',
        '      source_id: PropID',
        '      occupancy_pct: # the cells are percent',
        '        column: Occ %',
        '        unit: percent',
        '      # date is needed and was not found: date: { constant: "2025-03-31" }, the day of which the file tells',
        '  - file: feed.csv',
        '    table: properties',
        '    format:',
        '      delimiter: ";"',
        '    columns:',
        '      source_id: PropID',
        '      property_name: Bldg Name',
        '      city: Town',
      ].join('\n'),
    );
    // What it asks for is given in its own words.
    const corrected = proposed.stdout.replace(/# date is needed and was not found: (date: .*), the day .*/, '$1');
    const path = await write('feed.yaml', corrected);
    const { code, stdout, stderr } = await load('--mapping', path, '--json');
    expect(code, stderr).toBe(0);
    const { rejected, tables } = JSON.parse(stdout);
    const loaded = tables.map(({ table, loaded }: { table: string; loaded: number }) => `${table}: ${loaded}`).sort();
    expect([rejected, ...loaded]).toEqual([0, 'properties: 2', 'property_days: 2']);
    const versions = await cli(['warehouse', 'versions', '--json'], { deps: app.app.deps });
    expect(JSON.parse(versions.stdout).versions[0]).toMatchObject({ mapping: 'feed.yaml' });
  });
});
