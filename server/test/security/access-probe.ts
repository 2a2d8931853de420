/** Asks every question of a row, of the running server, and judges the answers. */
import { createHash } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { SCOPES } from '../../src/core/access.ts';
import { type Answer, ask, indistinguishable, leaks, listen, same } from './access-answer.ts';
import type { Credential } from './access-credentials.ts';
import type { OpenRow, ProtectedDoor, ProtectedRow, Refusal } from './access-row.ts';
import { changesOfMine } from './access-subjects.ts';
import { type Customer, otherOf, secretsOf, stateOf, type World } from './access-world.ts';

/** A row at one place of the server. */
export interface Probe {
  /** `GET /api/v1/usage`: as the router names the route. */
  readonly route: string;
  readonly run: (world: World) => Promise<Report>;
}

export interface Report {
  /** Requests whose answers were judged. */
  readonly cells: number;
  /** In words, with the credential that it happened to. */
  readonly problems: readonly string[];
}

/** A row of a door under one of the door's bases. `method` is the row's, or the HEAD that comes with every GET. */
export interface Place {
  readonly door: ProtectedDoor;
  readonly row: ProtectedRow;
  readonly base: string;
  readonly method: string;
}

class Findings {
  cells = 0;
  readonly problems: string[] = [];

  add(who: string, problems: readonly string[]): void {
    this.cells++;
    this.problems.push(...problems.map((problem) => `${who}: ${problem}`));
  }
}

export function optionsOf(
  { row, base, method }: Place,
  subject: string,
  credential: Pick<Credential, 'headers'>,
): InjectOptions {
  const { url, headers, ...rest } = row.asks?.(subject) ?? {};
  const path = typeof url === 'string' ? url : row.path.replace(/:\w+/, subject);
  return {
    ...rest,
    method: method as 'GET',
    url: base + path,
    headers: { ...headers, ...credential.headers },
  };
}

/**
 * Each place is asked from an address of its own. From a single one, the wrong secrets of all places would add up to more than an
 * address may try, and some place would be answered with "wait" instead of "unknown": which one would depend on the machine's speed.
 */
function addressOf({ row, base, method }: Place): string {
  const [a, b, c] = createHash('sha256').update(`${method} ${base}${row.path}`).digest();
  return `10.${a}.${b}.${c}`;
}

async function request(world: World, place: Place, customer: Customer, subject: string, credential: Credential) {
  const options = { ...optionsOf(place, subject, credential), remoteAddress: addressOf(place) };
  const { events } = place.row;
  if (events === undefined || place.method === 'HEAD') return ask(world.http, options);
  return listen(world.http, options, await events(world, customer));
}

function judgeRefusal({ method }: Place, answer: Answer, { status, body, challenge }: Refusal): readonly string[] {
  return [
    ...same('the status', answer.status, status),
    ...same('the body', answer.body, method === 'HEAD' ? '' : JSON.stringify(body)),
    ...same('WWW-Authenticate', answer.headers['www-authenticate'], challenge),
    ...same('Cache-Control', answer.headers['cache-control'], 'no-store'),
  ];
}

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** What is wrong with a session's request at the method: nobody can read the answer to what he made another's browser ask. */
function faultAt({ fault }: Credential, method: string): 'over' | 'foreign' | null {
  if (fault === undefined || fault === 'over') return fault ?? null;
  return fault === 'foreign' && READING.has(method) ? null : 'foreign';
}

/** What a credential is told that the door does not know; null if it knows it. */
export function unknownAt(
  door: Pick<ProtectedDoor, 'scheme' | 'unauthorized' | 'sessionRefused'>,
  method: string,
  address: string,
  credential: Credential,
): Refusal | null {
  const { fault, scheme, authorization } = credential;
  if (scheme !== 'session' && fault === undefined) {
    return scheme === door.scheme ? null : door.unauthorized(authorization);
  }
  const found = faultAt(credential, method);
  return found === null ? null : door.sessionRefused(found, address);
}

