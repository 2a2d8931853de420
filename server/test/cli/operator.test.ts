/** The operator commands in this process, on a real database, engine and store: what they print for people, and what they refuse. */
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { BatchClient, type BatchJobBody } from '../support/file-jobs.ts';
import { cli, type Situation } from './cli-world.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const PATIENCE_MS = 60_000;

let app: TestApp;
let account: TestAccount;
let directory: string;
beforeAll(async () => {
  // Nothing runs here, so a job stays as it is submitted.
  app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
  account = await app.account({ name: 'Acme' });
  directory = await mkdtemp(join(tmpdir(), 'conveyance-cli-'));
}, PATIENCE_MS);
afterAll(async () => {
  await app?.close();
  await rm(directory, { recursive: true, force: true });
}, PATIENCE_MS);

function operator(argv: readonly string[], situation: Situation = {}) {
  return cli(argv, { deps: app.app.deps, ...situation });
}

function customer(argv: readonly string[]) {
  return cli(argv, { env: { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: account.token } });
}

async function submit(): Promise<string> {
  const { stdout } = await customer([
    'export',
    '--from',
    '2025-12',
    '--to',
    '2025-12',
    '--ids',
    '99001416',
    '--detach',
  ]);
  return stdout.trim();
}

describe('accounts and keys', () => {
  it('are shown in columns', async () => {
    const { code, stdout } = await operator(['accounts', 'list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ACCOUNT +NAME +PROPERTIES +CREATED\n/);
    expect(stdout).toMatch(new RegExp(`^${account.id} +Acme +all +\\d{4}-`, 'm'));
  });

  it('come with people, by a link that signs in once', async () => {
    const { stdout, stderr } = await operator(['invite', '--account', account.id, '--role', 'viewer']);
    const [, token = ''] = stdout.trim().split(`${app.url}/console/in#`);
    expect(stderr).toBe('It works once, within 24 hours, and is not shown again.\n');
    const enter = () =>
      app.http.inject({
        method: 'POST',
        url: '/console/session',
        headers: { origin: app.url, 'x-conveyance-console': '1' },
        payload: { invitation: token },
      });
    expect((await enter()).json()).toMatchObject({ account_id: account.id, role: 'viewer' });
    expect((await enter()).statusCode).toBe(401);
    const listed = await operator(['keys', 'list', '--account', account.id]);
    expect(listed.stdout).toMatch(/\(person\) +exports:read,data:read/);
  });

  it('are told with the next step, which stays off standard output', async () => {
    const made = await operator(['accounts', 'create', 'Next']);
    expect(made.stdout).toMatch(/^id {4}[0-9a-f-]{36}\nname {2}Next\n$/);
    const id = /[0-9a-f-]{36}/.exec(made.stdout)?.[0] ?? '';
    expect(made.stderr).toBe(`Next: conveyance keys create --account ${id}\n`);
    const key = await operator(['keys', 'create', '--account', id]);
    expect(key.stdout).toMatch(/^account_id .*\naccess_key .*\nsecret .*\n$/);
    expect(key.stderr).toContain('not shown again');
    const token = await operator(['tokens', 'create', '--account', id]);
    expect(token.stdout).toMatch(/^cvt_\S+\n$/);
  });

  it('take ids from standard input', async () => {
    const { id } = await app.account({ name: 'Piped', grants: 'all' });
    await operator(['accounts', 'revoke', id, '--properties', 'all']);
    const granted = await operator(['accounts', 'grant', id, '--properties', '-'], {
      stdin: ['99001416\n', '99001470'],
    });
    expect(granted.stdout).toMatch(/^id +\S+\nproperties +2\n$/);
  });

  it('get the scopes that were asked for, and no unknown one', async () => {
    const { id } = await app.account({ name: 'Scoped' });
    expect((await operator(['keys', 'create', '--account', id, '--scopes', 'exports:read, data:read'])).code).toBe(0);
    const { keys } = JSON.parse((await operator(['keys', 'list', '--account', id, '--json'])).stdout);
    expect(keys.at(-1) ?? keys[0]).toHaveProperty('scopes');
    expect(keys.map((key: { scopes: string[] }) => key.scopes.join())).toContain('exports:read,data:read');
    const unknown = await operator(['keys', 'create', '--account', id, '--scopes', 'exports:all']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(
      'unknown scope "exports:all"; scopes are: exports:read, exports:write, data:read, keys, admin',
    );
  });

  it('are revoked by access key or by id', async () => {
    const { id, key } = await app.account({ name: 'Leaver' });
    expect(await operator(['keys', 'revoke', key.accessKey])).toMatchObject({ code: 0 });
    const { keys } = JSON.parse((await operator(['keys', 'list', '--account', id, '--json'])).stdout);
    const token = keys.find((each: { kind: string }) => each.kind === 'token');
    expect(await operator(['keys', 'revoke', token.id])).toMatchObject({ code: 0 });
    expect(await operator(['keys', 'revoke', token.id]), 'a second time').toMatchObject({ code: 0 });
    const { stdout } = await operator(['keys', 'list', '--account', id]);
    expect(stdout).toContain('(token)');
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .every((line) => /Z {2}\d{4}-/.test(line)),
    ).toBe(true);
  });

  it('lose their links by a command, and with a key unless it is told to keep them', async () => {
    const { id, key } = await app.account({ name: 'Leaked' });
    const { db } = app.app.deps;
    const revoked = await operator(['accounts', 'revoke-links', id]);
    expect(revoked).toMatchObject({ code: 0, stdout: `id     ${id}\nlinks  revoked\n` });
    expect(await db.accounts.linkEpoch(id)).toBe(1);
    const kept = await operator(['keys', 'revoke', key.accessKey, '--keep-links']);
    expect(kept.stdout).toMatch(/^links +kept$/m);
    expect(await db.accounts.linkEpoch(id)).toBe(1);
    const ended = await operator(['keys', 'revoke', key.accessKey]);
    expect(ended.stdout).toMatch(/^links +revoked$/m);
    expect(await db.accounts.linkEpoch(id)).toBe(2);
    const entries = await db.audit.last({ accountId: id, from: null, until: null, limit: 10 });
    const revocations = entries.filter(({ event }) => event === 'links-revoked');
    expect(revocations.map(({ credentialId }) => credentialId)).toEqual(['operator', 'operator']);
  });

  it('are found by their names, unless two accounts have the same', async () => {
    const { id } = await app.account({ name: 'Only one of us' });
    const granted = await operator(['accounts', 'grant', 'Only one of us', '--properties', 'all', '--json']);
    expect(JSON.parse(granted.stdout)).toMatchObject({ id });
    const revoked = await operator(['accounts', 'revoke', 'Only one of us', '--properties', 'all', '--json']);
    expect(JSON.parse(revoked.stdout)).toMatchObject({ id, properties: 0 });
    expect((await operator(['keys', 'list', '--account', 'Only one of us'])).stdout).toContain(id);
    const invited = await operator(['invite', '--account', 'Only one of us', '--json']);
    expect(JSON.parse(invited.stdout)).toMatchObject({ account_id: id, role: 'member' });
    const twins = [await app.account({ name: 'Twin' }), await app.account({ name: 'Twin' })];
    const refused = await operator(['tokens', 'create', '--account', 'Twin']);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('2 accounts are called Twin; say which'),
    });
    for (const twin of twins) expect(refused.stderr).toContain(twin.id);
    // An id is never taken for a name.
    await app.account({ name: id });
    expect((await operator(['accounts', 'quota', 'show', id, '--json'])).stdout).toContain(id);
  });

  it.each([
    ['an account', ['tokens', 'create', '--account', NOBODY]],
    ['an account by a word', ['jobs', 'list', '--account', 'acme']],
    ['an account whose links leaked', ['accounts', 'revoke-links', NOBODY]],
    ['a key', ['keys', 'revoke', 'cvk_unknown']],
    ['a key by id', ['keys', 'revoke', NOBODY]],
  ])('are missed with 3: %s', async (_what, argv) => {
    const { code, stderr } = await operator(argv);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: there is no .*; `conveyance .* list` shows those that exist\n/);
  });
});

