/** The form as real clients write it, on a socket. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import axios from 'axios';
import StreamForm from 'form-data';
import { FormData, fetch as undiciFetch, request as undiciRequest } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Received, type UploadDoor, uploadDoor } from './upload-door.ts';

const METADATA = '{"headers":["Straße","b"]}';
const CSV = Buffer.concat([Buffer.from('Straße,b\r\n--x\r\n'), Buffer.from([0xff, 0x00, 0xfe, 0x0d, 0x0a])]);
const EXPECTED = {
  jobType: 'match',
  metadata: METADATA,
  bytes: CSV.length,
  sha256: createHash('sha256').update(CSV).digest('hex'),
};

let door: UploadDoor;
let directory: string;
let path: string;
beforeAll(async () => {
  door = await uploadDoor();
  directory = await mkdtemp(join(tmpdir(), 'conveyance-clients-'));
  path = join(directory, 'Büro 1.csv');
  await writeFile(path, CSV);
});
afterAll(async () => {
  await door[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

/** The form of the `form-data` package. */
function streamForm(file: Buffer | Readable, options: StreamForm.AppendOptions | string = {}): StreamForm {
  const form = new StreamForm();
  form.append('job_type', 'match');
  form.append('metadata', METADATA);
  form.append('file', file, typeof options === 'string' ? { filename: options } : options);
  return form;
}

describe('axios with form-data', () => {
  const send = async (form: StreamForm, more = {}) =>
    (await axios.post<Received>(door.url, form, { headers: form.getHeaders(), proxy: false, ...more })).data;

  test('from a buffer', async () => {
    expect(await send(streamForm(CSV, 'rows.csv'))).toEqual({
      ...EXPECTED,
      filename: 'rows.csv',
      contentType: 'text/csv',
    });
  });

  test('from a buffer without a name', async () => {
    expect(await send(streamForm(CSV))).toMatchObject({ ...EXPECTED, filename: null });
  });

  test('from a file', async () => {
    expect(await send(streamForm(createReadStream(path)))).toMatchObject(EXPECTED);
  });

  test('from a stream of unknown length, which is sent in chunks', async () => {
    const stream = Readable.from([CSV.subarray(0, 5), CSV.subarray(5)]);
    expect(await send(streamForm(stream, { filename: 'rows.csv', contentType: 'application/octet-stream' }))).toEqual({
      ...EXPECTED,
      filename: 'rows.csv',
      contentType: 'application/octet-stream',
    });
  });

  test('without the headers of the form, which axios then sets', async () => {
    const { data } = await axios.post<Received>(door.url, streamForm(CSV, 'rows.csv'), { proxy: false });
    expect(data).toMatchObject(EXPECTED);
  });

  test('by its own postForm', async () => {
    const values = { job_type: 'match', metadata: METADATA, file: createReadStream(path) };
    expect((await axios.postForm<Received>(door.url, values, { proxy: false })).data).toMatchObject(EXPECTED);
  });

  test('refused for what is wrong, it shows the answer', async () => {
    const form = new StreamForm();
    form.append('job_type', 'match');
    form.append('upload', CSV, 'rows.csv');
    const { status, data } = await axios.post(door.url, form, { proxy: false, validateStatus: () => true });
    expect(status).toBe(400);
    expect(data).toMatchObject({
      error: 'FileNotFoundAtPathError',
      message: expect.stringContaining(
        `expected a part named 'file'; got: job_type (field, 5 bytes), upload (file 'rows.csv', text/csv, ${CSV.length} bytes)`,
      ),
    });
  });
});

test('form-data piped into a request of Node', async () => {
  const form = streamForm(createReadStream(path));
  const sent = httpRequest(door.url, { method: 'POST', headers: form.getHeaders() });
  form.pipe(sent);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect(JSON.parse(Buffer.concat(await response.toArray()).toString())).toMatchObject(EXPECTED);
});

describe('undici', () => {
  const fields = (file: Blob, name?: string) => {
    const form = new FormData();
    form.set('file', file, name);
    form.set('metadata', METADATA);
    form.set('job_type', 'match');
    return form;
  };

  test('fetch with FormData', async () => {
    const body = fields(new Blob([CSV], { type: 'text/csv' }), 'Büro "1".csv');
    const answer = await undiciFetch(door.url, { method: 'POST', body });
    expect(await answer.json()).toEqual({ ...EXPECTED, filename: 'Büro %221%22.csv', contentType: 'text/csv' });
  });

  test('request with FormData', async () => {
    const { body } = await undiciRequest(door.url, { method: 'POST', body: fields(new Blob([CSV])) });
    expect(await body.json()).toEqual({ ...EXPECTED, filename: 'blob', contentType: 'application/octet-stream' });
  });

  test('fetch of Node with fields as blobs', async () => {
    const body = new globalThis.FormData();
    body.set('job_type', new Blob(['match']));
    body.set('metadata', new Blob([METADATA], { type: 'application/json' }), 'metadata.json');
    body.set('file', new Blob([CSV]));
    const answer = await fetch(door.url, { method: 'POST', body });
    expect(await answer.json()).toMatchObject(EXPECTED);
  });
});

