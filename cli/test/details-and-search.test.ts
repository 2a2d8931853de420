/** `details` and `search` against a real HTTP server that plays its part, and what they tell the shell. */
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILE_JOB_ID, fileHeaders, fileJob, JOB, sendFile, succeeded } from '../../sdk/test/file-world.ts';
import { ScriptedServer, type Step } from '../../sdk/test/scripted-server.ts';
import { LineOutput } from '../src/terminal/line-output.ts';
import { cli, type Situation } from './cli-world.ts';

const CREATE = 'POST /v2/jobs/file';
const SEARCH = 'POST /v2/search/summaries';
const IDS = ['51e2200a-5160-5ab1-8f98-20a17fedbb87', '60a041c1-06e9-5b56-9468-2d398b07de75'];
const FIRST = `{"id":"${IDS[0]}"}\n`;
const SECOND = `{"id":"${IDS[1]}","city":"Zürich"}\n`;

let server: ScriptedServer;
let directory: string;
beforeEach(async () => {
  server = await ScriptedServer.start();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-cli-'));
  server
    .on(CREATE, { status: 201, body: fileJob({ status: null }) })
    .on(JOB, succeeded(server, '/files/0', '/files/1'))
    .on('GET /files/0', sendFile(FIRST, `${FILE_JOB_ID}_0.ndjson`))
    .on('GET /files/1', sendFile(SECOND, `${FILE_JOB_ID}_1.ndjson`));
});
afterEach(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

function customer(argv: readonly string[], situation: Situation = {}) {
  const env = { CONVEYANCE_URL: server.url, CONVEYANCE_ACCESS_KEY: 'k', CONVEYANCE_SECRET: 's' };
  return cli(argv, { env, ...situation });
}

/** The file of the last upload. */
async function sentFile(): Promise<unknown> {
  const sent = server.seen(CREATE).at(-1);
  const form = await new Response(sent?.body, {
    headers: { 'content-type': sent?.headers['content-type'] ?? '' },
  }).formData();
  const file = form.get('file');
  return JSON.parse(file instanceof Blob ? await file.text() : '');
}

describe('what is written', () => {
  it.each([
    [
      'details of several files into one',
      ['details', ...IDS, '--type', 'basic'],
      ['', '.whole', '.0', '.0.part', '.0.part.json'],
    ],
    ['a search', ['search', '--set', 'state=NY'], ['', '.part']],
  ])('is its owner’s alone, and goes through no link: %s', async (_what, argv, names) => {
    server.on(SEARCH, { status: 200, body: { count: 1, items: [{ id: IDS[0] }], search_token: null } });
    const victim = join(directory, 'victim');
    const path = join(directory, 'out.ndjson');
    await writeFile(victim, 'untouched');
    for (const ending of names) await symlink(victim, path + ending);
    const { code, stderr } = await customer([...argv, '--force', '-o', path]);
    expect(code, stderr).toBe(0);
    expect(await readFile(victim, 'utf8')).toBe('untouched');
    const found = await lstat(path);
    expect([found.isFile(), found.mode & 0o777]).toEqual([true, 0o600]);
  });

  it('is warned of once, on standard error, where the line to the server can be read', async () => {
    const env = {
      CONVEYANCE_URL: 'http://exports.invalid:1',
      CONVEYANCE_ACCESS_KEY: 'k',
      CONVEYANCE_SECRET: 'hunter2',
    };
    const given = { env, interrupt: AbortSignal.abort() };
    const { stderr } = await customer(['search', '--set', 'state=NY'], given);
    expect(stderr.match(/warning: .*/g)).toEqual([
      expect.stringContaining('http://exports.invalid:1 is not encrypted'),
    ]);
    expect(stderr).not.toContain('hunter2');
  });
});

describe('details', () => {
  it('submits, waits, downloads and verifies each file, and prints where they are', async () => {
    const { code, stdout, stderr } = await customer(['details', ...IDS, '--type', 'basic,sales', '-o', directory]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${join(directory, `${FILE_JOB_ID}_0.ndjson`)}\n${join(directory, `${FILE_JOB_ID}_1.ndjson`)}\n`,
    });
    expect(stderr).toMatch(/✓ Submit +\S+ s {2}2 ids\n/);
    expect(stderr).toContain(`Job ${FILE_JOB_ID}`);
    expect(stderr).toMatch(/✓ Details /);
    expect(stderr).toMatch(/✓ Download and verify .*2 files, sha256 verified/);
    expect(stderr).toMatch(/\n2 rows, /);
    expect(await readFile(join(directory, `${FILE_JOB_ID}_1.ndjson`), 'utf8')).toBe(SECOND);
    expect(await sentFile()).toEqual({ detail_type: ['basic', 'sales'], property_ids: IDS });
  });

  it('writes one file of all, and says with --json what it is', async () => {
    const path = join(directory, 'all.ndjson');
    const { code, stdout } = await customer(['details', ...IDS, '-o', path, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      job_id: FILE_JOB_ID,
      files: [
        { path, rows: 2, bytes: Buffer.byteLength(FIRST + SECOND), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ],
      seconds: expect.any(Number),
    });
    expect(await readFile(path, 'utf8')).toBe(FIRST + SECOND);
    expect(await readdir(directory)).toEqual(['all.ndjson']);
  });

  it('pours the rows onto standard output and everything else onto standard error', async () => {
    const { code, stdout, stderr } = await customer(['details', '-', '-o', '-'], {
      stdin: [`${IDS[0]}\n`, `${IDS[1]}`],
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: FIRST + SECOND });
    expect(stderr).toContain('sha256 verified');
    expect(await sentFile()).toEqual({ detail_type: ['basic'], property_ids: IDS });
  });

  it('reads ids of a file, also from the lines of a search, cut anywhere', async () => {
    const path = join(directory, 'found.ndjson');
    await writeFile(path, `${JSON.stringify({ id: IDS[0], master_update_time: null })}\n\n${IDS[1]}, ${IDS[0]}\n`);
    await customer(['details', '--ids-file', path, '-o', directory]);
    expect(await sentFile()).toMatchObject({ property_ids: [IDS[0], IDS[1], IDS[0]] });
    const text = IDS.join('\n');
    await customer(['details', '-', '-o', '-'], { stdin: [...text] });
    expect(await sentFile()).toMatchObject({ property_ids: IDS });
  });

  it.each<[readonly string[], unknown]>([
    [['--updated', '2026-01-31'], { updated: '2026-01-31' }],
    [
      ['--updated', 'basic=2026-01-31', '--updated', 'sales=2026-02-01'],
      { updated: { basic: '2026-01-31', sales: '2026-02-01' } },
    ],
    [['--no-pii'], { filters: { filter_pii: true } }],
  ])('asks as %j says', async (argv, fields) => {
    expect((await customer(['details', IDS[0] ?? '', '--type', 'sales,basic', '-o', '-', ...argv])).code).toBe(0);
    expect(await sentFile()).toEqual({
      detail_type: ['sales', 'basic'],
      property_ids: IDS.slice(0, 1),
      ...(fields as object),
    });
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no ids', [], /missing: property ids, - for standard input/],
    ['an id that is none', ['99-001416'], /"99-001416" is not a property id; ids are positive whole numbers, or UUIDs/],
    ['standard input twice', ['-', '--ids-file', '-'], /standard input can be read once/],
    ['an unknown type', [IDS[0] ?? '', '--type', 'basics'], /"basics" is not a detail type/],
    ['a day that is none', [IDS[0] ?? '', '--updated', '2026-02-30'], /--updated takes a day/],
    ['a type that is not asked for', [IDS[0] ?? '', '--updated', 'sales=2026-01-01'], /sales is not in --type/],
    [
      'two bare days',
      [IDS[0] ?? '', '--updated', '2026-01-01', '--updated', '2026-01-02'],
      /give it once and by itself/,
    ],
    ['a job and ids', [IDS[0] ?? '', '--job', FILE_JOB_ID], /it takes no ids/],
    ['a directory that is not there', [IDS[0] ?? '', '-o', '/nowhere/x.ndjson'], /there is no directory \/nowhere/],
  ])('is told of %s before anything is sent', async (_what, argv, message) => {
    const { code, stderr } = await customer(['details', ...argv]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(server.requests).toEqual([]);
  });

  it('names the line of an id that is none, and sends nothing', async () => {
    const { code, stderr } = await customer(['details', '-'], { stdin: [`${IDS[0]}\nnonsense\n`] });
    expect(code).toBe(2);
    expect(stderr).toContain('standard input, line 2: "nonsense"');
    expect(server.requests).toEqual([]);
    expect((await customer(['details', '-'])).stderr).toContain('standard input holds no property ids');
  });

  it('says what was left out', async () => {
    const metadata = { headers: [], labels: [], count: 9, duplicate: 1, unknown: 2, not_updated: 3 };
    const job = fileJob({ status: 'SUCCESS', metadata, result_urls: [`${server.url}/files/0`] });
    server.on(JOB, { status: 200, body: job });
    const { stderr } = await customer(['details', ...IDS, '-o', directory]);
    expect(stderr).toContain(
      'Left out: 2 ids are of no property that you may see; 1 repeats an earlier one; 3 properties have no such update.',
    );
  });

  it('says one for one', async () => {
    const metadata = { headers: [], labels: [], count: 4, duplicate: 2, unknown: 1, not_updated: 1 };
    const job = fileJob({ status: 'SUCCESS', metadata, result_urls: [`${server.url}/files/0`] });
    server.on(JOB, { status: 200, body: job });
    const { stderr } = await customer(['details', IDS[0] ?? '', '-o', directory]);
    expect(stderr).toContain(
      'Left out: 1 id is of no property that you may see; 2 repeat an earlier one; 1 property has no such update.',
    );
    expect(stderr).toMatch(/✓ Submit .* s {2}1 id\n/);
    expect(stderr).toMatch(/\n1 row, /);
  });

  it('promises nothing of what nobody read', async () => {
    const stdout = Object.assign(new PassThrough(), { isTTY: false });
    server.on('GET /files/0', (_request, response) => {
      stdout.destroy();
      response.writeHead(200, fileHeaders(FIRST, `${FILE_JOB_ID}_0.ndjson`)).end(FIRST);
    });
    const { code, stderr } = await customer(['details', ...IDS, '-o', '-'], { stdout });
    expect(code).toBe(0);
    expect(stderr).toMatch(/\n– Download and verify .* s {2}Output was closed\.\n$/);
    expect(stderr).not.toMatch(/verified|rows/);
  });

  it.each([
    ['match', 'property-details', 'details'],
    ['search', 'match', 'match'],
    ['details', 'search', 'search'],
  ])('and the others keep to their own jobs: %s takes no %s job', async (command, type, right) => {
    server.on(JOB, { status: 200, body: fileJob({ job_type: type, status: 'SUCCESS' }) });
    expect(await customer([command, '--job', FILE_JOB_ID, '-o', directory])).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: job ${FILE_JOB_ID} is a ${type} job; get it with: conveyance ${right} --job ${FILE_JOB_ID}\n`,
    });
    expect(server.seen(JOB)).toHaveLength(1);
    expect(await readdir(directory)).toEqual([]);
  });

  it('goes on with a job that exists, and replaces no file unasked', async () => {
    const path = join(directory, 'mine.ndjson');
    await writeFile(path, 'mine');
    const refused = await customer(['details', '--job', FILE_JOB_ID, '-o', path]);
    expect(refused.code).toBe(2);
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect((await customer(['details', '--job', FILE_JOB_ID, '-o', path, '--force'])).code).toBe(0);
    expect(await readFile(path, 'utf8')).toBe(FIRST + SECOND);
    expect(server.seen(CREATE)).toEqual([]);
  });

  it('only submits when it is to', async () => {
    const { stdout, stderr } = await customer(['details', ...IDS, '--detach']);
    expect(stdout).toBe(`${FILE_JOB_ID}\n`);
    expect(stderr).toContain(`conveyance details --job ${FILE_JOB_ID}`);
  });

  it('leaves the job to the server when it is interrupted, and says how to go on', async () => {
    const interrupt = new AbortController();
    server.on(JOB, (_request, response) => {
      interrupt.abort(new Error('Ctrl-C'));
      response.end();
    });
    const { code, stderr } = await customer(['details', ...IDS, '-o', '-'], { interrupt: interrupt.signal });
    expect(code).toBe(130);
    expect(stderr).toContain(`conveyance details --job ${FILE_JOB_ID} --output -`);
  });

  const forged: Step = (_request, response) => {
    response.writeHead(200, { ...fileHeaders(FIRST, 'x_0.ndjson'), 'content-length': 3 }).end('{}\n');
  };
  const says = (status: number, error: string): Step => ({ status, body: { error, message: `${error} it is` } });
  it.each<[number, string, string, Step]>([
    [2, 'a request that the server cannot read', CREATE, says(400, 'ValidationError')],
    [4, 'credentials that it does not know', CREATE, says(401, 'AuthorizationException')],
    [11, 'a job that has not ended', CREATE, says(429, 'JobInProgress')],
    [3, 'a job that is not there', JOB, says(404, 'NotFound')],
    [7, 'a job that failed', JOB, { status: 200, body: fileJob({ status: 'FAILURE', message: 'no room' }) }],
    [8, 'bytes that are not the promised ones', 'GET /files/0', forged],
  ])('ends with %i for %s', async (code, _what, call, step) => {
    server.on(call, step);
    for (const output of [directory, '-']) {
      expect(await customer(['details', ...IDS, '-o', output])).toMatchObject({ code });
    }
  });

  it('says which credentials it wants', async () => {
    const { code, stderr } = await customer(['details', ...IDS], {
      env: { CONVEYANCE_URL: server.url, CONVEYANCE_TOKEN: 't' },
    });
    expect(code).toBe(4);
    // One line: what one would send instead is no advice here.
    expect(stderr).toBe(
      'error: this command takes an access key: set CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET; ' +
        'the token in CONVEYANCE_TOKEN is for exports\n',
    );
  });
});

