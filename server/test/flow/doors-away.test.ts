/** A database that is away for some seconds: what HTTP answers meanwhile is tried elsewhere; here what goes on by itself, and SFTP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conveyance } from '@conveyance/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { AWAY, type Gateway, openGateway } from '../postgres/gateway.ts';
import { connectTo } from '../sftp/door.ts';
import { CODES, namesIn, open, stat } from '../sftp/requests.ts';
import { addAccount, demoDatabase, GUIDE_IDS, MASTER_KEY, serverOf, type TestAccount, until } from '../support/app.ts';
import { type Receiver, startReceiver } from '../webhooks/receiver.ts';

const AWAY_MS = 1500;
const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-12-01',
  end_date: '2025-12-31',
  property_ids: [...GUIDE_IDS],
} as const;

let directory: string;
let database: Awaited<ReturnType<typeof demoDatabase>>;
let gateway: Gateway;
let app: App;
let account: TestAccount;
let client: Conveyance;
let sink: Receiver;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-doors-'));
  database = await demoDatabase(directory);
  gateway = await openGateway(database.url);
  app = await serverOf({
    CONVEYANCE_DATA_DIR: directory,
    CONVEYANCE_MASTER_KEY: MASTER_KEY,
    CONVEYANCE_PORT: '0',
    CONVEYANCE_SFTP_PORT: '0',
    CONVEYANCE_LOG_LEVEL: 'silent',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_CALLBACK_ALLOW: '127.0.0.0/8',
    DATABASE_URL: gateway.url,
  });
  await app.start();
  account = await addAccount(app);
  client = new Conveyance({ url: app.url, token: account.token });
  sink = await startReceiver();
});
afterAll(async () => {
  await gateway.become('there');
  await app.stop();
  await sink.close();
  await gateway[Symbol.asyncDispose]();
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

async function comesBack(): Promise<void> {
  await gateway.become('there');
  const isThere = () =>
    client.usage().then(
      () => true,
      () => false,
    );
  await until(isThere, (there) => there);
}
beforeEach(comesBack);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe.each(AWAY)('while the database is away and %s', (behaviour) => {
  test('SFTP fails a request without ending the session, and lets no one in without calling his secret wrong', async () => {
    const { job_id: id } = await client.exports.create(REQUEST);
    await client.exports.wait(id);
    const { port = 0 } = app.sftp?.address ?? {};
    const login = { username: account.key.accessKey, password: account.key.secret };
    await using session = await connectTo(port, login);
    const sftp = await session.sftp();
    const [name = ''] = await namesIn(sftp, '/jobs/reports');
    await gateway.become(behaviour);
    expect(await stat(sftp, `/jobs/reports/${name}`)).toBe(CODES.failure);
    expect(await open(sftp, `/jobs/reports/${name}`)).toBe(CODES.failure);
    for (let tries = 0; tries < 5; tries++) await expect(connectTo(port, login)).rejects.toThrow();
    await comesBack();
    expect(await namesIn(sftp, '/jobs/reports')).toContain(name);
    // None of those log-ins counted as a wrong secret.
    await using again = await connectTo(port, login);
    expect(await namesIn(await again.sftp(), '/jobs/reports')).toContain(name);
  });

  test('events end, and a client that comes back is told what it missed', async () => {
    const { job_id: id } = await client.exports.create(REQUEST);
    let breaks = 0;
    let isAway = false;
    const told: string[] = [];
    for await (const { status } of client.exports.events(id, { onReconnect: () => void breaks++ })) {
      told.push(status);
      if (isAway) continue;
      isAway = true;
      await gateway.become(behaviour);
      setTimeout(() => void gateway.become('there'), AWAY_MS);
    }
    expect(told.at(-1)).toBe('succeeded');
    // The others break what is asked; nothing is asked on the connection that listens for changes.
    if (behaviour === 'gone') expect(breaks).toBeGreaterThan(0);
  });

  test('a webhook whose delivery could not be noted is delivered, with the same id', async () => {
    const before = sink.deliveries.length;
    const { job_id: id } = await client.exports.create({ ...REQUEST, callback_url: sink.url() });
    await gateway.become(behaviour);
    await pause(AWAY_MS);
    await comesBack();
    await client.exports.wait(id);
    await until(
      async () => sink.deliveries.slice(before).filter(({ body }) => body.includes(id)),
      (deliveries) => deliveries.length > 0,
    );
    const ids = sink.deliveries.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
  });
});
