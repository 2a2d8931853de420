/** The commands that look after accounts and over all of them: shown, renamed, suspended, resumed, deleted; keys renewed; jobs of everyone. */
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticateKey } from '../../src/core/logins/credentials.ts';
import { newJob } from '../security/access-world.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { cli } from './cli-world.ts';

let app: TestApp;
let customer: TestAccount;

const run = (...argv: readonly string[]) => cli(argv, { deps: app.app.deps });

async function json(...argv: readonly string[]) {
  const { code, stdout, stderr } = await run(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

beforeAll(async () => {
  app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
  customer = await app.account({ name: 'Acme' });
});
afterAll(() => app.close());

describe('accounts', () => {
  it('are shown by name, with the history of the quota', async () => {
    for (const quota of ['5000', 'unlimited', '7']) await run('accounts', 'quota', 'set', 'Acme', quota);
    const shown = await json('accounts', 'show', 'Acme');
    expect(shown).toMatchObject({ account_id: customer.id, state: 'active', quota_limit: 7, property_count: null });
    expect(shown.quota_history.map(({ quota }: { quota: string }) => quota)).toEqual(['7', 'unlimited', '5000']);
    expect((await run('accounts', 'show', 'Acme')).stdout).toMatch(
      /quota +0 of 7 this month\n +set +7, .*, by operator\n/,
    );
  });

  it('are renamed, and not to nothing', async () => {
    await json('accounts', 'rename', 'Acme', ' Acme Analytics ');
    expect((await json('accounts', 'show', 'Acme Analytics')).account_id).toBe(customer.id);
    const refused = await run('accounts', 'rename', customer.id, ' ');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('must be a text of 1 to 200')]);
  });

  it('are suspended once somebody says so, and resumed', async () => {
    const asked = await run('accounts', 'suspend', customer.id);
    expect([asked.code, asked.stderr]).toEqual([0, expect.stringContaining('Nothing was changed; --yes does it.')]);
    const get = () => app.as(customer, { url: '/api/v1/bulk_api/jobs' });
    expect((await get()).statusCode).toBe(200);
    expect(await json('accounts', 'suspend', customer.id, '--yes')).toEqual({ id: customer.id, state: 'suspended' });
    await expect.poll(async () => (await get()).statusCode, { timeout: 10_000 }).toBe(403);
    expect(await json('accounts', 'resume', customer.id)).toEqual({ id: customer.id, state: 'active' });
    await expect.poll(async () => (await get()).statusCode, { timeout: 10_000 }).toBe(200);
  });

  it('are deleted once somebody says so, who is told what becomes of everything', async () => {
    const leaving = await app.account({ name: 'Leaving' });
    await newJob(app, leaving);
    const asked = await run('accounts', 'delete', 'Leaving');
    expect(asked.stdout).toMatch(/files of results +are deleted[\s\S]*the audit log +stays/);
    expect((await json('accounts', 'show', 'Leaving')).state).toBe('active');
    const deleted = await json('accounts', 'delete', 'Leaving', '--yes');
    expect(deleted).toEqual({ id: leaving.id, state: 'deleted', cancelled_jobs: 1 });
    expect((await run('accounts', 'show', leaving.id)).code).not.toBe(0);
    const { entries } = await json('audit', 'tail', '-n', '3');
    expect(entries.at(-1)).toMatchObject({ event: 'account-deleted', account_id: leaving.id, subject: 'Leaving' });
  });

  it('of operators is none of them', async () => {
    const operators = '00000000-0000-4000-8000-000000000000';
    for (const words of [['show'], ['suspend', '--yes'], ['delete', '--yes']]) {
      const [verb = '', ...more] = words;
      expect((await run('accounts', verb, operators, ...more)).stderr).toContain(`there is no account ${operators}`);
    }
  });
});

