/** The OpenAPI document holds what the contract's own document holds, and every route that the server has. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openApiDocument } from '../../src/http/openapi.ts';
import { ADMIN_DOCUMENT, ADMIN_OPERATIONS, OPERATIONS } from '../../src/http/operations.ts';
import { createWebhookSender } from '../../src/webhooks/send.ts';
import { OPERATIONS as NOTED_OPERATIONS, SCHEMAS } from '../golden/apartmentiq-operations.ts';
import { message, NEVER, startReceiver } from '../webhooks/receiver.ts';
import { testDoor } from './door.ts';
import { fieldsOf, notedOperation, type PublishedContract } from './noted-contract.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json };

const ORIGIN = 'https://data.example.com';
const CONTRACT = new URL('apartmentiq-contract.json', import.meta.url);

function isObject(value: Json | undefined): value is { readonly [field: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A parameter is known by its name, whatever its place in the list. */
function isSame(actual: Json, expected: Json): boolean {
  return (
    isObject(actual) && isObject(expected) && actual['name'] === expected['name'] && actual['in'] === expected['in']
  );
}

/** The paths at which `actual` lacks or changes something of `expected`. More is allowed everywhere but in `required`. */
function missing(actual: Json | undefined, expected: Json, at: string): readonly string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [at];
    if (at.endsWith('.required')) return [...actual].sort().join() === [...expected].sort().join() ? [] : [at];
    return expected.flatMap((item, index) => {
      const twin = isObject(item) && 'name' in item ? actual.find((other) => isSame(other, item)) : undefined;
      if (twin !== undefined) return missing(twin, item, `${at}[${index}]`);
      return actual.some((other) => missing(other, item, at).length === 0) ? [] : [`${at}[${index}]`];
    });
  }
  if (!isObject(expected)) return actual === expected ? [] : [at];
  if (!isObject(actual)) return [at];
  return Object.entries(expected).flatMap(([field, value]) => missing(actual[field], value, `${at}.${field}`));
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
}

let document: { readonly [field: string]: Json };
let contract: { readonly [field: string]: Json };

beforeAll(async () => {
  document = JSON.parse(JSON.stringify(openApiDocument(OPERATIONS, { publicUrl: ORIGIN, version: '0.0.0' })));
  contract = JSON.parse(await readFile(CONTRACT, 'utf8'));
});

/** Each path with its operations, and where they are if the document does not say. */
function pathsOf(of: Readonly<Record<string, Json>>, bases: readonly string[]) {
  const paths = Object.entries(of['paths'] as Record<string, Record<string, Json>>);
  return paths.map(([path, item]) => [path, item, bases] as const);
}

describe('the contract', () => {
  test('its operations, parameters, schemas, statuses and examples are in the document', () => {
    expect(missing(document, contract, '$')).toEqual([]);
  });

  test('the comparison sees what is missing', () => {
    const { schemas } = document['components'] as { schemas: Record<string, Json> };
    const { Error: _dropped, ...others } = schemas;
    expect(missing({ ...document, components: { schemas: others } }, contract, '$')).toEqual([
      '$.components.schemas.Error',
    ]);
    expect(missing({ required: ['a', 'b'] }, { required: ['a'] }, '$')).toEqual(['$.required']);
    expect(missing({ enum: ['a'] }, { enum: ['a', 'b'] }, '$')).toEqual(['$.enum[1]']);
  });

  test('says of each operation and schema what was noted down from the vendor’s reference', () => {
    const { paths, components } = contract as unknown as PublishedContract;
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, notedOperation(operation)]),
    );
    expect(Object.fromEntries(operations)).toEqual(NOTED_OPERATIONS);
    const schemas = Object.entries(components.schemas).map(([name, schema]) => [name, schema.enum ?? fieldsOf(schema)]);
    expect(Object.fromEntries(schemas)).toEqual(SCHEMAS);
    expect(contract['security']).toEqual([{ oauth2: [] }]);
  });
});

describe('the document', () => {
  test('names the server by its configured address', () => {
    expect(document['servers']).toEqual([
      { url: `${ORIGIN}/apartmentiq/api/v1` },
      { url: `${ORIGIN}/api/v1`, description: 'An alias' },
    ]);
    expect((document['paths'] as Record<string, Json>)['/oauth/token']).toMatchObject({ servers: [{ url: ORIGIN }] });
  });

  test('every reference leads to a schema, and every operation id is unique', () => {
    const text = JSON.stringify(document);
    const { schemas } = document['components'] as { schemas: Record<string, Json> };
    const referred = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
    expect([...referred].filter((name) => name === undefined || !(name in schemas))).toEqual([]);
    const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('integers carry no limits that nobody meant', () => {
    expect(JSON.stringify(document)).not.toContain(String(Number.MAX_SAFE_INTEGER));
  });

  test('describes the webhooks as they are sent: their headers, all of them required, and the job as GET answers it', async () => {
    const { jobEnded, test: testEvent } = document['webhooks'] as Record<string, { readonly [method: string]: Json }>;
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const sender = createWebhookSender({ allow: ['127.0.0.1'], clock: () => new Date(), version: '0.0.0' });
    onTestFinished(() => sender.close());
    expect(await sender.send(message(receiver.url()), NEVER)).toMatchObject({ failure: null });
    const [sent] = receiver.deliveries;
    const named = Object.keys(sent?.headers ?? {}).filter((name) => name.startsWith('webhook-'));
    for (const event of [jobEnded, testEvent]) {
      const { post, ...others } = event as unknown as Record<string, { parameters: Parameter[] }>;
      expect(others).toEqual({});
      const parameters = post?.parameters ?? [];
      expect(parameters.map(({ name }) => name).sort()).toEqual(named.sort());
      expect(parameters.every((parameter) => parameter.in === 'header' && parameter.required)).toBe(true);
    }
    const schema = { $ref: '#/components/schemas/BatchJob' };
    expect(jobEnded).toMatchObject({
      post: { requestBody: { content: { [String(sent?.headers['content-type'])]: { schema } } } },
    });
  });

  test('has every route of the server, and the server every operation of the document', async () => {
    const routes = new Set<string>();
    await using door = await testDoor({
      prepare: (app) => {
        app.addHook('onRoute', ({ method, url }) => {
          // A list of methods is the refusal of all others; the HEAD beside a GET is the framework's own.
          if (typeof method === 'string' && (method !== 'HEAD' || url === '/files/*')) routes.add(`${method} ${url}`);
        });
      },
    });
    await door.app.ready();
    const operations = new Set<string>();
    const terms = { publicUrl: ORIGIN, version: '0.0.0', about: ADMIN_DOCUMENT };
    const admin = JSON.parse(JSON.stringify(openApiDocument(ADMIN_OPERATIONS, terms)));
    // Each operation is in one of the two documents.
    for (const [path, item, defaults] of [
      ...pathsOf(document, ['/apartmentiq/api/v1', '/api/v1']),
      ...pathsOf(admin, ['/admin/v1']),
    ]) {
      // What a wildcard stands for has a name in the document.
      const url = path.endsWith('/{key}') ? path.replace('{key}', '*') : path.replaceAll(/\{(\w+)\}/g, ':$1');
      for (const method of Object.keys(item).filter((field) => field !== 'servers')) {
        const own = item['servers'] as unknown as readonly { url: string }[] | undefined;
        const bases = own?.map(({ url: base }) => new URL(base).pathname.replace(/^\/$/, '')) ?? defaults;
        for (const base of bases) operations.add(`${method.toUpperCase()} ${base}${url}`);
      }
    }
    expect([...routes].sort()).toEqual([...operations].sort());
  });
});
