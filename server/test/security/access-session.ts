/** The console's own routes: no access key and no token opens them, whatever it may do elsewhere; a session opens its own, and no other. */
import { randomUUID } from 'node:crypto';
import { startSession } from '../../src/core/logins/sessions.ts';
import { type Answer, ask, indistinguishable, leaks, same } from './access-answer.ts';
import { APARTMENTIQ_DOOR } from './access-apartmentiq.ts';
import type { Credential } from './access-credentials.ts';
import type { Cell, OpenCells } from './access-open.ts';
import { unknownAt } from './access-probe.ts';
import { type Customer, secretsOf, type World } from './access-world.ts';

const CONSOLE = { 'x-conveyance-console': '1' };

/** What comes with a request by its headers alone proves nothing here. */
async function judged(
  world: World,
  method: string,
  path: string,
  payload: object | undefined,
  status: number,
): Promise<readonly Cell[]> {
  const { http, app, first, second } = world;
  const url = path.replace(/:\w+/, randomUUID());
  const secrets = [...(await secretsOf(world, first)), ...(await secretsOf(world, second))];
  const own = { ...CONSOLE, origin: new URL(app.url).origin };
  const request = { method: method as 'GET', url, ...(payload !== undefined && { payload }) };
  const toNobody = await ask(http, { ...request, headers: own });
  const cells: Cell[] = [];
  for (const { name, headers } of first.credentials.filter(({ scheme, fault }) => !isSession(scheme, fault))) {
    const answer = await ask(http, { ...request, headers: { ...own, ...headers } });
    const problems = [...same('the status', answer.status, status), ...indistinguishable(answer, toNobody)];
    cells.push({ who: name, problems: [...problems, ...leaks(answer, secrets)] });
  }
  return cells;
}

function isSession(scheme: Credential['scheme'], fault: Credential['fault']): boolean {
  return scheme === 'session' || fault !== undefined;
}

/** Another session of the customer, for one request: what is asked may end it. */
async function freshSession({ app: { app } }: World, { id: accountId, key }: Customer): Promise<string> {
  const { session } = await startSession(app.deps, { accountId, credentialId: key.credentialId, scopes: [] });
  return session.id;
}

interface OwnRoute {
  readonly method: string;
  readonly path: string;
  /** What a good session of the customer is told; null where none is tried. */
  readonly status: number | null;
}

function judgeSession(world: World, { method, status }: OwnRoute, session: Credential, answer: Answer) {
  const refusal = unknownAt(APARTMENTIQ_DOOR, method, new URL(world.app.url).origin, session);
  if (refusal === null) return same('the status', answer.status, status);
  return [
    ...same('the status', answer.status, refusal.status),
    ...same('the body', answer.body, method === 'HEAD' ? '' : JSON.stringify(refusal.body)),
  ];
}

/** By every session of the first, of whatever role: nothing of the second is told, and none of its sessions ends. */
async function bySessions(world: World, route: OwnRoute): Promise<readonly Cell[]> {
  const { http, first, second, query } = world;
  const secrets = await secretsOf(world, second);
  const foreign = await freshSession(world, second);
  const url = route.path.replace(/:\w+/, foreign);
  const cells: Cell[] = [];
  const tried = first.credentials.filter(({ scheme, fault }) => isSession(scheme, fault));
  for (const session of tried.filter(({ fault }) => fault !== undefined || route.status !== null)) {
    const answer = await ask(http, { method: route.method as 'GET', url, headers: session.headers });
    const told = leaks({ ...answer, body: answer.body.replaceAll(foreign, '') }, secrets);
    cells.push({ who: session.name, problems: [...judgeSession(world, route, session, answer), ...told] });
  }
  const left = await query('select from sessions where id = $1', foreign);
  return [...cells, { who: 'all of them', problems: same('the sessions of the other that are left', left.length, 1) }];
}

export const noSessionCells: OpenCells = async (world, method, path) => [
  ...(await judged(world, method, path, undefined, 401)),
  ...(await bySessions(world, { method, path, status: path.includes(':') ? 404 : 200 })),
];

/** A good one would end, and is needed for the routes after it. */
export const signOutCells: OpenCells = async (world, method, path) => [
  ...(await judged(world, method, path, undefined, 401)),
  ...(await bySessions(world, { method, path, status: null })),
];

/** A credential beside the body signs nobody in: what is in the body does. */
export const signInCells: OpenCells = (world, method, path) => judged(world, method, path, {}, 400);

export const consoleLeads: OpenCells = (world, method, path) => judged(world, method, path, undefined, 302);
