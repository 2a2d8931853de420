/**
 * The master key, and then every key that it seals, is changed while two nodes serve: no request fails, whatever was handed out before goes
 * on, and in the end what somebody can make of the old master key opens nothing.
 */
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from '../../src/app.ts';
import { PURPOSES } from '../../src/core/keyring/purposes.ts';
import { invite } from '../../src/core/logins/sessions.ts';
import { renewByChore } from '../../src/jobs/renew-keys.ts';
import { liveWebhookSecrets } from '../../src/jobs/webhooks/secrets.ts';
import { readSearchToken, writeSearchToken } from '../../src/properties/search-token.ts';
import { deriveKey } from '../../src/storage/master-key.ts';
import { cli } from '../cli/cli-world.ts';
import { addAccount, demoDatabase, MASTER_KEY, serverOf, type TestAccount, until } from '../support/app.ts';
import { withClient } from '../support/postgres.ts';

const TIMEOUT_MS = 180_000;
const ORIGIN = 'http://data.example.com';
const NEW_KEY = 'a master key that nobody had before this test';
const JOBS = '/apartmentiq/api/v1/bulk_api/jobs';
const PAGE = { origin: ORIGIN, 'x-conveyance-console': '1', 'user-agent': 'browser' };
const REQUEST = { report_type: 'property', output_format: 'csv', start_date: '2025-12-01', end_date: '2025-12-02' };

type Headers = Readonly<Record<string, string>>;
type Settings = Readonly<Record<string, string>>;

let directory: string;
let database: Awaited<ReturnType<typeof demoDatabase>>;
let account: TestAccount;
const nodes: App[] = [];

function settingsOf(keys: Settings): Settings {
  return {
    DATABASE_URL: database.url,
    CONVEYANCE_DATA_DIR: directory,
    CONVEYANCE_PORT: '0',
    CONVEYANCE_SFTP_PORT: '0',
    CONVEYANCE_PUBLIC_URL: ORIGIN,
    CONVEYANCE_LOG_LEVEL: 'silent',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_WORKERS: '1',
    CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0',
    CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
    ...keys,
  };
}

/** The one in use in a file, the next by a command. */
function bothKeys(): Settings {
  return {
    CONVEYANCE_MASTER_KEY_FILE: join(directory, 'key'),
    CONVEYANCE_MASTER_KEY_NEXT_COMMAND: `cat '${join(directory, 'next')}'`,
  };
}

async function start(role: 'all' | 'api', keys: Settings): Promise<App> {
  const app = await serverOf({ ...settingsOf(keys), CONVEYANCE_ROLE: role });
  await app.start();
  nodes.push(app);
  return app;
}

let turn = 0;
/** To one node after the other. */
async function ask(url: string, headers: Headers, post?: string | object) {
  turn++;
  const http = nodes[turn % nodes.length]?.http;
  if (http == null) throw new Error('no node answers requests');
  return http.inject({ url, headers, ...(post !== undefined && { method: 'POST', payload: post }) });
}

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

function basic(): Headers {
  const { accessKey, secret } = account.key;
  return { authorization: `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}` };
}

async function newAccessToken(): Promise<string> {
  const form = { ...basic(), 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await ask('/oauth/token', form, 'grant_type=client_credentials');
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json().access_token;
}

async function newLink(jobId: string): Promise<string> {
  const answer = await ask(`${JOBS}/${jobId}/results`, bearer(account.token));
  expect(answer.statusCode, answer.body).toBe(302);
  const { pathname, search } = new URL(String(answer.headers.location));
  return pathname + search;
}

async function newSession(): Promise<Headers> {
  const { link } = await invite(depsOf(0), { accountId: account.id, role: 'member' });
  const answer = await ask('/console/session', PAGE, { invitation: link.split('#')[1] });
  const [cookie] = answer.cookies;
  return { ...PAGE, cookie: `${cookie?.name}=${cookie?.value}` };
}

function depsOf(index: number): App['deps'] {
  const node = nodes[index];
  if (node === undefined) throw new Error(`there is no node ${index}`);
  return node.deps;
}

async function finishedJob(): Promise<string> {
  const payload = { ...REQUEST, property_ids: [99001416] };
  const { job_id: id } = (await ask(JOBS, bearer(account.token), payload)).json();
  await until(
    async () => (await ask(`${JOBS}/${id}`, bearer(account.token))).json().status,
    (status) => status === 'succeeded',
  );
  return id;
}

const TERMS = () => ({ accountId: account.id, settings: '{}' });

/** Everything that was handed out at one moment. */
async function handOut(jobId: string) {
  const search = writeSearchToken(depsOf(0), TERMS(), { dataVersion: 1, after: 7 });
  return { link: await newLink(jobId), access: await newAccessToken(), session: await newSession(), search };
}
type HandedOut = Awaited<ReturnType<typeof handOut>>;

/** What does not work, if anything. */
async function faultsOf({ link, access, session, search }: HandedOut): Promise<readonly string[]> {
  const answers = {
    link: await ask(link, {}),
    access: await ask(JOBS, bearer(access)),
    session: await ask(JOBS, session),
    token: await ask(JOBS, bearer(account.token)),
    key: await ask('/v2/jobs/file', basic()),
  };
  const faults = Object.entries(answers).filter(([, { statusCode }]) => statusCode !== 200);
  const words = faults.map(([what, { statusCode, body }]) => `${what}: ${statusCode} ${body.slice(0, 80)}`);
  for (const [index] of nodes.entries()) {
    try {
      readSearchToken(depsOf(index), TERMS(), search);
    } catch {
      words.push(`search token: node ${index}`);
    }
  }
  return words;
}

/** Requests without a pause, with what was handed out at first and with what is handed out on the way, until it is told to stop. */
function traffic(jobId: string, first: HandedOut) {
  const faults: string[] = [];
  let rounds = 0;
  let isOver = false;
  const work = (async () => {
    while (!isOver) {
      const now = await handOut(jobId);
      faults.push(...(await faultsOf(first)), ...(await faultsOf(now)));
      rounds++;
    }
  })();
  return {
    faults,
    get rounds() {
      return rounds;
    },
    async stop() {
      isOver = true;
      await work;
    },
  };
}

async function operate(words: string, keys = bothKeys()): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await cli([...words.split(' '), '--json'], { settings: settingsOf(keys) });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** What anybody can make who has the old master key. */
async function forge(link: string) {
  const key = (purpose: 'links' | 'tokens') => deriveKey(Buffer.from(MASTER_KEY), PURPOSES[purpose].derivedFrom[0]);
  const url = new URL(link, ORIGIN);
  const [path, expires] = [url.pathname.slice('/files/'.length), String(Math.floor(Date.now() / 1000) + 3600)];
  const filename = url.searchParams.get('filename') ?? '';
  const signature = createHmac('sha256', key('links'))
    .update(JSON.stringify(['GET', path, expires, filename, '1']))
    .digest('base64url');
  const query = new URLSearchParams({ expires, filename, kid: '1', signature });
  const [credential] = (await depsOf(0).db.credentials.list(account.id)).filter(({ kind }) => kind === 'key');
  const access = await new SignJWT({ scope: 'exports:read' })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setIssuer(ORIGIN)
    .setAudience(ORIGIN)
    .setSubject(credential?.id ?? '')
    .setExpirationTime('1h')
    .sign(key('tokens'));
  return { link: `${url.pathname}?${query}`, access };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-master-key-'));
  await writeFile(join(directory, 'key'), MASTER_KEY, { mode: 0o600 });
  await writeFile(join(directory, 'next'), NEW_KEY, { mode: 0o600 });
  database = await demoDatabase(directory);
  account = await addAccount(await start('all', bothKeys()));
  await start('api', bothKeys());
}, TIMEOUT_MS);
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await database?.close();
  await rm(directory, { recursive: true, force: true });
}, TIMEOUT_MS);

