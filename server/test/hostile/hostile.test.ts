/**
 * No tenant stops another, whatever shape its requests have: a real server, attacked over every route and by SFTP with one tenant’s
 * credential, while a second tenant works and an export runs. Every run of the tests has the short tier, which judges statuses, memory and
 * attempts; `npm run test:hostile` the long one, which judges times too and writes them into docs/security.md.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MIB } from '../../src/core/size.ts';
import { CONTROLS } from './controls.ts';
import { type Figures, figuresOf, type Idle, idleOf, MOST_LEFT_MIB } from './figures.ts';
import { type HostileWorld, openHostileWorld } from './hostile-world.ts';
import { writeReport } from './report.ts';
import { sftpStrike } from './sftp-strike.ts';
import { isShape, SHAPE_NAMES, type Shape } from './shapes.ts';
import { strike } from './strike.ts';
import { LONG, SHORT } from './tiers.ts';

const { HOSTILE_TIER, HOSTILE_SHAPES, HOSTILE_ROUTES, HOSTILE_CONTROL } = process.env;
const ASKED_FOR = (HOSTILE_SHAPES ?? '').split(',').filter(isShape);
const CONTROL = HOSTILE_CONTROL === undefined ? undefined : CONTROLS[HOSTILE_CONTROL];
const TIER = (CONTROL?.tier ?? HOSTILE_TIER) === 'long' ? LONG : SHORT;
const SHAPES = ASKED_FOR.length > 0 ? ASKED_FOR : (CONTROL?.shapes ?? SHAPE_NAMES);
const ROUTES = HOSTILE_ROUTES ?? CONTROL?.routes ?? '';
/** Of the memory that an attack took, for it to come back. */
const PATIENCE_MS = TIER.name === 'long' ? 60_000 : 10_000;
const ANSWERED_MS = 1_000;
/** A figure for the report is waited for; where there is only a verdict, no longer than until it is in order. */
const ENOUGH_LEFT = 1.25;
const SMALL_BYTES = 100_000;

let world: HostileWorld;
let idle: Idle;
const report: Figures[] = [];

beforeAll(async () => {
  if (HOSTILE_CONTROL !== undefined && CONTROL === undefined) {
    throw new Error(`there is no control ${HOSTILE_CONTROL}; there are ${Object.keys(CONTROLS).join(', ')}`);
  }
  world = await openHostileWorld(TIER, JSON.stringify(CONTROL?.changes ?? []));
  // The first requests find nothing prepared.
  await delay(TIER.idleMs);
  await world.probe.take();
  await delay(TIER.idleMs);
  idle = idleOf(await world.probe.take());
}, 300_000);

afterAll(async () => {
  const control = CONTROL === undefined ? null : { name: HOSTILE_CONTROL, guard: CONTROL.guard };
  if (report.length > 0) await writeReport({ idle, control, isWhole: ROUTES === '', shapes: report });
  const routes = world?.aims.length ?? 0;
  const requests = report.reduce((sum, each) => sum + each.requests, 0);
  console.info(`hostile: ${routes} routes and SFTP, ${report.length} shapes, ${requests} requests, ${TIER.name} tier`);
  await world?.[Symbol.asyncDispose]();
}, 120_000);

function isLittle(bytes: number): boolean {
  if (TIER.name === 'short') return bytes - idle.bytes <= MOST_LEFT_MIB * MIB;
  return bytes <= idle.bytes * ENOUGH_LEFT;
}

/** What the processes hold when the attack is over, as soon as it is little, or when it has had its time. */
async function afterwards(): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    await delay(TIER.pollMs);
    const { bytes } = await world.probe.take();
    if (isLittle(bytes) || Date.now() > deadline) return bytes;
  }
}

async function attack(shape: Shape): Promise<Figures> {
  await world.probe.take();
  const sftp = sftpStrike(shape, world.sftp.attacker, world.sftp.neighbour, TIER).catch((error: unknown) => [
    `by SFTP the attacker was not let in: ${String(error)}`,
  ]);
  const aims = world.aims.filter(({ route }) => route.includes(ROUTES));
  const struck = await strike(aims, shape, TIER, world.http);
  const told = await sftp;
  // What is on its way to others has an answer then.
  await delay(ANSWERED_MS);
  const during = await world.probe.take();
  await world.clearQueue();
  const afterBytes = await afterwards();
  const ended = world.ended();
  const faults = [...told, ...(ended === null ? [] : [ended]), ...(await world.lostAttempts())];
  return figuresOf(shape, TIER, { struck, during, afterBytes, idle, faults });
}

describe('every route and SFTP, with requests that are', { timeout: 1_200_000 }, () => {
  test.each(SHAPES)('%s', async (shape) => {
    const figures = await attack(shape);
    report.push(figures);
    expect(figures.faults).toEqual([]);
  });
});

/** Routes of the server that nothing is sent to. */
function unattacked(served: Iterable<string>): readonly string[] {
  const attacked = new Set(world.aims.map(({ route }) => route));
  return [...served].filter((route) => !attacked.has(route));
}

describe('the suite', () => {
  test('attacks every route of the server, with every shape', () => {
    expect(unattacked(world.live.served)).toEqual([]);
    expect(unattacked([...world.live.served, 'GET /api/v1/secrets'])).toEqual(['GET /api/v1/secrets']);
    const without = world.aims.flatMap((aim) =>
      SHAPE_NAMES.filter((shape) => aim.requests(shape, SMALL_BYTES).length === 0).map(
        (shape) => `${aim.route}: ${shape}`,
      ),
    );
    expect(without).toEqual([]);
  });
});
