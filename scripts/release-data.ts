/**
 * Makes the data of a release: what exactly this program has stored after a little of everything was done with it, as SQL and objects,
 * and what it answers about it. A later release opens them in its tests (server/test/flow/releases.test.ts).
 *
 *   npm run release-data -- server/test/releases/0.1
 *
 * Run it in the commit that is released; its output is never changed afterwards.
 */
import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { VERSION } from '../server/dist/config.js';
import { Customer, FILE_JOBS, JOBS, SCHEDULES } from './release-data/customer.ts';
import { dumpDatabase } from './release-data/dump.ts';
import type { Answer, Credential, Downloads, Expected } from './release-data/expected.ts';
import { MASTER_KEY, operate, type RunningProgram, startProgram } from './release-data/program.ts';
import { failedJob, fileJobs, leftBehind, type Place, reportJobs, schedules, webhooks } from './release-data/story.ts';

/** As many properties as an account may export in a month. */
const QUOTA = '1000';
/** The demo's data always has them. */
const PROPERTY_IDS = [99001416, 99001470, 99004737];

async function startReceiver() {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(request.url === '/taken' ? 200 : 503).end('heard'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

async function token(dataDir: string, account: string, scopes: string): Promise<Credential> {
  const { token: made = '' } = await operate(dataDir, 'tokens', 'create', '--account', account, '--scopes', scopes);
  return { kind: 'token', token: made };
}

async function key(dataDir: string, account: string): Promise<Credential> {
  const { access_key: accessKey = '', secret = '' } = await operate(dataDir, 'keys', 'create', '--account', account);
  return { kind: 'key', accessKey, secret };
}

/** Two accounts: one that may do everything, by several credentials, and one that sees a few properties. */
async function makeCredentials(dataDir: string, ids: readonly number[]): Promise<Record<string, Credential>> {
  const { id: harbor = '' } = await operate(dataDir, 'accounts', 'create', 'Harbor Analytics');
  await operate(dataDir, 'accounts', 'quota', 'set', harbor, QUOTA);
  const list = join(dataDir, 'granted.txt');
  await writeFile(list, `${ids.slice(0, 2).join('\n')}\n`);
  const { id: pier = '' } = await operate(dataDir, 'accounts', 'create', 'Pier Nine', '--properties', list);
  await rm(list);
  const everything = 'exports:read,exports:write,data:read';
  const revoked = await key(dataDir, harbor);
  if (revoked.kind === 'key') await operate(dataDir, 'keys', 'revoke', revoked.accessKey);
  return {
    token: await token(dataDir, harbor, everything),
    key: await key(dataDir, harbor),
    'second key': await key(dataDir, harbor),
    'revoked key': revoked,
    'token of few properties': await token(dataDir, pier, everything),
    'token that reads': await token(dataDir, pier, 'exports:read'),
  };
}

/** The demo's data up to the last full month, of which the reports cover the last one. */
async function load(dataDir: string): Promise<Place['days']> {
  const made = join(dataDir, 'generated');
  const { last_day: end = '' } = await operate(dataDir, 'generate', '--size', 'tiny', '--out', made);
  await operate(dataDir, 'load', made);
  await rm(made, { recursive: true });
  return { start_date: `${end.slice(0, 8)}01`, end_date: end };
}

/** Every GET that tells of something stored, as this release answers it. */
async function readAll(paths: readonly string[], customers: readonly Customer[]): Promise<Answer[]> {
  const [byToken, byKey] = customers;
  const lists = ['/api/v1/usage', '/api/v1/accounts', '/api/v1/webhooks/secret', '/api/v1/webhook_deliveries'];
  const ofReports = paths.filter((path) => path.startsWith(JOBS));
  const asked: (readonly [Customer | undefined, string])[] = [
    ...[...lists, JOBS, SCHEDULES, ...ofReports].map((path) => [byToken, path] as const),
    ...ofReports.map((path) => [byToken, `${path}/manifest`] as const),
    ...paths
      .filter((path) => path.startsWith(SCHEDULES))
      .flatMap((path) => [path, `${path}/runs`].map((each) => [byToken, each] as const)),
    ...[FILE_JOBS, ...paths.filter((path) => path.startsWith(FILE_JOBS))].map((path) => [byKey, path] as const),
    ...customers.slice(2).flatMap((customer) => [[customer, JOBS] as const, [customer, FILE_JOBS] as const]),
    ...customers.slice(2).map((customer) => [customer, '/api/v1/properties/lookup?city=Atlanta'] as const),
  ];
  const answers: Answer[] = [];
  for (const [customer, path] of asked) if (customer !== undefined) answers.push(await customer.answer(path));
  return answers;
}

/** Dumps the database, and proves the dump: restored into another database it dumps the same. */
async function provenDump(databaseUrl: string): Promise<{ readonly sql: string; readonly madeAt: string }> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const sql = await dumpDatabase(client, 'everything');
    const { rows } = await client.query<{ now: Date }>('select now()');
    const copyUrl = new URL(databaseUrl);
    copyUrl.pathname = `/copy_${randomUUID().replaceAll('-', '')}`;
    await client.query(`create database ${copyUrl.pathname.slice(1)}`);
    const copy = new pg.Client(copyUrl.href);
    await copy.connect();
    try {
      await copy.query(sql);
      if ((await dumpDatabase(copy, 'everything')) !== sql)
        throw new Error('the dump does not restore to what it was made from');
    } finally {
      await copy.end();
    }
    return { sql, madeAt: rows[0]?.now.toISOString() ?? '' };
  } finally {
    await client.end();
  }
}

