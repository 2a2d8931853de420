/** A person is erased at the door: from every place where the data may be, each proved, and from what customers export next. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeState } from '../../src/core/ports/database/nodes.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { PLACE_NAMES, type PlaceName } from '../../src/jobs/erasure/places.ts';
import { OBJECT_RETENTION } from '../../src/jobs/retention-table.ts';
import { describeValues } from '../../src/warehouse/erase/erased-list.ts';
import { namesOneOf, patternOf } from '../../src/warehouse/erase/look.ts';
import { appendToUpload, beginUpload, INCOMING_PREFIX } from '../../src/warehouse/remote/uploads.ts';
import { cli, type Situation } from '../cli/cli-world.ts';
import { type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { BatchClient, uuidOf } from '../support/file-jobs.ts';

const PATIENCE_MS = 240_000;
const WATCH = { signal: new AbortController().signal };
const JOBS = '/api/v1/bulk_api/jobs';
const JANE = 'Jane Q. Doe';
const VALUES = [JANE, 'Jane.Doe@Example.org'];
const MAPPING = { address_line_1: 'street', address_city: 'town', address_state: 'st', address_postal: 'zip' };
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

let server: TestApp;
let account: TestAccount;
let client: BatchClient;
let directory: string;
let deps: Deps;
let purged: string[];
let erased: Record<string, unknown>;
/** Jobs by what they are about. */
let jobs: Record<'report' | 'clean' | 'details' | 'match' | 'waiting', string>;
let links: readonly string[];
let usageBefore: unknown;

async function operate(argv: readonly string[], situation: Situation = {}) {
  const ran = await cli(argv, { ...situation, deps });
  expect(ran.code, `${argv.join(' ')}: ${ran.stderr}`).toBe(0);
  return ran;
}

async function load(tables: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(directory, 'load-'));
  for (const [name, text] of Object.entries(tables)) await writeFile(join(folder, name), text);
  await operate(['load', folder, ...flags]);
}

const contact = (id: number, display: string, email: string) =>
  JSON.stringify({
    property_id: id,
    contact_id: `c${id}`,
    persons: [
      { id: `p${id}`, display, emails: [{ address: email }], phones: [{ number: `+1 555 010${id}`, type: 'mobile' }] },
    ],
  });

const feed = () => ({
  'properties.csv': `property_id,address,city,state,zip_code,owner_name\n1,1 Elm St,Austin,TX,78701,JANE Q.  doe\n2,2 Elm St,Austin,TX,78701,John Roe\n`,
  'property_days.csv': 'property_id,date,avg_rent\n1,2025-01-30,10\n2,2025-01-30,20\n',
  'contacts.jsonl': `${contact(1, JANE, 'jane.doe@example.org')}\n${contact(2, 'John Roe', 'john@example.org')}\n`,
});

const report = (...ids: readonly number[]) => ({
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-01-01',
  end_date: '2025-01-31',
  property_ids: ids,
});

async function submit(...ids: readonly number[]): Promise<string> {
  const answer = await server.as(account, { method: 'POST', url: JOBS, payload: report(...ids) });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  return answer.json().job_id;
}

function shown(id: string) {
  return server.as(account, { url: `${JOBS}/${id}` }).then((answer) => answer.json());
}

async function ended(id: string) {
  const job = await until(
    () => shown(id),
    ({ status }) => !['submitted', 'processing'].includes(status),
  );
  expect(job.status, JSON.stringify(job)).toBe('succeeded');
  return job;
}

async function fetched(id: string): Promise<string> {
  const link = await server.as(account, { url: `${JOBS}/${id}/results` });
  const { pathname, search } = new URL(String(link.headers.location));
  return (await server.http.inject({ url: pathname + search })).body;
}

async function usage() {
  return (await server.as(account, { url: '/api/v1/bulk_api/usage' })).json();
}

async function drain(draining: boolean): Promise<void> {
  const [node] = await deps.db.nodes.list();
  await deps.db.nodes.drain(node?.id ?? '', draining);
  const wanted = draining ? 'drained' : 'serving';
  await until(
    async () => (await deps.db.nodes.list()).map(nodeState),
    ([state]) => state === wanted,
  );
}

async function pattern(): Promise<string> {
  return patternOf((await describeValues(deps, VALUES, WATCH)).map(({ compared }) => compared));
}

