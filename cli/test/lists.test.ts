/** The commands around saved lists, and exports by them, against the whole program. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { cli, type Situation } from './cli-world.ts';

const [FIRST, SECOND] = GUIDE_IDS;

let app: TestApp;
let account: TestAccount;
let directory: string;
beforeAll(async () => {
  app = await testApp();
  account = await app.account();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-lists-'));
});
afterAll(async () => {
  await app?.close();
  await rm(directory, { recursive: true, force: true });
});

function customer(argv: readonly string[], situation: Situation = {}) {
  return cli(argv, { env: { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: account.token }, ...situation });
}

async function ran(argv: readonly string[], situation: Situation = {}): Promise<string> {
  const { code, stdout, stderr } = await customer(argv, situation);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('lists', () => {
  it('are made of a file, of standard input, of ids of either kind, and of a filter', async () => {
    const file = join(directory, 'portfolio.txt');
    await writeFile(file, `${FIRST}\n${SECOND}\n`);
    expect(await ran(['lists', 'create', 'Portfolio', '--ids-file', file])).toMatch(/^ids {6}2 property ids$/m);
    await ran(['lists', 'create', 'Piped', '--ids-file', '-'], { stdin: [`${SECOND}\n`] });
    const { uuid } = JSON.parse(await ran(['properties', 'ids', String(FIRST), '--json'])).properties.map(
      ({ reonomy_id }: { reonomy_id: string }) => ({ uuid: reonomy_id }),
    )[0];
    const made = JSON.parse(await ran(['lists', 'create', 'By UUID', '--ids', uuid, '--json']));
    expect(made).toMatchObject({ name: 'By UUID', property_ids: [FIRST] });
    const filtered = await ran(['lists', 'create', 'Large', '--filter', 'unit_count >=\n  1']);
    expect(filtered).toMatch(/^filter {3}unit_count >= 1$/m);
    const listed = await ran(['lists', 'list']);
    const [header, ...rows] = listed.trimEnd().split('\n');
    expect(header).toMatch(/^NAME +PROPERTIES +CHANGED +LIST$/);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 2))).toEqual([
      ['By UUID', '1 property id'],
      ['Large', 'unit_count >= 1'],
      ['Piped', '1 property id'],
      ['Portfolio', '2 property ids'],
    ]);
  });

  it('are shown with what they mean now, and give their ids back', async () => {
    await ran(['lists', 'create', 'Shown', '--ids', `${SECOND},${FIRST}`]);
    expect(await ran(['lists', 'show', 'shown'])).toMatch(/^now {6}2 properties$/m);
    expect(await ran(['lists', 'show', 'Shown', '--ids'])).toBe(`${SECOND}\n${FIRST}\n`);
    expect(JSON.parse(await ran(['lists', 'show', 'Shown', '--json']))).toMatchObject({
      property_ids: [SECOND, FIRST],
      now: { count: 2, left_out: 0 },
    });
    const limited = await app.account({ scopes: ['exports:read', 'exports:write'] });
    const env = { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: limited.token };
    await ran(['lists', 'create', 'Mine', '--ids', String(FIRST)], { env });
    expect(await ran(['lists', 'show', 'Mine'], { env })).not.toMatch(/^now/m);
  });

  it('are replaced, renamed and deleted, but not while a schedule uses them', async () => {
    await ran(['lists', 'create', 'Old', '--ids', String(FIRST)]);
    expect(await ran(['lists', 'replace', 'Old', '--filter', "state = 'TX'"])).toMatch(/^filter {3}state = 'TX'$/m);
    await ran(['lists', 'replace', 'Old', '--ids', String(SECOND)]);
    expect(await ran(['lists', 'rename', 'Old', 'New'])).toMatch(/^name {5}New$/m);
    const rule = ['--every', 'daily', '--at', '06:00', '--zone', 'UTC'];
    const shown = await ran(['schedules', 'create', ...rule, '--list', 'New']);
    expect(shown).toMatch(/^exports {3}property, parquet, yesterday, list New$/m);
    const [, schedule = ''] = /^schedule +(\S+)$/m.exec(shown) ?? [];
    const refused = await customer(['lists', 'delete', 'New']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`used by the schedule ${schedule}`) });
    await ran(['schedules', 'delete', schedule]);
    await ran(['lists', 'delete', 'New']);
    expect((await customer(['lists', 'show', 'New'])).code).toBe(3);
  });

  it('say what is missing, and what the server refuses, in the words that were typed', async () => {
    const faultOf = async (...argv: readonly string[]) => {
      const { code, stderr } = await customer(argv);
      return [code, stderr.split('\n')[0]];
    };
    expect(await faultOf('lists', 'create', 'x')).toEqual([
      2,
      expect.stringContaining('missing: --ids, --ids-file or --filter'),
    ]);
    expect(await faultOf('lists', 'create', 'x', '--ids', '1', '--filter', 'y')).toEqual([
      2,
      expect.stringContaining('--filter takes no ids'),
    ]);
    expect(await faultOf('lists', 'create', 'x', '--filter', 'sate = 1')).toEqual([
      2,
      expect.stringContaining('there is no column sate (nearest: state)'),
    ]);
    expect(await faultOf('lists', 'create', '@all', '--ids', String(FIRST))).toEqual([
      2,
      expect.stringContaining('name must not begin with @'),
    ]);
  });
});

describe('export --list', () => {
  it('writes the file of the list, and warns of what is left out', async () => {
    const made = await customer(['lists', 'create', 'With a gap', '--ids', `${FIRST},1`]);
    expect(made).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Warning: 1 of the 2 property_ids is of no'),
    });
    const days = ['--from', '2025-12-01', '--to', '2025-12-02'];
    const path = join(directory, 'gap.jsonl');
    const { code, stderr } = await customer(['export', ...days, '--list', 'with a gap', '-o', path]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('1 of the 2 properties of the list With a gap is left out'),
    ]);
    expect(stderr).toMatch(/2 rows/);
    const estimate = JSON.parse(await ran(['export', ...days, '--list', '@all', '--estimate', '--json']));
    expect(estimate.requested_records).toBeGreaterThan(GUIDE_IDS.length);
  });

  it('takes a list or ids, and a list that there is', async () => {
    const days = ['--from', '2025-12', '--to', '2025-12'];
    expect(await customer(['export', ...days, '--list', 'x', '--ids', '1'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--list takes no ids'),
    });
    expect(await customer(['export', ...days, '--list', 'With a gpa', '--detach'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--list: your account has no list With a gpa (nearest: With a gap)'),
    });
    expect(await customer(['export', '--job', 'x', '--list', 'y'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it takes no --list'),
    });
  });
});
