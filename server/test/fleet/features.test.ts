/** What customers use, on three API nodes and three workers with nothing shared on disk: all of it is right whichever node they meet. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Conveyance } from '@conveyance/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_SCOPES, OPERATOR_SCOPES, OPERATORS_ACCOUNT } from '../../src/core/access.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { SENT_ON_REQUEST } from '../../src/core/webhooks/message-size.ts';
import { resumeAccount, suspendAccount } from '../../src/jobs/operator/accounts.ts';
import { resultDirectory } from '../../src/jobs/result-key.ts';
import { createSchedule } from '../../src/jobs/schedules/schedules.ts';
import { PART_BYTES } from '../../src/warehouse/remote/uploads.ts';
import { parseScheduleRequest } from '../../src/wire/apartmentiq/schedule-request.ts';
import { connectTo } from '../sftp/door.ts';
import { fetched } from '../sftp/requests.ts';
import { GUIDE_IDS, type TestAccount, until } from '../support/app.ts';
import { openStream } from '../support/event-stream.ts';
import { NO_FAULT } from '../support/fault-proxy.ts';
import { basicHeaders } from '../support/file-jobs.ts';
import { Fleet } from '../support/fleet/fleet.ts';
import type { NodeProcess } from '../support/fleet/node-process.ts';
import { withClient } from '../support/postgres.ts';
import { swiftMissing } from '../support/swift.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { idOf, verified } from '../webhooks/verify.ts';

const TIMEOUT_MS = 180_000;
/** Five seconds that are promised, and what it takes to ask. */
const WITHIN_MS = 7_000;
const REQUESTS_PER_SECOND = 20;
const FREE_FAILURES = 60;
const API = '/api/v1/bulk_api';
const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-12-01',
  end_date: '2025-12-31',
  property_ids: [...GUIDE_IDS],
} as const;

let fleet: Fleet;

function client(index: number, { token }: TestAccount): Conveyance {
  return new Conveyance({ url: fleet.api(index).url, token });
}

/** A job that has succeeded. */
async function finished(account: TestAccount, index = 0) {
  const made = await client(index, account).exports.create(REQUEST);
  const ended = await client(index + 1, account).exports.wait(made.job_id, { timeoutMs: TIMEOUT_MS / 2 });
  expect(ended.status).toBe('succeeded');
  return ended;
}

function isResult({ method, url }: { method: string; url: string }): boolean {
  return method === 'PUT' && url.includes('/results/');
}

/** Asks every API node at once, in turns, so often in all. */
function askAll<Answer>(times: number, ask: (node: NodeProcess, turn: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: times }, (_, turn) => ask(fleet.api(turn), turn)));
}

