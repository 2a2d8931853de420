/** What is written down of an export: who, which properties, when, from where, and who fetched the file. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATORS_ACCOUNT } from '../../src/core/access.ts';
import { AUDIT_EVENTS, AUDIT_FIELDS, type AuditEntry } from '../../src/core/audit.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { authenticateToken } from '../../src/core/logins/credentials.ts';
import { endSession, invite, startSession } from '../../src/core/logins/sessions.ts';
import type { Engine } from '../../src/core/ports/engine.ts';
import { createAccount, setQuota } from '../../src/jobs/account-changes.ts';
import { forgetOldEntries } from '../../src/jobs/forget-audit.ts';
import { rotateOwnKey } from '../../src/jobs/keys/keys.ts';
import { deleteAccount, renameAccount, resumeAccount, suspendAccount } from '../../src/jobs/operator/accounts.ts';
import { changeGrants } from '../../src/jobs/operator/grants.ts';
import { cancelOperatedJob, readOperatedJob, resendDelivery } from '../../src/jobs/operator/jobs.ts';
import { openResult } from '../../src/jobs/results/result-tree.ts';
import { revokeLinks } from '../../src/jobs/results/revoke-links.ts';
import { revokeCredential } from '../../src/jobs/schedules/needs.ts';
import { changeMasterKey } from '../../src/storage/keyring/change-master-key.ts';
import { Keyring } from '../../src/storage/keyring/keyring.ts';
import { renewKeys } from '../../src/storage/keyring/renew.ts';
import { commitChange } from '../../src/warehouse/commit-change.ts';
import { requestLoad } from '../../src/warehouse/remote/remote-load.ts';
import { beginUpload } from '../../src/warehouse/remote/uploads.ts';
import { until } from '../support/app.ts';
import { asking } from '../support/asking.ts';
import { uuidOf } from '../support/file-jobs.ts';
import { masterKeysOf } from '../support/master-keys.ts';
import { asSuperuser, withClient } from '../support/postgres.ts';
import { type Customer, JOBS, KNOWN_IDS, ORIGIN, REQUEST, type TestDoor, testDoor } from './door.ts';
import { succeedJob } from './ending.ts';

let door: TestDoor;
/** What the engine answers a program that asks for one property of the data. */
function oneProperty(): Engine {
  const answer = asking(async () => [[{ file: 0, property_ids: [99001416], id: uuidOf(99001416) }]]);
  // What this file's verbs use of the port; the compiler wants the whole of it.
  return answer as unknown as Engine;
}

beforeAll(async () => {
  door = await testDoor({ deps: { engine: oneProperty() } });
});
afterAll(() => door[Symbol.asyncDispose]());

/** All but how the customer itself was made. */
async function entriesOf({ accountId }: Customer): Promise<readonly AuditEntry[]> {
  const all = await door.deps.db.audit.last({ accountId, from: null, until: null, limit: 100 });
  return all.filter(({ event }) => event !== 'credential-created');
}

async function finished(of: Customer) {
  const { job_id: id } = (await door.as(of).create(REQUEST)).json();
  await succeedJob(door.deps, { accountId: of.accountId, id }, 'id,rent\n1,1000\n');
  return id;
}

function basic({ accessKey, secret }: Customer) {
  const pair = Buffer.from(`${accessKey}:${secret}`).toString('base64');
  return { authorization: `Basic ${pair}`, 'user-agent': 'a test' };
}

function getV2(of: Customer, path: string) {
  return door.app.inject({ url: `/v2${path}`, headers: basic(of) });
}

function post({ authorization }: Customer, url: string, payload: object = {}) {
  return door.app.inject({ method: 'POST', url, headers: { authorization }, payload });
}

/** A search, from its upload to its file. */
async function uploaded(of: Customer): Promise<string> {
  const type = `--b\r\nContent-Disposition: form-data; name="job_type"\r\n\r\nsearch\r\n`;
  const file = `--b\r\nContent-Disposition: form-data; name="file"; filename="s.json"\r\n\r\n{"settings": {}}\r\n`;
  const answer = await door.app.inject({
    method: 'POST',
    url: '/v2/jobs/file',
    headers: { ...basic(of), 'content-type': 'multipart/form-data; boundary=b' },
    payload: `${type}${file}--b--\r\n`,
  });
  expect(answer.statusCode).toBe(201);
  return answer.json().id;
}

