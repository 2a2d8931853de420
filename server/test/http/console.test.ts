/** The console's page as it is handed out. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createConsoleFiles } from '../../src/packaging/console-files.ts';
import { CONSOLE_FILES, type TestDoor, testDoor } from './door.ts';

const SCRIPT = 'assets/index-3f2a.js';

describe('the page', () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await testDoor();
  });
  afterAll(() => door[Symbol.asyncDispose]());

  const get = (url: string, headers: Readonly<Record<string, string>> = {}) => door.app.inject({ url, headers });

  test('is where its address leads, and at every address of its own', async () => {
    const lead = await get('/console');
    expect([lead.statusCode, lead.headers.location]).toEqual([302, '/console/']);
    for (const url of ['/console/', '/console/in', '/console/jobs/ed49987b', '/console/index.html']) {
      const page = await get(url);
      expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.headers['cache-control']).toBe('no-cache');
    }
  });

  test('may load nothing from anywhere else, and be framed by nobody', async () => {
    const { headers } = await get('/console/');
    expect(headers['content-security-policy']).toBe(
      "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'none'",
    );
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  test('has files that browsers keep for ever, since another content has another name', async () => {
    const file = await get(`/console/${SCRIPT}`);
    expect(file.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'Accept-Encoding',
    });
    const absent = await get('/console/assets/index-0000.js');
    expect(absent.statusCode).toBe(404);
    const { etag } = file.headers;
    expect((await get(`/console/${SCRIPT}`, { 'if-none-match': String(etag) })).statusCode).toBe(304);
  });

  test.each([
    ['gzip, br', true],
    ['br, gzip;q=0.5', true],
    ['gzip;q=0', false],
    ['br', false],
  ])('is compressed for who takes it: %s', async (accepted, isCompressed) => {
    const { headers, rawPayload } = await get(`/console/${SCRIPT}`, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(isCompressed ? 'gzip' : undefined);
    const bytes = isCompressed ? gunzipSync(rawPayload) : rawPayload;
    expect(bytes.equals(Buffer.from(CONSOLE_FILES.get(SCRIPT)?.bytes ?? ''))).toBe(true);
  });

  test.each(['/console/../package.json', '/console/%2e%2e/package.json', '/console/..%2fpackage.json'])(
    'is all that can be had: %s',
    async (url) => {
      const { body } = await get(url);
      expect(body).not.toContain('"dependencies"');
    },
  );
});

describe('the files', () => {
  test('are those of the folder, each under its path; none where nothing was built', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'conveyance-console-'));
    try {
      await mkdir(join(directory, 'assets'));
      await writeFile(join(directory, 'index.html'), '<title>x</title>');
      await writeFile(join(directory, 'assets', 'a-1.css'), 'p { color: red }'.repeat(100));
      const files = await createConsoleFiles(directory).all();
      expect([...files.keys()].sort()).toEqual(['assets/a-1.css', 'index.html']);
      expect(files.get('assets/a-1.css')).toMatchObject({ contentType: 'text/css; charset=utf-8' });
      expect((await createConsoleFiles(join(directory, 'nowhere')).all()).size).toBe(0);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
