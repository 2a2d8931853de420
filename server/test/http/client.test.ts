/** What the server hands out to whoever wants to use it. The files themselves: `flow/client-package.test.ts`. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ORIGIN, type TestDoor, testDoor } from './door.ts';

const FILES = [
  { name: 'conveyance-cli.tgz', contentType: 'application/gzip', bytes: Buffer.from('the command line') },
  { name: 'conveyance.py', contentType: 'text/x-python; charset=utf-8', bytes: Buffer.from('"""é"""\n') },
].map((file) => ({ ...file, sha256: createHash('sha256').update(file.bytes).digest('hex') }));
const [CLI] = FILES;

let door: TestDoor;
beforeAll(async () => {
  door = await testDoor({ clientFiles: { list: async () => FILES } });
});
afterAll(() => door[Symbol.asyncDispose]());

describe('/client', () => {
  test('/manifest.json tells version, sums and how each is installed', async () => {
    const answer = await door.app.inject({ url: '/client/manifest.json', headers: { host: 'evil.example.com' } });
    const of = (name: string, install: string) => ({ name, url: `${ORIGIN}/client/${name}`, install });
    expect(answer.json()).toMatchObject({
      version: '0.0.0',
      files: [
        { ...of('conveyance-cli.tgz', `npm i -g ${ORIGIN}/client/conveyance-cli.tgz`), sha256: CLI?.sha256, bytes: 16 },
        of('conveyance.py', `curl -O ${ORIGIN}/client/conveyance.py`),
      ],
    });
  });

  test('/SHA256SUMS is what sha256sum reads', async () => {
    const answer = await door.app.inject({ url: '/client/SHA256SUMS' });
    expect(answer.body).toBe(FILES.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
  });

  test.each(FILES)('/$name is the file, to be asked for again when the version changes', async (file) => {
    const url = `/client/${file.name}`;
    const answer = await door.app.inject({ url });
    expect(answer.rawPayload).toEqual(file.bytes);
    expect(answer.headers).toMatchObject({
      'content-type': file.contentType,
      'cache-control': 'no-cache',
      etag: `"${file.sha256}"`,
    });
    const again = await door.app.inject({ url, headers: { 'if-none-match': `"${file.sha256}"` } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    const head = await door.app.inject({ method: 'HEAD', url });
    expect([head.statusCode, head.headers['content-length']]).toEqual([200, String(file.bytes.length)]);
  });

  test('names what there is to whoever asks for another file', async () => {
    const answer = await door.app.inject({ url: '/client/conveyance.rb' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json().message).toContain('there are: conveyance-cli.tgz, conveyance.py, manifest.json, SHA256SUMS');
  });
});

test('every answer tells the version, which a client compares with its own', async () => {
  for (const url of ['/livez', '/api/v1/usage', '/v2/jobs/file', '/nothing']) {
    expect((await door.app.inject({ url })).headers['x-conveyance-version'], url).toBe('0.0.0');
  }
});
