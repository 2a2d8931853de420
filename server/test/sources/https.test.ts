/** Files over HTTP as a load fetches them: real servers on loopback, which break off, change, mislead and lie. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../src/config.ts';
import { openLoadSources } from '../../src/load-sources.ts';
import { type Authority, type FileServer, issueAuthority, sendFile, startFileServer } from './file-server.ts';

const TEXT = Buffer.from(`property_id,city\n${Array.from({ length: 20_000 }, (_, id) => `${id},Bangor\n`).join('')}`);
const OTHER = Buffer.from(TEXT.toString().replaceAll('Bangor', 'Auburn'));

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

let authority: Authority;
let directory: string;
let server: FileServer;
/** Not on the list of any test but one. */
let inner: FileServer;
let plain: FileServer;

beforeAll(async () => {
  authority = issueAuthority();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-https-'));
  [server, inner, plain] = await Promise.all([
    startFileServer(authority),
    startFileServer(authority, '127.0.0.2'),
    startFileServer(null),
  ]);
});
afterAll(async () => {
  await Promise.all([server, inner, plain].map((each) => each?.close()));
  authority.remove();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => {
  server.seen.length = 0;
  for (const each of [server, inner, plain]) each.answer = (request, response) => sendFile(request, response, TEXT);
});

async function fetched(address: string, settings: Readonly<Record<string, string>> = {}) {
  const given = { CONVEYANCE_LOAD_ALLOW: '127.0.0.1', CONVEYANCE_LOAD_CA: authority.file, ...settings };
  const sources = await openLoadSources(readSettings(given), { firstPauseMs: 1, environment: {} });
  const folder = join(directory, randomUUID());
  const { signal } = new AbortController();
  const [file, ...others] = await sources.open({ address }).fetch(folder, { signal });
  if (file === undefined) throw new Error('nothing was fetched');
  expect(others).toEqual([]);
  return { ...file, path: relative(folder, file.path), text: await readFile(file.path) };
}

function refused(
  address: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ code: string; message: string }> {
  return fetched(address, settings).then(
    ({ path }) => Promise.reject(new Error(`${address} was fetched as ${path}`)),
    ({ code, message }) => ({ code, message }),
  );
}

describe('a file', () => {
  it('comes whole, under its name, with its folder and its state', async () => {
    server.answer = (request, response) => sendFile(request, response, TEXT, { etag: '"one"' });
    const file = await fetched(`${server.origin}/units/2025.csv?sig=SECRET`);
    expect(file).toMatchObject({
      path: 'units/2025.csv',
      address: `${server.origin}/units/2025.csv?…`,
      bytes: TEXT.length,
      etag: '"one"',
      isOneMoment: true,
    });
    expect(file.text.equals(TEXT)).toBe(true);
  });

  it.each([
    ['/export', TEXT, {}, 'at/export.csv'],
    ['/export?f=1', gzipSync(TEXT), {}, 'at/export.csv.gz'],
    ['/a/units.csv', gzipSync(TEXT), { 'content-encoding': 'gzip' }, 'a/units.csv.gz'],
    ['/a/b%2F..%2Fc%2A.jsonl', Buffer.from('{}\n'), {}, 'a/b_.._c_.jsonl'],
  ])('at %s has a name that a load can read', async (path, bytes, headers, name) => {
    server.answer = (request, response) => sendFile(request, response, bytes, { headers });
    expect((await fetched(server.origin + path)).path).toBe(name);
  });

  it('goes on where the connection broke, as often as it breaks', async () => {
    let answers = 0;
    server.answer = (request, response) => {
      answers++;
      sendFile(request, response, TEXT, { etag: '"one"', ...(answers <= 3 && { cutAfter: 20_000 }) });
    };
    const file = await fetched(`${server.origin}/units.csv`);
    expect(file.text.equals(TEXT)).toBe(true);
    // What had arrived and was not yet read when the line broke is asked for again.
    const rest = server.seen.filter(({ range }) => range !== undefined);
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.every(({ range, ifRange }) => /^bytes=[1-9]\d*-$/.test(range ?? '') && ifRange === '"one"')).toBe(true);
  });

  it.each([
    ['has changed meanwhile', '"one"', '"two"'],
    ['has no state that it is known by', undefined, undefined],
    ['has a state of which a server says little', 'W/"one"', 'W/"one"'],
  ])('that %s is read again from its beginning, and never put together of two', async (_what, before, after) => {
    let answers = 0;
    server.answer = (request, response) => {
      answers++;
      const etag = answers === 1 ? before : after;
      const options = { ...(etag !== undefined && { etag }), ...(answers === 1 && { cutAfter: 20_000 }) };
      sendFile(request, response, answers === 1 ? TEXT : OTHER, options);
    };
    const file = await fetched(`${server.origin}/units.csv`);
    expect([file.text.equals(OTHER), file.bytes]).toEqual([true, OTHER.length]);
  });

  it('that is not there is refused; one that may come is waited for', async () => {
    server.answer = (_request, response) => response.writeHead(404).end('x'.repeat(100));
    expect(await refused(`${server.origin}/units.csv`)).toMatchObject({
      code: 'load_refused',
      message: `${server.origin}/units.csv answers 404`,
    });
    expect(server.seen).toHaveLength(1);
    let answers = 0;
    server.answer = (request, response) => {
      answers++;
      if (answers < 3) response.writeHead(503).end();
      else sendFile(request, response, TEXT);
    };
    expect((await fetched(`${server.origin}/units.csv`)).bytes).toBe(TEXT.length);
    server.answer = (_request, response) => response.writeHead(502).end();
    expect(await refused(`${server.origin}/units.csv`)).toMatchObject({ code: 'unavailable' });
  });

  it('whose end nobody can tell is refused', async () => {
    server.answer = (_request, response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${TEXT}`);
    };
    expect((await refused(`${server.origin}/units.csv`)).message).toContain('does not say where it ends');
  });
});

describe('a bound', () => {
  /** A frame of blocks that repeat one byte: four bytes of each make 128 KiB. */
  function zstdBomb(blocks: number): Buffer {
    const size = 128 * 1024;
    const block = (isLast: boolean) => {
      const header = (size << 3) | (1 << 1) | Number(isLast);
      return Buffer.from([header & 255, (header >> 8) & 255, header >> 16, 48]);
    };
    const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]);
    return Buffer.concat([head, ...Array.from({ length: blocks }, (_, index) => block(index === blocks - 1))]);
  }

  it.each([
    ['gzip', gzipSync(Buffer.alloc(40 * 2 ** 20, 48)), gzipSync(Buffer.alloc(2 ** 20, 48))],
    ['zstd', zstdBomb(320), zstdBomb(8)],
  ])('of what %s unpacks to', async (_form, bomb, harmless) => {
    server.answer = (request, response) => sendFile(request, response, bomb);
    expect((await refused(`${server.origin}/units.csv.gz`)).message).toContain(
      'unpacks to more than 200 times its size',
    );
    const more = { CONVEYANCE_LOAD_UNPACK_RATIO: '100000' };
    expect((await fetched(`${server.origin}/units.csv.gz`, more)).bytes).toBe(bomb.length);
    expect(await refused(`${server.origin}/units.csv.gz`, { ...more, CONVEYANCE_LOAD_LIMIT: '30MB' })).toMatchObject({
      message: expect.stringContaining('unpacks to more than 30000000 bytes'),
    });
    server.answer = (request, response) => sendFile(request, response, harmless);
    expect((await fetched(`${server.origin}/units.csv.gz`)).bytes).toBe(harmless.length);
  });

  it('of bytes, whether they were announced or not', async () => {
    const limit = (bytes: number) => ({ CONVEYANCE_LOAD_LIMIT: `${bytes / 1000}KB` });
    const message = expect.stringContaining('CONVEYANCE_LOAD_LIMIT');
    const [little, enough] = [limit(TEXT.length - 1000), limit(TEXT.length + 1000)];
    expect(await refused(`${server.origin}/units.csv`, little)).toMatchObject({ message });
    expect((await fetched(`${server.origin}/units.csv`, enough)).bytes).toBe(TEXT.length);
    server.answer = (_request, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(TEXT.subarray(0, 1000));
      response.end(TEXT.subarray(1000));
    };
    expect(await refused(`${server.origin}/units.csv`, little)).toMatchObject({ message });
    expect((await fetched(`${server.origin}/units.csv`, enough)).text.equals(TEXT)).toBe(true);
  });

  it('of time, for a server that goes on without end', async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    };
    const { code, message } = await refused(`${server.origin}/units.csv`, { CONVEYANCE_LOAD_SECONDS: '1' });
    expect([code, message]).toEqual(['load_refused', expect.stringContaining('CONVEYANCE_LOAD_SECONDS')]);
  });
});

describe('the guard', () => {
  const NAMES = 'CONVEYANCE_LOAD_ALLOW has what may be read besides public addresses';

  it('lets nobody be read that is not public, and whoever is listed', async () => {
    const before = inner.connections();
    expect((await refused(`${inner.origin}/units.csv`)).message).toContain(NAMES);
    expect((await refused(`https://localhost:${inner.port}/units.csv`)).message).toContain(NAMES);
    expect(inner.connections()).toBe(before);
    const listed = { CONVEYANCE_LOAD_ALLOW: '127.0.0.2' };
    expect((await fetched(`${inner.origin}/units.csv`, listed)).bytes).toBe(TEXT.length);
  });

  it.each([
    ['the address of a cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data/iam'],
    ['the same over https', () => 'https://169.254.169.254/latest/'],
    ['an inner address', () => `${inner.origin}/units.csv`],
    ['a port of another protocol', () => 'https://127.0.0.1:25/'],
    ['a name of this machine', () => `https://localhost:${inner.port}/`],
    ['http', () => `${plain.origin}/units.csv`],
    ['another protocol', () => 'file:///etc/passwd'],
  ])('judges where a redirect leads: not to %s', async (_what, location) => {
    const before = [inner.connections(), plain.connections()];
    server.answer = (_request, response) => response.writeHead(302, { location: location() }).end();
    expect(await refused(`${server.origin}/units.csv`)).toMatchObject({ code: 'load_refused' });
    expect([inner.connections(), plain.connections()]).toEqual(before);
  });

  it('follows a redirect to where it may go, five times', async () => {
    server.answer = ({ url }, response) => {
      if (url === '/5') response.writeHead(200, { 'content-length': TEXT.length }).end(TEXT);
      else response.writeHead(307, { location: `/${Number(url?.slice(1)) + 1}` }).end();
    };
    expect((await fetched(`${server.origin}/0`)).bytes).toBe(TEXT.length);
    expect((await refused(`${server.origin}/-1`)).message).toContain('leads on and on');
  });

  it('takes http from hosts only that are listed themselves', async () => {
    const before = plain.connections();
    const byRange = { CONVEYANCE_LOAD_ALLOW: '127.0.0.0/8' };
    const { message } = await refused(`http://localhost:${plain.port}/units.csv`, {
      CONVEYANCE_LOAD_ALLOW: '127.0.0.1,::1',
    });
    expect(message).toContain(NAMES);
    expect((await refused(`http://example.com/units.csv`, byRange)).message).toContain('is not encrypted');
    expect(plain.connections()).toBe(before);
    expect((await fetched(`${plain.origin}/units.csv`)).bytes).toBe(TEXT.length);
  });

  it.each([
    ['metrics', (port: number) => ({ CONVEYANCE_METRICS_PORT: String(port) })],
    ['SFTP', (port: number) => ({ CONVEYANCE_SFTP_PORT: String(port) })],
    [
      'database',
      (port: number) => ({ DATABASE_URL: `postgres://user@localhost:${port}/data`, CONVEYANCE_MASTER_KEY: MASTER_KEY }),
    ],
  ])('never reaches the server’s own %s, whatever is listed', async (_what, settingsAt) => {
    const listed = { CONVEYANCE_LOAD_ALLOW: '127.0.0.2,localhost' };
    const before = inner.connections();
    const own = { ...listed, ...settingsAt(inner.port) };
    expect((await refused(`${inner.origin}/units.csv`, own)).message).toContain('is a part of this installation');
    expect(inner.connections()).toBe(before);
    const other = { ...listed, ...settingsAt(inner.port === 1024 ? 1025 : inner.port - 1) };
    expect((await fetched(`${inner.origin}/units.csv`, other)).bytes).toBe(TEXT.length);
  });

  it('refuses a certificate of nobody’s', async () => {
    expect((await refused(`${server.origin}/units.csv`, { CONVEYANCE_LOAD_CA: '' })).message).toContain(
      'CONVEYANCE_LOAD_CA names further authorities',
    );
  });

  it('refuses and does not repeat a password in an address', async () => {
    const address = server.origin.replace('https://', 'https://somebody:hunter2@');
    const { code, message } = await refused(`${address}/units.csv`);
    expect([code, message]).toEqual(['load_refused', expect.stringContaining('leave them out')]);
    expect(message).not.toContain('hunter2');
    const unknown = await refused('gopher://somebody:hunter2@example.com/');
    expect([unknown.code, unknown.message.includes('hunter2')]).toEqual(['load_refused', false]);
  });
});
