/**
 * No account sees another's job, file, list, count, secret or timing: every route of the running server, with every kind of
 * credential, and with whatever belongs to somebody else.
 */

import type { InjectOptions } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ADMIN_OPERATIONS, OPERATIONS } from '../../src/http/operations.ts';
import { type Operation, scopeOf } from '../../src/http/server/operation.ts';
import { type LiveRoutes, recordRoutes } from '../support/live-routes.ts';
import { ADMIN_ROWS, adminProbes } from './access-admin.ts';
import { ask, indistinguishable } from './access-answer.ts';
import { CONTROLS, forgetCallers } from './access-controls.ts';
import { OPEN_ROWS, PROTECTED_DOORS } from './access-matrix.ts';
import { isWhole, mismatches, type Probe, probesOf } from './access-probe.ts';
import { openWorld, type World } from './access-world.ts';

const PROBES = [...probesOf(PROTECTED_DOORS, OPEN_ROWS), ...adminProbes()];
/** The others that a client might try; more exotic ones go the same way. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

let world: World;
let live: LiveRoutes;
let cells = 0;

beforeAll(async () => {
  world = await openWorld((http) => {
    live = recordRoutes(http);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  const { credentials } = world.first;
  console.info(`access matrix: ${live.served.size} routes, ${credentials.length} credentials, ${cells} answers judged`);
  await world[Symbol.asyncDispose]();
});

async function problemsOf(route: string, probes: readonly Probe[] = PROBES): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { run } of probes.filter((probe) => probe.route === route)) {
    const report = await run(world);
    cells += report.cells;
    problems.push(...report.problems);
  }
  return problems;
}

describe('every route × every credential', { timeout: 120_000 }, () => {
  const routes = [...new Set(PROBES.map(({ route }) => route))];

  test.each(routes)('%s', async (route) => {
    expect(await problemsOf(route)).toEqual([]);
  });

  test('another method of a path is refused to everybody alike', async () => {
    expect([...live.refused.keys()].sort()).toEqual([...new Set(routes.map((route) => route.split(' ')[1]))].sort());
    for (const [path, methods] of live.refused) {
      for (const method of METHODS.filter((each) => methods.includes(each))) {
        const options: InjectOptions = { method, url: path.replace(/:\w+/, world.first.jobs.waiting) };
        const toNobody = await ask(world.http, options);
        expect([toNobody.status, toNobody.headers['allow']], `${method} ${path}`).toEqual([405, expect.any(String)]);
        // Who is refused a method is told so whatever his scopes are.
        const worth = world.first.credentials.filter((each) => each.scheme === null || isWhole(each));
        const told = worth.map(async ({ headers }) => {
          return indistinguishable(await ask(world.http, { ...options, headers }), toNobody);
        });
        expect((await Promise.all(told)).flat()).toEqual([]);
      }
    }
  });
});

describe('the table', () => {
  test('has a row for every route of the server, and a route for every row', () => {
    expect(mismatches(live.served, PROBES)).toEqual([]);
    // Control: a route that nobody thought of, and a row that is left over.
    const fewer = PROBES.filter(({ route }) => route !== 'GET /api/v1/usage');
    expect(mismatches([...live.served, 'GET /api/v1/secrets'], fewer)).toEqual([
      'GET /api/v1/usage has no row',
      'GET /api/v1/secrets has no row',
    ]);
    expect(
      mismatches(
        fewer.map(({ route }) => route),
        PROBES,
      ),
    ).toEqual(['GET /api/v1/usage is no route']);
  });

  test('asks for the scope that the declaration of the route, and so the documentation, names', () => {
    const all: readonly Operation[] = [
      ...OPERATIONS.dialects.flatMap(({ operations }) => operations),
      ...OPERATIONS.service,
      ...ADMIN_OPERATIONS.dialects.flatMap(({ operations }) => operations),
      ...ADMIN_OPERATIONS.service,
    ];
    const declared = all.map((operation) => {
      const scope = 'permission' in operation ? scopeOf(operation) : 'open';
      return `${operation.method} ${operation.path} ${scope}`;
    });
    const tried = [
      ...PROTECTED_DOORS.flatMap(({ rows }) => rows.map(({ method, path, scope }) => `${method} ${path} ${scope}`)),
      ...OPEN_ROWS.map(({ method, path }) => `${method} ${path} open`),
      ...ADMIN_ROWS.map(({ method, path }) => `${method} ${path} admin`),
    ];
    expect([...new Set(tried)].sort()).toEqual(declared.toSorted());
  });
});

describe('the matrix sees a server that', { timeout: 120_000 }, () => {
  test.each(CONTROLS)('$fault', async ({ seenBy, apply }) => {
    await apply(world);
    for (const route of seenBy) expect(await problemsOf(route), route).not.toEqual([]);
  });

  test('asks for another scope than it says, or refuses in other words', async () => {
    // A server that forgot revocations still believes those whom it let in.
    await forgetCallers(world);
    const route = 'GET /api/v1/usage';
    const changed = (change: object) =>
      probesOf(
        PROTECTED_DOORS.map((door) => ({ ...door, rows: door.rows.map((row) => ({ ...row, ...change })) })),
        [],
      );
    expect(await problemsOf(route, changed({ scope: 'admin' }))).not.toEqual([]);
    expect(await problemsOf(route, changed({ scope: null }))).not.toEqual([]);
    expect(await problemsOf(route, changed({ refusal: 'No.' }))).not.toEqual([]);
    expect(await problemsOf(route, changed({}))).toEqual([]);
  });
});