describe('an operator among a customer’s jobs', () => {
  it('shows and cancels one, which the customer then sees', async () => {
    const jobId = await submit();
    const shown = await operator(['jobs', 'show', jobId, '--account', account.id]);
    expect(shown.stdout).toMatch(/status +submitted\n/);
    const cancelled = await operator(['jobs', 'cancel', jobId, '--account', account.id, '--json']);
    expect(JSON.parse(cancelled.stdout)).toMatchObject({ job_id: jobId, account_id: account.id, status: 'cancelled' });
    expect((await customer(['jobs', 'show', jobId])).stdout).toMatch(/status +cancelled\n/);
    expect(await customer(['export', '--job', jobId, '-o', directory])).toMatchObject({ code: 7 });
  });

  it('pages as the customer does, and is told of a page that is none', async () => {
    await submit();
    await submit();
    const { stdout } = await operator([
      'jobs',
      'list',
      '--account',
      account.id,
      '--per-page',
      '1',
      '--page',
      '2',
      '--json',
    ]);
    const { jobs, pagination } = JSON.parse(stdout);
    expect(jobs).toHaveLength(1);
    expect(pagination).toMatchObject({ current_page: 2, per_page: 1 });
    const refused = await operator(['jobs', 'list', '--account', account.id, '--per-page', '101']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('per_page must be an integer between 1 and 100');
  });

  it('does not find another account’s job', async () => {
    const other = await app.account({ name: 'Other' });
    expect(await operator(['jobs', 'show', await submit(), '--account', other.id])).toMatchObject({ code: 3 });
  });

  it('sees a batch job among them, and cancels it, so that its key is free again', async () => {
    const client = new BatchClient(app, account);
    const created = await client.submit('search', '{"settings":{"city":["Austin"]}}');
    const { id } = (await created.json()) as BatchJobBody;
    expect((await client.submit('search', '{"settings":{}}')).status).toBe(429);
    const listed = await operator(['jobs', 'list', '--account', account.id]);
    expect(listed.stdout).toMatch(new RegExp(`\\n${id} +search +submitted +city +- `));
    const shown = await operator(['jobs', 'show', id, '--account', account.id]);
    expect(shown.stdout).toMatch(
      /^job +\S+\naccount +Acme \(\S+\)\ncredential +\S+\nkind +search\nstatus +submitted\nrequest +city\n/,
    );
    const cancelled = await operator(['jobs', 'cancel', id, '--account', account.id, '--json']);
    expect(JSON.parse(cancelled.stdout)).toMatchObject({ job_id: id, kind: 'search', status: 'cancelled' });
    expect(await client.get(id)).toMatchObject({ status: 'FAILURE', message: expect.stringContaining('cancelled') });
    expect((await client.submit('search', '{"settings":{}}')).status).toBe(201);
  });

  it('leaves a job to the server when its export is interrupted', async () => {
    const stop = new AbortController();
    const env = { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: account.token };
    const argv = [
      'export',
      '--from',
      '2025-12',
      '--to',
      '2025-12',
      '--ids',
      '99001470',
      '-o',
      join(directory, 'x.csv'),
    ];
    const before = await app.app.deps.db.jobs.list(account.id, { page: 1, perPage: 1 });
    const running = cli(argv, { env, interrupt: stop.signal });
    await until(
      () => app.app.deps.db.jobs.list(account.id, { page: 1, perPage: 1 }),
      ({ totalCount }) => totalCount > before.totalCount,
    );
    const [job] = (await app.app.deps.db.jobs.list(account.id, { page: 1, perPage: 1 })).items;
    stop.abort();
    expect((await running).code).toBe(130);
    const after = await app.app.deps.db.jobs.get({ accountId: account.id, id: job?.id ?? '' });
    expect(after?.status).toBe('submitted');
  });
});

describe('data', () => {
  it('is loaded with a report of what was left out', async () => {
    await writeFile(join(directory, 'mine.csv'), 'id,st,colour\na-1,WA,red\na-2,XXX,blue\n');
    const maps = ['--map', 'source_id=id', '--map', 'state=st'];
    const rejects = ['--reject-file', join(directory, 'rejects.csv')];
    const argv = ['load', join(directory, 'mine.csv'), '--table', 'properties', ...maps, ...rejects];
    const { code, stdout, stderr } = await operator(argv);
    expect({ code, stderr: stderr.split('\n').slice(-1) }).toEqual({ code: 0, stderr: [''] });
    expect(stderr).toContain('columns that no table has were ignored: colour');
    expect(stdout).toMatch(/^TABLE +LOADED +REPLACED +ROWS NOW\nproperties +[12] +0 +[78]\n$/);
  });

  it.each([
    ['--map', 'state'],
    ['--max-rejects', '-1'],
  ])('is not loaded with %s %s', async (...words) => {
    expect(await operator(['load', directory, ...words])).toMatchObject({ code: 2, stdout: '' });
  });

  it('names the table that is nearest to a wrong one', async () => {
    await writeFile(join(directory, 'units.csv'), 'property_id\n1\n');
    const { code, stderr } = await operator(['load', join(directory, 'units.csv'), '--table', 'unitz']);
    expect(code).toBe(1);
    expect(stderr).toContain('there is no table unitz; the nearest is units');
  });

  it('is generated where it is told', async () => {
    const out = join(directory, 'made', 'here');
    const { code, stdout, stderr } = await operator([
      'generate',
      '--size',
      'tiny',
      '--days',
      '5',
      '--end',
      '2025-12',
      '--out',
      out,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^TABLE +ROWS {2}FILE\nproperties +46 {2}properties\.parquet\n/);
    expect(stderr).toContain('2025-12-27 to 2025-12-31');
    expect(await readdir(out)).toContain('unit_days.parquet');
  });
});

describe('the doctor', () => {
  it('finds everything in order, and the customer’s side too', async () => {
    const env = { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: account.token };
    const { code, stdout } = await operator(['doctor'], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {2}client +.* answers and takes the credentials; 3 report types$/m);
    expect(stdout).toMatch(/^ok {2}place +a test$/m);
  });

  it('names a warehouse file that is missing', async () => {
    const version = await app.app.deps.db.warehouse.current();
    const [file] = Object.values(version?.tables ?? {}).flat();
    const key = file?.key ?? '';
    const path = await app.app.deps.store.localize(key);
    await rename(path, `${path}.away`);
    const { code, stdout } = await operator(['doctor']);
    await rename(`${path}.away`, path);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^WRONG +objects +${key} is missing$`, 'm'));
  });

  it('says what is wrong and ends with 1', async () => {
    const env = { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: 'wrong' };
    const { code, stdout } = await operator(['doctor'], { env });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^WRONG {2}client +Missing or invalid bearer token$/m);
    const closed = await cli(['doctor', '--json']);
    expect(closed.code).toBe(1);
    expect(JSON.parse(closed.stdout).checks).toContainEqual({
      check: 'installation',
      ok: false,
      detail: 'the data was not expected to be opened',
    });
  });
});

describe('the audit log', () => {
  it('has what an operator did to an account and its credentials', async () => {
    const json = async (...words: readonly string[]) => JSON.parse((await operator([...words, '--json'])).stdout);
    const ids = join(directory, 'audited-ids.txt');
    await writeFile(ids, '99001416\n99001470\n');
    const { id } = await json('accounts', 'create', 'Written down', '--properties', ids);
    await json('accounts', 'grant', id, '--properties', 'all');
    await json('accounts', 'quota', 'set', id, '5000');
    await json('accounts', 'quota', 'set', id, 'unlimited');
    const { access_key: accessKey } = await json('keys', 'create', '--account', id);
    await json('tokens', 'create', '--account', id);
    await json('keys', 'revoke', accessKey);
    await json('keys', 'revoke', accessKey);
    const { keys } = await json('keys', 'list', '--account', id);
    const idOf = (kind: string) => keys.find((key: { kind: string }) => key.kind === kind).id;
    const { entries } = await json('audit', 'tail', '--account', id);
    expect(
      entries.map(({ event, subject, property_count: count }: Record<string, unknown>) => [event, subject, count]),
    ).toEqual([
      ['account-created', 'Written down', null],
      ['grants-changed', null, 2],
      ['grants-changed', 'all', null],
      ['quota-changed', '5000', null],
      ['quota-changed', 'unlimited', null],
      ['credential-created', idOf('key'), null],
      ['credential-created', idOf('token'), null],
      ['credential-revoked', idOf('key'), null],
      ['links-revoked', null, null],
      ['links-revoked', null, null],
    ]);
    expect(new Set(entries.map(({ credential_id: by }: Record<string, unknown>) => by))).toEqual(new Set(['operator']));
  });

  it('is shown in columns, the newest last, and printed whole as lines of JSON', async () => {
    const audited = await app.account({ name: 'Audited' });
    const ids: string[] = [];
    for (const property_ids of [[99001416], [99001416, 99001470]]) {
      const payload = {
        report_type: 'property',
        output_format: 'csv',
        start_date: '2025-12-01',
        end_date: '2025-12-31',
        property_ids,
      };
      const answer = await app.as(audited, { method: 'POST', url: '/api/v1/bulk_api/jobs', payload });
      ids.push(answer.json().job_id);
    }
    const tail = await operator(['audit', 'tail', '-n', '1', '--account', audited.id]);
    expect(tail.code).toBe(0);
    const [header, line, ...more] = tail.stdout.trimEnd().split('\n');
    expect(header).toMatch(/^AT +EVENT +ACCOUNT +CREDENTIAL +JOB +FROM +PROPERTIES +SUBJECT$/);
    expect(line).toMatch(new RegExp(` job-created +${audited.id} +[0-9a-f-]{36} +${ids[1]} +127.0.0.1 +2 +-$`));
    expect(more).toEqual([]);
    const exported = await operator(['audit', 'export', '--account', audited.id]);
    const entries = exported.stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    const jobs = entries.filter(({ event }) => event === 'job-created');
    expect(jobs).toMatchObject([
      { job_id: ids[0], property_count: 1 },
      { job_id: ids[1], property_count: 2 },
    ]);
    expect(jobs[0].property_ids_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(jobs[1].property_ids_sha256).not.toBe(jobs[0].property_ids_sha256);
    const json = await operator(['audit', 'tail', '--json', '--account', audited.id]);
    expect(JSON.parse(json.stdout)).toEqual({ entries });
    const past = await operator(['audit', 'export', '--account', audited.id, '--to', '2020-01']);
    expect(past).toMatchObject({ code: 0, stdout: '' });
    const today = new Date().toISOString().slice(0, 10);
    const present = await operator(['audit', 'export', '--account', audited.id, '--from', today, '--to', '2999-12']);
    expect(present.stdout).toBe(exported.stdout);
  });
});
