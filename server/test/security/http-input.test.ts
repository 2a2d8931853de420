/** Whatever a client sends is the client's fault at most: never a 5xx, always the one error shape, never a word of the inside. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorSchema } from '../../src/wire/apartmentiq/errors.ts';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from '../http/door.ts';

let door: TestDoor;
let customer: Customer;

beforeAll(async () => {
  door = await testDoor();
  customer = await door.customer();
});
afterAll(() => door[Symbol.asyncDispose]());

/** Texts that have broken parsers, queries, logs and pages before. */
const PAYLOADS = [
  "'; drop table jobs; --",
  '" or 1=1',
  '$1',
  '{{7*7}}<%= 7*7 %>',
  '../../../../etc/passwd',
  '..\\..\\windows',
  '<script>alert(1)</script>',
  '\u0000',
  '\uFEFF\u200B\u202E',
  '\uD800',
  '\r\nSet-Cookie: a=b',
  '%00%0d%0a',
  '__proto__',
  'constructor',
  'a'.repeat(100_000),
  '1e400',
  '٣',
];

function judge(answer: { statusCode: number; json(): unknown; body: string }): void {
  expect(answer.statusCode, answer.body.slice(0, 300)).toBeLessThan(500);
  if (answer.statusCode < 400) return;
  expect(errorSchema.strict().safeParse(answer.json()).success, answer.body.slice(0, 300)).toBe(true);
  expect(answer.body).not.toMatch(/ at .*\.ts:|node_modules|select |postgres|duckdb|ENOENT/i);
}

describe('a payload', () => {
  test.each(PAYLOADS.map((payload) => [payload.slice(0, 30), payload]))(
    '%j in any field of a job',
    async (_name, payload) => {
      for (const field of [...Object.keys(REQUEST), 'callback_url', 'name', payload]) {
        judge(await door.as(customer).create({ ...REQUEST, [field]: payload }));
        judge(await door.as(customer).create({ ...REQUEST, [field]: { [payload]: [payload] } }));
      }
    },
  );

  test.each(PAYLOADS.map((payload) => [payload.slice(0, 30), payload]))(
    '%j in any path and query',
    async (_name, payload) => {
      const text = encodeURIComponent(payload.replace('\uD800', '\uFFFD')).slice(0, 8000);
      for (const url of [
        `${JOBS}/${text}`,
        `${JOBS}/${text}/results`,
        `/api/v1/bulk_api/report_types/${text}`,
        `/files/${text}?expires=${text}&filename=${text}&kid=${text}&signature=${text}`,
        `${JOBS}?page=${text}&per_page=${text}`,
        `/api/v1/accounts?${text}=${text}&page[]=1&page[__proto__]=x`,
        `/${text}`,
      ]) {
        judge(await door.as(customer).get(url));
      }
      judge(await door.as(customer).delete(`${JOBS}/${text}`));
    },
  );

  test.each(PAYLOADS.map((payload) => [payload.slice(0, 30), payload]))('%j as a token', async (_name, payload) => {
    const token = Buffer.from(payload).toString('base64url').slice(0, 8000);
    for (const bearer of [token, `cvt_${token}`, `${token}.${token}.${token}`]) {
      const answer = await door.app.inject({ url: JOBS, headers: { authorization: `Bearer ${bearer}` } });
      expect(answer.statusCode).toBe(401);
    }
  });
});

describe('a malformed request', () => {
  test.each(['/%', '/%zz', '/%c0%af', '/%e0%a4%a', '/files/%ff', `${JOBS}/%ff`, '/?%zz=%zz'])('%s', async (url) => {
    judge(await door.app.inject({ url, headers: { authorization: customer.authorization } }));
  });

  test.each([
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['gzip', Buffer.from([0x1f, 0x8b, 0x08, 0x00])],
    ['deep lists', '['.repeat(1_000_000)],
    ['deep objects', '{"a":'.repeat(1_000_000)],
    ['an endless number', `{"property_ids":[${'9'.repeat(1_000_000)}]}`],
    ['__proto__', '{"__proto__":{"report_type":"property"},"constructor":{"prototype":{"a":1}}}'],
    ['the same field twice', '{"report_type":"property","report_type":"x"}'],
  ])('a body: %s', async (name, body) => {
    const answer = await door.as(customer).post(body);
    expect(answer.statusCode).toBe(name === 'UTF-16' ? 415 : 400);
    judge(answer);
  });

  test('nothing of it reached a prototype', () => {
    expect(({} as Record<string, unknown>)['report_type']).toBeUndefined();
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test.each([
    ['content-length', '5'],
    ['content-type', '\u00e9'],
    ['content-type', 'application/json; charset=utf-16'],
    ['content-type', ';'],
    ['content-encoding', 'br'],
    ['range', 'bytes=0-0,1-1,2-2'],
    ['if-none-match', 'W/'],
    ['expect', '200-ok'],
    ['x-request-id', 'a'.repeat(8000)],
    ['accept-version', '9.9.9'],
  ])('a header %s: %s', async (name, value) => {
    judge(
      await door.app.inject({
        method: 'POST',
        url: JOBS,
        headers: { authorization: customer.authorization, 'content-type': 'application/json', [name]: value },
        payload: JSON.stringify(REQUEST),
      }),
    );
  });
});