/** Another master key, and other keys. */
async function changeKeys(): Promise<void> {
  const { db, log } = door.deps;
  const [before, after] = ['the master key of before, of a test', 'the master key of afterwards, of a test'];
  const masterKeys = await masterKeysOf(before, after);
  await Keyring.open({ db, masterKeys, log });
  const embedded = null;
  await changeMasterKey({ db, masterKeys, embedded }, { anyway: false, signal: new AbortController().signal });
  const options = { atOnce: false, anyway: false };
  await renewKeys({ db, masterKeys, linkSeconds: 1, embedded }, ['links', 'tokens'], options);
}

function eventsOf(entries: readonly AuditEntry[]) {
  return entries.map(({ event, jobId, address }) => [event, jobId, address]);
}

/** They take data and files, which this door has not: their own tests look at the entries. */
const ELSEWHERE: readonly string[] = ['person-erased', 'result-summarised', 'feed-changed', 'feed-failed'];

describe('the audit log', () => {
  test('has who asked for which properties, whatever their order and repetitions', async () => {
    const customer = await door.customer();
    const property_ids = [99001470, 99001416, 99001470];
    const answer = await door.as(customer).create({ ...REQUEST, property_ids });
    const [entry, ...more] = await entriesOf(customer);
    expect(more).toEqual([]);
    const credential = (await door.deps.db.credentials.list(customer.accountId)).find(({ kind }) => kind === 'token');
    expect(entry).toMatchObject({
      event: 'job-created',
      credentialId: credential?.id,
      jobId: answer.json().job_id,
      address: '127.0.0.1',
      properties: { count: 2, sha256: createHash('sha256').update('99001416\n99001470\n').digest('hex') },
    });
  });

  test('has nothing of what was refused', async () => {
    const customer = await door.customer();
    expect((await door.as(customer).create({ ...REQUEST, property_ids: [5] })).statusCode).toBe(400);
    expect(await entriesOf(customer)).toEqual([]);
  });

  test('has every link and every download, and no look at one', async () => {
    const customer = await door.customer();
    const id = await finished(customer);
    await door.as(customer).get(`${JOBS}/${id}`);
    const { location } = (await door.as(customer).get(`${JOBS}/${id}/results`)).headers;
    const { pathname, search } = new URL(String(location));
    const url = pathname + search;
    const etag = (await door.app.inject({ method: 'HEAD', url })).headers.etag;
    expect((await door.app.inject({ url, headers: { 'if-none-match': String(etag) } })).statusCode).toBe(304);
    expect(
      (await door.app.inject({ url, remoteAddress: '192.0.2.7', headers: { 'x-forwarded-for': '198.51.100.1' } }))
        .statusCode,
    ).toBe(200);
    expect((await door.app.inject({ url, headers: { range: 'bytes=3-' } })).statusCode).toBe(206);
    expect((await door.app.inject({ url: `${url}0` })).statusCode).toBe(403);
    const entries = await entriesOf(customer);
    expect(eventsOf(entries)).toEqual([
      ['job-created', id, '127.0.0.1'],
      ['link-created', id, '127.0.0.1'],
      ['file-downloaded', id, '192.0.2.7'],
      ['file-downloaded', id, '127.0.0.1'],
    ]);
    expect(entries.map(({ credentialId }) => credentialId === null)).toEqual([false, false, true, true]);
  });

  test('has one entry an hour of a link that is used again and again from one network', async () => {
    const customer = await door.customer();
    const id = await finished(customer);
    const { location } = (await door.as(customer).get(`${JOBS}/${id}/results`)).headers;
    const url = String(location).slice(ORIGIN.length);
    const fetched = (remoteAddress: string) =>
      door.app.inject({ url, remoteAddress, headers: { range: 'bytes=0-0' } }).then(({ statusCode }) => statusCode);
    for (let round = 0; round < 100; round++) {
      expect(await fetched(`2001:db8:0:1::${round.toString(16)}`)).toBe(206);
    }
    expect(await fetched('2001:db8:0:2::1')).toBe(206);
    const downloads = (await entriesOf(customer)).filter(({ event }) => event === 'file-downloaded');
    expect(downloads.map(({ address }) => address)).toEqual(
      ['2001:db8:0:1::', '2001:db8:0:2::1'].map((start) => expect.stringContaining(start)),
    );
  });

  test('has the first refused log-in of an hour with each credential from each network, at every door, and none of nobody’s', async () => {
    const customer = await door.customer();
    const { accessKey } = customer;
    const credentials = await door.deps.db.credentials.list(customer.accountId);
    const [key, token] = ['key', 'token'].map((kind) => credentials.find((each) => each.kind === kind));
    for (let round = 0; round < 3; round++) {
      await getV2({ ...customer, secret: 'wrong' }, '/users/me');
      await post(customer, '/oauth/token', {
        grant_type: 'client_credentials',
        client_id: accessKey,
        client_secret: 'wrong',
      });
      await getV2({ ...customer, accessKey: `cvk_${'0'.repeat(32)}` }, '/users/me');
      await door.as({ ...customer, authorization: 'Bearer cvt_nobody' }).get(JOBS);
    }
    await revokeCredential(door.deps, token?.id ?? '');
    for (let round = 0; round < 2; round++) expect((await door.as(customer).get(JOBS)).statusCode).toBe(401);
    const refused = await until(
      async () => (await entriesOf(customer)).filter(({ event }) => event === 'login-refused'),
      ({ length }) => length >= 2,
    );
    expect(refused.map(({ credentialId, address }) => [credentialId, address])).toEqual([
      [key?.id, '127.0.0.1'],
      [token?.id, '127.0.0.1'],
    ]);
  });

  test('has the program’s own log say which refused log-in it could not take', async () => {
    const lines: unknown[] = [];
    const gone = new Error('the table is gone');
    const credential = { id: 'k', accountId: 'a', scopes: [], secretHash: Buffer.from('x'), revokedAt: new Date(0) };
    const credentials = { byTokenHash: async () => credential };
    const db = { credentials, audit: { append: () => Promise.reject(gone) } };
    const log = { error: (...line: unknown[]) => lines.push(line) };
    // What a log-in uses of the ports.
    const deps = { db, log, secrets: door.deps.secrets } as unknown as typeof door.deps;
    expect(await authenticateToken(deps, 'cvt_x', '192.0.2.7')).toBeNull();
    await until(
      async () => lines.length,
      (count) => count > 0,
    );
    expect(lines).toEqual([
      ['refused-login-not-audited', { accountId: 'a', credentialId: 'k', address: '192.0.2.7', error: gone }],
    ]);
  });

  test('has a search once an hour, with how many it found and what proves what was asked', async () => {
    const customer = await door.customer();
    const lookup = (query: string) => door.as(customer).get(`/apartmentiq/api/v1/properties/lookup?${query}`);
    for (const query of ['city=Atlanta', 'city=Atlanta&page=2', 'city=Austin', 'city=Atlanta']) {
      expect((await lookup(query)).statusCode, query).toBe(200);
    }
    const ids = { ids: [99001416, uuidOf(99001470)] };
    expect((await post(customer, '/apartmentiq/api/v1/properties/ids', ids)).statusCode).toBe(200);
    const searched = (await entriesOf(customer)).filter(({ event }) => event === 'properties-searched');
    const digestOf = (conditions: unknown) => createHash('sha256').update(JSON.stringify(conditions)).digest('hex');
    expect(searched.map(({ subject }) => subject)).toEqual([
      digestOf(['look-up', [[['city', 'is', 'Atlanta']], null]]),
      digestOf(['look-up', [[['city', 'is', 'Austin']], null]]),
      digestOf(['translate', ids.ids]),
    ]);
    for (const { properties } of searched) expect(properties).toEqual({ count: expect.any(Number), sha256: null });
  });

  test('has each job whose links answers of the Reonomy dialect carry, once an hour for a credential', async () => {
    const customer = await door.customer();
    const first = await uploaded(customer);
    await getV2(customer, `/jobs/file/${first}`);
    await succeedJob(door.deps, { accountId: customer.accountId, id: first }, 'a\n');
    const second = await uploaded(customer);
    await succeedJob(door.deps, { accountId: customer.accountId, id: second }, 'b\n');
    const third = await uploaded(customer);
    expect(eventsOf(await entriesOf(customer))).toEqual(
      [first, second, third].map((id) => ['job-created', id, '127.0.0.1']),
    );
    for (const path of ['jobs', 'job']) {
      expect((await getV2(customer, `/${path}/file/${first}`)).json().result_urls).toHaveLength(1);
    }
    const { items } = (await getV2(customer, '/jobs/file')).json();
    expect(items.map(({ result_urls: urls }: { result_urls: string[] }) => urls.length)).toEqual([0, 1, 1]);
    const polled = (await entriesOf(customer)).slice(3);
    expect(eventsOf(polled)).toEqual([first, second].map((id) => ['link-created', id, '127.0.0.1']));
    const keys = await door.deps.db.credentials.list(customer.accountId);
    const key = keys.find(({ accessKey }) => accessKey === customer.accessKey);
    expect(new Set(polled.map(({ credentialId }) => credentialId))).toEqual(new Set([key?.id]));
  });

  test('has nothing of a job of another key, whose links are not handed out', async () => {
    const owner = await door.customer();
    const id = await uploaded(owner);
    await succeedJob(door.deps, { accountId: owner.accountId, id }, 'a\n');
    const stranger = await door.customer();
    expect((await getV2(stranger, `/jobs/file/${id}`)).statusCode).toBe(404);
    expect((await getV2(stranger, '/jobs/file')).json()).toEqual({ count: 0, items: [] });
    expect(await entriesOf(stranger)).toEqual([]);
    expect(eventsOf(await entriesOf(owner))).toEqual([['job-created', id, '127.0.0.1']]);
  });

  test('names in each entry what its event is documented with', async () => {
    const customer = await door.customer();
    const id = await finished(customer);
    const { location } = (await door.as(customer).get(`${JOBS}/${id}/results`)).headers;
    await door.app.inject({ url: String(location).slice(ORIGIN.length) });
    const property = await getV2(customer, `/property/${uuidOf(99001416)}`);
    expect(property.statusCode).toBe(200);
    const { accountId } = customer;
    const reader = { accountId, credentialId: 'k', scopes: ['exports:read'], address: '192.0.2.7' } as const;
    const file = await openResult(door.deps, reader, ['jobs', 'reports', `${id}.csv`]);
    await buffer(await file.readFrom(0));
    await door.as(customer).get('/apartmentiq/api/v1/properties/lookup?city=Atlanta');
    await getV2({ ...customer, secret: 'wrong' }, '/users/me');
    await post(customer, '/api/v1/webhooks/secret/rotate');
    const list = { url: '/api/v1/property_lists/Guide', headers: { authorization: customer.authorization } };
    await post(customer, '/api/v1/property_lists', { name: 'Guide', property_ids: [99001416] });
    await door.app.inject({ ...list, method: 'PATCH', payload: { property_ids: [99001470] } });
    await door.app.inject({ ...list, method: 'DELETE' });
    await setQuota(door.deps, accountId, 5000);
    await changeGrants(door.deps, accountId, () => PropertyIdSet.of([99001416]));
    const [credential] = await door.deps.db.credentials.list(accountId);
    await invite(door.deps, { accountId, role: 'viewer' });
    const person = { ...reader, credentialId: credential?.id ?? '' };
    const { session } = await startSession(door.deps, person);
    await endSession(door.deps, person, session.id);
    const keeper = { ...person, scopes: ['exports:read', 'exports:write', 'data:read', 'keys'] } as const;
    await rotateOwnKey(door.deps, keeper, credential?.id ?? '', 60_000);
    await revokeCredential(door.deps, credential?.id ?? '');
    const by = { credentialId: 'operator', address: '192.0.2.8' };
    await readOperatedJob(door.deps, by, id);
    const cancelled = await door
      .as(customer)
      .create({ ...REQUEST, property_ids: [99001416], callback_url: 'https://h.example.com/' });
    await cancelOperatedJob(door.deps, by, cancelled.json().job_id);
    const page = { page: 1, perPage: 1 };
    const [delivery] = (await door.deps.db.deliveries.list(accountId, null, page)).items;
    await resendDelivery(door.deps, by, delivery?.id ?? '');
    await renameAccount(door.deps, by, { id: accountId, name: 'Pier' });
    const current = await door.deps.db.warehouse.current();
    const propertyIds = PropertyIdSet.of(KNOWN_IDS);
    const { signal } = new AbortController();
    const change = { base: current?.version ?? null, erasures: 0, tables: {}, propertyIds };
    await commitChange(door.deps, change, { signal });
    await revokeLinks(door.deps, { accountId, credentialId: 'operator', scopes: [] });
    await changeKeys();
    const upload = await beginUpload(door.deps, by, { filename: 'units.csv', length: 0, sha256: null });
    await requestLoad(door.deps, by, { uploadIds: [upload.id], request: {} });
    const entries = await until(
      () => door.deps.db.audit.last({ accountId, from: null, until: null, limit: 100 }),
      (all) => all.some(({ event }) => event === 'login-refused'),
    );
    // After all else: nothing can be done for it then.
    const other = await createAccount(door.deps, { name: 'Leaving', grants: 'all' }, by);
    await suspendAccount(door.deps, by, other.id);
    await resumeAccount(door.deps, by, other.id);
    await deleteAccount(door.deps, by, other.id);
    const terms = { from: null, until: null, limit: 100 };
    const noted = [
      ...entries,
      ...(await door.deps.db.audit.last({ ...terms, accountId: other.id })),
      ...(await door.deps.db.audit.last({ ...terms, accountId: OPERATORS_ACCOUNT })),
    ];
    const others = Object.keys(AUDIT_EVENTS).filter((event) => !ELSEWHERE.includes(event));
    expect(new Set(noted.map(({ event }) => event))).toEqual(new Set(others));
    for (const entry of noted) {
      const documented: Readonly<Record<string, string>> = AUDIT_EVENTS[entry.event].fields;
      const named = Object.entries(entry).flatMap(([name, value]) =>
        name in AUDIT_FIELDS && value !== null ? [name] : [],
      );
      const always = Object.keys(documented).filter((name) => documented[name] === '');
      expect(Object.keys(documented)).toEqual(expect.arrayContaining(named));
      expect(named).toEqual(expect.arrayContaining(always));
    }
  });

  test('forgets what has outlived its retention, and by no other way', async () => {
    const customer = await door.customer();
    const { accountId } = customer;
    await door.as(customer).create(REQUEST);
    const age = async (days: number, id: number) =>
      withClient(asSuperuser(door.databaseUrl), async (client) => {
        // As a replica no trigger refuses it.
        await client.query('set session_replication_role = replica');
        await client.query(`update audit_log set at = clock_timestamp() - make_interval(days => $1) where id = $2`, [
          days,
          id,
        ]);
      });
    const all = () => door.deps.db.audit.last({ accountId, from: null, until: null, limit: 100 });
    const [oldest, older, young] = await all();
    await age(1096, oldest?.id ?? 0);
    await age(1094, older?.id ?? 0);
    await withClient(door.databaseUrl, async (client) => {
      for (const statement of [
        'delete from audit_log where id = $1',
        'update audit_log set address = null where id = $1',
      ]) {
        await expect(client.query(statement, [oldest?.id])).rejects.toThrow('the audit log is append-only');
      }
      await client.query("set conveyance.audit_retention = 'on'");
      await expect(client.query('delete from audit_log where id = $1', [young?.id])).rejects.toThrow('append-only');
    });
    const forever = { ...door.deps, policy: { ...door.deps.policy, auditRetentionDays: 0 } };
    expect(await forgetOldEntries(forever)).toBe(0);
    expect(await forgetOldEntries(door.deps)).toBe(1);
    expect((await all()).map(({ id }) => id)).toEqual([older?.id, young?.id]);
  });

  test.each([
    `update audit_log set address = null`,
    `delete from audit_log`,
    `truncate audit_log`,
    `update audit_log set event = 'x' where false`,
  ])('refuses: %s', async (statement) => {
    await door.as(await door.customer()).create(REQUEST);
    const count = 'select count(*) from audit_log';
    await withClient(door.databaseUrl, async (client) => {
      const before = (await client.query(count)).rows;
      await expect(client.query(statement)).rejects.toThrow('the audit log is append-only');
      expect((await client.query(count)).rows).toEqual(before);
    });
  });
});
