/** A person is erased where the objects lie in a bucket: files are looked into there, and the node lets go of its copies. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, type Situation } from '../cli/cli-world.ts';
import { type TestAccount, until } from '../support/app.ts';
import { type S3App, s3App } from '../support/s3-app.ts';
import { swiftMissing } from '../support/swift.ts';

const PATIENCE_MS = 180_000;
const JOBS = '/api/v1/bulk_api/jobs';

describe.skipIf(swiftMissing !== null)('in a bucket', () => {
  let server: S3App;
  let account: TestAccount;
  let directory: string;
  beforeAll(async () => {
    server = await s3App({ demo: false });
    account = await server.account();
    directory = await mkdtemp(join(tmpdir(), 'conveyance-s3-erase-'));
  }, PATIENCE_MS);
  afterAll(async () => {
    await server?.close();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }, PATIENCE_MS);

  async function operate(argv: readonly string[], situation: Situation = {}) {
    const ran = await cli(argv, { ...situation, deps: server.app.deps });
    expect(ran.code, `${argv.join(' ')}: ${ran.stderr}`).toBe(0);
    return ran;
  }

  async function load(name: string, text: string): Promise<void> {
    const path = join(directory, `${name}.csv`);
    await writeFile(path, text);
    await operate(['load', path]);
  }

  /** The owners in an export. */
  async function exported(compression: string): Promise<string> {
    const payload = {
      report_type: 'property',
      output_format: 'csv',
      start_date: '2025-01-01',
      end_date: '2025-01-31',
      property_ids: [1, 2],
      columns: ['id', 'owner_name'],
      compression,
    };
    const { job_id: id } = (await server.as(account, { method: 'POST', url: JOBS, payload })).json();
    const job = await until(
      async () => (await server.as(account, { url: `${JOBS}/${id}` })).json(),
      ({ status }) => status !== 'submitted',
    );
    expect(job.status, JSON.stringify(job)).toBe('succeeded');
    return id;
  }

  /** Of the node's copies: their names, and of those whose objects no data version has. */
  async function copies() {
    const held = await server.app.deps.db.warehouse.held();
    const names = new Set([...held].map((key) => createHash('sha256').update(key).digest('hex')));
    const files = await readdir(join(server.dataDir, 'cache'), { recursive: true });
    const all = files.map((path) => path.split('/').at(-1) ?? '').filter((name) => /^[0-9a-f]{64}$/.test(name));
    return { all, stray: all.filter((name) => !names.has(name)) };
  }

  it('the person is gone from results of every compression, and from the copies', {
    timeout: PATIENCE_MS,
  }, async () => {
    await load('properties', 'property_id,owner_name\n1,"Doe, Jane"\n2,Acme LLC\n');
    await load('property_days', 'property_id,date,avg_rent\n1,2025-01-01,10\n2,2025-01-01,20\n');
    const jobs = [await exported('none'), await exported('gzip'), await exported('zstd')];
    // Control: the files that the exports read have copies, which are files of the versions that go.
    const before = (await copies()).all;
    expect(before.length).toBeGreaterThan(0);
    const { stdout } = await operate(['warehouse', 'erase-person', '--yes', '--json'], { stdin: ['DOE,  Jane\n'] });
    expect(JSON.parse(stdout)).toMatchObject({
      found: { versions: [{ version: 2, current: true }, { version: 1 }], results: [{}, {}, {}] },
      erased: { version: 3, results: 3 },
      nodes_waiting: [],
    });
    const { all, stray } = await copies();
    expect(stray).toEqual([]);
    expect(all.filter((name) => before.includes(name)).length).toBeLessThan(before.length);
    for (const id of jobs) {
      expect((await server.as(account, { url: `${JOBS}/${id}/results` })).statusCode).toBe(410);
    }
    const next = await exported('none');
    const link = await server.as(account, { url: `${JOBS}/${next}/results` });
    const body = await (await fetch(String(link.headers.location))).text();
    expect(body).toBe('id,owner_name\n1,\n2,Acme LLC\n');
    const kept: string[] = [];
    for await (const { key } of server.app.deps.store.list('')) kept.push(key);
    expect(kept.filter((key) => key.startsWith('results/'))).toHaveLength(1);
  });
});
