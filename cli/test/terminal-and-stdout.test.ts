/** What a person at a terminal sees, and what a pipe gets. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JOB_ID, jobBody, ScriptedServer, type Step } from '../../sdk/test/scripted-server.ts';
import { relativeTime } from '../src/terminal/table.ts';
import { cli, type Situation } from './cli-world.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const CONTENT = 'id,rent\n1,1000\n';
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const FILE = { rows: 1, bytes: CONTENT.length, sha256: SHA256, filename: 'property.csv', name: 'property', path: 'x' };
const DAYS = { start_date: '2025-01-01', end_date: '2025-01-31' };
const PROGRESS = {
  phase: 'done',
  percent: 100,
  rows_written: 1,
  rows_total: 1,
  queue_position: null,
  eta_seconds: null,
};

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
  const done = jobBody({ ...DAYS, status: 'succeeded', progress: PROGRESS, result: FILE });
  const send: Step = (_request, response) => void response.writeHead(200, { etag: '"1"' }).end(CONTENT);
  server
    .on(`POST ${JOBS}`, { status: 200, body: jobBody({ ...DAYS, progress: PROGRESS, result: null }) })
    .on(`GET ${JOBS}/${JOB_ID}`, { status: 200, body: done })
    .on(`GET ${JOBS}/${JOB_ID}/manifest`, { status: 200, body: { resources: [FILE] } })
    .on(`GET ${JOBS}/${JOB_ID}/results`, { status: 302, headers: { location: '/files/x' } })
    .on('GET /files/x', send);
});
afterEach(() => server.stop());

const EXPORT = ['export', '--from', '2025-01', '--to', '2025-01', '--ids', '1', '-o', '-'];

function customer(argv: readonly string[], situation: Situation = {}) {
  return cli(argv, { env: { CONVEYANCE_URL: server.url, CONVEYANCE_TOKEN: 't' }, ...situation });
}

function sentBody(): Record<string, unknown> {
  return JSON.parse(server.seen(`POST ${JOBS}`)[0]?.body ?? '{}');
}

describe('export -o -', () => {
  it('writes the rows to standard output, as CSV, and nothing else there', async () => {
    const { code, stdout, stderr } = await customer([...EXPORT, '--json']);
    expect([code, stdout]).toEqual([0, CONTENT]);
    expect(sentBody()['output_format']).toBe('csv');
    expect(stderr).toContain('sha256 verified');
  });

  it('tells what the server warns of, beside the rows', async () => {
    const warnings = ['the range 2025-01-01 to 2025-01-31 has no data'];
    const done = jobBody({ ...DAYS, status: 'succeeded', progress: PROGRESS, result: FILE, warnings });
    server.on(`GET ${JOBS}/${JOB_ID}`, { status: 200, body: done });
    const { stdout, stderr } = await customer(EXPORT);
    expect([stdout, stderr]).toEqual([CONTENT, expect.stringContaining(`Warning: ${warnings[0]}`)]);
  });

  it('ends with 8 when the bytes are not those of the manifest', async () => {
    server.on(`GET ${JOBS}/${JOB_ID}/manifest`, {
      status: 200,
      body: { resources: [{ ...FILE, sha256: 'f'.repeat(64) }] },
    });
    const { code, stderr } = await customer(EXPORT);
    expect([code, stderr]).toEqual([8, expect.stringContaining('written to standard output')]);
  });

  it.each([
    ['--format', 'parquet'],
    ['--compression', 'gzip'],
  ])('refuses a file that a terminal cannot show (%s %s), before anything is sent', async (...words) => {
    const { code, stderr } = await customer([...EXPORT, ...words], { terminal: true });
    expect([code, stderr]).toEqual([2, expect.stringContaining('not for a terminal')]);
    expect(server.requests).toEqual([]);
    expect((await customer([...EXPORT, ...words])).code).toBe(0);
  });
});

describe('instants', () => {
  const NOW = Date.parse('2026-01-31T12:00:00Z');
  it.each([
    ['2026-01-31T12:00:00Z', 'now'],
    ['2026-01-31T11:59:59Z', '1 second ago'],
    ['2026-01-31T11:57:31Z', '2 minutes ago'],
    ['2026-01-31T09:00:00Z', '3 hours ago'],
    ['2026-02-03T12:30:00Z', 'in 3 days'],
    ['2025-11-01T09:00:00Z', '2025-11-01'],
    ['never', 'never'],
    [null, '-'],
  ])('%s is %s', (instant, shown) => expect(relativeTime(instant, NOW)).toBe(shown));

  it('are told as people do at a terminal, and exactly to a pipe and in JSON', async () => {
    const created_at = new Date(Date.now() - 150_000).toISOString();
    const jobs = [jobBody({ ...DAYS, created_at, progress: PROGRESS, result: null })];
    server.on(`GET ${JOBS}`, { status: 200, body: { jobs, pagination: {} } });
    expect((await customer(['jobs', 'list'], { terminal: true })).stdout).toMatch(/ 2 minutes ago\n$/);
    expect((await customer(['jobs', 'list'])).stdout).toContain(created_at);
    expect((await customer(['jobs', 'list', '--json'], { terminal: true })).stdout).toContain(created_at);
  });
});

describe('ids of either kind', () => {
  const UUID = '141cb585-8c43-5e8e-b4cc-d8b8b920492a';
  const IDS = 'POST /api/v1/properties/ids';
  const PAIR = { id: 99001416, reonomy_id: UUID };

  it('make an export: UUIDs are translated, in their place', async () => {
    server.on(IDS, { status: 200, body: { properties: [PAIR], unknown: [] } });
    const stdin = [`7\n${UUID.toUpperCase()}\n{"id":"${UUID}"}\n8\n`];
    const { code } = await customer([...EXPORT.slice(0, 5), '--ids-file', '-', '-o', '-'], { stdin });
    expect([code, sentBody()['property_ids']]).toEqual([0, [7, 99001416, 99001416, 8]]);
  });

  it('are not asked for where all are numbers', async () => {
    await customer(EXPORT);
    expect(server.seen(IDS)).toEqual([]);
  });

  it('that are unknown are named before a job is made', async () => {
    server.on(IDS, { status: 200, body: { properties: [], unknown: [UUID] } });
    const { code, stderr } = await customer([...EXPORT.slice(0, 5), '--ids', UUID, '-o', '-']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`1 property id is of no property that you may see: ${UUID}`),
    ]);
    expect(server.seen(`POST ${JOBS}`)).toEqual([]);
  });

  it('are shown beside each other, or the one kind alone', async () => {
    server.on(IDS, { status: 200, body: { properties: [PAIR], unknown: [5] } });
    const shown = await customer(['properties', 'ids', '99001416', '5']);
    expect([shown.code, shown.stdout]).toEqual([3, `      ID  UUID\n99001416  ${UUID}\n`]);
    expect(shown.stderr).toBe('1 id of no property that you may see: 5\n');
    expect((await customer(['properties', 'ids', UUID, '--numbers'])).stdout).toBe('99001416\n');
  });

  it('are refused if they are neither', async () => {
    const { code, stderr } = await customer(['properties', 'ids', 'Main Street']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('"Main Street" is not a property id')]);
  });
});

describe('properties list', () => {
  const LOOKUP = 'GET /api/v1/properties/lookup';
  const of = (id: number) => ({
    id,
    property_name: `No. ${id}`,
    state: 'TX',
    unit_count: 1200,
    reonomy_id: `uuid-${id}`,
  });
  const page = (current_page: number, ...ids: number[]) => ({
    status: 200,
    body: { properties: ids.map(of), pagination: { current_page, total_pages: 2, total_count: 3, per_page: 2 } },
  });

  it('prints the ids of all pages, one per line', async () => {
    server.on(LOOKUP, page(1, 1, 2), page(2, 3));
    const { code, stdout } = await customer(['properties', 'list', '--state', 'TX', '--ids']);
    expect([code, stdout]).toEqual([0, '1\n2\n3\n']);
    expect(server.seen(LOOKUP).map(({ url }) => url.split('?')[1])).toEqual([
      'per_page=100&state=TX&page=1',
      'per_page=100&state=TX&page=2',
    ]);
    server.on(LOOKUP, page(1, 1), page(2, 3));
    expect((await customer(['properties', 'list', '--uuids'])).stdout).toBe('uuid-1\nuuid-3\n');
  });

  it('shows a page, and how many more there are', async () => {
    server.on(LOOKUP, page(1, 1, 2));
    const { stdout, stderr } = await customer(['properties', 'list', '--near', '30.27,-97.74', '--miles', '3']);
    expect(stdout).toContain('1,200');
    expect(stderr).toContain('Page 1 of 2, 3 properties');
    expect(server.seen(LOOKUP)[0]?.url).toContain('latitude=30.27&longitude=-97.74&radius_miles=3');
  });

  it.each([
    [['--near', 'Austin', '--miles', '3'], '--near must be a latitude and a longitude'],
    [['--near', '1,2'], '--near and --miles are given together'],
    [['--ids', '--uuids'], 'exclude each other'],
  ])('refuses %j before anything is sent', async (words, message) => {
    const { code, stderr } = await customer(['properties', 'list', ...words]);
    expect([code, stderr, server.requests]).toEqual([2, expect.stringContaining(message), []]);
  });
});
