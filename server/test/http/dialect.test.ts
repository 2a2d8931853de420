/** Whatever value is a dialect is served and documented as it says, by a server that has never heard of it. */
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConveyanceError } from '../../src/core/errors.ts';
import { NO_METER } from '../../src/core/ports/telemetry.ts';
import { openApiDocument } from '../../src/http/openapi.ts';
import { RequestTurns } from '../../src/http/requests/request-turns.ts';
import type { Dialect } from '../../src/http/server/dialect.ts';
import type { Door, OperationDocument, ProtectedOperation } from '../../src/http/server/operation.ts';
import { addDialect } from '../../src/http/server/routes.ts';
import { silentLog } from '../support/postgres.ts';

function documentOf(operationId: string, schema: z.ZodType): OperationDocument {
  return {
    operationId,
    tag: 'Service',
    summary: 'A thing',
    description: 'A thing.',
    responses: { 200: { description: 'The thing', schema } },
  };
}

const thing = z.object({ of: z.string() }).meta({ id: 'Thing' });

const getThing: ProtectedOperation = {
  permission: 'view jobs',
  method: 'GET',
  path: '/thing',
  document: documentOf('getThing', thing),
  answer: async (_door, { caller }) => ({ of: caller.accountId }),
};

const forbidThing: ProtectedOperation = {
  permission: 'cancel jobs',
  method: 'DELETE',
  path: '/thing',
  document: documentOf('forbidThing', thing),
  answer: async () => {
    throw new Error('whoever may not do it comes no further than the door');
  },
};

const LIMIT = 3;
const INVENTED: Dialect = {
  name: 'reonomy',
  prefixes: ['/here', '/there'],
  operations: [getThing, forbidThing],
  rate: () => ({ limit: LIMIT, windowSeconds: 1, windowName: 'second' }),
  async authenticate(_door, { headers }) {
    if (headers['x-who'] === undefined) throw new ConveyanceError('unauthorized', 'Who?');
    return { accountId: String(headers['x-who']), credentialId: 'c', scopes: ['exports:read'] };
  },
  checkHeaders({ headers }) {
    if (headers['x-plain'] === undefined) throw new ConveyanceError('invalid_parameter', 'How?');
  },
  renderError: ({ code, message }) => ({ fault: code, message }),
  scopeChallenge: (_caller, scope) => `Invented scope=${scope}`,
  document: {
    security: { name: 'who', scheme: (publicUrl) => ({ type: 'http', description: `Of ${publicUrl}` }) },
    responses: { 429: { description: 'Too often' } },
    forbidden: (permission) => ({ description: `Not ${permission}` }),
  },
};

/** As much of the door as the routes of a dialect touch; every lease of the rate grants the whole window. */
function doorFor(): Door {
  const count = async () => ({ granted: LIMIT, remaining: 0, window: 1, windowEndsInMs: 60_000 });
  const deps = { log: silentLog, meter: NO_METER, clock: () => new Date(), db: { rateLimits: { count } } };
  const sessions = { isMeant: () => false };
  return { deps, settings: {}, turns: new RequestTurns(), sessions } as unknown as Door;
}

describe('a dialect', () => {
  let app: FastifyInstance;

  beforeEach(() => {
    app = Fastify();
    app.decorateRequest('caller', null);
    addDialect(app, doorFor(), INVENTED);
  });
  afterEach(() => app.close());

  const KNOWN = { 'x-who': 'Harbor', 'x-plain': 'yes' };

  test('has its operations under each of its prefixes, for whoever it recognises', async () => {
    for (const url of ['/here/thing', '/there/thing']) {
      const answer = await app.inject({ url, headers: KNOWN });
      expect([answer.statusCode, answer.json()]).toEqual([200, { of: 'Harbor' }]);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  test('refuses in its own words: a stranger, a path, a method, a scope', async () => {
    const faultOf = async (options: InjectOptions) => (await app.inject(options)).json().fault;
    expect(await faultOf({ url: '/here/thing' })).toBe('unauthorized');
    expect(await faultOf({ url: '/here/nothing' })).toBe('not_found');
    expect(await faultOf({ method: 'PUT', url: '/there/thing' })).toBe('method_not_allowed');
    const forbidden = await app.inject({ method: 'DELETE', url: '/here/thing', headers: KNOWN });
    expect(forbidden.json()).toMatchObject({ fault: 'forbidden' });
    expect(forbidden.headers['www-authenticate']).toBe('Invented scope=exports:write');
  });

  test('counts the requests of a credential over all its prefixes, and looks at their headers after that', async () => {
    const statuses: unknown[] = [];
    for (const url of ['/here/thing', '/there/thing', '/here/thing', '/there/thing']) {
      const answer = await app.inject({ url, headers: { 'x-who': 'Harbor' } });
      statuses.push(answer.json().fault);
    }
    expect(statuses).toEqual(['invalid_parameter', 'invalid_parameter', 'invalid_parameter', 'rate_limited']);
  });
});

describe('the document of a dialect', () => {
  const SETTINGS = { publicUrl: 'https://data.example.com', version: '0.0.0' };

  test('has what it says, and nothing of any other', () => {
    const document = openApiDocument({ dialects: [INVENTED], service: [] }, SETTINGS);
    expect(document.servers.map(({ url }) => url)).toEqual([
      'https://data.example.com/here',
      'https://data.example.com/there',
    ]);
    expect(document.components).toEqual({
      securitySchemes: { who: { type: 'http', description: 'Of https://data.example.com' } },
      schemas: { Thing: { type: 'object', properties: { of: { type: 'string' } }, required: ['of'] } },
    });
    expect(Object.keys(document.paths)).toEqual(['/thing']);
    expect(document.paths['/thing']).toMatchObject({
      get: {
        security: [{ who: ['exports:read'] }],
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          403: { description: 'Not view jobs' },
          429: { description: 'Too often' },
        },
      },
    });
  });

  test('refuses a schema of which nothing would be told', () => {
    const untold = documentOf('getUntold', z.object({ of: z.custom<string>() }));
    const dialect = { ...INVENTED, operations: [{ ...getThing, document: untold }] };
    expect(() => openApiDocument({ dialects: [dialect], service: [] }, SETTINGS)).toThrow(/must have its type/);
  });

  test('refuses two shapes of one name, and two dialects at one path: the later would hide the earlier', () => {
    const other = { ...getThing, path: '/other', document: documentOf('getOther', z.int().meta({ id: 'Thing' })) };
    const twoShapes = { ...INVENTED, operations: [getThing, other] };
    expect(() => openApiDocument({ dialects: [twoShapes], service: [] }, SETTINGS)).toThrow(
      /two shapes are named Thing/,
    );
    const twice = { dialects: [INVENTED, INVENTED] as const, service: [] };
    expect(() => openApiDocument(twice, SETTINGS)).toThrow(/\/thing belongs to two parts/);
  });
});
