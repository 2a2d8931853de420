/** Bytes of bodies under way: refused before they are read, given back when they are answered, and read of nobody who may not send them. */
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/core/access.ts';
import { KIB, MIB } from '../../src/core/size.ts';
import { BODY_LIMITS, type BodyLimits } from '../../src/http/bodies/body-budget.ts';
import { OPERATIONS } from '../../src/http/operations.ts';
import { scopeOf } from '../../src/http/server/operation.ts';
import { eventually } from '../contract/database-world.ts';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from './door.ts';

/** As in production, but small. */
const BODIES: BodyLimits = {
  held: { ...BODY_LIMITS.held, perHolder: 100 * KIB, inAll: 250 * KIB },
  spooled: { ...BODY_LIMITS.spooled, perHolder: 100 * KIB, inAll: 250 * KIB },
};
const LARGE = 80 * KIB;

let door: TestDoor;
let customer: Customer;
let other: Customer;
let port: number;
const sockets: Socket[] = [];

beforeAll(async () => {
  door = await testDoor({ limits: { bodies: BODIES } });
  [customer, other] = [await door.customer(), await door.customer()];
  port = Number(new URL(await door.app.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(() => door[Symbol.asyncDispose]());
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  // Nothing is held any more.
  await eventually(async () => (await answered(half(customer, JOBS, LARGE, whole(LARGE)))) === 200, 'room again');
});

/** What the server has said on the connection until now. */
interface Half {
  readonly socket: Socket;
  heard(): string;
}

const basicOf = ({ accessKey, secret }: Customer) =>
  `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}`;

/** Sends the head of a request and what is given of its body. */
function half(
  as: Customer,
  path: string,
  length: number | 'chunked',
  body = '',
  { type = 'application/json', method = 'POST' } = {},
): Half {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('error', () => undefined);
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  const framing = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  const isReonomy = path.startsWith('/v2');
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: a',
    'User-Agent: test',
    `Content-Type: ${type}`,
    `Authorization: ${isReonomy ? basicOf(as) : as.authorization}`,
    framing,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  sockets.push(socket);
  return { socket, heard: () => heard };
}

async function answered({ heard }: Half): Promise<number> {
  await eventually(() => heard().includes('\r\n\r\n'), 'an answer');
  return Number(heard().split(' ', 2)[1]);
}

/** The vendor's request with blanks behind it. */
function whole(bytes: number): string {
  return JSON.stringify(REQUEST).padEnd(bytes);
}

/** Until the server has read what was sent: it answers a request that came later. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await fetch(`http://127.0.0.1:${port}/livez`);
}

describe('bodies under way', () => {
  test('of one account are admitted up to its share, by what they announce, before any of it comes', async () => {
    const first = half(customer, JOBS, LARGE);
    await settled();
    const second = half(customer, JOBS, LARGE);
    expect(await answered(second)).toBe(429);
    expect(second.heard()).toMatch(/retry-after: 2\r\n/);
    expect(second.heard()).toContain('Too many bytes of request bodies at once: at most 102400');
    // Another account has its own share.
    expect(await answered(half(other, JOBS, LARGE, whole(LARGE)))).toBe(200);
    first.socket.write(whole(LARGE));
    expect(await answered(first)).toBe(200);
    expect(await answered(half(customer, JOBS, LARGE, whole(LARGE)))).toBe(200);
  });

  test('are counted as they come where they announce nothing', async () => {
    const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${' '.repeat(bytes)}\r\n`;
    half(customer, JOBS, 'chunked', chunk(LARGE));
    await settled();
    const second = half(customer, JOBS, 'chunked', chunk(LARGE));
    expect(await answered(second)).toBe(429);
  });

  test('take no more in pieces of a byte than in one', async () => {
    const body = [...whole(2_000)].map((letter) => `1\r\n${letter}\r\n`).join('');
    expect(await answered(half(customer, JOBS, 'chunked', `${body}0\r\n\r\n`))).toBe(200);
  });

  test('of all accounts have a share too', async () => {
    const customers = [customer, other, await door.customer()];
    for (const each of customers) half(each, JOBS, LARGE);
    // One that comes before the others have been looked up takes a place of theirs; who comes after it finds none.
    const late = [half(await door.customer(), JOBS, LARGE), half(await door.customer(), JOBS, LARGE)];
    await eventually(() => late.some(({ heard }) => heard().includes('\r\n\r\n')), 'an answer');
    const refused = late.find(({ heard }) => heard() !== '');
    expect(refused?.heard()).toMatch(/^HTTP\/1.1 503 /);
    expect(refused?.heard()).toMatch(/retry-after: 2\r\n/);
  });

  test('are given back by a client that goes away', async () => {
    const gone = half(customer, JOBS, LARGE);
    await settled();
    gone.socket.destroy();
    await eventually(async () => (await answered(half(customer, JOBS, LARGE, whole(LARGE)))) === 200, 'room');
  });

  test('that are uploads count by themselves', async () => {
    half(customer, '/v2/jobs/file', LARGE, '', { type: 'multipart/form-data; boundary=b' });
    await settled();
    expect(await answered(half(customer, JOBS, LARGE, whole(LARGE)))).toBe(200);
    const second = half(customer, '/v2/jobs/file', LARGE, '', { type: 'multipart/form-data; boundary=b' });
    expect(await answered(second)).toBe(429);
    expect(second.heard()).toContain('Too many bytes of uploads at once');
  });

  test('that are longer than a call reads are told that', async () => {
    expect(await answered(half(customer, JOBS, 25 * MIB))).toBe(413);
    expect(await answered(half(customer, JOBS, 1_000 * MIB))).toBe(413);
  });
});

test('the next request on a connection is answered when the body before it was refused', async () => {
  half(customer, JOBS, LARGE);
  await settled();
  const second = half(customer, JOBS, LARGE);
  expect(await answered(second)).toBe(429);
  second.socket.write(`${whole(LARGE)}GET /livez HTTP/1.1\r\nHost: a\r\n\r\n`);
  await eventually(() => second.heard().includes('HTTP/1.1 200'), 'the answer behind it');
});

test('no body is larger than the share of an account', () => {
  const operations = OPERATIONS.dialects.flatMap((dialect) => dialect.operations);
  const largest = Math.max(...operations.map(({ bodyLimit = 0 }) => bodyLimit));
  expect(largest).toBeGreaterThan(0);
  expect(2 * largest).toBeLessThanOrEqual(BODY_LIMITS.held.perHolder);
});

const WITH_BODIES = OPERATIONS.dialects.flatMap((dialect) =>
  dialect.operations
    .filter(({ document }) => document.body !== undefined)
    .map((operation) => ({ operation, path: `${dialect.prefixes[0]}${operation.path}` })),
);

test('there are calls with bodies, each with a permission', () => {
  expect(WITH_BODIES.length).toBeGreaterThan(7);
});

describe.each(WITH_BODIES)('a body that was not sent yet, to $path', ({ operation, path }) => {
  const [plain] = operation.document.body?.contentTypes ?? [];
  const type = plain === 'multipart/form-data' ? `${plain}; boundary=b` : plain;

  // Positive control, run: with the permission looked at after the body, each waits in vain for its answer.
  test('is not waited for if its sender may not do it', async () => {
    const scopes = SCOPES.filter((scope) => scope !== scopeOf(operation));
    const answer = half(await door.customer({ scopes }), path, 1_000, '', {
      ...(type !== undefined && { type }),
      method: operation.method,
    });
    expect(await answered(answer)).toBe(403);
  });

  test('is waited for if its sender may', async () => {
    const answer = half(await door.customer({ scopes: SCOPES }), path, 1_000, '', {
      ...(type !== undefined && { type }),
      method: operation.method,
    });
    await settled();
    expect(answer.heard()).toBe('');
  });
});
