/** Bodies that no call reads, and bodies that every call reads, over every route of the table that takes JSON. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/core/access.ts';
import { OPERATIONS } from '../../src/http/operations.ts';
import { type Customer, type TestDoor, testDoor } from './door.ts';

const JSON_ROUTES = OPERATIONS.dialects.flatMap((dialect) =>
  dialect.operations
    .filter(({ document }) => document.body?.contentTypes.includes('application/json'))
    .map(({ method, path }) => ({ dialect, method, path })),
);
const TEXT = '{"colour":"red"}';

let door: TestDoor;
let customer: Customer;
beforeAll(async () => {
  door = await testDoor();
  customer = await door.customer({ scopes: SCOPES });
});
afterAll(() => door[Symbol.asyncDispose]());

test('there are such routes in both dialects', () => {
  expect(new Set(JSON_ROUTES.map(({ dialect }) => dialect.name)).size).toBe(2);
  expect(JSON_ROUTES.length).toBeGreaterThan(5);
});

describe.each(JSON_ROUTES)('$method $path', ({ dialect, method, path }) => {
  async function post(payload: Buffer, headers: Readonly<Record<string, string>>) {
    const { accessKey, secret, authorization } = customer;
    const basic = `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}`;
    const own = { authorization: dialect.name === 'reonomy' ? basic : authorization, 'user-agent': 'test' };
    const url = `${dialect.prefixes[0]}${path}`;
    const answer = await door.app.inject({ method, url, headers: { ...own, ...headers }, payload });
    return { status: answer.statusCode, ...(answer.json() as { error: string; message: string }) };
  }
  const unsupported = dialect.name === 'reonomy' ? 'UnsupportedMediaType' : 'Unsupported Media Type';
  const json = { 'content-type': 'application/json' };

  test('names what makes a body unreadable', async () => {
    expect(await post(gzipSync(TEXT), { ...json, 'content-encoding': 'gzip' })).toMatchObject({
      status: 415,
      error: unsupported,
      message: 'The request body is compressed (Content-Encoding: gzip); send it without Content-Encoding',
    });
    expect(await post(Buffer.from(`\ufeff${TEXT}`, 'utf16le'), json)).toMatchObject({
      status: 415,
      error: unsupported,
      message: 'The request body is UTF-16; send JSON as UTF-8',
    });
    expect(await post(Buffer.from(TEXT), { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 415,
      error: unsupported,
      message: 'the Content-Type is application/x-www-form-urlencoded; this call takes application/json',
    });
  });

  test('reads JSON under any other type as under its own', async () => {
    const own = await post(Buffer.from(TEXT), json);
    expect(own.status).toBe(400);
    for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'json' }]) {
      expect(await post(Buffer.from(TEXT), headers)).toEqual(own);
    }
  });
});
