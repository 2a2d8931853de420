/** What an operator does to the data in a week, each proved in the next export: a day more, a corrected day, a deleted property, going back, a person erased. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli, type Situation } from '../cli/cli-world.ts';
import { type TestAccount, type TestApp, testApp, until } from '../support/app.ts';

const PATIENCE_MS = 120_000;
const JOBS = '/api/v1/bulk_api/jobs';

let server: TestApp;
let account: TestAccount;
let directory: string;
beforeAll(async () => {
  server = await testApp({ demo: false });
  account = await server.account();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-days-'));
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

async function load(tables: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(directory, 'load-'));
  for (const [name, text] of Object.entries(tables)) await writeFile(join(folder, `${name}.csv`), text);
  return (await operate(['load', folder])).stdout;
}

/** `id day rent owner` of each row. */
async function exported(...ids: readonly number[]): Promise<readonly string[]> {
  const payload = {
    report_type: 'property',
    output_format: 'jsonl',
    start_date: '2025-01-01',
    end_date: '2025-01-31',
    property_ids: ids,
    columns: ['id', 'report_generation_date', 'avg_rent', 'owner_name'],
  };
  const { job_id: id } = (await server.as(account, { method: 'POST', url: JOBS, payload })).json();
  const job = await until(
    async () => (await server.as(account, { url: `${JOBS}/${id}` })).json(),
    ({ status }) => status !== 'submitted',
  );
  expect(job.status, JSON.stringify(job)).toBe('succeeded');
  const link = await server.as(account, { url: `${JOBS}/${id}/results` });
  const { pathname, search } = new URL(String(link.headers.location));
  const lines = (await server.http.inject({ url: pathname + search })).body.trim().split('\n');
  return lines
    .map((line) => JSON.parse(line))
    .map((row) => [row.id, row.report_generation_date, row.avg_rent, row.owner_name].join(' '));
}

it('is in the export that follows it', { timeout: PATIENCE_MS }, async () => {
  await load({
    properties: 'property_id,owner_name\n1,Jane Doe\n2,Acme LLC\n',
    property_days: 'property_id,date,avg_rent\n1,2025-01-01,10\n2,2025-01-01,20\n',
  });
  const first = ['1 2025-01-01 10 Jane Doe', '2 2025-01-01 20 Acme LLC'];
  expect(await exported(1, 2)).toEqual(first);

  await load({ property_days: 'property_id,date,avg_rent\n1,2025-01-02,11\n2,2025-01-02,21\n' });
  expect(await exported(1, 2)).toEqual([first[0], '1 2025-01-02 11 Jane Doe', first[1], '2 2025-01-02 21 Acme LLC']);

  const table = await load({
    property_days: 'property_id,date,avg_rent,_deleted\n1,2025-01-01,12,\n2,2025-01-02,,true\n',
  });
  expect(table).toMatch(/TABLE +LOADED +REPLACED +DELETED +ROWS NOW\nproperty_days +1 +1 +1 +3/);
  const corrected = ['1 2025-01-01 12 Jane Doe', '1 2025-01-02 11 Jane Doe', '2 2025-01-01 20 Acme LLC'];
  expect(await exported(1, 2)).toEqual(corrected);

  await load({ properties: 'property_id,_deleted\n2,true\n' });
  expect(await exported(1)).toEqual(corrected.slice(0, 2));
  const refused = await server.as(account, { method: 'POST', url: JOBS, payload: { property_ids: [2] } });
  expect(refused.statusCode).toBeGreaterThanOrEqual(400);

  await operate(['warehouse', 'rollback', '3', '--yes']);
  expect(await exported(1, 2)).toEqual(corrected);

  await operate(['warehouse', 'erase-person', '--yes'], { stdin: ['jane  doe\n'] });
  const without = corrected.map((row) => row.replace('Jane Doe', '').trimEnd());
  const after = (await exported(1, 2)).map((row) => row.trimEnd());
  expect(after).toEqual(without);

  // The feed of the next day has her again.
  await load({
    properties: 'property_id,owner_name\n1,JANE DOE\n2,Beta LLC\n',
    property_days: 'property_id,date,avg_rent\n1,2025-01-03,13\n',
  });
  expect((await exported(1, 2)).map((row) => row.trimEnd())).toEqual([
    '1 2025-01-01 12',
    '1 2025-01-02 11',
    '1 2025-01-03 13',
    '2 2025-01-01 20 Beta LLC',
  ]);
});
