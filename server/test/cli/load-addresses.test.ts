/** `conveyance load` of addresses, as an operator sees it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Authority, type FileServer, issueAuthority, sendFile, startFileServer } from '../sources/file-server.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { cli } from './cli-world.ts';

const PATIENCE_MS = 180_000;
const TEXT = 'property_id;last_sale_date;last_sale_price\n1;31.01.2019;1.234,50\n2;01.02.2019;x\n';

let authority: Authority;
let server: FileServer;
let app: TestApp;
beforeAll(async () => {
  authority = issueAuthority();
  server = await startFileServer(authority);
  const settings = {
    CONVEYANCE_ROLE: 'api',
    CONVEYANCE_LOAD_ALLOW: '127.0.0.1',
    CONVEYANCE_LOAD_CA: authority.file,
  };
  app = await testApp({ settings, demo: false });
}, PATIENCE_MS);
afterAll(async () => {
  await server?.close();
  await app?.close();
  authority?.remove();
}, PATIENCE_MS);
beforeEach(() => {
  server.answer = (request, response) => sendFile(request, response, gzipSync(TEXT), { etag: '"night"' });
});

function run(...argv: readonly string[]) {
  return cli(argv, { deps: app.app.deps });
}

it(
  'loads a file over https as it loads files, and tells of it by its address, without what may be a secret',
  async () => {
    const address = `${server.origin}/feed/properties.csv.gz`;
    const { code, stdout, stderr } = await run('load', `${address}?sig=SECRET`, '--json', '--note', 'nightly');
    expect(code, stderr).toBe(0);
    const shown = `${address}?…`;
    const source = { address: shown, etag: '"night"', version: null, snapshot: null, one_moment: true };
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      tables: [{ table: 'properties', loaded: 1 }],
      rejects: [{ file: shown, line: 3, column: 'last_sale_price', value: 'x' }],
      sources: [source],
    });
    expect(stderr).toContain(`${shown}: read as cells separated by semicolons; numbers like 1.234,50`);
    expect(stderr).toContain('ETag "night"');
    const versions = JSON.parse((await run('warehouse', 'versions', '--json')).stdout);
    expect(versions.versions[0]).toMatchObject({ files: [shown], sources: [source], note: 'nightly' });
    const told = JSON.stringify([stdout, stderr, versions]);
    expect(told).not.toContain('SECRET');
    expect(told).not.toContain(app.dataDir);
    expect(await readdir(join(app.dataDir, 'objects', 'scratch')).catch(() => [])).toEqual([]);
  },
  PATIENCE_MS,
);

it(
  'tells a refusal by the address too, and loads nothing',
  async () => {
    server.answer = (request, response) => sendFile(request, response, Buffer.from('nothing,known\n1,2\n'));
    const before = await app.app.deps.db.warehouse.current();
    const { code, stderr } = await run('load', `${server.origin}/properties.csv`);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${server.origin}/properties.csv has no column`)]);
    expect(await app.app.deps.db.warehouse.current()).toEqual(before);
  },
  PATIENCE_MS,
);

it(
  'writes down in the history what could not be fetched, but for a dry run',
  async () => {
    server.answer = (_request, response) => response.writeHead(404).end();
    const words = ['load', `${server.origin}/gone.csv?sig=SECRET`, '--note', 'nightly'];
    expect((await run(...words)).code).toBe(1);
    expect((await run(...words, '--dry-run')).code).toBe(1);
    const { loads } = JSON.parse((await run('load', 'history', '--json')).stdout);
    const shown = `${server.origin}/gone.csv?…`;
    const failed = {
      state: 'failed',
      note: 'nightly',
      sources: [shown],
      failure: `${shown} answers 404`,
      version: null,
    };
    const ofIt = loads.filter(({ sources }: { sources: readonly string[] }) => sources.includes(shown));
    expect(ofIt).toMatchObject([failed]);
    expect(JSON.stringify(loads)).not.toContain('SECRET');
  },
  PATIENCE_MS,
);

it.each([
  [['load', 'https://127.0.0.1/a.csv', '--server', 'https://other.example'], 'fetches no address'],
  [['load', 'https://127.0.0.1/a.csv', '--query', 'select 1'], 'are for a database'],
  [['load', 'a.csv', '--cursor', 'id'], 'are for a database'],
])('refuses %j with what to do', async (argv, words) => {
  const { code, stderr } = await run(...argv);
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
});