it(
  'no request fails while the master key and all other keys are changed, and the old master key then opens nothing',
  async () => {
    const jobId = await finishedJob();
    const first = await handOut(jobId);
    const secrets = await liveWebhookSecrets(depsOf(0), account.id);
    const fingerprint = nodes[0]?.sftp?.address?.fingerprint;
    const forged = await forge(first.link);
    // The positive control: the old master key opens everything as long as the keys are derived from it.
    expect([(await ask(forged.link, {})).statusCode, (await ask(JOBS, bearer(forged.access))).statusCode]).toEqual([
      200, 200,
    ]);

    const load = traffic(jobId, first);
    await operate('master rotate --yes');
    const refused = await cli(['accounts', 'list'], { settings: settingsOf({ CONVEYANCE_MASTER_KEY: MASTER_KEY }) });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('sealed by another master key')]);
    // Nodes are restarted with the new key alone, one after the other.
    const alone = { CONVEYANCE_MASTER_KEY: NEW_KEY };
    await start('all', alone);
    await nodes.shift()?.stop();
    await start('api', alone);
    await nodes.shift()?.stop();

    await operate('master rotate --purpose all --yes', alone);
    await until(
      async () => new URL(await newLink(jobId), ORIGIN).searchParams.get('kid'),
      (kid) => kid === '2',
      60_000,
    );
    const before = load.rounds;
    await until(
      async () => load.rounds,
      (rounds) => rounds > before + 3,
    );
    await load.stop();
    expect(load.faults).toEqual([]);

    for (const [index] of nodes.entries()) {
      expect(await liveWebhookSecrets(depsOf(index), account.id)).toEqual(secrets);
      expect(nodes[index]?.sftp?.address?.fingerprint).toBe(fingerprint);
    }
    // A week passes, and the workers tidy up.
    await withClient(database.url, (client) =>
      client.query(`
        update keyring_keys set signs_at = signs_at - interval '8 days', ends_at = ends_at - interval '8 days';
        update sessions set expires_at = expires_at - interval '8 days'`),
    );
    await until(
      async () => {
        // What is used is hashed anew.
        await ask(JOBS, bearer(account.token));
        await ask('/v2/jobs/file', basic());
        await renewByChore(depsOf(0), new AbortController().signal);
        return depsOf(0).db.keyring.read();
      },
      (ring) => ring?.keys.every(({ isDerived, purpose }) => !isDerived || purpose === 'sftp') === true,
    );
    await until(
      async () => [(await ask(forged.link, {})).statusCode, (await ask(forged.link, {})).statusCode],
      (codes) => codes.every((code) => code === 403 || code === 404 || code === 401),
    );
    expect((await ask(JOBS, bearer(forged.access))).statusCode).toBe(401);
    expect((await ask(JOBS, bearer(forged.access))).statusCode).toBe(401);
    // What customers hold goes on, but for links and access tokens whose time is over.
    expect(await faultsOf(await handOut(jobId))).toEqual([]);
    expect(await liveWebhookSecrets(depsOf(1), account.id)).toEqual(secrets);
  },
  TIMEOUT_MS,
);
