/** The console's own routes: no access key and no token opens them, whatever it may do elsewhere. */
import { randomUUID } from 'node:crypto';
import { ask, indistinguishable, leaks, same } from './access-answer.ts';
import type { Cell, OpenCells } from './access-open.ts';
import { secretsOf, type World } from './access-world.ts';

const CONSOLE = { 'x-conveyance-console': '1' };

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
  const own = { ...CONSOLE, origin: app.url };
  const request = { method: method as 'GET', url, ...(payload !== undefined && { payload }) };
  const toNobody = await ask(http, { ...request, headers: own });
  const cells: Cell[] = [];
  for (const { name, authorization } of first.credentials) {
    const headers = { ...own, ...(authorization !== undefined && { authorization }) };
    const answer = await ask(http, { ...request, headers });
    const problems = [...same('the status', answer.status, status), ...indistinguishable(answer, toNobody)];
    cells.push({ who: name, problems: [...problems, ...leaks(answer, secrets)] });
  }
  return cells;
}

export const noSessionCells: OpenCells = (world, method, path) => judged(world, method, path, undefined, 401);

/** A credential beside the body signs nobody in: what is in the body does. */
export const signInCells: OpenCells = (world, method, path) => judged(world, method, path, {}, 400);

export const consoleLeads: OpenCells = (world, method, path) => judged(world, method, path, undefined, 302);