describe.skipIf(swiftMissing !== null)(
  `three API nodes and three workers${swiftMissing ? ` (${swiftMissing})` : ''}`,
  { timeout: TIMEOUT_MS },
  () => {
    beforeAll(async () => {
      fleet = await Fleet.started({
        settings: {
          CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: String(REQUESTS_PER_SECOND),
          CONVEYANCE_SFTP_PORT: '0',
          CONVEYANCE_ACCOUNT_CONCURRENCY: '3',
        },
      });
    }, TIMEOUT_MS);
    afterAll(() => fleet?.[Symbol.asyncDispose](), TIMEOUT_MS);
    beforeEach(() => {
      fleet.store.decide = NO_FAULT;
    });

    it('are known, and each has a folder of its own', async () => {
      const nodes = await until(
        () => fleet.work(({ deps }) => deps.db.nodes.list()),
        (found) => found.length === 6,
      );
      expect(nodes.map(({ role }) => role).sort()).toEqual(['api', 'api', 'api', 'worker', 'worker', 'worker']);
      expect(new Set(nodes.map(({ pid }) => pid))).toEqual(new Set(fleet.nodes.map(({ pid }) => pid)));
    });

    it('events of a job that was made at one node are told by another, and go on at a third', async () => {
      const account = await fleet.account();
      // Long enough that its end is told by the last.
      fleet.store.decide = (request) => (isResult(request) ? { kind: 'late', ms: 5_000 } : null);
      const { job_id: id } = await client(0, account).exports.create(REQUEST);
      const authorization = `Bearer ${account.token}`;
      const path = `${API}/jobs/${id}/events`;
      const second = await openStream(`${fleet.api(1).url}${path}`, { authorization });
      const first = await second.next();
      expect(first?.data).toMatchObject({ job_id: id, status: 'submitted' });
      second.close();
      const third = await openStream(`${fleet.api(2).url}${path}`, { authorization, lastEventId: first?.id ?? 0 });
      onTestFinished(() => third.close());
      const told: string[] = [];
      for (let event = await third.next(); event !== null; event = await third.next()) {
        expect(event.id).toBeGreaterThan(first?.id ?? 0);
        told.push(event.data.status);
      }
      expect(told.at(-1)).toBe('succeeded');
    });

    it('a limit of requests is one limit', async () => {
      const { key } = await fleet.account();
      const startedAt = performance.now();
      const statuses = await askAll(REQUESTS_PER_SECOND * 12, async (node) => {
        const answer = await fetch(`${node.url}/v2/users/me`, { headers: basicHeaders({ key }) });
        return answer.status;
      });
      const windows = Math.ceil((performance.now() - startedAt) / 1000) + 1;
      const passed = statuses.filter((status) => status === 200).length;
      expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
      expect(passed).toBeGreaterThanOrEqual(REQUESTS_PER_SECOND);
      expect(passed).toBeLessThanOrEqual(REQUESTS_PER_SECOND * windows);
    });

    it('guesses of a secret are slowed at every node, and keep its owner out of none', async () => {
      const { key } = await fleet.account();
      const wrong = { key: { ...key, secret: 'a guess' } };
      const statuses: number[] = [];
      for (let round = 0; round < FREE_FAILURES + 5; round++) {
        const answers = await askAll(fleet.apis.length, (node) =>
          fetch(`${node.url}/v2/users/me`, { headers: basicHeaders(wrong) }),
        );
        statuses.push(...answers.map(({ status }) => status));
      }
      expect(statuses.filter((status) => status === 401)).toHaveLength(FREE_FAILURES * fleet.apis.length);
      expect(new Set(statuses.slice(-fleet.apis.length))).toEqual(new Set([429]));
      const owner = await askAll(fleet.apis.length, (node) =>
        fetch(`${node.url}/v2/users/me`, { headers: basicHeaders({ key }) }),
      );
      expect(owner.map(({ status }) => status)).toEqual([200, 200, 200]);
    });

    it('a suspended account is refused by all of them within five seconds, and let in again', async () => {
      const account = await fleet.account();
      const authorization = `Bearer ${account.token}`;
      const stream = await openStream(`${fleet.api(1).url}${API}/events`, { authorization });
      onTestFinished(() => stream.close());
      const ask = async () => {
        const answers = await askAll(3, (node) => fetch(`${node.url}/api/v1/usage`, { headers: { authorization } }));
        return answers.map(({ status }) => status);
      };
      expect(await ask()).toEqual([200, 200, 200]);
      const by = { credentialId: 'operator' };
      await fleet.work(({ deps }) => suspendAccount(deps, by, account.id));
      // What is promised is a time: nodes that took longer would not be seen by a poll without end.
      await until(ask, (statuses) => statuses.every((status) => status === 403), WITHIN_MS);
      const refused = await fetch(`${fleet.api(2).url}/api/v1/usage`, { headers: { authorization } });
      expect(await refused.text()).toContain('suspended');
      // What was open is cut off too.
      while ((await stream.next()) !== null);
      await fleet.work(({ deps }) => resumeAccount(deps, by, account.id));
      await until(ask, (statuses) => statuses.every((status) => status === 200), WITHIN_MS);
    });

    it('a file of data that one node began is gone on with by another, and loaded by a worker', async () => {
      const token = await fleet.work(({ deps }) =>
        issueToken(deps, { accountId: OPERATORS_ACCOUNT, scopes: OPERATOR_SCOPES }),
      );
      const authorization = `Bearer ${token}`;
      const ask = async (node: NodeProcess, path: string, init: RequestInit = {}) =>
        fetch(`${node.url}/admin/v1${path}`, { ...init, headers: { authorization, ...init.headers } });
      // Of properties that there are: other tests count them.
      const bytes = Buffer.from(`property_id,state\n${GUIDE_IDS.map((id) => `${id},GA\n`).join('')}`);
      const begun = await ask(fleet.api(0), '/uploads', {
        method: 'POST',
        headers: {
          'upload-length': String(bytes.length),
          'upload-metadata': `filename ${btoa('properties.csv')},sha256 ${btoa(createHash('sha256').update(bytes).digest('hex'))}`,
        },
      });
      const { upload_id: id } = (await begun.json()) as { upload_id: string };
      const middle = Math.floor(bytes.length / 2);
      for (const [node, from, to] of [
        [fleet.api(1), 0, middle],
        [fleet.api(2), middle, bytes.length],
      ] as const) {
        const headers = { 'upload-offset': String(from), 'content-type': 'application/offset+octet-stream' };
        const body = bytes.subarray(from, to);
        expect((await ask(node, `/uploads/${id}`, { method: 'PATCH', headers, body })).status).toBe(204);
      }
      const json = { 'content-type': 'application/json' };
      const made = await ask(fleet.api(0), '/loads', {
        ...{ method: 'POST', headers: json, body: JSON.stringify({ upload_ids: [id] }) },
      });
      const { load_id: load } = (await made.json()) as { load_id: string };
      const done = await until(
        async () => (await ask(fleet.api(1), `/loads/${load}`)).json() as Promise<{ state: string; report: unknown }>,
        ({ state }) => state === 'succeeded' || state === 'failed',
      );
      expect(done).toMatchObject({
        state: 'succeeded',
        report: { tables: [{ table: 'properties', loaded: GUIDE_IDS.length }] },
      });
    });

    it('a node that is killed while it receives a file costs what it had not kept yet, and another goes on', async () => {
      const token = await fleet.work(({ deps }) =>
        issueToken(deps, { accountId: OPERATORS_ACCOUNT, scopes: OPERATOR_SCOPES }),
      );
      const headers = { authorization: `Bearer ${token}` };
      const bytes = randomBytes(3 * PART_BYTES);
      const begun = await fetch(`${fleet.api(0).url}/admin/v1/uploads`, {
        method: 'POST',
        headers: { ...headers, 'upload-length': String(bytes.length), 'upload-metadata': `filename ${btoa('a.csv')}` },
      });
      const { upload_id: id } = (await begun.json()) as { upload_id: string };
      const patch = (node: NodeProcess, offset: number, body: RequestInit['body']) =>
        fetch(`${node.url}/admin/v1/uploads/${id}`, {
          ...{ method: 'PATCH', body: body ?? null, duplex: 'half' },
          headers: { ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
        });
      const offset = async () =>
        Number((await fetch(`${fleet.api(0).url}/admin/v1/uploads/${id}`, { headers })).headers.get('upload-offset'));
      // Most of it, and then no end: the node waits for the rest.
      const stuck = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(bytes.subarray(0, 2 * PART_BYTES + 1000)),
      });
      const broken = patch(fleet.api(1), 0, stuck).catch((error: unknown) => error);
      await until(offset, (at) => at >= PART_BYTES);
      await fleet.api(1).kill();
      expect(await broken).toBeInstanceOf(Error);
      const kept = await offset();
      expect(kept).toBeGreaterThanOrEqual(PART_BYTES);
      expect(kept).toBeLessThanOrEqual(2 * PART_BYTES + 1000);
      expect((await patch(fleet.api(2), kept, bytes.subarray(kept))).status).toBe(204);
      expect(await offset()).toBe(bytes.length);
      await fetch(`${fleet.api(0).url}/admin/v1/uploads/${id}`, { method: 'DELETE', headers });
      await fleet.api(1).start();
    });

    it('a credential that is revoked is refused by all of them', async () => {
      const account = await fleet.account();
      const ask = (node: NodeProcess) =>
        fetch(`${node.url}/api/v1/usage`, { headers: { authorization: `Bearer ${account.token}` } });
      const before = await askAll(3, ask);
      expect(before.map(({ status }) => status)).toEqual([200, 200, 200]);
      await fleet.work(async ({ deps: { db } }) => {
        for (const { id } of await db.credentials.list(account.id)) await db.credentials.revoke(id);
      });
      await until(
        async () => (await askAll(3, ask)).map(({ status }) => status),
        (statuses) => statuses.every((status) => status === 401),
      );
    });

    it('a create that is repeated at another node makes one job', async () => {
      const account = await fleet.account();
      const idempotencyKey = randomUUID();
      const ids: string[] = [];
      for (const index of [0, 1, 2]) {
        ids.push((await client(index, account).exports.create(REQUEST, { idempotencyKey })).job_id);
      }
      expect(new Set(ids).size).toBe(1);
    });

    it('a quota is never over-granted by creates at all of them', async () => {
      const account = await fleet.account();
      await fleet.work(({ deps }) => deps.db.quota.setLimit(account.id, 4));
      const { properties } = await client(0, account).properties.lookup({ page: 1, per_page: 100 });
      const ids = properties.map(({ id }) => id);
      expect(ids).toHaveLength(6);
      const headers = { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' };
      const accepted = new Set<number>();
      await askAll(24, async (node, turn) => {
        const id = ids[turn % ids.length] ?? 0;
        const body = JSON.stringify({ ...REQUEST, property_ids: [id] });
        const { status } = await fetch(`${node.url}${API}/jobs`, { method: 'POST', headers, body });
        if (status === 200) accepted.add(id);
      });
      expect(accepted.size).toBe(4);
      const usage = await fleet.work(({ deps }) => {
        return deps.db.quota.usage(account.id, new Date().toISOString().slice(0, 7));
      });
      expect(usage.usage).toBe(4);
    });

    it('a schedule’s instant makes one job, which is run', async () => {
      const account = await fleet.account();
      // The minute that has just begun: made as of a moment before it, the schedule is due at once.
      const instant = new Date(Math.floor(Date.now() / 60_000) * 60_000);
      const rule = { frequency: 'daily', time: instant.toISOString().slice(11, 16), time_zone: 'UTC' };
      const days = { range: 'trailing_n_days', days: 3660, data_deadline_hours: 0 };
      const body = { report_type: 'property', output_format: 'csv', property_ids: GUIDE_IDS, ...rule, ...days };
      const { id } = await fleet.work(async ({ deps }) => {
        const [credential] = await deps.db.credentials.list(account.id);
        const caller = { accountId: account.id, credentialId: credential?.id ?? '', scopes: DEFAULT_SCOPES };
        const asked = parseScheduleRequest(body, () => true);
        return createSchedule({ ...deps, clock: () => new Date(instant.getTime() - 1) }, caller, asked);
      });
      const { jobs } = await until(
        () => client(1, account).exports.list(),
        (page) => page.jobs.some(({ status }) => status === 'succeeded'),
        TIMEOUT_MS / 2,
      );
      expect(jobs).toHaveLength(1);
      const runs = await fetch(`${fleet.api(2).url}${API}/schedules/${id}/runs`, {
        headers: { authorization: `Bearer ${account.token}` },
      });
      expect(await runs.json()).toMatchObject({ runs: [{ planned_at: instant.toISOString(), state: 'submitted' }] });
    });

    it('webhooks come once for each job, whichever worker ran it', async () => {
      const account = await fleet.account();
      const sink = await startReceiver();
      onTestFinished(() => sink.close());
      const made = await askAll(9, (node, turn) =>
        new Conveyance({ url: node.url, token: account.token }).exports.create({
          ...REQUEST,
          callback_url: sink.url(`/${turn}`),
        }),
      );
      await until(
        async () => sink.deliveries.length,
        (count) => count >= made.length,
        TIMEOUT_MS / 2,
      );
      const [secret] = await client(0, account).webhooks.secrets();
      const told = sink.deliveries.map((delivery) => verified(delivery, secret?.secret ?? '') as { job_id: string });
      expect(told.map(({ job_id }) => job_id).sort()).toEqual(made.map(({ job_id }) => job_id).sort());
      expect(new Set(sink.deliveries.map(idOf)).size).toBe(made.length);
      const log = await until(
        () => client(1, account).webhooks.deliveries(),
        ({ deliveries }) => deliveries.every(({ state }) => state === 'delivered'),
      );
      expect(log.deliveries.map(({ tries }) => tries.length)).toEqual(made.map(() => 1));
    });

    it('the webhooks that an account sends on request are counted together', async () => {
      const account = await fleet.account();
      const sink = await startReceiver();
      onTestFinished(() => sink.close());
      const headers = { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ url: sink.url() });
      // All but six of them are used up already.
      const { unitsPerWindow: limit, windowSeconds } = SENT_ON_REQUEST;
      const terms = { door: 'webhooks', limit, windowSeconds } as const;
      await fleet.work(({ deps }) => deps.db.rateLimits.count(account.id, terms, limit - 6, null));
      const statuses = await askAll(12, async (node) => {
        const { status } = await fetch(`${node.url}/api/v1/webhooks/test`, { method: 'POST', headers, body });
        return status;
      });
      expect(statuses.filter((status) => status === 200)).toHaveLength(6);
      expect(statuses.filter((status) => status === 429)).toHaveLength(6);
    });

    it('SFTP has the same host key and the same files at each', async () => {
      const account = await fleet.account();
      const job = await finished(account);
      const hostKeys = new Set<string>();
      for (const { sftpPort } of fleet.apis) {
        await using connection = await connectTo(sftpPort ?? 0, {
          username: account.key.accessKey,
          password: account.key.secret,
          hostVerifier: (key: Buffer) => {
            hostKeys.add(key.toString('base64'));
            return true;
          },
        });
        const bytes = await fetched(await connection.sftp(), `/jobs/reports/${job.job_id}.csv`);
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(job.result?.sha256);
      }
      expect(hostKeys.size).toBe(1);
    });

    it('a cancel at one node stops the work of whichever worker has it, and nothing is left', async () => {
      const account = await fleet.account();
      fleet.store.decide = (request) => (isResult(request) ? { kind: 'hang' } : null);
      const { job_id: id } = await client(0, account).exports.create(REQUEST);
      const runs = () =>
        fleet.work(async ({ deps }) => {
          const nodes = await deps.db.nodes.list();
          return nodes.flatMap((node) => node.runs).filter(({ jobId }) => jobId === id).length;
        });
      await until(runs, (count) => count === 1);
      await until(
        async () => fleet.store.seen.filter(isResult).length,
        (count) => count > 0,
      );
      expect((await client(1, account).exports.cancel(id)).status).toBe('cancelled');
      await until(runs, (count) => count === 0);
      expect((await client(2, account).exports.get(id)).status).toBe('cancelled');
      // The worker is free again: another job passes while the store still takes nothing of the first.
      fleet.store.decide = (request) => (isResult(request) && request.url.includes(id) ? { kind: 'hang' } : null);
      const other = await finished(account, 2);
      expect(other.job_id).not.toBe(id);
      const left = await fleet.work(async ({ deps }) => {
        const keys: string[] = [];
        const directory = resultDirectory({ accountId: account.id, id }, 1);
        for await (const { key } of deps.store.list(`${directory}/`)) keys.push(key);
        return keys;
      });
      expect(left).toEqual([]);
    });

    it('three workers that sweep at once delete what is over, and nothing else', async () => {
      const account = await fleet.account();
      const [over, kept] = [await finished(account), await finished(account)];
      await withClient(fleet.postgres.url, (database) =>
        database.query(`update jobs set expires_at = now() - interval '30 days' where id = $1`, [over.job_id]),
      );
      const failed: string[] = [];
      // They sweep as they start.
      await Promise.all(fleet.workers.map((worker) => worker.stop()));
      for (const worker of fleet.workers) {
        worker.onLog = ({ event }) => {
          if (event === 'upkeep-failed') failed.push(worker.lastWords);
        };
      }
      await fleet.start();
      const resultsOf = ({ job_id: id }: { job_id: string }) =>
        fleet.work(async ({ deps }) => {
          const job = await deps.db.jobs.get({ accountId: account.id, id });
          const key = job?.results[0]?.key ?? '';
          return key === '' ? null : deps.store.stat(key);
        });
      const before = await fleet.work(({ deps }) => deps.db.jobs.get({ accountId: account.id, id: over.job_id }));
      await until(
        () => fleet.work(({ deps }) => deps.store.stat(before?.results[0]?.key ?? '')),
        (object) => object === null,
      );
      expect(await resultsOf(kept)).not.toBeNull();
      expect(failed).toEqual([]);
      // They work as before.
      await finished(account);
    });
  },
);
