/** `match`: a file in, the same file with property ids out, from a real server. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FILE_JOB_ID, fileHeaders, fileJob, JOB, sendFile } from '../../sdk/test/file-world.ts';
import { ScriptedServer, type Step } from '../../sdk/test/scripted-server.ts';
import { type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { BatchClient, uuidOf } from '../../server/test/support/file-jobs.ts';
import { ALIASES, loadCsv, PROPERTIES } from '../../server/test/support/match-data.ts';
import { cli, type Situation } from './cli-world.ts';

/** Word for word the contract's. */
const SAMPLE = 'Address1,City,State,Zip\n767 3rd Ave,New York,NY,10017\n20 W 34th St,New York,NY,10001\n';
const MATCHED = `reonomy_id,status,miss_reason,Address1,City,State,Zip
${uuidOf(1)},OK,,767 3rd Ave,New York,NY,10017
${uuidOf(2)},OK,,20 W 34th St,New York,NY,10001
`;
const MAP = 'address_line_1=Address1,address_city=City,address_state=State,address_postal=Zip';

let app: TestApp;
let account: TestAccount;
let directory: string;
beforeAll(async () => {
  app = await testApp({ demo: false, settings: { CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0' } });
  await loadCsv(app.app, { properties: PROPERTIES, property_addresses: ALIASES });
  account = await app.account();
});
afterAll(() => app?.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-cli-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function customer(argv: readonly string[], situation: Situation = {}) {
  const { accessKey, secret } = account.key;
  const env = { CONVEYANCE_URL: app.url, CONVEYANCE_ACCESS_KEY: accessKey, CONVEYANCE_SECRET: secret };
  return cli(['match', ...argv], { env, ...situation });
}

async function given(content: string | Uint8Array, name = 'addresses.csv'): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

/** How many jobs the account has: what is refused before anything is sent leaves none. */
async function countJobs(): Promise<number> {
  const response = await new BatchClient(app, account).request('/jobs/file?limit=1');
  const { count } = (await response.json()) as { count: number };
  return count;
}

describe('match', () => {
  it('guesses the columns, says which, and writes the file with its answers', async () => {
    const path = join(directory, 'matched.csv');
    const { code, stdout, stderr } = await customer([await given(SAMPLE), '-o', path]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${path}\n` });
    expect(await readFile(path, 'utf8')).toBe(MATCHED);
    expect(stderr).toContain(`Columns by their names:  --map ${MAP}\n`);
    expect(stderr).toMatch(/✓ Submit +\S+ s {2}85 B\n/);
    expect(stderr).toMatch(/✓ Match /);
    expect(stderr).toMatch(/✓ Download and verify .* in 1 file, sha256 verified/);
    expect(stderr).toMatch(/\n2 rows: 2 OK, 0 PARTIAL, 0 MISS, /);
  });

  it.each([
    ['street address,TOWN,st,zip_code', 'address_line_1=street address'],
    ['Addr;City;State;Postal Code', 'address_line_1=Addr'],
    ['\uFEFFADDRESS_LINE_1,address_city,address_state,address_postal', 'address_line_1=ADDRESS_LINE_1'],
    ['"Property Address",City Name,State Code,ZIP5', 'address_line_1=Property Address'],
    // Not a house number: the line is in one column.
    ['Street,City,State,Zip', 'address_line_1=Street'],
  ])('guesses %s', async (header, first) => {
    const delimiter = header.includes(';') ? ';' : ',';
    const row = ['767 3rd Ave', 'New York', 'NY', '10017'].join(delimiter);
    const { code, stdout, stderr } = await customer([await given(`${header}\n${row}\n`), '-o', '-']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(first) });
    expect(stdout).toContain(`\n${[uuidOf(1), 'OK', '', row].join(delimiter)}\n`);
  });

  it('guesses coordinates', async () => {
    const { code, stdout, stderr } = await customer(['-', '-o', '-'], {
      stdin: ['Name,Lat,Lng\nours,40.754', '1851,-73.9735753\n'],
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `reonomy_id,status,miss_reason,Name,Lat,Lng\n${uuidOf(1)},OK,,ours,40.7541851,-73.9735753\n`,
    });
    expect(stderr).toContain('--map latitude=Lat,longitude=Lng\n');
  });

  it('takes the columns that it is told, in one list or in several, and guesses nothing then', async () => {
    const path = await given('a,"b, c",d,e,City\n767 3rd Ave,New York,NY,10017,Elsewhere\n');
    const list = ['address_line_1=a,address_city=b, c,address_state=d', 'address_postal=e'];
    const { code, stdout, stderr } = await customer([path, ...list.flatMap((each) => ['--map', each]), '-o', '-']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `reonomy_id,status,miss_reason,a,"b, c",d,e,City\n${uuidOf(1)},OK,,767 3rd Ave,New York,NY,10017,Elsewhere\n`,
    });
    expect(stderr).not.toContain('Columns by their names');
  });

  it('reads whole addresses in one column, and says how it is named', async () => {
    const path = await given('Address\n"767 3rd Ave, New York, NY 10017"\n"12 Elm St, Springfield, IL"\n');
    const { code, stderr } = await customer([path]);
    expect(code).toBe(2);
    const [, map = ''] = /Whole addresses in one column\? Name it four times: {2}--map (\S+)\n/.exec(stderr) ?? [];
    expect(stderr).not.toContain('Say it');
    const { stdout } = await customer([path, '--map', map, '--explain', '-o', '-']);
    const [, first, second] = stdout.split('\n');
    expect(first).toMatch(new RegExp(`^${uuidOf(1)},OK,,"767 3rd Ave, New York, NY 10017",0\\.999,,`));
    expect(second).toMatch(/^,MISS,SFR,"12 Elm St, Springfield, IL",0\.999,zip_missing,/);
  });

  it('joins the columns that it is told for one line', async () => {
    const file = 'Street #,Street Name,City,State,Zip\n767,3rd Ave,New York,NY,10017\n';
    const option =
      'address_line_1=Street #,address_line_1=Street Name,address_city=City,address_state=State,address_postal=Zip';
    const { code, stdout } = await customer([await given(file), '--map', option, '-o', '-']);
    expect(code).toBe(0);
    expect(stdout).toContain(`${uuidOf(1)},OK,,767,3rd Ave,New York,NY,10017\n`);
  });

  it('takes lines that end in CR CR LF', async () => {
    const { code, stdout } = await customer([await given(SAMPLE.replaceAll('\n', '\r\r\n')), '-o', '-']);
    expect(code).toBe(0);
    expect(stdout).toBe(MATCHED.replaceAll('\n', '\r\n'));
  });

  it('counts what was answered, by reason, whatever the cells hold, and tells of rows with faults', async () => {
    const rows = Buffer.concat([
      Buffer.from('Note,Address1,City,State,Zip\r\n'),
      Buffer.from('"two\r\nlines, ""OK"", and\nthree",12 Elm St,Springfield,IL,62701\r\n'),
      Buffer.from('x,14 Elm St,Springfield,IL,62701\r\n'),
      Buffer.from(',16 Elm St,Springfield,IL,62701\r\n'),
      Buffer.from(',18 Elm St,Springfield,IL,62701\r\n'),
      Buffer.from(',100 Main St,Springfield,IL,62701\r\n'),
      Buffer.from('",MISS,SFR,",767 3rd Ave,New York,NY,10017\r\n'),
      Buffer.from([...Buffer.from('Caf'), 0xe9, ...Buffer.from(',1 A St,B,NY,1\r\nx,14 Elm St,Springfield\r\n')]),
      Buffer.from('x,14 Elm St,Springfield\r\n'),
    ]);
    const { code, stdout, stderr } = await customer([await given(rows), '-o', directory, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      job_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      count: 9,
      duplicate: 1,
      ragged: 2,
      error_decoding_lines: [10],
      ok: 1,
      partial: 1,
      miss: 7,
      miss_reasons: { SFR: 1, 'Condo Property (SFR)': 3, MISSING: 2, 'Unrecognized address': 1 },
      files: [
        expect.objectContaining({
          path: expect.stringMatching(/[0-9a-f-]{36}\.csv$/),
          rows: 9,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        }),
      ],
      seconds: expect.any(Number),
    });
    expect(stderr).toContain(
      '9 rows: 1 OK, 1 PARTIAL, 7 MISS (3 Condo Property (SFR), 2 MISSING, 1 SFR, 1 Unrecognized address), ',
    );
    expect(stderr).toContain(
      'Rows kept as they came: 1 not UTF-8 (line 10); 2 with more or fewer cells than the header; 1 repeating an earlier one.',
    );
  });

  it('counts the same when the result goes by on standard output', async () => {
    const { stdout, stderr } = await customer([await given(`${SAMPLE}16 Elm St,Springfield,IL,62701\n`), '-o', '-']);
    expect(stdout).toBe(`${MATCHED},MISS,MISSING,16 Elm St,Springfield,IL,62701\n`);
    expect(stderr).toMatch(/\n3 rows: 2 OK, 0 PARTIAL, 1 MISS \(1 MISSING\), /);
  });

  it('adds the evidence when it is asked to', async () => {
    const { stdout } = await customer([await given(SAMPLE), '--explain', '-o', '-']);
    const [header, first] = stdout.split('\n');
    expect(header).toMatch(/,Zip,match_confidence,match_codes,matched_address,candidates$/);
    expect(first).toMatch(new RegExp(`,10017,0\\.\\d+,,"767 .*NEW YORK, NY 10017",${uuidOf(1)}$`));
  });

  it('only submits when it is to, and takes the job up again', async () => {
    const before = await countJobs();
    const detached = await customer([await given(SAMPLE), '--detach']);
    const id = detached.stdout.trim();
    // What the tests below expect not to happen is seen when it does.
    expect(await countJobs()).toBe(before + 1);
    expect(detached.stderr).toContain(`conveyance match --job ${id}`);
    expect(await customer(['--job', id, '-o', '-'])).toMatchObject({ code: 0, stdout: MATCHED });
  });
});

describe('match is told before anything is sent', () => {
  const ADDRESS = 'address_line_1=Address1,address_city=City,address_state=State';
  it.each<[string, string | Uint8Array, readonly string[], readonly string[]]>([
    [
      'of a column that is missing',
      'Name,Address1,City,State,Plz\n',
      [],
      [
        'which columns count cannot be told: no column is named like address_postal\n',
        'its columns: "Name", "Address1", "City", "State", "Plz"',
        `--map ${ADDRESS},address_postal=COLUMN`,
      ],
    ],
    [
      'of two columns that may be meant',
      'Street,Address,City,State,Zip Code\n',
      [],
      [
        'address_line_1 may be "Street" or "Address"',
        "--map 'address_line_1=Street,address_city=City,address_state=State,address_postal=Zip Code'",
      ],
    ],
    [
      'of a column that is there twice',
      'Address,City,City,State,Zip\n',
      [],
      ['addresses.csv has 2 columns called "City"; give the columns names of their own\n  its columns: "Address", '],
    ],
    [
      'of a header that is none',
      '767 3rd Ave,New York,NY,10017\n',
      [],
      [
        'no column is named like address_line_1, address_city, address_state or address_postal\n',
        'Is the first line a header?\n',
      ],
    ],
    [
      'of cells that are separated by something else',
      'Address|City|State|Zip\n',
      [],
      ['address_state or address_postal\n', 'Cells are separated by commas, semicolons or tabs.\n'],
    ],
    [
      'of a single column that may hold whole addresses',
      'Where\n',
      [],
      ['Cells are separated by', 'Name it four times:  --map address_line_1=Where,address_city=Where,'],
    ],
    [
      'of addresses beside coordinates',
      'Address1,City,State,Zip,Lat,Lon\n',
      [],
      ['both an address and coordinates', `--map ${ADDRESS},address_postal=Zip  or  --map latitude=Lat,longitude=Lon`],
    ],
    [
      'of a house number in a column of its own',
      'Street #,Street Name,City,State,Zip\n6566,N Kestrelwick Way,Atlanta,GA,30350\n',
      [],
      [
        'the house number in a column of its own: "Street #", "Street Name"\n',
        "Join them:  --map 'address_line_1=Street #,address_line_1=Street Name,address_city=City,address_state=State,address_postal=Zip'\n",
      ],
    ],
    [
      'of a street’s line in four columns',
      'Suffix,House No.,Street,Pre Dir,City,State,Zip\n',
      [],
      [
        "--map 'address_line_1=House No.,address_line_1=Pre Dir,address_line_1=Street,address_line_1=Suffix,address_city",
      ],
    ],
    [
      'of a number without a street',
      'Street Number,City,State,Zip\n',
      [],
      ["--map 'address_line_1=Street Number,address_line_1=COLUMN,address_city=City,"],
    ],
    ['of half a point', 'Id,Lat\n', [], ['no column is named like longitude', '--map latitude=Lat,longitude=COLUMN']],
    [
      'of a --map without its column in the file',
      SAMPLE,
      ['--map', `${ADDRESS},address_postal=Zipp`],
      ['--map address_postal names column "Zipp", which the file does not have (nearest: Zip)'],
    ],
    [
      'of a --map with an unknown parameter',
      SAMPLE,
      ['--map', `${ADDRESS},adress_postal=Zip`],
      ['--map has unknown parameter adress_postal (nearest: address_postal)', '--map lacks address_postal'],
    ],
    ['of a --map with half of an address', SAMPLE, ['--map', ADDRESS], ['--map lacks address_postal']],
    [
      'of a --map of addresses and coordinates',
      SAMPLE,
      ['--map', `${MAP},latitude=Zip,longitude=Zip`],
      ['--map must have either address_line_1'],
    ],
    ['of a --map that is none', SAMPLE, ['--map', 'Address1'], ['--map takes PARAMETER=COLUMN']],
    ['of a --map that says a thing twice', SAMPLE, ['--map', `${MAP},address_city=Zip`], ['names address_city twice']],
    ['of an empty file', '', [], ['addresses.csv: the file is empty; its first line must name the columns']],
    ['of a header that is not UTF-8', Buffer.of(0x43, 0xe9, 0x0a), [], ['the header is not UTF-8']],
    ['of UTF-16', Buffer.from('\uFEFFAddress1,City\n', 'utf16le'), [], ['written in UTF-16; save it as CSV in UTF-8']],
    ['of more than 100 MiB', Buffer.alloc(100 * 1_048_576 + 1, 'a'), [], ['has more than 100 MiB; split it']],
    ['of a file and a job', SAMPLE, ['--job', FILE_JOB_ID, '--explain'], ['it takes no file, --explain']],
  ])('%s', async (_what, content, options, messages) => {
    const before = await countJobs();
    const { code, stdout, stderr } = await customer([await given(content), ...options, '-o', '-']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const message of messages) expect(stderr).toContain(message);
    expect(await countJobs()).toBe(before);
  });

  it('of no file', async () => {
    expect(await customer([])).toMatchObject({ code: 2, stderr: expect.stringContaining('missing: a CSV file') });
    const nowhere = await customer([join(directory, 'nowhere.csv')]);
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no file') });
    const nothing = await customer(['-']);
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('standard input: the file is empty') });
  });

  it('of a file that is there already, unless it may be replaced', async () => {
    const path = await given(SAMPLE);
    expect(await customer([path, '-o', path])).toMatchObject({ code: 2 });
    expect(await readFile(path, 'utf8')).toBe(SAMPLE);
    expect(await customer([path, '-o', path, '--force'])).toMatchObject({ code: 0 });
    expect(await readFile(path, 'utf8')).toBe(MATCHED);
  });
});

describe('match says in the server’s words', () => {
  it('what is wrong with a row', async () => {
    const { code, stderr } = await customer([await given('Address1,City,State,Zip\n"767 3rd Ave,New York,NY,1\n')]);
    expect(code).toBe(2);
    expect(stderr).toContain('error: line 2: a quoted cell is opened and never closed');
  });
});

/** What a healthy server does not do. */
describe('match by a server that fails', () => {
  const CREATE = 'POST /v2/jobs/file';
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await ScriptedServer.start();
    const result_urls = [`${server.url}/files/0`];
    server
      .on(CREATE, { status: 201, body: fileJob({ job_type: 'match', status: null }) })
      .on(JOB, { status: 200, body: fileJob({ job_type: 'match', status: 'SUCCESS', progress: 100, result_urls }) })
      .on('GET /files/0', sendFile(MATCHED, `${FILE_JOB_ID}.csv`));
  });
  afterEach(() => server.stop());

  const env = () => ({ CONVEYANCE_URL: server.url, CONVEYANCE_ACCESS_KEY: 'k', CONVEYANCE_SECRET: 's' });
  const forged: Step = (_request, response) => {
    const headers = { ...fileHeaders(MATCHED, 'x.csv'), 'content-length': 3 };
    response.writeHead(200, headers).end('{}\n');
  };
  it.each<[number, string, string, Step]>([
    [11, 'a job that has not ended', CREATE, { status: 429, body: { error: 'JobInProgress', message: 'wait' } }],
    [7, 'a job that failed', JOB, { status: 200, body: fileJob({ status: 'FAILURE', message: 'no room' }) }],
    [8, 'bytes that are not the promised ones', 'GET /files/0', forged],
  ])('ends with %i for %s, and leaves no file', async (code, _what, call, step) => {
    server.on(call, step);
    const path = await given(SAMPLE);
    expect(await customer([path, '-o', join(directory, 'out.csv')], { env: env() })).toMatchObject({ code });
    expect(await readdir(directory)).toEqual(['addresses.csv']);
    expect(await customer([path, '-o', '-'], { env: env() })).toMatchObject({ code });
  });

  it('leaves the job to it when it is interrupted, and says how to go on', async () => {
    const interrupt = new AbortController();
    server.on(JOB, (_request, response) => {
      interrupt.abort(new Error('Ctrl-C'));
      response.end();
    });
    const out = join(directory, 'out.csv');
    const { code, stderr } = await customer([await given(SAMPLE), '-o', out], {
      env: env(),
      interrupt: interrupt.signal,
    });
    expect(code).toBe(130);
    expect(stderr).toContain(`conveyance match --job ${FILE_JOB_ID} --output ${out}`);
  });
});
