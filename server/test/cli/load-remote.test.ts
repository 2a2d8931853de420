/** `load --server`: from another machine, over real sockets; cut off, gone on with, and told as a load on the data is. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_SCOPES, OPERATORS_ACCOUNT } from '../../src/core/access.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { PART_BYTES } from '../../src/warehouse/remote/uploads.ts';
import { startFileServer } from '../sources/file-server.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { cli } from './cli-world.ts';

const PATIENCE_MS = 120_000;
const ALL = { table: null, from: null, until: null, before: null, limit: 10 };

let server: TestApp;
let customer: TestAccount;
let token: string;
let directory: string;
/** Told of every request that comes. */
let onRequest: (request: FastifyRequest) => void = () => undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-remote-'));
  server = await testApp({
    demo: false,
    prepare: (http) => http.addHook('onRequest', async (request) => onRequest(request)),
  });
  customer = await server.account();
  token = await issueToken(server.app.deps, { accountId: OPERATORS_ACCOUNT, scopes: OPERATOR_SCOPES });
}, PATIENCE_MS);
afterEach(() => {
  onRequest = () => undefined;
});
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

interface Situation {
  readonly env?: Readonly<Record<string, string>>;
  readonly interrupt?: AbortSignal;
  readonly stdin?: readonly string[];
}

/** The operator's machine has no data: to open any would be an error. */
function load(words: readonly string[], { env = { CONVEYANCE_TOKEN: token }, ...more }: Situation = {}) {
  return cli(['load', ...words, '--server', server.url], { env, ...more });
}

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

const current = async () => (await server.app.deps.db.warehouse.versions())[0];

