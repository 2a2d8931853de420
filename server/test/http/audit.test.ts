/** What is written down of an export: who, which properties, when, from where, and who fetched the file. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../src/core/audit.ts';
import { withClient } from '../support/postgres.ts';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from './door.ts';
import { succeedJob } from './ending.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await testDoor();
});
afterAll(() => door[Symbol.asyncDispose]());

function entriesOf({ accountId }: Customer): Promise<readonly AuditEntry[]> {
  return door.deps.db.audit.last({ accountId, from: null, until: null, limit: 100 });
}

async function finished(of: Customer) {
  const { job_id: id } = (await door.as(of).create(REQUEST)).json();
  await succeedJob(door.deps, { accountId: of.accountId, id }, 'id,rent\n1,1000\n');
  return id;
}

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
    expect(entries.map(({ event, jobId, address }) => [event, jobId, address])).toEqual([
      ['job-created', id, '127.0.0.1'],
      ['link-created', id, '127.0.0.1'],
      ['file-downloaded', id, '192.0.2.7'],
      ['file-downloaded', id, '127.0.0.1'],
    ]);
    expect(entries.map(({ credentialId }) => credentialId === null)).toEqual([false, false, true, true]);
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
