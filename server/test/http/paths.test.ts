/** Paths as clients send them, over every route of the table: slashes too many, methods and paths that are not there. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/http/operations.ts';
import type { Dialect } from '../../src/http/server/dialect.ts';
import { type TestDoor, testDoor } from './door.ts';

const SOME_ID = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';
const METHODS = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH'] as const;

interface Path {
  readonly dialect: Dialect;
  readonly prefix: string;
  readonly path: string;
}

const PATHS: readonly Path[] = OPERATIONS.dialects.flatMap((dialect) =>
  dialect.prefixes.flatMap((prefix) =>
    [...new Set(dialect.operations.map(({ path }) => path))].map((path) => ({ dialect, prefix, path })),
  ),
);

let door: TestDoor;
beforeAll(async () => {
  door = await testDoor();
});
afterAll(() => door[Symbol.asyncDispose]());

function urlOf({ prefix, path }: Path): string {
  return prefix + path.replaceAll(/:\w+/g, SOME_ID);
}

function ask(method: (typeof METHODS)[number], url: string) {
  return door.app.inject({ method, url, headers: { 'user-agent': 'test' } });
}

/** What a refusal has besides `message`, as the dialect writes it. */
function isOfDialect(dialect: Dialect, body: Readonly<Record<string, unknown>>): boolean {
  const word = String(body['error']);
  return dialect.name === 'reonomy'
    ? /^[A-Z][A-Za-z]+$/.test(word) && !word.includes(' ')
    : /^[A-Z][a-z]+( [A-Z][a-z]+)*$/.test(word);
}

describe.each(PATHS)('$prefix$path', (path) => {
  const url = urlOf(path);
  const served = new Set(
    path.dialect.operations.filter((each) => each.path === path.path).map(({ method }) => String(method)),
  );

  test('is the same path with a slash at its end, or with two in place of one', async () => {
    for (const method of METHODS) {
      const plain = await ask(method, url);
      for (const sent of [`${url}/`, `/${url}`, url.replaceAll('/', '//'), `${url}//?page=1`]) {
        const answer = await ask(method, sent);
        expect([answer.statusCode, answer.body, answer.headers['allow']], `${method} ${sent}`).toEqual([
          plain.statusCode,
          plain.body,
          plain.headers['allow'],
        ]);
      }
    }
  });

  test('refuses other methods with 405, in the words of its contract', async () => {
    for (const method of METHODS.filter((each) => !served.has(each))) {
      const answer = await ask(method, url);
      expect(answer.statusCode, method).toBe(405);
      expect(isOfDialect(path.dialect, answer.json()), answer.body).toBe(true);
      for (const taken of served) expect(answer.headers['allow']).toContain(taken);
    }
  });

  // `jobs/estimat` may be a job's id, `property/bul` a property's, `property_lists/coun` a list's name.
  test.runIf(!/\/(?:estimate|bulk|count)$/.test(path.path))(
    'is named where a path with one letter too few is asked for',
    async () => {
      const last = path.path.split('/').findLast((segment) => !segment.startsWith(':')) ?? '';
      const answer = await ask('GET', url.replace(last, last.slice(0, -1)));
      expect(answer.statusCode, answer.body).toBe(404);
      expect(isOfDialect(path.dialect, answer.json()), answer.body).toBe(true);
      expect(answer.json().message).toContain(`${path.prefix}${path.path.replaceAll(/:(\w+)/g, '{$1}')})`);
    },
  );
});

describe('a path that is not served', () => {
  test.each([
    ['POST', '/v2/jobs/file/x', 'This path takes GET, HEAD; POST is taken by /v2/jobs/file'],
    ['POST', '/api/v1/bulk_api/jobs/x', 'This path takes DELETE, GET, HEAD; POST is taken by /api/v1/bulk_api/jobs'],
    ['PUT', '/v2/jobs/file', 'This path takes GET, HEAD, POST'],
  ] as const)('%s %s', async (method, url, message) => {
    const answer = await ask(method, url);
    expect([answer.statusCode, answer.json().message]).toEqual([405, message]);
  });

  test.each([
    ['/bulk_api/jobs', '/api/v1/bulk_api/jobs'],
    ['/jobs/file', '/v2/jobs/file'],
    ['/api/v3/jobs/file', '/api/v2/jobs/file'],
    ['/v1/properties/lookup', '/api/v1/properties/lookup'],
    ['/oauth/tokens', '/oauth/token'],
  ])('%s is told the path that was meant', async (url, meant) => {
    expect((await ask('GET', url)).json().message).toContain(`${meant})`);
  });

  test.each(['/nothing', '/apartmentiq/api/v1', '//', '/v2/qqqqqqqqqq'])(
    '%s is near none, and none is named',
    async (url) => {
      expect((await ask('GET', url)).json().message).toBe(
        'There is nothing at this path; /openapi.json lists what there is',
      );
    },
  );

  test.each(['/files//a', '/livez/', '/v2/jobs//../jobs/file', '/v2%2F/jobs/file', '/v2/jobs%2F/file/'])(
    '%s means what it says',
    async (url) => {
      const answer = await ask('GET', url);
      expect([403, 404]).toContain(answer.statusCode);
    },
  );

  test('is refused before its body is read, however large', async () => {
    const payload = Buffer.alloc(1024 * 1024, 'x');
    for (const url of ['/nothing', '/v2/nothing', '/api/v1/nothing']) {
      const answer = await door.app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json' },
        payload,
      });
      expect(answer.statusCode, url).toBe(404);
    }
  });
});
