/** The customer commands against a real HTTP server that plays its part, and what they tell the shell. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JOB_ID, jobBody, ScriptedServer, type Step } from '../../sdk/test/scripted-server.ts';
import { cli, type Situation } from './cli-world.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const CONTENT = 'id,rent\n1,1000\n';
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const PROGRESS = {
  phase: 'running',
  percent: 50,
  rows_written: 1,
  rows_total: 2,
  queue_position: null,
  eta_seconds: null,
};
const RESULT = { rows: 1, bytes: CONTENT.length, sha256: SHA256, filename: 'property.csv', content_type: 'text/csv' };
const DATES = { start_date: '2025-01-01', end_date: '2025-01-31', created_at: '2025-02-01T00:00:00.000Z' };
const RUNNING = jobBody({ ...DATES, progress: PROGRESS, result: null });
const SUCCEEDED = jobBody({
  ...DATES,
  status: 'succeeded',
  progress: { ...PROGRESS, phase: 'done', percent: 100 },
  result: RESULT,
});
const EXPORT = ['export', '--from', '2025-01', '--to', '2025-01', '--ids', '1,2'];

let server: ScriptedServer;
let directory: string;
let output: string;
beforeEach(async () => {
  server = await ScriptedServer.start();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-cli-'));
  output = join(directory, 'rents.csv');
  server
    .on(`POST ${JOBS}`, { status: 200, body: RUNNING })
    .on(`GET ${JOBS}/${JOB_ID}`, { status: 200, body: RUNNING }, { status: 200, body: SUCCEEDED })
    .on(`GET ${JOBS}/${JOB_ID}/manifest`, {
      status: 200,
      body: { resources: [{ ...RESULT, name: 'property', path: 'x' }] },
    })
    .on(`GET ${JOBS}/${JOB_ID}/results`, { status: 302, headers: { location: '/files/x' } })
    .on('GET /files/x', sendContent);
});
afterEach(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

const sendContent: Step = (_request, response) => void response.writeHead(200, { etag: '"1"' }).end(CONTENT);

function customer(argv: readonly string[], situation: Situation = {}) {
  return cli(argv, { env: { CONVEYANCE_URL: server.url, CONVEYANCE_TOKEN: 't' }, ...situation });
}

describe('jobs watch', () => {
  const EVENTS = `GET ${JOBS}/${JOB_ID}/events`;
  const at = (updated_at: string, fields: object) => ({ ...RUNNING, updated_at, ...fields });
  const send =
    (...jobs: readonly object[]): Step =>
    (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(jobs.map((job, index) => `id: ${index}\nevent: job\ndata: ${JSON.stringify(job)}\n\n`).join(''));
  const CHANGES = [
    at('2025-02-01T00:00:01.000Z', { progress: { ...PROGRESS, phase: 'queued', percent: 0, queue_position: 2 } }),
    at('2025-02-01T00:00:02.000Z', { progress: { ...PROGRESS, eta_seconds: 7 } }),
  ];

  it('prints each change and ends with the job', async () => {
    server.on(EVENTS, send(...CHANGES), send({ ...SUCCEEDED, updated_at: '2025-02-01T00:00:03.000Z' }));
    const { code, stdout } = await customer(['jobs', 'watch', JOB_ID]);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '2025-02-01T00:00:01.000Z  queued       0 %  queued behind 2',
      '2025-02-01T00:00:02.000Z  running     50 %  1 of 2 rows, about 7 s left',
      '2025-02-01T00:00:03.000Z  succeeded  100 %  1 row',
      '',
    ]);
  });

  it('prints lines of JSON, and tells the shell when the job failed', async () => {
    const failed = at('2025-02-01T00:00:03.000Z', {
      status: 'failed',
      error_message: 'No room',
      error_code: 'out_of_disk',
    });
    server.on(EVENTS, send(...CHANGES, failed)).on(`GET ${JOBS}/${JOB_ID}`, { status: 200, body: failed });
    const { code, stdout, stderr } = await customer(['jobs', 'watch', '--json', JOB_ID]);
    expect(code).not.toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([...CHANGES, failed]);
    expect(stderr).toContain('No room');
  });
});

describe('export', () => {
  it('submits, waits, downloads, verifies, and prints where the file is', async () => {
    const { code, stdout, stderr } = await customer([...EXPORT, '-o', output]);
    expect(code).toBe(0);
    expect(stdout).toBe(`${output}\n`);
    expect(stderr).toContain(`Job ${JOB_ID}`);
    expect(stderr).toMatch(/✓ Export +\S+ s {2}1 row\n/);
    expect(stderr).toContain('sha256 verified');
    expect(await readFile(output, 'utf8')).toBe(CONTENT);
    expect(JSON.parse(server.seen(`POST ${JOBS}`)[0]?.body ?? '')).toEqual({
      report_type: 'property',
      output_format: 'csv',
      start_date: '2025-01-01',
      end_date: '2025-01-31',
      property_ids: [1, 2],
    });
  });

  it('prints one line of JSON with --json', async () => {
    const { code, stdout } = await customer([...EXPORT, '-o', output, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      job_id: JOB_ID,
      path: output,
      rows: 1,
      bytes: CONTENT.length,
      sha256: SHA256,
      seconds: expect.any(Number),
    });
  });

  it('reads ids from standard input and names the file itself in a directory', async () => {
    const argv = [
      'export',
      '--report',
      'units',
      '--from',
      '2025-01-05',
      '--to',
      '2025-01-07',
      '--ids-file',
      '-',
      '-o',
      directory,
    ];
    const { code, stdout } = await customer(argv, { stdin: ['5\n6\n'] });
    expect(code).toBe(0);
    expect(stdout).toBe(`${join(directory, 'units_2025-01-05_2025-01-07.parquet')}\n`);
    expect(JSON.parse(server.seen(`POST ${JOBS}`)[0]?.body ?? '')).toMatchObject({
      report_type: 'units',
      output_format: 'parquet',
      property_ids: [5, 6],
    });
  });

  it('passes on what is chosen about the file, and the key', async () => {
    const chosen = [
      '--columns',
      'avg_rent, id',
      '--csv-profile',
      'excel',
      '--name',
      'Q4',
      '--idempotency-key',
      'order-7',
    ];
    await customer([...EXPORT, ...chosen, '--format', 'csv', '--compression', 'zstd', '-o', output]);
    const [sent] = server.seen(`POST ${JOBS}`);
    expect(sent?.headers['idempotency-key']).toBe('order-7');
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      output_format: 'csv',
      columns: ['avg_rent', 'id'],
      compression: 'zstd',
      csv_profile: 'excel',
      name: 'Q4',
    });
  });

  it.each([
    [['-o', 'rents.csv.gz'], { output_format: 'csv', compression: 'gzip' }, 'rents.csv.gz'],
    [['-o', 'rents.JSONL.ZST'], { output_format: 'jsonl', compression: 'zstd' }, 'rents.JSONL.ZST'],
    [['-o', 'rents.csv.gz', '--compression', 'none'], { output_format: 'csv', compression: 'none' }, 'rents.csv.gz'],
    [
      ['-o', '.', '--format', 'csv', '--compression', 'gzip'],
      { output_format: 'csv', compression: 'gzip' },
      'property_2025-01-01_2025-01-31.csv.gz',
    ],
  ])('reads %j as %j', async ([flag = '', path = '', ...more], expected, name) => {
    const { code, stdout } = await customer([...EXPORT, ...more, flag, join(directory, path)]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(directory, name)}\n` });
    expect(JSON.parse(server.seen(`POST ${JOBS}`)[0]?.body ?? '')).toMatchObject(expected);
  });

  it.each([
    [['--columns', 'id'], '--columns'],
    [['--idempotency-key', 'k', '--ids', '1'], '--ids, --idempotency-key'],
  ])('takes no %j with --job', async (given, named) => {
    const { code, stderr } = await customer(['export', '--job', JOB_ID, ...given]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(`--job continues an existing job: it takes no ${named}`);
    expect(server.requests).toEqual([]);
  });

  it('only submits with --detach', async () => {
    const { code, stdout, stderr } = await customer([...EXPORT, '--detach']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${JOB_ID}\n` });
    expect(stderr).toContain(`conveyance export --job ${JOB_ID}`);
    expect(server.requests).toHaveLength(1);
  });

  it('goes on with a job that exists', async () => {
    const { code } = await customer(['export', '--job', JOB_ID, '-o', output]);
    expect(code).toBe(0);
    expect(server.seen(`POST ${JOBS}`)).toEqual([]);
    expect(await readFile(output, 'utf8')).toBe(CONTENT);
  });

  it('sends nothing when the file could not be written', async () => {
    await writeFile(output, 'mine');
    const taken = await customer([...EXPORT, '-o', output]);
    expect(taken).toMatchObject({ code: 2, stdout: '' });
    expect(taken.stderr).toContain(`${output} exists already; --force replaces it`);
    const nowhere = await customer([...EXPORT, '-o', join(directory, 'no', 'x.csv')]);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain(`there is no directory ${join(directory, 'no')}`);
    expect(server.requests).toEqual([]);
    expect(await readFile(output, 'utf8')).toBe('mine');
  });

  it('replaces the file with --force', async () => {
    await writeFile(output, 'mine');
    expect(await customer([...EXPORT, '-o', output, '--force'])).toMatchObject({ code: 0 });
    expect(await readFile(output, 'utf8')).toBe(CONTENT);
  });

  it('names everything that is missing', async () => {
    const { code, stderr } = await customer(['export']);
    expect(code).toBe(2);
    expect(stderr).toContain('missing: --from, --to, --ids, --ids-file or --list; or --job');
  });

  it('takes a job or a request, not both', async () => {
    const { code, stderr } = await customer([...EXPORT, '--job', JOB_ID]);
    expect(code).toBe(2);
    expect(stderr).toContain('--job continues an existing job');
  });

  it('leaves the job to the server at Ctrl-C and says how to go on', async () => {
    const stop = new AbortController();
    server.on(`GET ${JOBS}/${JOB_ID}`, (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(RUNNING));
      stop.abort();
    });
    const { code, stdout, stderr } = await customer([...EXPORT, '-o', output], { interrupt: stop.signal });
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('The job continues on the server.');
    expect(stderr).toMatch(/Interrupted\.\n$/);
    expect(stderr).toContain(`conveyance export --job ${JOB_ID} --output ${output}`);
    expect(stderr).toContain(`conveyance jobs cancel ${JOB_ID}`);
    expect(server.requests.some(({ method }) => method === 'DELETE')).toBe(false);
  });
});

describe('exit codes of export', () => {
  const answer = (status: number, body: object): Step => ({ status, body, headers: { 'x-request-id': 'req-9' } });

  it.each([
    [
      'a field that the server refuses',
      400,
      { error: 'Invalid parameter', message: 'a', errors: ['a', 'b'] },
      2,
      'b\n',
    ],
    ['an operation that the server refuses', 400, { error: 'Invalid operation', message: 'a' }, 1, 'error: a\n'],
    ['a wrong token', 401, { error: 'Unauthorized' }, 4, 'Check CONVEYANCE_TOKEN'],
    ['a missing permission', 403, { error: 'Forbidden', message: 'no' }, 4, 'error: no'],
    ['a used-up quota', 429, { error: 'Quota exceeded', quota_limit: 5, quota_usage: 5 }, 5, '5 of 5 properties'],
    ['the same in the Reonomy dialect', 403, { error: 'QuotaExceeded', quota_limit: 5, quota_usage: 5 }, 5, '5 of 5'],
    ['a fault of the server', 500, { error: 'Internal Server Error' }, 1, 'request req-9'],
  ])('tell of %s', async (_what, status, body, code, message) => {
    server.on(`POST ${JOBS}`, answer(status, body));
    const ran = await customer([...EXPORT, '-o', output]);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(message);
    // What the operator can look up is what the server got wrong.
    expect(ran.stderr.includes('For the operator: request req-9.')).toBe(status >= 500);
  });

  it('tell of a job that is not there', async () => {
    server.on(
      `GET ${JOBS}/${JOB_ID}`,
      answer(404, { error: 'Not Found', message: 'Job with the specified ID does not exist' }),
    );
    const ran = await customer(['export', '--job', JOB_ID, '-o', output]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('Job with the specified ID does not exist');
  });

  it('tell of a result that was deleted', async () => {
    server.on(`GET ${JOBS}/${JOB_ID}/manifest`, answer(410, { error: 'Gone' }));
    expect(await customer([...EXPORT, '-o', output])).toMatchObject({ code: 3 });
  });

  it('tell of a wait that took too long', async () => {
    server.on(`GET ${JOBS}/${JOB_ID}`, answer(200, RUNNING));
    const ran = await customer([...EXPORT, '-o', output, '--timeout', '1']);
    expect(ran.code).toBe(6);
    expect(ran.stderr).toContain(`has not ended within 1 s`);
    expect(ran.stderr).toContain(`conveyance export --job ${JOB_ID} --output ${output}`);
  });

  it.each(['failed', 'cancelled'])('tell of a job that was %s', async (status) => {
    server.on(`GET ${JOBS}/${JOB_ID}`, answer(200, { ...RUNNING, status, error_message: 'no room' }));
    const ran = await customer([...EXPORT, '-o', output]);
    expect(ran.code).toBe(7);
    expect(ran.stderr).toContain('no room');
  });

  it('tell of wrong bytes, and keep none', async () => {
    server.on('GET /files/x', (_request, response) => void response.end(CONTENT.replace('1000', '2000')));
    const ran = await customer([...EXPORT, '-o', output]);
    expect(ran.code).toBe(8);
    expect(ran.stderr).toContain('sha256 of the file: expected');
    expect(await readdir(directory)).toEqual([]);
  });

  it('tell of a server that is not there', async () => {
    const env = { CONVEYANCE_URL: server.url, CONVEYANCE_TOKEN: 't' };
    await server.stop();
    // Another server takes a port of its own while this one is tried again.
    server = await ScriptedServer.start();
    const ran = await cli(['jobs', 'show', JOB_ID], { env });
    expect(ran.code).toBe(9);
    expect(ran.stderr).toContain(`could not connect to ${new URL(env.CONVEYANCE_URL).host} (refused)`);
  });

  it('tell of settings that are missing', async () => {
    const noUrl = await cli(EXPORT);
    expect(noUrl).toMatchObject({ code: 2 });
    expect(noUrl.stderr).toContain('CONVEYANCE_URL is not set');
    const noToken = await cli(EXPORT, { env: { CONVEYANCE_URL: server.url, CONVEYANCE_ACCESS_KEY: 'k' } });
    expect(noToken).toMatchObject({ code: 4 });
    expect(noToken.stderr).toContain('set CONVEYANCE_TOKEN, or CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET');
    expect(await cli(EXPORT, { env: { CONVEYANCE_URL: 'here', CONVEYANCE_TOKEN: 't' } })).toMatchObject({ code: 2 });
  });

  it('tell of a directory in the file’s place', async () => {
    await mkdir(output);
    await mkdir(join(output, 'property_2025-01-01_2025-01-31.csv'));
    expect(await customer([...EXPORT, '--format', 'csv', '-o', output])).toMatchObject({ code: 2 });
  });
});

describe('jobs', () => {
  it('lists a page as text and as the API gives it', async () => {
    const page = { jobs: [SUCCEEDED], pagination: { current_page: 2, total_pages: 2, total_count: 3, per_page: 2 } };
    server.on(`GET ${JOBS}`, { status: 200, body: page });
    const text = await customer(['jobs', 'list', '--page', '2', '--per-page', '2']);
    expect(text.stdout).toMatch(new RegExp(`^JOB +STATUS[^\n]*\n${JOB_ID} +succeeded +property +csv`));
    expect(server.requests[0]?.url).toBe(`${JOBS}?page=2&per_page=2`);
    const json = await customer(['jobs', 'list', '--json']);
    expect(JSON.parse(json.stdout)).toEqual(page);
  });

  it('shows how far a job is, and what came out', async () => {
    const running = await customer(['jobs', 'show', JOB_ID]);
    expect(running.stdout).toMatch(/status +running 50 %\n/);
    expect(running.stdout).toMatch(/rows +1 of 2\n/);
    const done = await customer(['jobs', 'show', JOB_ID]);
    expect(done.stdout).toContain(SHA256);
  });

  it('cancels', async () => {
    server.on(`DELETE ${JOBS}/${JOB_ID}`, { status: 200, body: { ...RUNNING, status: 'cancelled' } });
    const { code, stdout } = await customer(['jobs', 'cancel', JOB_ID, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ job_id: JOB_ID, status: 'cancelled' });
  });

  it('passes on that a job has ended already', async () => {
    server.on(`DELETE ${JOBS}/${JOB_ID}`, { status: 400, body: { error: 'Invalid operation', message: 'ended' } });
    expect(await customer(['jobs', 'cancel', JOB_ID])).toMatchObject({ code: 1, stderr: 'error: ended\n' });
  });
});