/** Null when the credential opens the route. */
function refusalOf({ door, row, method }: Place, { app }: World, credential: Credential): Refusal | null {
  const unknown = unknownAt(door, method, new URL(app.url).origin, credential);
  if (unknown !== null) return unknown;
  if (row.scope === null || credential.scopes.includes(row.scope)) return null;
  const refusal = door.forbidden(row.scope, row.refusal);
  return credential.authorization === undefined ? { ...refusal, challenge: undefined } : refusal;
}

async function tryRefused(world: World, place: Place, secrets: readonly string[], found: Findings): Promise<void> {
  const { first } = world;
  // The one that nobody makes anew: a refused request must leave it as it is.
  const subject = (await place.row.names?.foreign(world, world.second, first))?.[0] ?? '';
  // All at once: what is refused changes nothing that another could notice.
  const refused = worthTrying(place, first).map(async (credential) => {
    const refusal = refusalOf(place, world, credential);
    if (refusal === null) return;
    const answer = await request(world, place, first, subject, credential);
    found.add(credential.name, [...judgeRefusal(place, answer, refusal), ...leaks(answer, secrets)]);
  });
  await Promise.all(refused);
}

/**
 * Another account's is as if it did not exist, for whoever may do everything: the same answer to the byte, and the same work for the
 * server, so that the time tells nothing either.
 */
async function tryForeign(
  world: World,
  place: Place,
  customer: Customer,
  secrets: readonly string[],
  found: Findings,
): Promise<void> {
  const { names } = place.row;
  if (names === undefined) return;
  const other = otherOf(world, customer);
  for (const credential of allPowerful(place, customer)) {
    const { name } = credential;
    const askFor = (subject: string) => world.work.during(() => request(world, place, customer, subject, credential));
    const absent = await askFor(names.absent);
    const { status } = absent.result;
    const { absentStatus } = names;
    const isExpected = absentStatus === undefined ? status >= 400 && status < 500 : status === absentStatus;
    found.add(`${name}, nobody’s`, isExpected ? [] : [`the status is ${status}`]);
    for (const id of await names.foreign(world, customer, other)) {
      const { result, statements } = await askFor(id);
      // A refusal may repeat the id that was sent, and nothing else of it.
      const twin = { ...absent.result, body: absent.result.body.replaceAll(names.absent, id) };
      const told = [...indistinguishable(result, twin), ...leaks(result, secrets)];
      found.add(`${name}, the other’s ${id}`, [...told, ...same('the work', statements, absent.statements)]);
    }
  }
}

/** A session has never the scope of operators, and a member's has all others. */
export function isWhole({ scheme, scopes }: Credential): boolean {
  return scopes.length === SCOPES.length - (scheme === 'session' ? 1 : 0);
}

export function allPowerful({ door }: Place, { credentials }: Customer): readonly Credential[] {
  return credentials.filter(
    (each) => (each.scheme === door.scheme || each.scheme === 'session') && each.fault === undefined && isWhole(each),
  );
}

/**
 * Of a scheme that the door does not know, the one with all scopes stands for those with fewer. So it does at another place of the same
 * operation, beside the one that has none: which scope is asked for is the operation's.
 */
function worthTrying(place: Place, { credentials }: Customer): readonly Credential[] {
  const { door } = place;
  if (!isFirst(place)) return credentials.filter((each) => each.scheme === null || isEitherEnd(each));
  return credentials.filter(
    (each) => each.scheme === null || each.scheme === door.scheme || each.scheme === 'session' || isWhole(each),
  );
}

/** Whether it is the row at the first of its bases, under its own method. */
function isFirst({ door, row, base, method }: Place): boolean {
  return base === door.bases[0] && method === row.method;
}

/** All scopes or none, or a session that is not in order. */
function isEitherEnd(credential: Credential): boolean {
  return isWhole(credential) || credential.scopes.length === 0 || credential.fault !== undefined;
}