/** Runs the story; resolves with everything to write. */
async function live(dataDir: string): Promise<{ readonly sql: string; readonly expected: Expected }> {
  const receiver = await startReceiver();
  let program: RunningProgram = await startProgram(dataDir, 'all');
  try {
    const days = await load(dataDir);
    const credentials = await makeCredentials(dataDir, PROPERTY_IDS);
    const customers = Object.entries(credentials).map(([name, each]) => new Customer(name, each, () => program.url));
    const [byToken, byKey, bySecondKey] = customers;
    if (!byToken || !byKey || !bySecondKey) throw new Error('credentials are missing');
    const place = { dataDir, receiver: receiver.url, propertyIds: PROPERTY_IDS, days };
    const reports = await reportJobs(place, byToken);
    const files = await fileJobs(byKey);
    const failed = await failedJob(place, byToken);
    const planned = await schedules(place, byToken);
    await webhooks(place, byToken);
    await program.stop();
    program = await startProgram(dataDir, 'api');
    const { cancelled, queued } = await leftBehind(place, byToken, bySecondKey);
    const downloads: Downloads[] = [];
    for (const path of reports.paths) downloads.push(await byToken.downloads(path));
    for (const path of files) downloads.push(await byKey.downloads(path));
    const [twin, matchTwin] = [downloads[0], downloads[reports.paths.length + 1]];
    const answers = await readAll([...reports.paths, ...files, failed, cancelled, ...planned], customers);
    const { sql, madeAt } = await provenDump(program.superuserUrl);
    const expected = {
      version: VERSION,
      madeAt,
      masterKey: MASTER_KEY,
      credentials,
      answers,
      downloads,
      repeats: reports.repeats,
      queued: [
        { as: byToken.name, path: queued.report, files: twin?.files ?? [] },
        { as: bySecondKey.name, path: queued.match, files: matchTwin?.files ?? [] },
      ],
    };
    return { sql, expected };
  } finally {
    await program.stop();
    receiver.close();
  }
}

async function main(target: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-release-'));
  try {
    // As root the database runs as another user, who has to get in.
    await chmod(directory, 0o711);
    const dataDir = join(directory, 'data');
    await mkdir(dataDir, { mode: 0o711 });
    const { sql, expected } = await live(dataDir);
    await mkdir(target);
    await writeFile(join(target, 'dump.sql'), sql);
    await writeFile(join(target, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
    const filter = (path: string) => !path.endsWith('/.scratch');
    await cp(join(dataDir, 'objects'), join(target, 'objects'), { recursive: true, filter });
    process.stdout.write(`The data of release ${expected.version} is in ${target}\n`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error('say where to: npm run release-data -- server/test/releases/VERSION');
await main(resolve(target));
