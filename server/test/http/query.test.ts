/** Query parameters that an operation does not know, over every route of the table: refused where leaving one out would widen the answer. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SCOPES } from '../../src/core/access.ts';
import { OPERATIONS } from '../../src/http/operations.ts';
import type { Dialect } from '../../src/http/server/dialect.ts';
import type { ProtectedOperation } from '../../src/http/server/operation.ts';
import { type Customer, KNOWN_IDS, type TestDoor, testDoor } from './door.ts';

const SOME_ID = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';
const LOOKUP = '/apartmentiq/api/v1/properties/lookup';

interface Row {
  readonly dialect: Dialect;
  readonly operation: ProtectedOperation;
  readonly name: string;
}

const ROWS: readonly Row[] = OPERATIONS.dialects.flatMap((dialect) =>
  dialect.operations.map((operation) => ({ dialect, operation, name: `${operation.method} ${operation.path}` })),
);

/** Reads many things at once: whatever narrows the answer must not be left out. */
function answersWithMany({ operation: { path, document } }: Row): boolean {
  const { schema } = document.responses[200] ?? {};
  const fields = schema instanceof z.ZodObject ? Object.values(schema.shape) : [];
  const isOfOne = path.includes(':') && !path.endsWith('/runs');
  // The secrets of webhooks are all that there are.
  return (
    !isOfOne &&
    !path.startsWith('/webhooks/') &&
    fields.some((field) => field instanceof z.ZodArray && field.element instanceof z.ZodObject)
  );
}

let door: TestDoor;
let customer: Customer;
beforeAll(async () => {
  door = await testDoor();
  customer = await door.customer({ scopes: SCOPES });
});
afterAll(() => door[Symbol.asyncDispose]());

function ask({ dialect, operation }: Row, query: string) {
  const { accessKey, secret, authorization } = customer;
  const basic = `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}`;
  return door.app.inject({
    method: operation.method,
    url: `${dialect.prefixes[0]}${operation.path.replaceAll(/:\w+/g, SOME_ID)}?${query}`,
    headers: { authorization: dialect.name === 'reonomy' ? basic : authorization, 'user-agent': 'test' },
    ...(operation.method === 'POST' && { payload: operation.path === '/properties/ids' ? { ids: [1] } : {} }),
  });
}

async function faultsOf(row: Row, query: string): Promise<readonly string[]> {
  const answer = await ask(row, query);
  if (answer.statusCode !== 400) return [String(answer.statusCode)];
  const { message, errors } = answer.json();
  return errors ?? [message];
}

const RULED = ROWS.filter(({ operation }) => operation.unknownQuery !== undefined);
const STRICT = RULED.filter(({ operation }) => operation.unknownQuery === 'refused');
const LISTS = RULED.filter(({ operation }) => operation.unknownQuery === 'refused-if-meant');

test('whatever answers with many things says what becomes of a parameter that it does not know', () => {
  const many = ROWS.filter(answersWithMany);
  expect(many.length).toBeGreaterThan(7);
  expect(many.filter(({ operation }) => operation.unknownQuery === undefined).map(({ name }) => name)).toEqual([]);
  expect(STRICT.map(({ name }) => name)).toEqual([
    'GET /properties/lookup',
    'GET /webhook_deliveries',
    'POST /search/summaries',
    'POST /resolve/property',
  ]);
});

describe.each(STRICT)('$name', (row) => {
  const known = Object.keys(row.operation.document.query?.shape ?? {});

  test('refuses any parameter that it does not know', async () => {
    for (const name of ['foo', 'filter[x]', '_', 'CITY', 'fields']) {
      const [first] = await faultsOf(row, `${encodeURIComponent(name)}=1`);
      expect(first).toMatch(/^the query has unknown parameter /);
      expect(first).toContain(name);
    }
  });

  test.runIf(known.length > 0)('names the nearest', async () => {
    for (const name of known.filter((each) => each.length > 3)) {
      const [first] = await faultsOf(row, `${name.slice(0, -1)}=1`);
      expect(first, name).toMatch(/\(nearest: \w+\)|pages are asked for by|is a field of the body/);
    }
  });
});

describe.each(LISTS)('$name', (row) => {
  test('refuses a slip for a parameter, a page by other words, and a filter that it does not have', async () => {
    const known = Object.keys(row.operation.document.query?.shape ?? {});
    for (const name of known) {
      const [first] = await faultsOf(row, `${name}s=1`);
      expect(first, name).toMatch(new RegExp(`unknown parameter ${name}s`));
    }
    for (const name of ['cursor', 'sort']) {
      expect((await faultsOf(row, `${name}=x`))[0]).toContain(`unknown parameter ${name}`);
    }
  });

  // The stream of all jobs does not end, and ids are translated by the engine, which this door does not have.
  const isAnswered = !['/bulk_api/events', '/properties/ids'].includes(row.operation.path);
  test.runIf(isAnswered)('ignores what is the client’s own', async () => {
    const strangers = await faultsOf(row, 'utm_source=x&_=1764450000&foo=1&foo=2');
    const none = await faultsOf(row, '');
    expect(strangers).toEqual(none);
    expect(['200', '404']).toContain(none[0]);
  });
});