async function tryPermitted(
  world: World,
  place: Place,
  customer: Customer,
  credentials: readonly Credential[],
  secrets: readonly string[],
  found: Findings,
): Promise<void> {
  const { names, status = 200, before, told } = place.row;
  for (const credential of credentials) {
    const { name } = credential;
    await before?.(world, customer, credential);
    const subject = names === undefined ? '' : await names.own(world, customer, credential);
    const answer = await request(world, place, customer, subject, credential);
    const judged = [...same('the status', answer.status, status), ...leaks(answer, secrets)];
    if (place.method === 'HEAD') judged.push(...same('the body', answer.body, ''));
    else if (judged.length === 0)
      judged.push(...((await told?.({ answer, world, customer, credential, subject })) ?? []));
    found.add(name, judged);
  }
}

function changes(by: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  return [...before].filter(([what, digest]) => after.get(what) !== digest).map(([what]) => `${by} changed ${what}`);
}

async function probeProtected(world: World, place: Place): Promise<Report> {
  const { first, second } = world;
  const found = new Findings();
  const before = await stateOf(world, first, second);
  const [ofFirst, ofSecond] = [await secretsOf(world, first), await secretsOf(world, second)];
  await tryRefused(world, place, [...ofFirst, ...ofSecond], found);
  await tryForeign(world, place, first, ofSecond, found);
  await tryForeign(world, place, second, ofFirst, found);
  found.problems.push(...changes('the refused', before, await stateOf(world, first, second)));

  const opening = first.credentials
    .filter((each) => isFirst(place) || isEitherEnd(each))
    .filter((credential) => refusalOf(place, world, credential) === null);
  await tryPermitted(world, place, first, opening, ofSecond, found);
  // What the second does leaves no trace at the first. An event stream is told of by changing jobs of both.
  const undisturbed = await stateOf(world, first);
  // The first has more than it had.
  await tryPermitted(world, place, second, allPowerful(place, second), await secretsOf(world, first), found);
  if (place.row.events === changesOfMine) return found;
  found.problems.push(...changes('the second customer', undisturbed, await stateOf(world, first)));
  return found;
}

async function probeOpen(world: World, { method, path, cells }: OpenRow): Promise<Report> {
  const found = new Findings();
  for (const { who, problems } of await cells(world, method, path)) found.add(who, problems);
  return found;
}

/** Every row wherever it is served, and the HEAD that the framework adds to a GET. */
export function placesOf(doors: readonly ProtectedDoor[]): readonly Place[] {
  return doors.flatMap((door) =>
    door.bases.flatMap((base) =>
      door.rows.flatMap((row) =>
        (row.method === 'GET' ? ['GET', 'HEAD'] : [row.method]).map((method) => ({ door, row, base, method })),
      ),
    ),
  );
}

/** A probe for every place, and for every row that asks for no credential. */
export function probesOf(doors: readonly ProtectedDoor[], open: readonly OpenRow[]): readonly Probe[] {
  const heads = open.filter(
    ({ method, path }) => method === 'GET' && !open.some((other) => other.method === 'HEAD' && other.path === path),
  );
  return [
    ...placesOf(doors).map((place) => ({
      route: `${place.method} ${place.base}${place.row.path}`,
      run: (world: World) => probeProtected(world, place),
    })),
    ...[...open, ...heads.map((row) => ({ ...row, method: 'HEAD' }))].map((row) => ({
      route: `${row.method} ${row.path}`,
      run: (world: World) => probeOpen(world, row),
    })),
  ];
}

/** Routes of the server that no probe asks, and probes of routes that the server does not have. */
export function mismatches(served: Iterable<string>, probes: readonly Probe[]): readonly string[] {
  const routes = new Set(served);
  const probed = new Set(probes.map(({ route }) => route));
  return [
    ...[...routes].filter((route) => !probed.has(route)).map((route) => `${route} has no row`),
    ...[...probed].filter((route) => !routes.has(route)).map((route) => `${route} is no route`),
  ];
}