describe('load --server', { timeout: PATIENCE_MS }, () => {
  it('loads files, of folders too, and says what a load on the data says', async () => {
    await file('feed/properties.csv', 'property_id,state,ignored\n1,GA,x\n2,Georgia,x\n');
    await file('feed/unit_days/2025-01.csv', 'property_id,unit_id,date,is_leased\n');
    const { code, stdout, stderr } = await load([join(directory, 'feed'), '--note', 'by wire']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^TABLE +LOADED +REPLACED +ROWS NOW\nproperties +2 +0 +2\n$/);
    expect(stderr).toContain('properties.csv: columns that no table has were ignored: ignored');
    expect(stderr).toContain('properties.csv: codes and names of states were put in their form: state in 1 row');
    expect(await current()).toMatchObject({ origin: { note: 'by wire', files: ['properties.csv'] } });
    expect((await server.app.deps.db.loads.list(ALL))[0]).toMatchObject({
      ...{ origin: 'upload', version: 1, sources: ['properties.csv'], note: 'by wire' },
    });
    const again = await load([join(directory, 'feed'), '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ version: null, unchanged: 1 });
  });

  it('reads standard input and mapping files, and tries without storing', async () => {
    const mapping = await file(
      'm.yaml',
      'mapping: 1\nfiles:\n  - table: properties\n    columns:\n      property_id: Id\n      city: Town\n',
    );
    const words = ['-', '--mapping', mapping];
    const tried = await load([...words, '--dry-run'], { stdin: ['Id,Town\n', '7,Rome\n'] });
    expect([tried.code, tried.stderr]).toEqual([0, expect.stringContaining('nothing stored')]);
    const loaded = await load([...words, '--json'], { stdin: ['Id,Town\n', '7,Rome\n'] });
    expect(JSON.parse(loaded.stdout)).toMatchObject({ version: 2, tables: [{ table: 'properties', loaded: 1 }] });
    expect(await current()).toMatchObject({ origin: { mapping: 'm.yaml' } });
  });

  it('goes on by itself when the line breaks, and in the next run when it was interrupted', async () => {
    const rows = Array.from({ length: 130_000 }, (_, i) => `${1000 + i},${'wide '.repeat(30)}\n`).join('');
    const path = await file('properties.csv', `property_id,property_name\n${rows}`);
    const stop = new AbortController();
    let pieces = 0;
    onRequest = ({ method, raw }) => {
      if (method !== 'PATCH' || ++pieces !== 2) return;
      // The first that comes back after this is told to stop.
      raw.socket.destroy();
      onRequest = (next) => {
        if (next.method === 'PATCH') stop.abort();
      };
    };
    const first = await load([path], { interrupt: stop.signal });
    expect([first.code !== 0, first.stderr]).toEqual([true, expect.stringContaining('Interrupted')]);
    const [upload] = await server.app.deps.db.uploads.list();
    expect(upload?.received).toBeGreaterThanOrEqual(PART_BYTES);
    // Once more a line that breaks: this time the run goes on.
    let isBroken = false;
    onRequest = ({ method, raw }) => {
      if (method !== 'PATCH' || isBroken) return;
      isBroken = true;
      raw.socket.destroy();
    };
    const second = await load([path]);
    expect([second.code, second.stderr]).toEqual([0, expect.stringMatching(/of which [1-9]\d{6,} were there/)]);
    expect(isBroken).toBe(true);
    expect(second.stdout).toMatch(/properties +130,000 +0/);
    await expect.poll(() => server.app.deps.db.uploads.list()).toEqual([]);
  });

  it('tells of rows that were refused, and fetches them', async () => {
    const path = await file('bad/properties.csv', 'property_id,state\n500001,Nowhere\n500002,GA\n');
    const rejects = join(directory, 'rejects.csv');
    const some = await load([path, '--reject-file', rejects]);
    expect([some.code, some.stderr]).toEqual([0, expect.stringContaining(`1 row rejected; listed in ${rejects}`)]);
    expect(await readFile(rejects, 'utf8')).toMatch(/\nproperties\.csv,2,state,/);
    const none = await load([path, '--max-rejects', '0', '--reject-file', rejects]);
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining('1 rows were rejected, more than the 0 allowed'),
    ]);
  });

  it('says what it lacks', async () => {
    const path = await file('ok/properties.csv', 'property_id\n1\n');
    for (const [words, env, fault] of [
      [[path], {}, 'CONVEYANCE_TOKEN is not set'],
      [[path], { CONVEYANCE_TOKEN: 'nonsense' }, 'Missing or invalid bearer token'],
      [[path], { CONVEYANCE_TOKEN: customer.token }, 'You do not have permission to operate the server'],
      [[join(directory, 'none.csv')], undefined, 'there is no file at'],
      [[join(directory, 'x'.repeat(300))], undefined, 'cannot be read: ENAMETOOLONG'],
      [[path, '--data-dir', directory], undefined, '--server and --data-dir'],
      [[path, '--propose'], undefined, '--propose looks at files of this machine'],
      [[path, '--table', 'propertys'], undefined, 'there is no table propertys (nearest: properties)'],
    ] as const) {
      const { code, stderr } = await load(words, env === undefined ? {} : { env });
      expect([fault, code === 0, stderr.includes(fault)], stderr).toEqual([fault, false, true]);
    }
    const nowhere = await cli(['load', path, '--server', 'ftp://x'], { env: { CONVEYANCE_TOKEN: token } });
    expect(nowhere.stderr).toContain('--server must be the address of a server');
  });
});

it(
  'reads the beginning of a refusal, whatever comes behind it',
  async () => {
    const endless = await startFileServer(null);
    let sent = 0;
    endless.answer = (_request, response) => {
      response.writeHead(403);
      const more = () => {
        while (!response.destroyed) {
          sent += 65_536;
          if (response.write('x'.repeat(65_536))) continue;
          response.once('drain', more);
          return;
        }
      };
      more();
    };
    try {
      const path = await file('properties.csv', 'property_id\n1\n');
      const { stderr } = await cli(['load', path, '--server', endless.origin], { env: { CONVEYANCE_TOKEN: token } });
      expect(stderr).toContain(`${endless.origin} answers 403`);
      expect(sent).toBeLessThan(64 * 2 ** 20);
    } finally {
      await endless.close();
    }
  },
  PATIENCE_MS,
);