test('a list can be filtered by no field of its rows that it does not name, and says so', async () => {
  const row = LISTS.find(({ name }) => name === 'GET /bulk_api/jobs') as Row;
  expect(await faultsOf(row, 'output_format=csv')).toEqual([
    'the query has unknown parameter output_format; the list has no such filter',
  ]);
  expect(await faultsOf(row, 'limit=10')).toEqual([
    'the query has unknown parameter limit; pages are asked for by page and per_page',
  ]);
  const events = LISTS.find(({ name }) => name === 'GET /bulk_api/events') as Row;
  expect(await faultsOf(events, `job_id=${SOME_ID}`)).toEqual([
    'the query has unknown parameter job_id; the list has no such filter',
  ]);
});

describe('every operation', () => {
  test('refuses a parameter of its own that comes twice, unless it is a list', async () => {
    for (const row of ROWS) {
      const shape = row.operation.document.query?.shape ?? {};
      for (const [name, field] of Object.entries(shape)) {
        const faults = await faultsOf(row, `${name}=1&${name}=2`);
        const isList = name === 'detail_type';
        expect(faults[0] === `the query has ${name} 2 times; give it once`, `${row.name} ${name} ${faults}`).toBe(
          !isList,
        );
        expect(field).toBeDefined();
      }
    }
  });

  test.each(
    ROWS.filter(({ dialect, operation }) => dialect.name === 'apartmentiq' && !operation.path.endsWith('events')),
  )('$name takes account_id of its own account, and no other', async (row) => {
    const own = await ask(row, `account_id=${customer.accountId}`);
    expect([own.statusCode, own.body]).not.toEqual([403, expect.anything()]);
    expect(own.body).not.toContain('account_id');
    const others = await Promise.all(
      [SOME_ID, (await door.customer()).accountId, '42'].map((id) => ask(row, `account_id=${id}`)),
    );
    for (const other of others) {
      expect(other.statusCode).toBe(403);
      expect(other.body).toBe(others[0]?.body);
      expect(other.json().message).toContain('leave account_id out');
    }
    expect((await faultsOf(row, 'account_id='))[0]).toBe('account_id must not be empty');
  });
});

describe('account_id in a body', () => {
  const withBody = ROWS.filter(
    ({ operation: { method, document } }) => method === 'POST' && document.body !== undefined,
  );
  const send = ({ dialect, operation }: Row, payload: object) =>
    door.app.inject({
      method: operation.method,
      url: `${dialect.prefixes[0]}${operation.path.replaceAll(/:\w+/g, SOME_ID)}`,
      headers: { authorization: customer.authorization },
      payload,
    });

  test.each(withBody.filter(({ dialect }) => dialect.name === 'apartmentiq'))(
    '$name takes that of its own account, and no other',
    async (row) => {
      for (const own of [customer.accountId, customer.accountId.toUpperCase(), null]) {
        const answer = await send(row, { account_id: own });
        expect(answer.statusCode).not.toBe(403);
        expect(answer.body).not.toContain('account_id');
      }
      for (const other of [SOME_ID, 17, [customer.accountId], {}]) {
        const answer = await send(row, { account_id: other });
        expect([answer.statusCode, answer.json().message]).toEqual([
          403,
          expect.stringContaining('leave account_id out'),
        ]);
      }
      expect((await send(row, { account_id: '' })).json().message).toBe('account_id must not be empty');
    },
  );

  test('of its own account is no field that was ignored', async () => {
    const body = { report_type: 'property', output_format: 'csv', start_date: '2026-01-01', end_date: '2026-01-02' };
    const payload = { ...body, property_ids: KNOWN_IDS, account_id: customer.accountId };
    const created = await door.as(customer).create(payload);
    expect(created.statusCode).toBe(200);
    expect(created.body).not.toContain('ignored');
  });
});

describe('the look-up of properties', () => {
  const get = (query: string) => door.as(customer).get(`${LOOKUP}?${query}`);

  test.each([
    ['zip=30350', 'the query has unknown parameter zip (nearest: zip_code)'],
    ['market=Atlanta', 'the query has unknown parameter market (nearest: market_name)'],
    ['q=x', 'the query has unknown parameter q'],
  ])('?%s is refused rather than answered with everything', async (query, message) => {
    const answer = await get(`${query}&per_page=1`);
    expect([answer.statusCode, answer.json()]).toEqual([400, { error: 'Invalid parameter', message }]);
  });

  test('tells the faults of names and of values together', async () => {
    const answer = await get('zip=30350&page=1&page=2&per_page=0&state=');
    expect(answer.json()).toEqual({
      error: 'Invalid parameter',
      message: 'the query has unknown parameter zip (nearest: zip_code)',
      errors: [
        'the query has unknown parameter zip (nearest: zip_code)',
        'the query has page 2 times; give it once',
        'state must not be empty',
        'per_page must be an integer between 1 and 100',
      ],
    });
  });

  test('asks for the permission first', async () => {
    const stranger = await door.customer({ scopes: ['exports:read'] });
    const answer = await door.as(stranger).get(`${LOOKUP}?zip=30350`);
    expect(answer.statusCode).toBe(403);
  });
});
