import { fork, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { column as cell, compared, parameter } from '../../src/core/plan/expression.ts';
import type { EngineProgress, ExportPlan, Program } from '../../src/core/ports/engine.ts';
import { column, type EngineWorld, eventually, never, openEngineWorld } from './engine-world.ts';
import { storedPlan } from './plans.ts';
import { canSeeProcesses, processesNaming } from './processes.ts';

/** More than can be written before the first progress has been heard. */
const MOST_PROPERTIES = 5000;
const COLUMNS = [column('property_id', 'id'), column('d', 'count')];

let stored: string;
let maker: EngineWorld;
beforeAll(async () => {
  maker = await openEngineWorld({ exportChildren: 0 });
  await maker.store(
    'long.parquet',
    `SELECT n AS property_id, d FROM range(1, ${MOST_PROPERTIES + 1}) t(n), range(1000) u(d) ORDER BY n, d`,
  );
  stored = maker.path('long.parquet');
});
afterAll(() => maker.close());

const worlds: EngineWorld[] = [];
async function open(options: Parameters<typeof openEngineWorld>[0] = {}): Promise<EngineWorld> {
  const world = await openEngineWorld({ localize: async (key) => key, ...options });
  worlds.push(world);
  return world;
}
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** A thousand rows of each property. */
function long(properties: number): ExportPlan {
  const where = [compared(cell('t', 'property_id'), '<=', parameter('properties', 'id'))];
  return { ...storedPlan(COLUMNS, [stored], { where, order: ['d'] }), parameters: { properties } };
}

const ONE: Program = { tables: {}, inputs: {}, directories: [], steps: [{ sql: 'SELECT 1 AS one' }] };

function lookUpOne(world: EngineWorld, accountId = 'a') {
  return world.engine.lookUp({ accountId, size: 'small' }, (ask) => ask(ONE, { ms: 60_000, tooLong: 'Too long' }));
}

/** Writes until the first rows are in the file, then does something to the world. */
function writing(
  world: EngineWorld,
  whenRowsAre: () => unknown,
  properties = MOST_PROPERTIES,
  sink = world.sink('csv'),
) {
  let done = false;
  const onProgress = ({ rowsWritten }: EngineProgress) => {
    if (rowsWritten === 0 || done) return;
    done = true;
    whenRowsAre();
  };
  return world.engine.write(long(properties), [sink], { signal: never, onProgress });
}

describe.runIf(canSeeProcesses)('a child that dies', () => {
  it('fails its job, whose file is not called whole though it ends as a whole one does, and is replaced', async () => {
    const world = await open();
    const before = await processesNaming(world.spillDirectory);
    const kill = async () => {
      for (const pid of await processesNaming(world.spillDirectory)) process.kill(pid, 'SIGKILL');
    };
    const sink = world.sink('csv');
    const dying = writing(world, kill, MOST_PROPERTIES, sink);
    await expect(dying).rejects.toMatchObject({ name: 'EngineError', kind: 'died' });
    expect(sink.isWhole()).toBe(false);
    expect(await world.engine.write(long(3), [world.sink('csv')], { signal: never })).toEqual([3000]);
    expect(await lookUpOne(world)).toEqual([[{ one: 1 }]]);
    const now = await processesNaming(world.spillDirectory);
    expect(now.filter((pid) => before.includes(pid))).toEqual([]);
    const { exports, reads } = world.engine.children();
    expect([exports.replaced, reads.replaced]).toEqual([1, 2]);
  });

  it('is replaced also when it had nothing to do', async () => {
    const world = await open();
    // All four have started when all have worked: one that dies while it starts is not replaced before it is needed.
    const ask = () => world.engine.run(ONE, { lane: 'export' }, { signal: never });
    await Promise.all([ask(), ask(), lookUpOne(world, 'a'), lookUpOne(world, 'b')]);
    const before = await processesNaming(world.spillDirectory);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await eventually(async () => {
      const now = await processesNaming(world.spillDirectory);
      return now.length === before.length && now.every((pid) => !before.includes(pid));
    }, 'new children');
    expect(await world.engine.write(long(1), [world.sink('csv')], { signal: never })).toEqual([1000]);
    const idle = { busy: 0, idle: 1, waiting: 0, replaced: 1 };
    expect(world.engine.children()).toEqual({
      exports: idle,
      reads: { ...idle, idle: 2, replaced: 2 },
      programs: { ...idle, idle: 0, replaced: 0 },
      spare: idle,
    });
  });

  it('is counted as busy while it works, and what waits for it as waiting', async () => {
    const world = await open();
    let seen: unknown;
    let second: Promise<unknown> = Promise.resolve();
    await writing(
      world,
      () => {
        second = world.engine.write(long(1), [world.sink('csv')], { signal: never });
        setImmediate(() => {
          seen = world.engine.children().exports;
        });
      },
      3000,
    );
    await second;
    expect(seen).toEqual({ busy: 1, idle: 0, waiting: 1, replaced: 0 });
    expect(world.engine.children().exports).toEqual({ busy: 0, idle: 1, waiting: 0, replaced: 0 });
  });

  it('has a spare one beside it for a second program, and lets a third wait', async () => {
    const world = await open();
    const signal = new AbortController();
    const endless = () =>
      world.engine.run(
        { tables: {}, inputs: {}, directories: [], steps: [{ sql: 'SELECT count(*) FROM range(100000000000)' }] },
        { lane: 'export' },
        { signal: signal.signal },
      );
    const programs = [endless(), endless(), endless()].map((program) => program.catch((error: unknown) => error));
    await eventually(() => world.engine.children().exports.waiting === 1, 'a program that waits');
    const { exports, spare } = world.engine.children();
    signal.abort(new Error('enough'));
    await Promise.all(programs);
    expect([exports.busy, spare.busy, spare.waiting]).toEqual([1, 1, 0]);
  });

  it('takes its spill directory with it', async () => {
    const world = await open();
    await eventually(async () => (await readdir(world.spillDirectory)).length === 4, 'four children');
    for (const name of await readdir(world.spillDirectory)) {
      expect((await stat(join(world.spillDirectory, name))).mode & 0o777).toBe(0o700);
    }
    await world.engine.close();
    expect(await readdir(world.spillDirectory)).toEqual([]);
    expect(await processesNaming(world.spillDirectory)).toEqual([]);
  });
});

describe('a child that does not do its work', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'conveyance-child-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function withProgram(program: string): Promise<EngineWorld> {
    const childPath = join(directory, 'child.mjs');
    await writeFile(childPath, program);
    return open({ childPath });
  }

  it('is killed when it ignores the interrupt', async () => {
    // It says that it works once it has the job, and hears nothing afterwards.
    const world = await withProgram(
      `process.send({ kind: 'ready' });
      process.on('message', ({ kind }) => kind === 'start' &&
        process.send({ kind: 'progress', progress: { phase: 'running', rowsWritten: 0, rowsTotal: 1 } }));`,
    );
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('cancelled'));
    const job = world.engine.write(long(1), [world.sink('csv')], { signal: stop.signal, onProgress });
    await expect(job).rejects.toThrow('cancelled');
  });

  it('is killed at once when it has not started yet', async () => {
    const world = await withProgram('setInterval(() => undefined, 1000);');
    const signal = AbortSignal.timeout(50);
    await expect(world.engine.write(long(1), [world.sink('csv')], { signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(world.log.filter(({ event }) => event === 'engine_job_failed')).toEqual([]);
  });

  it('fails every job, without being started over and over', async () => {
    const world = await withProgram(`throw new Error('nothing works here')`);
    for (let job = 0; job < 3; job++) {
      await expect(world.engine.write(long(1), [world.sink('csv')], { signal: never })).rejects.toMatchObject({
        kind: 'died',
      });
    }
    const starts = world.log.filter(
      ({ event, fields }) => event === 'engine_stderr' && String(fields['line']).startsWith('Node.js'),
    );
    expect(starts.length).toBeLessThan(12);
  });
});

describe('the queue', () => {
  it('gives every job its turn, also when those before fail or give up', async () => {
    const world = await open();
    const ended: string[] = [];
    const stop = new AbortController();
    const note = (name: string) => () => void ended.push(name);
    const broken = { ...long(1), parameters: {} };
    const jobs = [
      world.engine.write(long(500), [world.sink('csv')], { signal: never }).then(note('first')),
      world.engine.write(broken, [world.sink('csv')], { signal: never }).catch(note('broken')),
      world.engine.write(long(1), [world.sink('csv')], { signal: stop.signal }).catch(note('gave up')),
      world.engine.write(long(1), [world.sink('csv')], { signal: never }).then(note('last')),
    ];
    stop.abort(new Error('no longer'));
    await Promise.all(jobs);
    expect(ended).toEqual(['gave up', 'first', 'broken', 'last']);
  });

  it('refuses jobs after the end, and ends those that wait or run', async () => {
    const world = await open();
    let closing: Promise<void> = Promise.resolve();
    const running = writing(world, () => {
      closing = world.engine.close();
    });
    const waiting = world.engine.write(long(1), [world.sink('csv')], { signal: never });
    const outcomes = await Promise.allSettled([running, waiting]);
    const died = { status: 'rejected', reason: { kind: 'died' } };
    expect(outcomes).toMatchObject([died, died]);
    await closing;
    await expect(world.engine.write(long(1), [world.sink('csv')], { signal: never })).rejects.toMatchObject({
      kind: 'died',
    });
  });
});

describe.runIf(canSeeProcesses)('a server that is killed', () => {
  it('leaves no child and no spill behind, also in the middle of a query', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'conveyance-killed-'));
    const spillDirectory = join(directory, 'spill');
    const dist = dirname(createRequire(import.meta.url).resolve('#engine-child'));
    const program = `
      import { createEngine } from ${JSON.stringify(pathToFileURL(join(dist, 'duckdb/parent/engine.js')).href)};
      const log = { info() {}, warn() {}, error() {} };
      const engine = createEngine({ exportChildren: 1, memoryLimit: '256MB', threads: 2, spillDirectory: ${JSON.stringify(spillDirectory)},
        localize: async (key) => key, log });
      // The statement begins when the child has taken the last row.
      function* rows() {
        yield [[1]];
        console.log('running');
      }
      const steps = [{ sql: 'SELECT sum(hash(a.range + b.range + id)) FROM given, range(1000000) a, range(1000000) b' }];
      const inputs = { given: { columns: [{ name: 'id', type: 'id' }], batches: rows() } };
      await engine.run({ tables: {}, inputs, directories: [], steps }, { lane: 'load' }, { signal: new AbortController().signal });
    `;
    const server = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => server.stdout.once('data', resolve));
    // A process that is only just being started has no command line to be found by.
    await eventually(
      async () => (await processesNaming(spillDirectory)).filter((pid) => pid !== server.pid).length === 5,
      'all five children to run',
    );
    server.kill('SIGKILL');
    await eventually(async () => (await processesNaming(spillDirectory)).length === 0, 'the children to end');
    expect(await readdir(spillDirectory)).toEqual([]);
    await rm(directory, { recursive: true });
  });

  it('leaves no spill of a child that was only being started', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'conveyance-killed-'));
    const spillDirectory = join(directory, 'spill');
    const settings = {
      memoryLimit: '64MB',
      threads: 1,
      partsAtATime: 1,
      partBytes: 2 ** 29,
      spillDirectory,
      maxSpillBytes: 2 ** 30,
    };
    const child = fork(createRequire(import.meta.url).resolve('#engine-child'), [JSON.stringify(settings)]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    await ended;
    expect(await readdir(directory)).toEqual([]);
    await rm(directory, { recursive: true });
  });

  it('has its spill removed at the next start when even the children could not', async () => {
    const world = await open();
    const ended = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => ended.once('exit', resolve));
    await world.engine.close();
    await mkdir(join(world.spillDirectory, `${ended.pid}.left`));
    await mkdir(join(world.spillDirectory, `${process.pid}.mine`));
    const next = await open({ spillDirectory: world.spillDirectory });
    const names = await readdir(world.spillDirectory);
    expect(names).toContain(`${process.pid}.mine`);
    expect(names).not.toContain(`${ended.pid}.left`);
    await next.engine.close();
  });
});