describe('curl', () => {
  const run = promisify(execFile);
  const curl = async (...args: readonly string[]) => {
    const { stdout } = await run('curl', ['--silent', '--show-error', '--noproxy', '*', door.url, ...args]);
    return JSON.parse(stdout) as unknown;
  };
  const FIELDS = ['-F', 'job_type=match', '-F', `metadata=${METADATA}`];

  test.each([
    ['-F file=@', (from: string) => [...FIELDS, '-F', `file=@"${from}"`], { filename: 'Büro 1.csv' }],
    [
      '-F file=@ with a type',
      (from: string) => [...FIELDS, '-F', `file=@"${from}";type=text/csv`],
      { contentType: 'text/csv' },
    ],
    [
      '-F file=@ with a name',
      (from: string) => [...FIELDS, '-F', `file=@"${from}";filename="a;b.csv"`],
      { filename: 'a;b.csv' },
    ],
    ['the file first', (from: string) => ['-F', `file=@"${from}"`, ...FIELDS], {}],
    ['chunks', (from: string) => [...FIELDS, '-F', `file=@"${from}"`, '-H', 'Transfer-Encoding: chunked'], {}],
    ['Expect: 100-continue', (from: string) => [...FIELDS, '-F', `file=@"${from}"`, '-H', 'Expect: 100-continue'], {}],
    ['base64', (from: string) => [...FIELDS, '-F', `file=@"${from}";encoder=base64`], {}],
    ['HTTP/1.0', (from: string) => ['--http1.0', ...FIELDS, '-F', `file=@"${from}"`], {}],
    [
      'types of fields',
      (from: string) => [
        '-F',
        'job_type=match;type=text/plain',
        '-F',
        `metadata=${METADATA};type=application/json`,
        '-F',
        `file=@"${from}"`,
      ],
      {},
    ],
  ])('%s', async (_what, args, more) => {
    expect(await curl(...args(path))).toMatchObject({ ...EXPECTED, ...more });
  });

  test('-F file=<, a file without a name', async () => {
    const text = join(directory, 'text.csv');
    await writeFile(text, 'a,b\n1,2\n');
    expect(await curl(...FIELDS, '-F', `file=<${text}`)).toMatchObject({ filename: null, bytes: 8, jobType: 'match' });
  });

  test.each([
    ['-d', ['-d', 'job_type=match'], 'the request is application/x-www-form-urlencoded, which holds no files'],
    ['a Content-Type by hand', ['--data', 'x', '-H', 'Content-Type: multipart/form-data'], 'has no boundary'],
    [
      '-F file= and a compressed body',
      ['-F', 'file=x', '-H', 'Content-Encoding: gzip'],
      'send it without Content-Encoding',
    ],
    ['no body', ['-X', 'POST'], 'the request has no Content-Type'],
  ])('%s is told what is wrong', async (_what, args, says) => {
    expect(await curl(...args)).toMatchObject({ message: expect.stringContaining(says) });
  });
});

/** As Python's requests encodes `files` and `data`: fields first, sorted headers, no type for a file-like object. */
test('Python’s requests', async () => {
  const head = Buffer.from(
    `--3f1c\r\nContent-Disposition: form-data; name="job_type"\r\n\r\nmatch\r\n` +
      `--3f1c\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n${METADATA}\r\n` +
      `--3f1c\r\nContent-Disposition: form-data; name="file"; filename*=utf-8''B%C3%BCro.csv\r\n\r\n`,
  );
  const body = Buffer.concat([head, CSV, Buffer.from('\r\n--3f1c--\r\n')]);
  const headers = { 'Content-Type': 'multipart/form-data; boundary=3f1c' };
  const answer = await fetch(door.url, { method: 'POST', body, headers });
  expect(await answer.json()).toEqual({ ...EXPECTED, filename: 'Büro.csv', contentType: null });
});

test('nothing is left of any of them', async () => {
  expect(await door.scratch()).toEqual([]);
});
