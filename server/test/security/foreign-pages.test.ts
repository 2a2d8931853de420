/**
 * What a page of somebody else can make a signed-in browser send changes nothing: over every route that changes anything, as a member of an
 * account and as an operator.
 */
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR_SCOPES, OPERATORS_ACCOUNT, ROLES, type Scope } from '../../src/core/access.ts';
import { issueKey } from '../../src/core/logins/credentials.ts';
import { startSession } from '../../src/core/logins/sessions.ts';
import { ADMIN_OPERATIONS, OPERATIONS } from '../../src/http/operations.ts';
import { endFileJobs } from './access-reonomy.ts';
import { openWorld, type World } from './access-world.ts';
import { targetsOf } from './hostile-requests.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const FOREIGN = 'https://elsewhere.example.com';
const MARK = { 'x-conveyance-console': '1' };

type Head = Readonly<Record<string, string>>;

let world: World;
let own: Head;
let cookies: { readonly member: Head; readonly operator: Head };
/** Of the member. */
let keyId: string;

async function signIn(accountId: string, scopes: readonly Scope[]) {
  const { deps } = world.app.app;
  const { credentialId } = await issueKey(deps, { accountId, scopes });
  const { token } = await startSession(deps, { accountId, credentialId, scopes });
  return { credentialId, cookie: `conveyance-session=${token}` };
}

beforeAll(async () => {
  world = await openWorld(() => {});
  own = { ...MARK, origin: new URL(world.app.url).origin };
  const member = await signIn(world.first.id, ROLES.member);
  const operator = await signIn(OPERATORS_ACCOUNT, OPERATOR_SCOPES);
  keyId = member.credentialId;
  cookies = { member: { cookie: member.cookie }, operator: { cookie: operator.cookie } };
});
afterAll(() => world[Symbol.asyncDispose]());

/** Everything but what only notes that somebody was there. */
async function everything(): Promise<string> {
  const tables = await world.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ('nodes', 'rate_windows', 'workers_heard')`,
  );
  const seen: Readonly<Record<string, string>> = {
    credentials: " - 'last_used_at' - 'last_address'",
    sessions: " - 'expires_at'",
  };
  const digests = tables.map(
    ({ name }) =>
      `select '${name} ' || count(*) || ' ' || coalesce(sum(hashtextextended((to_jsonb(each)${seen[name] ?? ''})::text, 0)::numeric), 0) as digest from ${name} as each`,
  );
  const rows = await world.query<{ digest: string }>(digests.join(' union all '));
  return rows
    .map(({ digest }) => digest)
    .toSorted()
    .join('\n');
}

/** How a foreign page may send it: with the cookie, which the browser adds, and with nothing that such a page cannot send. */
const WAYS: Readonly<Record<string, (head: Head) => { readonly head: Head; readonly type?: string }>> = {
  'with the cookie alone': (cookie) => ({ head: cookie }),
  'from its own origin': (cookie) => ({ head: { ...cookie, origin: FOREIGN } }),
  'from no origin at all, as a frame in a sandbox': (cookie) => ({ head: { ...cookie, origin: 'null' } }),
  'as a form': (cookie) => ({ head: { ...cookie, origin: FOREIGN }, type: 'application/x-www-form-urlencoded' }),
  'as text': (cookie) => ({ head: { ...cookie, origin: FOREIGN }, type: 'text/plain' }),
  'as an upload': (cookie) => ({ head: { ...cookie, origin: FOREIGN }, type: 'multipart/form-data; boundary=x' }),
  'with our address as its origin, but not by our page': (cookie) => ({
    head: { ...cookie, origin: own['origin'] ?? '' },
  }),
  'with the header, from another origin': (cookie) => ({ head: { ...cookie, ...MARK, origin: FOREIGN } }),
  'with the header, from no origin': (cookie) => ({ head: { ...cookie, ...MARK } }),
};

/** The type of a piece of a file, which no form can have. */
const PIECE = 'application/offset+octet-stream';

function send(good: InjectOptions, head: Head, type?: string) {
  const { payload, headers, ...rest } = good;
  // What a call is about stands in headers too where files are sent in pieces.
  const said = Object.fromEntries(
    Object.entries(headers ?? {}).filter(([name, value]) => /^(?:tus|upload)-/.test(name) || value === PIECE),
  );
  const withType = type === undefined ? {} : { 'content-type': type };
  const body = payload === undefined ? {} : { payload: type === undefined ? payload : JSON.stringify(payload) };
  return world.http.inject({ ...rest, ...body, headers: { 'user-agent': 'browser', ...said, ...head, ...withType } });
}

/** Routes that change something and ask for a credential; of the open ones, those of the console alone know a session. */
function isChanging(route: string): boolean {
  const [method = '', path = ''] = route.split(' ');
  return !READING.has(method) && path !== '/oauth/token';
}

function cookieFor(route: string): Head {
  return route.includes(' /admin/v1/') ? cookies.operator : cookies.member;
}

describe('a page of somebody else', { timeout: 120_000 }, () => {
  test.each(Object.keys(WAYS))('changes nothing on any route, %s', async (way) => {
    const targets = (await targetsOf(world)).filter(({ route }) => isChanging(route));
    // Every operation that changes anything is among them.
    const operations = [OPERATIONS, ADMIN_OPERATIONS].flatMap(({ dialects }) =>
      dialects.flatMap((each) => each.operations),
    );
    const changing = operations.filter(({ method }) => !READING.has(method));
    for (const { method, path } of changing) {
      expect(
        targets.some(({ route }) => route.startsWith(`${method} `) && route.endsWith(path)),
        path,
      ).toBe(true);
    }
    const before = await everything();
    const answers: string[] = [];
    for (const { route, good } of targets) {
      const { head, type } = WAYS[way]?.(cookieFor(route)) ?? { head: {} };
      const { statusCode } = await send(good, head, type);
      answers.push(`${route} ${statusCode}`);
    }
    expect(answers.filter((answer) => !/ (?:403|415)$/.test(answer))).toEqual([]);
    expect(await everything()).toBe(before);
  });

  test.each(['application/x-www-form-urlencoded', 'text/plain'])(
    'cannot borrow the marks of our page for a body of the type %s, which a form can send',
    async (type) => {
      const targets = (await targetsOf(world)).filter(
        ({ route, good }) => isChanging(route) && good.payload !== undefined,
      );
      const before = await everything();
      for (const { route, good } of targets) {
        const { statusCode } = await send(good, { ...cookieFor(route), ...own }, type);
        expect(statusCode, route).toBe(415);
      }
      expect(await everything()).toBe(before);
    },
  );

  test('is told from our own page, for which the same requests work and change something', async () => {
    const unchanged: string[] = [];
    for (const { route, good, before: prepare } of (await targetsOf(world)).filter(({ route }) => isChanging(route))) {
      // Signing out ends what the others need, and signing in asks for a proof.
      if (route.includes('/console/')) continue;
      await prepare?.();
      // One at a time is all that a person may have.
      await endFileJobs(world, world.first, { keyId });
      const before = await everything();
      const { statusCode } = await send(good, { ...cookieFor(route), ...own });
      expect(statusCode, route).toBeLessThan(300);
      if ((await everything()) === before) unchanged.push(route.split(' ')[1] ?? '');
    }
    // What asks for much by a body, and changes nothing but the log of what was asked within the hour.
    const asking =
      /\/(?:estimate|ids|resolve\/property|search\/summaries|property\/bulk|property_lists\/count|resume|pause|suspend)$/;
    expect(unchanged.filter((path) => !asking.test(path))).toEqual([]);
  });
});
