import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { LOAD_STAGES } from '../../src/warehouse/load/load.ts';
import { issueAuthority, sendFile, startFileServer } from '../sources/file-server.ts';
import { openWorld, openWorldEngine, type World, type WorldEngine } from '../warehouse/world.ts';

let engine: WorldEngine;
let world: World;

beforeAll(async () => {
  engine = await openWorldEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  world = await openWorld({ shared: engine });
});
afterEach(() => world.close());

/**
 * Of this load: two of finding files, two of inspecting them, lines, check, two of each table (what is in it, its files), match index. A
 * number beyond the last is noticed: the process would not be killed.
 */
const PROGRAMS = Array.from({ length: 11 }, (_, index) => index + 1);

/** Runs the load in a process of its own, which is killed at that place. */
async function killedAt(dieAt: string | number, what: object): Promise<void> {
  const settings = {
    url: world.databaseUrl,
    root: world.objects,
    spillDirectory: join(world.directory, 'killed-spill'),
    paths: [],
    rejectFile: world.rejectFile,
    dieAt,
    ...what,
  };
  const killed = spawn(process.execPath, [join(import.meta.dirname, 'load-process.mjs'), JSON.stringify(settings)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL']);
}

it.each([...LOAD_STAGES, ...PROGRAMS])(
  'a load killed while %s (a stage, or the number of a program) leaves the old version, and the next one succeeds',
  async (dieAt) => {
    await world.load([await world.write('properties.csv', 'property_id,city\n1,Rome\n')]);
    const before = await world.deps.db.warehouse.current();
    const paths = [
      await world.write('properties.csv', 'property_id,city\n1,Bonn\n'),
      await world.write('property_days.csv', 'property_id,date\n1,2025-01-01\n'),
    ];
    await killedAt(dieAt, { paths });

    expect(await world.deps.db.warehouse.current()).toEqual(before);
    expect(await world.rows('properties', 'SELECT city FROM properties')).toEqual([{ city: 'Rome' }]);
    expect(await world.deps.db.loads.get(1)).toMatchObject({ version: null, endedAt: null, sourceCount: 2 });
    expect((await world.load(paths)).version).toBe(2);
    expect(await world.rows('properties', 'SELECT city FROM properties')).toEqual([{ city: 'Bonn' }]);
  },
);

it.each(['fetching', 'committing'])('a load of an address killed while %s leaves the old version', async (dieAt) => {
  const authority = issueAuthority();
  const server = await startFileServer(authority);
  server.answer = (request, response) => sendFile(request, response, Buffer.from('property_id,city\n1,Bonn\n'));
  try {
    await world.load([await world.write('properties.csv', 'property_id,city\n1,Rome\n')]);
    const before = await world.deps.db.warehouse.current();
    const environment = { CONVEYANCE_LOAD_ALLOW: '127.0.0.1', CONVEYANCE_LOAD_CA: authority.file };
    await killedAt(dieAt, { address: `${server.origin}/properties.csv`, environment });
    expect(server.seen).toHaveLength(1);
    expect(await world.deps.db.warehouse.current()).toEqual(before);
    expect(await world.rows('properties', 'SELECT city FROM properties')).toEqual([{ city: 'Rome' }]);
  } finally {
    await server.close();
    authority.remove();
  }
});
