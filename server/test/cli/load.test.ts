/** `conveyance load` as an operator sees it: which files it takes, and what it says of rows that do not fit. */
import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
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
  directory = await mkdtemp(join(tmpdir(), 'conveyance-load-'));
}, PATIENCE_MS);
afterAll(async () => {
  await app?.close();
  await rm(directory, { recursive: true, force: true });
}, PATIENCE_MS);

async function load(name: string, text: string, ...words: readonly string[]) {
  const path = join(directory, name);
  await writeFile(path, text);
  const argv = ['load', path, '--table', 'properties', '--dry-run', ...words];
  return { path, ...(await cli(argv, { deps: app.app.deps })) };
}

describe('a file', { timeout: PATIENCE_MS }, () => {
  const cells = [
    ['property_id', 'address', 'city', 'state', 'zip_code'],
    ['9570001', '1 A St', 'Bangor', 'ME', '04401'],
  ];

  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
    ['commas', ','],
  ])('with %s between its cells is read', async (_name, separator) => {
    const text = `${cells.map((row) => row.join(separator)).join('\n')}\n`;
    const { code, stdout, stderr } = await load('properties.csv', text, '--json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rejected: 0, reject_file: null });
    expect(stderr).not.toContain('ignored');
  });

  it('that is one JSON array is refused with what to do', async () => {
    const { code, stderr } = await load('array.json', '[{"property_id":9570001,"address":"1 A St"}]\n');
    expect(code).toBe(1);
    expect(stderr).toContain("is one JSON array; write an object per line, as `jq -c '.[]'` makes of it");
    expect(stderr).not.toContain('reject');
  });
});

