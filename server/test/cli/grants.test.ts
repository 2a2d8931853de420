/** What accounts may see, at the command line and over HTTP: shown, compared, replaced, and written down. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_SCOPES, OPERATORS_ACCOUNT } from '../../src/core/access.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { loadCsv, PROPERTIES } from '../support/match-data.ts';
import { cli } from './cli-world.ts';

let app: TestApp;
let acme: TestAccount;
let authorization: string;

const run = (argv: readonly string[], stdin?: readonly string[]) =>
  cli(argv, { deps: app.app.deps, ...(stdin !== undefined && { stdin }) });

async function json(...argv: readonly string[]) {
  const { code, stdout, stderr } = await run([...argv, '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

beforeAll(async () => {
  app = await testApp({ demo: false, settings: { CONVEYANCE_ROLE: 'api' } });
  acme = await app.account({ name: 'Acme' });
  const token = await issueToken(app.app.deps, { accountId: OPERATORS_ACCOUNT, scopes: OPERATOR_SCOPES });
  authorization = `Bearer ${token}`;
});
afterAll(() => app?.close());

async function listOf(...ids: readonly number[]): Promise<string> {
  const path = join(app.dataDir, 'ids.txt');
  await writeFile(path, ids.map((id) => `${id}\n`).join(''));
  return path;
}

function http(method: 'GET' | 'PUT', payload?: object) {
  const url = `/admin/v1/accounts/${acme.id}/grants`;
  return app.http.inject({ method, url, headers: { authorization }, ...(payload !== undefined && { payload }) });
}

describe('before anything is loaded', () => {
  it('a list and a rule can be given', async () => {
    const given = await json('grants', 'replace', 'Acme', '--properties', await listOf(1, 2, 99), '--yes');
    expect(given).toMatchObject({ after: { kind: 'list', data_version: null, properties: 3 }, replaced: true });
    await json('grants', 'replace', 'Acme', '--rule', "city = 'Springfield'", '--yes');
    expect(await json('grants', 'show', 'Acme')).toMatchObject({ kind: 'rule', properties: 0, data_version: null });
    await json('grants', 'replace', 'Acme', '--properties', 'all', '--yes');
    await loadCsv(app.app, { properties: PROPERTIES });
  });
});

describe('conveyance grants', () => {
  it('replace says what comes and goes, and changes nothing unless told to', async () => {
    const path = await listOf(1, 2, 99);
    const argv = ['grants', 'replace', 'Acme', '--properties', path];
    const asked = await run(argv);
    expect([asked.code, asked.stderr]).toEqual([0, expect.stringContaining('Nothing was changed; --yes does it.')]);
    expect(asked.stdout).toBe(
      `${[
        'before           6',
        'come             0',
        'go               4  3, 4, 5, 6',
        'after            2',
        'not in the data  1',
      ].join('\n')}\n`,
    );
    const tried = await json(...argv, '--dry-run', '--yes');
    expect(tried).toMatchObject({ replaced: false, added: 0, removed: 4, removed_ids: [3, 4, 5, 6] });
    expect(await json('grants', 'show', acme.id)).toMatchObject({ kind: 'all', rule: null, properties: 6 });
    expect(await json(...argv, '--yes')).toMatchObject({ replaced: true, after: { unknown_properties: 1 } });
    expect(await json('grants', 'show', 'Acme')).toMatchObject({ kind: 'list', properties: 2, unknown_properties: 1 });
  });

  it('diff compares with a list, a rule, and an old data version', async () => {
    const lines = await run(['grants', 'diff', 'Acme', '--properties', '-', '--ids'], ['2\n', '4\n']);
    expect([lines.stdout, lines.code]).toEqual(['+4\n-1\n', 0]);
    const rule = "state = 'IL' AND asset_category = 'multifamily'";
    expect(await json('grants', 'diff', 'Acme', '--rule', rule)).toMatchObject({
      ...{ added_ids: [5, 6], removed_ids: [1, 2] },
      after: { kind: 'rule', rule, data_version: 1 },
    });
    await json('grants', 'replace', 'Acme', '--rule', rule, '--yes');
    await loadCsv(app.app, { properties: 'property_id,state\n6,NY\n' });
    expect(await json('grants', 'diff', 'Acme', '--since', '1')).toMatchObject({ added: 0, removed_ids: [6] });
    expect((await run(['grants', 'show', 'Acme', '--ids'])).stdout).toBe('5\n');
    const shown = await run(['accounts', 'show', 'Acme']);
    expect(shown.stdout).toMatch(/properties +1\n +by the rule +state = 'IL' AND asset_category = 'multifamily'\n/);
    const { accounts } = await json('accounts', 'list');
    expect(accounts).toEqual([expect.objectContaining({ name: 'Acme', properties: 'by rule', rule })]);
  });

  it.each([
    [['--rule', 'stat = 1'], 'there is no column stat (nearest: state)'],
    [['--rule', 'state ='], "character 8: a number, a text in ' (as 'Rome'), a day, TRUE or FALSE is expected"],
    [['--rule', 'property_id = 1', '--properties', 'all'], '--properties and --rule: give one of them'],
    [[], 'say what to give: --properties all, --properties FILE, or --rule CONDITION'],
  ])('replace refuses %j', async (options, words) => {
    const { code, stderr } = await run(['grants', 'replace', 'Acme', ...options, '--yes']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  it.each([
    [[], 'say with what to compare'],
    [['--since', '1', '--rule', 'property_id = 1'], 'say with what to compare'],
    [['--since', 'one'], 'a data version is a whole number'],
  ])('diff refuses %j', async (options, words) => {
    const { code, stderr } = await run(['grants', 'diff', 'Acme', ...options]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  it('names schedules that need what goes, and the audit log has every change', async () => {
    await json('grants', 'replace', 'Acme', '--properties', 'all', '--yes');
    const monthly = { frequency: 'monthly', day_of_month: 1, time: '06:00', time_zone: 'UTC', range: 'previous_month' };
    const payload = { report_type: 'property', output_format: 'csv', property_ids: [1, 2], ...monthly };
    const made = await app.as(acme, { method: 'POST', url: '/api/v1/bulk_api/schedules', payload });
    expect(made.statusCode, made.body).toBeLessThan(300);
    const rule = 'property_id > 1';
    const { schedules } = await json('grants', 'replace', 'Acme', '--rule', rule, '--yes');
    expect(schedules).toEqual([expect.objectContaining({ withheld_properties: 1 })]);
    const { entries } = await json('audit', 'tail', '--account', acme.id, '-n', '100');
    const changes = entries.filter(({ event }: { event: string }) => event === 'grants-changed');
    expect(changes.at(-1)).toMatchObject({ credential_id: 'operator', subject: rule, property_count: 5 });
    expect(changes.at(-2)).toMatchObject({ subject: 'all', property_count: null });
  });
});

describe('an account by rule', () => {
  const rule = "state = 'NY'";

  it('is made by a command', async () => {
    const { id } = await json('accounts', 'create', 'Ruled', '--rule', rule);
    expect(await json('grants', 'show', 'Ruled')).toMatchObject({ kind: 'rule', rule, properties: 3 });
    const { entries } = await json('audit', 'tail', '--account', id, '-n', '10');
    const changes = entries.filter(({ event }: { event: string }) => event === 'grants-changed');
    expect(changes).toEqual([expect.objectContaining({ subject: rule, property_count: 3 })]);
    const both = await run(['accounts', 'create', 'No', '--rule', rule, '--properties', 'all']);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('give one of them')]);
    expect((await run(['accounts', 'create', 'No', '--rule', 'stat = 1'])).stderr).toContain('nearest: state');
  });

  it('is made over HTTP', async () => {
    const make = (payload: object) =>
      app.http.inject({ method: 'POST', url: '/admin/v1/accounts', headers: { authorization }, payload });
    const made = await make({ name: 'Ruled, too', rule });
    expect([made.statusCode, made.json()]).toEqual([
      200,
      expect.objectContaining({ grant_rule: rule, all_properties: false, property_count: 3 }),
    ]);
    for (const wrong of [{ rule, property_ids: [1] }, { rule: 'stat = 1' }, { rule: '' }]) {
      expect((await make({ name: 'No', ...wrong })).statusCode).toBe(400);
    }
  });
});

describe('/admin/v1/accounts/{account_id}/grants', () => {
  it('says the same, and replaces', async () => {
    const rule = "state = 'NY'";
    const tried = await http('PUT', { rule, dry_run: true });
    expect([tried.statusCode, tried.json()]).toEqual([
      200,
      expect.objectContaining({ replaced: false, added_ids: [1], removed_ids: [3, 4, 5], schedules_in_need: 0 }),
    ]);
    expect((await http('GET')).json()).toMatchObject({ account_id: acme.id, rule: 'property_id > 1', properties: 5 });
    expect((await http('PUT', { rule })).json()).toMatchObject({ replaced: true, after: { properties: 3 } });
    expect((await http('GET')).json()).toEqual({
      ...{ account_id: acme.id, kind: 'rule', rule, data_version: 2, properties: 3, unknown_properties: 0 },
    });
    expect((await http('PUT', { property_ids: [1, 7] })).json()).toMatchObject({ after: { unknown_properties: 1 } });
    expect((await http('PUT', { all: true })).json()).toMatchObject({ after: { kind: 'all', properties: 6 } });
  });

  it.each([
    [{}, 'give one of all, property_ids and rule'],
    [{ all: true, rule: 'property_id = 1' }, 'give one of all, property_ids and rule'],
    [{ all: false }, 'all must be true, or left out'],
    [{ rule: 'unit_cout > 1' }, 'there is no column unit_cout (nearest: unit_count)'],
    [{ rule: '' }, 'rule must be a text of 1 to 10000 characters'],
    [{ property_ids: [0] }, 'must be whole numbers from 1'],
    [{ al: true }, 'unknown field al'],
  ])('refuses %j', async (payload, words) => {
    const answer = await http('PUT', payload);
    expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining(words)]);
  });
});