describe('keys', () => {
  it('have a name, an end and a last use, and are renewed with an overlap', async () => {
    const made = await json('keys', 'create', '--account', customer.id, '--name', 'nightly', '--expires', '90d');
    const works = async (accessKey: string, secret: string) =>
      (await authenticateKey(app.app.deps, accessKey, secret, '192.0.2.9')) !== null;
    expect(await works(made.access_key, made.secret)).toBe(true);
    const before = Date.now();
    const renewed = await json('keys', 'rotate', made.access_key, '--overlap', '2h');
    expect(Date.parse(renewed.old_key_ends_at) - before).toBeGreaterThan(7_000_000);
    expect(Date.parse(renewed.old_key_ends_at) - before).toBeLessThan(7_300_000);
    expect([await works(made.access_key, made.secret), await works(renewed.access_key, renewed.secret)]).toEqual([
      true,
      true,
    ]);
    await expect
      .poll(async () => (await json('keys', 'list', '--account', customer.id)).keys.slice(-2))
      .toEqual([
        expect.objectContaining({ name: 'nightly', last_address: '192.0.2.9', expires_at: renewed.old_key_ends_at }),
        expect.objectContaining({ name: 'nightly', expires_at: null, last_used_at: expect.any(String) }),
      ]);
    // The overlap is over at once.
    const last = await json('keys', 'create', '--account', customer.id);
    await app.app.deps.db.credentials.endAt(
      (await app.app.deps.db.credentials.byAccessKey(last.access_key))?.id ?? '',
      new Date(Date.now() - 1),
    );
    expect(await works(last.access_key, last.secret)).toBe(false);
    expect((await run('keys', 'rotate', last.access_key)).stderr).toContain('only an access key that still works');
  });

  it.each([
    ['--expires', 'soon', 'a time is a number with m, h or d, such as 24h; got "soon"'],
    ['--expires', '2020-01-01', '2020-01-01 is not in the future'],
    ['--expires', '2027-02-30', 'there is no day 2027-02-30'],
  ])('refuse %s %s', async (option, word, words) => {
    const { code, stderr } = await run('keys', 'create', '--account', customer.id, option, word);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('a quota', () => {
  it('is shown with what it was before', async () => {
    const { id } = await app.account({ name: 'Frugal' });
    for (const quota of ['9', '5']) await run('accounts', 'quota', 'set', 'Frugal', quota);
    const at = expect.any(String);
    expect(await json('accounts', 'quota', 'show', 'Frugal')).toMatchObject({
      ...{ id, quota_limit: 5, quota_usage: 0 },
      history: [
        { at, quota_limit: 5, by: 'operator' },
        { at, quota_limit: 9, by: 'operator' },
      ],
    });
    expect((await run('accounts', 'quota', 'show', 'Frugal')).stdout).toMatch(
      /quota_usage +0\n +set +5, .* by operator\n/,
    );
  });
});

describe('jobs of all accounts', () => {
  it('are watched as they change, one of them up to its end', async () => {
    const watcher = await app.account({ name: 'Watched' });
    const [one, two] = [await newJob(app, watcher), await newJob(app, watcher)];
    const stop = new AbortController();
    const seen: string[] = [];
    const stdout = Object.assign(new PassThrough(), { write: (text: string) => seen.push(text) > 0 });
    const watching = cli(['jobs', 'watch', '--account', 'Watched'], {
      ...{ deps: app.app.deps, interrupt: stop.signal, stdout },
    });
    await expect.poll(() => seen.filter((line) => / waiting +0 % {2}report {2}Watched\n$/.test(line))).toHaveLength(2);
    const single = run('jobs', 'watch', two.id, '--operator');
    await app.as(watcher, { method: 'DELETE', url: `/api/v1/bulk_api/jobs/${one.id}` });
    await expect.poll(() => seen.some((line) => line.includes(`${one.id}  cancelled`)), { timeout: 10_000 }).toBe(true);
    await app.as(watcher, { method: 'DELETE', url: `/api/v1/bulk_api/jobs/${two.id}` });
    const ended = await single;
    expect([ended.code, ended.stdout]).toEqual([1, expect.stringContaining(`${two.id}  cancelled`)]);
    expect(ended.stdout).not.toContain(one.id);
    stop.abort();
    expect((await watching).code).toBe(0);
    expect((await run('jobs', 'watch', '00000000-0000-4000-8000-000000000001', '--operator')).stderr).toContain(
      'Job with the specified ID does not exist',
    );
    expect((await run('jobs', 'watch', 'x', '--operator')).stderr).toContain('must be a valid UUID');
  });

  it('are listed, shown and cancelled without saying whose they are', async () => {
    const other = await app.account({ name: 'Other' });
    const [one, two] = [await newJob(app, customer), await newJob(app, other)];
    const { jobs } = await json('jobs', 'list', '--operator', '--per-page', '2');
    expect(jobs.map((job: { job_id: string; account_name: string }) => [job.job_id, job.account_name])).toEqual([
      [two.id, 'Other'],
      [one.id, 'Acme Analytics'],
    ]);
    expect((await json('jobs', 'show', one.id, '--operator')).account_id).toBe(customer.id);
    expect((await json('jobs', 'cancel', one.id, '--operator')).status).toBe('cancelled');
    const { entries } = await json('audit', 'tail', '--account', customer.id);
    expect(entries.map(({ event }: { event: string }) => event)).toEqual(
      expect.arrayContaining(['operator-looked', 'job-cancelled-by-operator']),
    );
  });
});
