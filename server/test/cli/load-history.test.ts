/** What becomes of every load, as commands and the operators' interface tell it. */
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_SCOPES, OPERATORS_ACCOUNT } from '../../src/core/access.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { sweepRejects } from '../../src/warehouse/loads/kept-rejects.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { cli } from './cli-world.ts';

const PATIENCE_MS = 120_000;
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

let server: TestApp;
let directory: string;
let token: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-history-'));
  server = await testApp({ demo: false, settings: { CONVEYANCE_ROLE: 'api' } });
  token = await issueToken(server.app.deps, { accountId: OPERATORS_ACCOUNT, scopes: OPERATOR_SCOPES });
}, PATIENCE_MS);
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

const run = (...argv: readonly string[]) => cli(argv, { deps: server.app.deps });

async function load(text: string, ...flags: readonly string[]) {
  const path = join(directory, 'properties.csv');
  await writeFile(path, text);
  return run('load', path, ...flags);
}

async function asked(path: string) {
  const headers = { authorization: `Bearer ${token}` };
  return server.http.inject({ url: `/admin/v1/warehouse/loads${path}`, headers });
}

const counts = (added: number, replaced: number, unchanged: number, deleted: number, rejected: number) => ({
  ...{ table: 'properties', added, replaced, unchanged, deleted, rejected },
});

describe('the history of loads', { timeout: PATIENCE_MS }, () => {
  beforeAll(async () => {
    await load('property_id,year_built,city\n1,1990,Rome\n2,1991,Oslo\n3,soon,Bonn\n', '--note', 'first');
    await load('property_id,city\n1,Rome\n2,Bergen\n4,Kiel\n');
    await load('property_id,city\n1,Rome\n2,Bergen\n');
    await load('property_id,city\n1,Rome\n', '--dry-run');
    await load('property_id,year_built\n1,soon\n2,later\n', '--max-rejects', '1');
    await load('property_id,_deleted\n4,true\n');
  }, PATIENCE_MS);

  it('has each with what it did: added, replaced, unchanged, deleted, rejected, and why not', async () => {
    const { stdout } = await run('load', 'history', '--json');
    const { loads } = JSON.parse(stdout);
    expect(loads).toMatchObject([
      { number: 5, state: 'loaded', version: 3, tables: [counts(0, 0, 0, 1, 0)] },
      {
        ...{ number: 4, state: 'failed', version: null, tables: [counts(0, 0, 0, 0, 2)], rejected: 2, rejects_kept: 2 },
        failure: expect.stringContaining('2 rows were rejected, more than the 1 allowed'),
      },
      { number: 3, state: 'unchanged', unchanged_version: 2, tables: [counts(0, 2, 2, 0, 0)] },
      { number: 2, state: 'loaded', version: 2, tables: [counts(1, 2, 1, 0, 0)] },
      {
        ...{ number: 1, state: 'loaded', version: 1, origin: 'command', note: 'first', feed: null },
        ...{ by: expect.any(String), sources: [join(directory, 'properties.csv')], source_count: 1 },
        tables: [counts(2, 0, 0, 0, 1)],
        layouts: [{ encoding: 'utf-8', delimiter: ',', numbers: 'plain', dates: 'iso' }],
        reject_sums: [{ column: 'year_built', reason: 'must be a whole number', rows: 1 }],
      },
    ]);
    const { stdout: table } = await run('load', 'history');
    expect(table).toMatch(/^LOAD +WHEN +BY +ADDED +REPLACED +UNCHANGED +DELETED +REJECTED +RESULT +OF +NOTE\n/);
    expect(table).toMatch(/\n +4 .* failed +properties\.csv/);
  });

  it('is asked for by table and time', async () => {
    const numbers = async (...flags: readonly string[]) =>
      JSON.parse((await run('load', 'history', '--json', ...flags)).stdout).loads.map(
        ({ number }: { number: number }) => number,
      );
    expect(await numbers('--limit', '2')).toEqual([5, 4]);
    expect(await numbers('--table', 'units')).toEqual([]);
    expect(await numbers('--to', '2020-01-01')).toEqual([]);
    expect(await run('load', 'history', '--table', 'unit')).toMatchObject({ code: 2 });
  });

  it('gives the rejected rows, as long as they are kept', async () => {
    const target = join(directory, 'rejects.csv');
    const { stdout } = await run('load', 'show', '1', '--rejects', target);
    expect(stdout).toMatch(/^load +1: version 1\n/);
    expect(stdout).toMatch(/\nrejected +1 row, 1 kept\n/);
    const text = `file,line,column,reason,value,other_faults\n${join(directory, 'properties.csv')},4,year_built,must be a whole number,soon,\n`;
    expect(await readFile(target, 'utf8')).toBe(text);
    const { statusCode, headers, body } = await asked('/1/rejects');
    expect([statusCode, headers['content-type'], body]).toEqual([200, 'text/csv; charset=utf-8', text]);
    expect(await run('load', 'show', '2', '--rejects', target)).toMatchObject({
      stderr: expect.stringContaining('No row of load 2 was rejected'),
    });
    expect(await run('load', 'show', '77')).toMatchObject({ stderr: expect.stringContaining('There is no load 77') });
  });

  it('is told over HTTP, a page at a time', async () => {
    const first = (await asked('?limit=2')).json();
    expect(first.loads.map(({ number }: { number: number }) => number)).toEqual([5, 4]);
    const second = (await asked(`?limit=2&cursor=${first.next_cursor}`)).json();
    expect(second.loads.map(({ number }: { number: number }) => number)).toEqual([3, 2]);
    expect((await asked('/2')).json()).toMatchObject({ number: 2, version: 2 });
    expect((await asked('/x')).statusCode).toBe(404);
    expect((await asked('?table=unit')).statusCode).toBe(400);
  });

  it('lets rejected rows go by their age', async () => {
    const { deps } = server.app;
    expect(await sweepRejects(deps)).toBe(0);
    await utimes(await deps.store.localize('load-rejects/1.csv'), LONG_AGO, LONG_AGO);
    expect(await sweepRejects(deps)).toBe(1);
    expect((await asked('/1/rejects')).json().message).toContain('not kept any more');
    expect((await asked('/4/rejects')).statusCode).toBe(200);
  });

  it('a word after load that is no file of that name is its own command; the file is ./history', async () => {
    const { stderr } = await run('load', './history');
    expect(stderr).toContain('history');
    expect((await run('load', '--help')).stdout).toContain('--mapping');
  });
});
