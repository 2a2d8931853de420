/**
 * Nothing that a client sends makes the server fail: every route of the running server, with valid credentials and hostile input.
 * Some 28,000 requests. Beside the planted route, a control that was run: with `isStorable` true of every text, `POST /v2/jobs/file`
 * is red, as it was before texts were checked.
 */
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LiveRoutes, recordRoutes } from '../support/live-routes.ts';
import { adminProbes } from './access-admin.ts';
import { type Answer, ask } from './access-answer.ts';
import { OPEN_ROWS, PROTECTED_DOORS } from './access-matrix.ts';
import { probesOf } from './access-probe.ts';
import { openWorld, type World } from './access-world.ts';
import { hostileRequests, type Target, targetsOf } from './hostile-requests.ts';

const ROUTES = [...new Set([...probesOf(PROTECTED_DOORS, OPEN_ROWS), ...adminProbes()].map(({ route }) => route))];
/** A word of the inside in an answer. */
const INSIDE = /\bat .*\.[jt]s:\d|node_modules|\bpg_|duckdb|ENOENT|syntax error at/i;

let world: World;
let live: LiveRoutes;
let targets: ReadonlyMap<string, Target>;
let judged = 0;

beforeAll(async () => {
  world = await openWorld((http) => {
    live = recordRoutes(http);
    // An injected request has no socket that could be cut, which the watch over slow uploads does to a body that nobody reads.
    http.addHook('preParsing', async ({ raw }) => void Object.assign(raw.socket, { destroy: () => undefined }));
    http.post('/planted/:id', async ({ body }) => {
      if (JSON.stringify(body ?? null).includes('\\u0000'))
        throw new Error('invalid byte sequence for encoding "UTF8"');
      return null;
    });
  });
  targets = new Map((await targetsOf(world)).map((target) => [target.route, target]));
});
afterAll(async () => {
  console.info(`hostile input: ${targets.size} routes, ${judged} answers judged`);
  await world[Symbol.asyncDispose]();
});

function short(options: InjectOptions): string {
  const { method, url, headers, payload } = options;
  return JSON.stringify({ method, url, headers, payload: payload === undefined ? undefined : String(payload) }).slice(
    0,
    600,
  );
}

function isError(body: string): boolean {
  try {
    return typeof JSON.parse(body).error === 'string';
  } catch {
    return false;
  }
}

function faults({ status, body }: Answer, { method }: InjectOptions): readonly string[] {
  return [
    ...(status >= 500 ? [`${status} ${body}`] : []),
    ...(status >= 400 && method !== 'HEAD' && !isError(body)
      ? [`${status} without an error: ${body.slice(0, 200)}`]
      : []),
    ...(status >= 400 && INSIDE.test(body) ? [`a word of the inside: ${body.slice(0, 300)}`] : []),
  ];
}

/** An answer that may have no end is told by its status. */
async function answerTo({ http }: World, options: InjectOptions): Promise<Answer> {
  const response = await http.inject({ ...options, payloadAsStream: true });
  const { statusCode, headers } = response;
  const stream = response.stream();
  let body = '';
  for await (const chunk of stream) {
    body += String(chunk);
    if (String(headers['content-type']).startsWith('text/event-stream')) break;
  }
  // A client that hangs up: an account may have only so many streams.
  response.raw.res.destroy();
  return { status: statusCode, headers, body };
}

/** So many are under way at once: most of a request is waiting for the database. */
const AT_ONCE = 16;

async function problemsOf(target: Target): Promise<readonly string[]> {
  const problems: string[] = [];
  const requests = hostileRequests(target);
  async function judge(): Promise<void> {
    for (const options of requests) {
      if (problems.length > 20) return;
      await target.before?.();
      judged++;
      for (const fault of faults(await answerTo(world, options), options))
        problems.push(`${fault} for ${short(options)}`);
    }
  }
  // What must be so before a request is no longer so behind another.
  await Promise.all(Array.from({ length: target.before === undefined ? AT_ONCE : 1 }, judge));
  return problems;
}

/** The good requests that change nothing: whatever was stored meanwhile can be read. */
async function stillAnswers(): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [route, { good }] of targets) {
    if (good.method !== 'GET') continue;
    const { status, body } = await answerTo(world, good);
    // No access key opens them: their own tests have sessions.
    if (status === 403 && /\/console\/sessions?$/.test(route)) continue;
    // There is none of a job that waits.
    if (status === 400 && route.endsWith('/file/:job_id/summary')) continue;
    if (status >= 400) problems.push(`${route}: ${status} ${body.slice(0, 200)}`);
  }
  return problems;
}

function targetOf(route: string): Target {
  const target = targets.get(route);
  if (target === undefined) throw new Error(`${route} is not tried`);
  return target;
}

describe('every route × every hostile input', { timeout: 600_000 }, () => {
  test.each(ROUTES)('%s', async (route) => {
    expect(await problemsOf(targetOf(route))).toEqual([]);
  });

  test('and the server answers as before', async () => {
    expect(await stillAnswers()).toEqual([]);
  });
});

describe('the table', () => {
  test('tries every route of the server', () => {
    const served = [...live.served].filter((route) => !route.includes('/planted/'));
    expect(served.filter((route) => !targets.has(route))).toEqual([]);
  });

  test('sees a route that fails at NUL', async () => {
    const planted: Target = {
      route: 'POST /planted/:id',
      isAlias: false,
      good: { method: 'POST', url: '/planted/1', payload: { name: 'a' } },
    };
    expect((await ask(world.http, planted.good)).status).toBe(200);
    expect(await problemsOf(planted)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^500 .*Internal Server Error/)]),
    );
  });
});