describe('how a file is written', { timeout: PATIENCE_MS }, () => {
  const TEXT = 'property_id;last_sale_date;last_sale_price\n1;31.01.2019;1.234,50\n2;01.02.2019;-\n';

  it('is found out and shown', async () => {
    const { code, path, stderr } = await load('german.csv', TEXT);
    expect(code).toBe(0);
    expect(stderr).toContain(
      `${path}: read as cells separated by semicolons; numbers like 1.234,50; days like 31.01.2019; empty where it says -\n`,
    );
    const { stdout } = await load('german.csv', TEXT, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      rejected: 0,
      formats: [
        { encoding: 'utf-8', delimiter: ';', quote: 'double', numbers: 'comma', dates: 'dmy', empty_words: ['-'] },
      ],
    });
  });

  it('is as options say, where they do', async () => {
    const words = ['--numbers', 'plain', '--dates', 'iso', '--empty-words', 'x', '--delimiter', 'semicolon'];
    const { code, stderr } = await load('german.csv', TEXT, ...words);
    expect([code, stderr]).toEqual([0, expect.stringContaining('2 rows rejected')]);
    expect(stderr).toContain('last_sale_date must be a calendar day in YYYY-MM-DD format');
  });

  it.each([
    [['--encoding', 'ebcdic'], '--encoding must be one of: utf-8, windows-1252, utf-16le, utf-16be, utf8, cp1252'],
    [['--delimiter', 'x'], '--delimiter must be one of: comma, semicolon, tab, pipe; got "x"'],
    [['--quote', 'x'], '--quote must be one of: double, single, none; got "x"'],
    [['--numbers', 'x'], '--numbers must be one of: plain, point, comma; got "x"'],
  ])('%j is refused', async (words, message) => {
    const { code, stderr } = await load('german.csv', TEXT, ...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('standard input', { timeout: PATIENCE_MS }, () => {
  const piped = (stdin: string, ...words: readonly string[]) =>
    cli(['load', '-', '--dry-run', ...words], { deps: app.app.deps, stdin: [stdin] });

  it.each([
    ['CSV', 'property_id;city\n1;Rome\nx;Bonn\n', 3],
    ['JSONL', '{"property_id":1,"city":"Rome"}\n{"property_id":"x"}\n', 2],
  ])('of %s is read like a file, by its first bytes, and nothing of it is left', async (_, text, line) => {
    const { code, stdout, stderr } = await piped(text, '--table', 'properties', '--json');
    expect(code, stderr).toBe(0);
    const { rejects } = JSON.parse(stdout);
    expect(rejects).toMatchObject([{ line, column: 'property_id', value: 'x' }]);
    expect(existsSync(rejects[0].file)).toBe(false);
  });

  it('needs to be told its table, and comes once', async () => {
    const untold = await piped('property_id\n1\n');
    expect([untold.code, untold.stderr]).toEqual([1, expect.stringContaining('does not say which table it fills')]);
    const twice = await piped('x', '-');
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('standard input can be loaded once only')]);
  });
});

describe('rows that do not fit', { timeout: PATIENCE_MS }, () => {
  const TEXT = 'property_id,year_built,state\n1,x,TX\n2,y,TX\n3,1999,Nowhere\nz,1999,TX\n4,1999,TX\n';

  it('are summed by column and reason, then the first are shown, and no file appears', async () => {
    const { code, path, stderr } = await load('properties.csv', TEXT);
    expect(code).toBe(0);
    expect(stderr).toContain(
      [
        '4 rows rejected; --reject-file FILE writes all of them. By column and reason:',
        '  2  year_built must be a whole number                          first in line 2',
      ].join('\n'),
    );
    expect(stderr).toMatch(
      /\n {2}1 {2}property_id must be a whole number +first in line 5\n {2}1 {2}state .*first in line 4\nThe first:\n/,
    );
    expect(stderr).toContain(`\nThe first:\n  ${path}:2 year_built must be a whole number ("x")\n`);
    expect(existsSync('rejects.csv')).toBe(false);
  });

  it('are all in the file that --reject-file names', async () => {
    const rejects = join(directory, 'rejected.csv');
    const { stderr } = await load('properties.csv', TEXT, '--reject-file', rejects);
    expect(stderr).toContain(`4 rows rejected; listed in ${rejects}.`);
    expect((await readFile(rejects, 'utf8')).trim().split('\n')).toHaveLength(5);
  });

  it('are the operator’s alone to read, and go through no link that somebody has put where the file goes', async () => {
    const rejects = join(directory, 'private.csv');
    const victim = join(directory, 'victim');
    // Not there yet: what would be written through the link would be made.
    await symlink(victim, rejects);
    expect((await load('properties.csv', TEXT, '--reject-file', rejects)).code).toBe(0);
    expect(existsSync(victim)).toBe(false);
    const { mode, isFile } = await lstat(rejects).then((found) => ({
      mode: found.mode & 0o777,
      isFile: found.isFile(),
    }));
    expect({ mode, isFile }).toEqual({ mode: 0o600, isFile: true });
    // Also those of a load that is refused.
    await rm(rejects);
    await load('properties.csv', TEXT, '--reject-file', rejects, '--max-rejects', '1');
    expect((await readFile(rejects, 'utf8')).trim().split('\n')).toHaveLength(5);
    expect((await readdir(directory)).filter((name) => name.startsWith('.rejects'))).toEqual([]);
  });

  it('that are too many are refused: the flag that raises the limit is named, and no file that is not there', async () => {
    const { code, stderr } = await load('properties.csv', TEXT, '--max-rejects', '1');
    expect(code).toBe(1);
    expect(stderr).toContain('4 rows were rejected, more than the 1 allowed (--max-rejects raises it)');
    expect(stderr).toContain('--reject-file FILE writes all of them. By reason: year_built must be a whole number: 2;');
    expect(stderr).not.toContain('the reject file');
  });

  it('cost only their bad cells with --null-invalid, which tells how many', async () => {
    const { code, path, stderr } = await load('properties.csv', TEXT, '--null-invalid', 'year_built,state');
    expect(code).toBe(0);
    expect(stderr).toContain(`${path}: invalid cells were loaded as empty: state in 1 row, year_built in 2 rows\n`);
    expect(stderr).toContain('1 row rejected');
    const all = await load('properties.csv', TEXT, '--null-invalid', 'all', '--json');
    expect(JSON.parse(all.stdout)).toMatchObject({
      rejected: 1,
      nulled: [
        { column: 'state', rows: 1 },
        { column: 'year_built', rows: 2 },
      ],
    });
  });
});