describe('search', () => {
  const page = (ids: readonly string[], search_token: string | null): Step => ({
    status: 200,
    body: { count: 2, items: ids.map((id) => ({ id, master_update_time: '2026-01-01' })), search_token },
  });
  beforeEach(() => {
    server.on(SEARCH, page(IDS.slice(0, 1), 'next'), page(IDS.slice(1), null));
  });

  it('prints a line for each property, from all pages', async () => {
    const { code, stdout, stderr } = await customer(['search', '--set', 'city=New York']);
    expect(code).toBe(0);
    expect(stdout).toBe(IDS.map((id) => `{"id":"${id}","master_update_time":"2026-01-01"}\n`).join(''));
    expect(stderr).toMatch(/✓ Search +\S+ s {2}2 properties\n/);
    expect(JSON.parse(server.seen(SEARCH)[0]?.body ?? '')).toEqual({ settings: { city: ['New York'] } });
  });

  it('prints ids alone', async () => {
    expect(await customer(['search', '--ids'])).toMatchObject({ code: 0, stdout: `${IDS.join('\n')}\n` });
  });

  it('writes a file, whole or not at all', async () => {
    const path = join(directory, 'found.ndjson');
    expect(await customer(['search', '-o', path, '--json'])).toMatchObject({
      code: 0,
      stdout: `${JSON.stringify({ path, rows: 2 })}\n`,
    });
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3);
    server.on(SEARCH, page(IDS.slice(0, 1), 'next'), { status: 400, body: { error: 'ValidationError' } });
    const broken = join(directory, 'broken.ndjson');
    expect(await customer(['search', '-o', broken])).toMatchObject({ code: 2 });
    expect(await readdir(directory)).toEqual(['found.ndjson']);
  });

  it('reads settings of every kind, from a file too, those of the command line last', async () => {
    const path = join(directory, 'search.json');
    await writeFile(path, JSON.stringify({ settings: { state: ['NY'], year_built: { max: 1990, min: 1900 } } }));
    const set = [
      'state=TX',
      'building_area.min=1e5',
      'year_built.max=1950',
      'sales_date.min=2025-01-01',
      'owner_occupied=false',
    ];
    await customer(['search', '--file', path, ...set.flatMap((each) => ['--set', each])]);
    expect(JSON.parse(server.seen(SEARCH)[0]?.body ?? '')).toEqual({
      settings: {
        state: ['NY', 'TX'],
        building_area: { min: 100_000 },
        year_built: { min: 1900, max: 1950 },
        sales_date: { min: '2025-01-01' },
        owner_occupied: false,
      },
    });
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no name', ['--set', 'Rome'], /--set takes NAME=VALUE/],
    [
      'a range without an end',
      ['--set', 'year_built=1990'],
      /year_built is a range: year_built.min=… or year_built.max=…/,
    ],
    ['ids of a job', ['--as-job', '--ids'], /leave out --as-job/],
    ['a file that is none', ['--file', '/nowhere.json'], /there is no file/],
  ])('is told of %s before anything is sent', async (_what, argv, message) => {
    const { code, stderr } = await customer(['search', ...argv]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(server.requests).toEqual([]);
  });

  it('reads standard input, and says when that is no JSON', async () => {
    const read = await customer(['search', '--file', '-'], { stdin: ['{"settings": {"city"', ': ["Rome"]}}'] });
    expect(read.code).toBe(0);
    const broken = await customer(['search', '--file', '-'], { stdin: ['city: Rome'] });
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('standard input is not JSON') });
    const bare = await customer(['search', '--file', '-'], { stdin: ['{"city": ["Rome"]}'] });
    expect(bare).toMatchObject({ code: 2, stderr: expect.stringContaining('must be a JSON object with settings') });
  });

  it('runs as a job', async () => {
    const { code, stdout } = await customer(['search', '--set', 'city=Rome', '--as-job']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: FIRST + SECOND });
    expect(await sentFile()).toEqual({ settings: { city: ['Rome'] } });
    expect(server.seen(SEARCH)).toEqual([]);
  });
});

describe('rows on standard output', () => {
  it('wait for a slow reader, and end with one who goes', async () => {
    const stdout = Object.assign(new PassThrough({ highWaterMark: 4 }), { isTTY: false });
    const output = new LineOutput({ stdout });
    const order: string[] = [];
    const writing = output.write('123456').then(() => order.push('written'));
    order.push('read');
    expect(String(stdout.read())).toBe('123456');
    await writing;
    expect(order).toEqual(['read', 'written']);
    const waiting = output.write('123456');
    stdout.destroy();
    expect(await waiting).toBe(false);
    expect(await output.write('more')).toBe(false);
  });
});
