/** Whoever takes a credential or properties away is told of the schedules that need them, and so is their owner. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { cli } from './cli-world.ts';

const RULE = {
  report_type: 'property',
  output_format: 'csv',
  frequency: 'daily',
  time: '06:00',
  time_zone: 'UTC',
  range: 'yesterday',
};

let app: TestApp;
let directory: string;
beforeAll(async () => {
  app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
  directory = await mkdtemp(join(tmpdir(), 'conveyance-needs-'));
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true, force: true });
});

function operator(...argv: readonly string[]) {
  return cli(argv, { deps: app.app.deps });
}

async function schedule(account: TestAccount, name: string, ids: readonly number[] = GUIDE_IDS): Promise<string> {
  const payload = { ...RULE, name, property_ids: ids };
  const made = await app.as(account, { method: 'POST', url: '/api/v1/bulk_api/schedules', payload });
  expect([made.statusCode, made.json().needs]).toEqual([200, null]);
  return made.json().schedule_id;
}

/** By name, as the owner's list has them. */
async function needs(account: TestAccount): Promise<Readonly<Record<string, string | null>>> {
  const { schedules } = (await app.as(account, { url: '/api/v1/bulk_api/schedules' })).json();
  return Object.fromEntries(schedules.map((each: { name: string; needs: string | null }) => [each.name, each.needs]));
}

function credentialOf(account: TestAccount, kind: 'key' | 'token'): Promise<string> {
  return app.app.deps.db.credentials
    .list(account.id)
    .then((all) => all.find((each) => each.kind === kind)?.id ?? 'none');
}

describe('a credential that schedules act for', () => {
  it('is revoked with their names, and they need another until they are resumed', async () => {
    const account = await app.account();
    const daily = await schedule(account, 'Daily');
    const paused = await schedule(account, 'Paused');
    await app.as(account, { method: 'POST', url: `/api/v1/bulk_api/schedules/${paused}/pause` });
    const revoked = await operator('keys', 'revoke', await credentialOf(account, 'token'));
    expect(revoked.code).toBe(0);
    expect(revoked.stdout).toMatch(/^id +[0-9a-f-]{36}\nstatus +revoked\nlinks +revoked\n$/);
    expect(revoked.stderr).toBe(
      `note: the runs of 1 schedule fail from now on, for want of this credential\n  ${daily}  Daily\n` +
        '  Their owner resumes them with another credential: conveyance schedules resume ID\n',
    );
    const { token, key } = await freshCredentials(account);
    const owner = { ...account, token, key };
    expect(await needs(owner)).toEqual({ Daily: 'credential', Paused: 'credential' });
    const listed = await cli(['schedules', 'list'], { env: { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: token } });
    expect(listed.stdout).toContain('active, needs credential');
    const shown = await cli(['schedules', 'show', daily], {
      env: { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: token },
    });
    expect(shown.stdout).toMatch(/^state +active, needs credential$/m);
    await app.as(owner, { method: 'POST', url: `/api/v1/bulk_api/schedules/${daily}/resume` });
    expect(await needs(owner)).toEqual({ Daily: null, Paused: 'credential' });
  });

  it('is revoked without a word where none does', async () => {
    const account = await app.account();
    await schedule(account, 'Of the token');
    const revoked = await operator('keys', 'revoke', account.key.accessKey, '--json');
    expect(revoked).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(revoked.stdout)).toEqual({
      id: expect.any(String),
      status: 'revoked',
      links: 'revoked',
      schedules: [],
    });
    expect(await needs(account)).toEqual({ 'Of the token': null });
  });
});

describe('properties that schedules export', () => {
  it('are taken away with the names of those that need them, and given back', async () => {
    const account = await app.account();
    const all = await schedule(account, 'All three');
    await schedule(account, 'The first', [GUIDE_IDS[0]]);
    await operator('accounts', 'revoke', account.id, '--properties', 'all');
    expect(await needs(account)).toEqual({ 'All three': 'properties', 'The first': 'properties' });
    const file = join(directory, 'ids.txt');
    await writeFile(file, `${GUIDE_IDS[0]}\n`);
    const granted = await operator('accounts', 'grant', account.id, '--properties', file);
    expect(granted.stdout).toMatch(/^id +\S+\nproperties +1\n$/);
    expect(granted.stderr).toContain(
      `note: the runs of 1 schedule fail from now on, for want of properties that the account may not see\n  ${all}  All three: 2 properties\n`,
    );
    expect(await needs(account)).toEqual({ 'All three': 'properties', 'The first': null });
    const everything = await operator('accounts', 'grant', account.id, '--properties', 'all', '--json');
    expect(everything.stderr).toBe('');
    expect(JSON.parse(everything.stdout)).toEqual({ id: account.id, properties: 'all', schedules: [] });
    expect(await needs(account)).toEqual({ 'All three': null, 'The first': null });
  });
});

async function freshCredentials({ id }: TestAccount): Promise<Pick<TestAccount, 'token' | 'key'>> {
  const made = await operator('tokens', 'create', '--account', id);
  const key = JSON.parse((await operator('keys', 'create', '--account', id, '--json')).stdout);
  return {
    token: made.stdout.trim(),
    key: { accountId: id, credentialId: '', accessKey: key.access_key, secret: key.secret },
  };
}
