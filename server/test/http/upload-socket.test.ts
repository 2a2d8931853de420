/** Uploads that end badly: broken off, too slow, too large. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type UploadDoor, uploadDoor } from './upload-door.ts';

const MIB = 1024 * 1024;
const HEAD = 'POST /v2/jobs/file HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n';
const JOB_TYPE = '--b\r\nContent-Disposition: form-data; name="job_type"\r\n\r\nsearch\r\n';
const FILE = '--b\r\nContent-Disposition: form-data; name="file"; filename="x.json"\r\n\r\n';
const END = '\r\n--b--\r\n';

let door: UploadDoor;
beforeAll(async () => {
  door = await uploadDoor({ graceMs: 300, bytesPerSecond: 1_000 });
});
afterAll(() => door[Symbol.asyncDispose]());

async function open(): Promise<Socket> {
  const socket = connect(door.port, '127.0.0.1');
  await once(socket, 'connect');
  // A cut connection is what some of these tests are about.
  socket.on('error', () => undefined);
  return socket;
}

/** What the server says on the connection from now on, as it grows. */
function heardOn(socket: Socket): { text: string } {
  const heard = { text: '' };
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard.text += text;
  });
  return heard;
}

/** Resolves also when the server has closed the connection meanwhile. */
async function writeAll(socket: Socket, bytes: number): Promise<void> {
  const piece = Buffer.alloc(MIB, 'x');
  let wake: () => void = () => undefined;
  const rouse = () => wake();
  socket.on('drain', rouse).on('close', rouse);
  for (let written = 0; written < bytes && socket.writable; written += piece.length) {
    const drained = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (!socket.write(piece) && !socket.closed) await drained;
  }
  socket.off('drain', rouse).off('close', rouse);
}

const noneLeft = () => vi.waitFor(async () => expect(await door.scratch()).toEqual([]), { timeout: 10_000 });
const oneComing = () => vi.waitFor(async () => expect((await door.scratch()).length).toBe(1), { timeout: 10_000 });

test('a client that goes away leaves nothing behind', async () => {
  const socket = await open();
  socket.write(`${HEAD}Content-Length: 1000000\r\n\r\n${JOB_TYPE}${FILE}{`);
  await oneComing();
  socket.destroy();
  await noneLeft();
});

test('a client that hangs up in the middle of its chunks leaves nothing behind', async () => {
  const socket = await open();
  const part = `${JOB_TYPE}${FILE}{`;
  socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${part.length.toString(16)}\r\n${part}\r\n`);
  await oneComing();
  socket.end();
  await noneLeft();
});

test('a body that comes too slowly is cut, and nothing of it is kept', async () => {
  const socket = await open();
  const heard = heardOn(socket);
  socket.write(`${HEAD}Content-Length: 1000000\r\n\r\n${JOB_TYPE}${FILE}{`);
  await oneComing();
  await once(socket, 'close');
  expect(heard.text).toMatch(/^HTTP\/1\.1 408 /);
  await noneLeft();
});

test('a body that ends before its length is told so', async () => {
  const socket = await open();
  const heard = heardOn(socket);
  const part = `${JOB_TYPE}${FILE}{`;
  socket.write(`${HEAD}Content-Length: ${part.length}\r\nConnection: close\r\n\r\n${part}`);
  await once(socket, 'close');
  expect(heard.text).toMatch(/^HTTP\/1\.1 400 .*the form ends in part 2/s);
  await noneLeft();
});

test('a file beyond its limit is answered while it is still coming', async () => {
  const socket = await open();
  const heard = heardOn(socket);
  socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${(500 * MIB).toString(16)}\r\n${JOB_TYPE}${FILE}`);
  await writeAll(socket, 66 * MIB);
  await vi.waitFor(
    () => expect(heard.text).toContain('the file of a search job is larger than 67108864 bytes'),
    10_000,
  );
  expect(heard.text).toMatch(/^HTTP\/1\.1 413 /);
  await noneLeft();
  // Who goes on regardless is cut off at some point.
  await writeAll(socket, 200 * MIB);
  if (!socket.closed) await once(socket, 'close');
});

test('a client that reads only after it has sent everything has its answer, and its connection', async () => {
  const socket = await open();
  const head = JOB_TYPE + FILE;
  const length = head.length + 80 * MIB + END.length;
  socket.write(`${HEAD}Content-Length: ${length}\r\n\r\n${head}`);
  await writeAll(socket, 80 * MIB);
  socket.write(END);
  const heard = heardOn(socket);
  await vi.waitFor(() => expect(heard.text).toMatch(/^HTTP\/1\.1 413 .*67108864 bytes"}$/s), 10_000);
  heard.text = '';
  socket.write(`${HEAD}Content-Length: ${head.length + 2 + END.length}\r\n\r\n${head}{}${END}`);
  await vi.waitFor(() => expect(heard.text).toMatch(/^HTTP\/1\.1 200 .*"bytes":2,/s), 10_000);
  socket.destroy();
});

test('a length beyond every limit is refused before the body, once, and the connection closed when none comes', async () => {
  const socket = await open();
  const heard = heardOn(socket);
  socket.write(`${HEAD}Content-Length: ${500 * MIB}\r\n\r\n`);
  await once(socket, 'close');
  expect(heard.text).toMatch(/^HTTP\/1\.1 413 .*the form is larger than/s);
  expect(heard.text.split('HTTP/1.1 ')).toHaveLength(2);
});