/** Every object of the store that names one of the values. */
async function naming(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { key } of deps.store.list('')) {
    if (await namesOneOf(deps, { key, name: key }, await pattern(), WATCH)) found.push(key);
  }
  return found;
}

/** Tables of the database with a row that has one of the values, as text. */
async function tablesNaming(): Promise<readonly string[]> {
  const database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
  try {
    const tables = await database.query("select tablename from pg_tables where schemaname = 'public' order by 1");
    const found: string[] = [];
    for (const { tablename } of tables.rows) {
      const { rows } = await database.query(
        `select 1 from "${tablename}" as t where lower(regexp_replace(row_to_json(t)::text, '\\s+', ' ', 'g')) like any($1) limit 1`,
        [VALUES.map((value) => `%${value.toLowerCase()}%`)],
      );
      if (rows.length > 0) found.push(tablename);
    }
    return found;
  } finally {
    await database.end();
  }
}

async function exists(key: string): Promise<boolean> {
  return (await deps.store.stat(key)) !== null;
}

const ORPHAN = 'warehouse/contacts/all-orphan.parquet';
const LOST = 'results/00000000-0000-0000-0000-000000000000/11111111-1111-4111-8111-111111111111/1/lost.csv';
let scratch: string;

async function put(key: string, bytes: Uint8Array): Promise<void> {
  const writer = await deps.store.create(key);
  await writer.write(bytes);
  await writer.finish();
}

async function bytesOf(key: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of await deps.store.open(key)) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

beforeAll(async () => {
  server = await testApp({ demo: false });
  directory = await mkdtemp(join(tmpdir(), 'conveyance-erase-'));
  purged = [];
  const { store } = server.app.deps;
  deps = {
    ...server.app.deps,
    store: new Proxy(store, {
      get(target, name) {
        if (name === 'purge') return async (prefix: string) => purged.push(prefix) && 0;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
  account = await server.account();
  client = new BatchClient(server, account);
  await load({ 'properties.csv': 'property_id,city\n3,Rome\n' }, '--note', `${JANE} wants to be left out of this`);
  await load(feed());
  await load({ 'properties.csv': `property_id,owner_name,state\n4,x,"${JANE}"\n` });
  const details = { detail_type: ['basic', 'ownership'], property_ids: [uuidOf(1)], filters: { filter_pii: false } };
  const made = await client.run('property-details', JSON.stringify(details));
  expect(made.files[0]).toContain(JANE);
  const matched = await client.run('match', `name,street,town,st,zip\n${JANE},1 Elm St,Austin,TX,78701\n`, {
    headers: ['name', 'street', 'town', 'st', 'zip'],
    mapping: MAPPING,
  });
  jobs = {
    report: await submit(1, 2),
    clean: await submit(2),
    details: made.job.id,
    match: matched.job.id,
    waiting: '',
  };
  await ended(jobs.report);
  await ended(jobs.clean);
  expect(await fetched(jobs.report)).toMatch(/JANE Q\. {2}doe/);
  links = (await client.get(jobs.details)).result_urls;
  usageBefore = await usage();
  await load({ 'property_days.csv': 'property_id,date,avg_rent\n1,2025-01-31,11\n' });
  await drain(true);
  jobs.waiting = await submit(1, 2);
  const [file] = (await deps.db.warehouse.current())?.tables['contacts'] ?? [];
  await put(ORPHAN, await bytesOf(file?.key ?? ''));
  await put(LOST, Buffer.from(`id,owner\n1,"${JANE}"\n`));
  scratch = await deps.store.scratch('load-cut.parquet');
  await writeFile(scratch, JANE);
  await utimes(scratch, LONG_AGO, LONG_AGO);
}, PATIENCE_MS);
afterAll(async () => {
  await server?.close();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
}, PATIENCE_MS);

describe('before', { timeout: PATIENCE_MS }, () => {
  it('the person is where the proofs look: in objects and in tables of the database', async () => {
    expect((await naming()).length).toBeGreaterThan(5);
    expect(await tablesNaming()).toEqual(['data_versions', 'load_history']);
  });

  it('nothing is done without a value, with one in the arguments, or without being told to', async () => {
    const argv = ['warehouse', 'erase-person'];
    expect(await cli([...argv, JANE], { deps })).toMatchObject({ code: 2 });
    expect(await cli(argv, { deps, stdin: ['\n \n'] })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no value was given'),
    });
    const piped = await operate(argv, { stdin: [`${VALUES.join('\n')}\n`] });
    expect(piped.stderr).toContain('Nothing was changed; --yes does it.');
    expect(piped.stdout).toMatch(/^PLACE .*\ndata version 3 \(current\) +properties\.owner_name +1 row\n/);
    expect(piped.stdout).toMatch(/data version 2 +contacts\.persons +1 row\n/);
    expect(piped.stdout).toMatch(/results +job \S+ of account \S+ +1 file\n/);
    expect(piped.stdout).toMatch(
      /objects +that nothing names +2 objects\nrejects +of loads +1 file\nnotes +of data versions and loads +2 notes\n$/,
    );
    expect(piped.stdout + piped.stderr).not.toMatch(/jane/i);
    const refused = await operate(argv, { terminal: true, stdin: [`${JANE}\n\n`, 'no\n'] });
    expect(refused.stderr).toContain('Nothing was changed.');
    expect((await deps.db.erasures.list()).values).toEqual([]);
    expect((await deps.db.warehouse.versions()).map(({ version }) => version)).toEqual([3, 2, 1]);
  });
});

describe('erased at a terminal, the person is gone from', { timeout: PATIENCE_MS }, () => {
  beforeAll(async () => {
    const ran = await operate(['warehouse', 'erase-person', '--json'], {
      terminal: true,
      stdin: [`${VALUES.join('\n')}\n\nyes\n`],
    });
    erased = JSON.parse(ran.stdout);
    expect(ran.stdout + ran.stderr.replaceAll(VALUES.join('\n'), '')).not.toMatch(/jane/i);
    expect(erased).toMatchObject({
      erased: { version: 4, dropped_versions: [3, 2], restarted_jobs: 1 },
      nodes_waiting: [],
    });
  }, PATIENCE_MS);

  const PROOFS: Readonly<Record<PlaceName, () => Promise<void>>> = {
    async list() {
      const { values } = await deps.db.erasures.list();
      expect(values).toHaveLength(2);
      const plain = VALUES.map((value) => createHash('sha256').update(value.toLowerCase()).digest('hex'));
      for (const { hash } of values) expect(plain).not.toContain(Buffer.from(hash).toString('hex'));
      await load(feed());
      expect(await naming()).toEqual([]);
    },
    async current() {
      const job = await submit(1, 2);
      await drain(false);
      await ended(job);
      const file = await fetched(job);
      expect(file).not.toMatch(/jane/i);
      expect(file).toContain('John Roe');
      const details = {
        detail_type: ['basic', 'ownership'],
        property_ids: [uuidOf(1), uuidOf(2)],
        filters: { filter_pii: false },
      };
      const { files } = await client.run('property-details', JSON.stringify(details));
      expect(files[0]).toContain('John Roe');
      expect(files[0]).not.toMatch(/jane|555 0101/i);
    },
    async versions() {
      expect((await deps.db.warehouse.versions()).map(({ version }) => version)).not.toEqual(
        expect.arrayContaining([2]),
      );
      const job = await ended(jobs.waiting);
      expect(job.data_version).toBeGreaterThanOrEqual(4);
      expect(await fetched(jobs.waiting)).not.toMatch(/jane/i);
      // The month had counted both properties before; the job that began again counts them no second time.
      expect(await usage()).toEqual(usageBefore);
    },
    async objects() {
      expect([await exists(ORPHAN), await exists(LOST)]).toEqual([false, false]);
      expect(erased['erased']).toMatchObject({ objects: 2 });
    },
    async results() {
      expect(erased['erased']).toMatchObject({ results: 3 });
      const job = await shown(jobs.report);
      expect(job).toMatchObject({ status: 'succeeded', warnings: [expect.stringContaining('were destroyed on')] });
      const refused = await server.as(account, { url: `${JOBS}/${jobs.report}/results` });
      expect([refused.statusCode, refused.json()]).toMatchObject([
        410,
        { message: expect.stringContaining('because of a person who has had their data erased; submit the job again') },
      ]);
      for (const link of links) {
        const answer = await fetch(link);
        expect([answer.status, await answer.text()]).toMatchObject([
          410,
          expect.stringContaining('submit the job again'),
        ]);
      }
      for (const id of [jobs.details, jobs.match]) {
        expect(await client.get(id)).toMatchObject({
          status: 'SUCCESS',
          result_urls: [],
          message: expect.stringContaining('The files of the result were destroyed on'),
        });
      }
      // A file that does not name the person stays, although its version did.
      expect(await fetched(jobs.clean)).toContain('John Roe');
    },
    async uploads() {
      await drain(true);
      const file = `who,street,town,st,zip\n"${JANE.toUpperCase()}",2 Elm St,Austin,TX,78701\n`;
      const headers = ['who', 'street', 'town', 'st', 'zip'];
      const submitted = await client.submit('match', file, { headers, mapping: MAPPING });
      const { id } = (await submitted.json()) as { id: string };
      const key = `uploads/${account.id}/${id}`;
      expect(await exists(key)).toBe(true);
      const { stdout } = await operate(['warehouse', 'erase-person', '--yes', '--json'], { stdin: [`${JANE}\n`] });
      expect(JSON.parse(stdout)).toMatchObject({ erased: { version: null, uploads: 1, cancelled_jobs: 1 } });
      expect(await exists(key)).toBe(false);
      expect(await client.get(id)).toMatchObject({
        status: 'FAILURE',
        message: expect.stringContaining('its upload destroyed'),
      });
      await drain(false);
    },
    async incoming() {
      const sent = Buffer.from(`source_id,owner_name\n1,${JANE}\n`);
      const operator = { credentialId: randomUUID() };
      const upload = await beginUpload(deps, operator, {
        filename: 'properties.csv',
        length: sent.length,
        sha256: null,
      });
      await appendToUpload(deps, upload.id, { offset: 0, body: Readable.from([sent]), isWhole: false });
      const kept = async () => {
        let count = 0;
        for await (const _ of deps.store.list(INCOMING_PREFIX)) count++;
        return count;
      };
      expect(await kept()).toBe(1);
      const { stdout } = await operate(['warehouse', 'erase-person', '--yes', '--json'], { stdin: [`${JANE}\n`] });
      expect(JSON.parse(stdout)).toMatchObject({ erased: { version: null, incoming: 1 } });
      expect(await kept()).toBe(0);
      expect(await deps.db.uploads.list()).toEqual([]);
    },
    async notes() {
      const first = (await deps.db.warehouse.versions()).at(-1);
      expect([first?.version, first?.origin?.note]).toEqual([1, null]);
      expect(await tablesNaming()).toEqual([]);
    },
    async rejects() {
      expect(erased).toMatchObject({ found: { rejects: 1 }, erased: { rejects: 1 } });
      expect(await deps.db.loads.get(3)).toMatchObject({ rejected: 1, rejectsKey: null });
      expect(await exists('load-rejects/3.csv')).toBe(false);
    },
    async remains() {
      const ours = ['warehouse/', 'results/', 'uploads/', 'incoming/', 'load-rejects/'];
      expect(new Set(purged)).toEqual(new Set(ours));
    },
    async copies() {
      const run = await deps.db.erasures.latestDropped();
      expect((await deps.db.nodes.list()).map(({ erasure }) => erasure)).toEqual([run]);
      await expect(utimes(scratch, LONG_AGO, LONG_AGO)).rejects.toMatchObject({ code: 'ENOENT' });
    },
  };

  it.each(PLACE_NAMES)('%s', async (place) => {
    await PROOFS[place]();
  });

  it('every kind of object', () => {
    const places = {
      ...{ 'results/': 'results', 'uploads/': 'uploads', 'incoming/': 'incoming' },
      ...{ 'warehouse/': 'objects', '.scratch/': 'copies', 'load-rejects/': 'rejects' },
    };
    expect(Object.keys(OBJECT_RETENTION).sort()).toEqual(Object.keys(places).sort());
  });

  it('and the audit log says that it was done, and not whom', async () => {
    const { stdout } = await operate(['audit', 'tail', '--json']);
    expect(stdout).toMatch(/person-erased/);
    expect(stdout).toMatch(/erasure 1 of 2 values begun, by /);
    expect(stdout).not.toMatch(/jane/i);
    expect(await deps.db.erasures.unfinished()).toEqual([]);
  });
});
