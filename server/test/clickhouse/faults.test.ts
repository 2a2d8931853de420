/** What becomes of exports when machines of the cluster fail, and of what works there for exports that nobody wants any more. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterAway } from '../../src/core/passing-fault.ts';
import type { ExportPlan, Watch } from '../../src/core/ports/engine.ts';
import { never } from '../duckdb/engine-world.ts';
import { until } from '../support/app.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { type FileSink, fileSink } from '../support/file-sink.ts';
import { type ClusterWorld, clusterWorld, manyRows } from './cluster-world.ts';
import { clusterMissing, type Machine } from './machines.ts';

/** Many parts, so that machines are at work for a while. */
const ROWS = 3_000_000;
const GONE_MS = 30_000;

describe.skipIf(clusterMissing !== null)(`a cluster${clusterMissing ? ` (${clusterMissing})` : ''}`, () => {
  let world: ClusterWorld;
  let plan: ExportPlan;
  let expected: Buffer;
  let files = 0;

  function newSink(): FileSink {
    return fileSink(join(world.directory, `${files++}`), { format: 'csv' });
  }

  beforeAll(async () => {
    world = await clusterWorld();
    plan = await manyRows(world, 'faults', ROWS);
    const sink = newSink();
    await world.alone.write(plan, [sink], { signal: never });
    expected = await readFile(sink.path);
  }, 240_000);
  afterAll(() => world?.close());

  function theirs(): ReturnType<ClusterWorld['behind']> {
    return world.behind(world.machines.map(({ url }) => url));
  }

  async function queries(): Promise<number> {
    const each = await Promise.all(world.machines.map((machine) => machine.exportQueries()));
    return each.reduce((sum, count) => sum + count, 0);
  }

  function second(): Machine {
    const [, machine] = world.machines;
    if (machine === undefined) throw new Error('there are two');
    return machine;
  }

  const watchOf = (more: Partial<Watch> = {}): Watch => ({ signal: never, ...more });

  it('whose export is cancelled works for it no more', async () => {
    const { engine, log, close } = theirs();
    const stop = new AbortController();
    const sink = newSink();
    const writing = engine.write(plan, [sink], watchOf({ signal: stop.signal })).catch((error: unknown) => error);
    await until(queries, (count) => count > 0, GONE_MS);
    const reason = new Error('the customer cancelled');
    stop.abort(reason);
    expect(await writing).toBe(reason);
    expect(await queries()).toBe(0);
    expect(sink.isWhole()).toBe(false);
    expect(log.lines).toEqual([]);
    await close();
  });

  it('ends what a worker that died has left for a job, when the job is tried again', async () => {
    const { engine, close } = theirs();
    const long = 'SELECT sleepEachRow(1) FROM numbers(600) SETTINGS max_block_size = 1 FORMAT Null';
    const others = ['conveyance.j-1.1.left', 'conveyance.j-2.1.another'].map((queryId) =>
      second()
        .ask(long, { asExporter: true, queryId })
        .catch(() => `${queryId} was ended`),
    );
    await until(queries, (count) => count === 2, GONE_MS);
    const sink = newSink();
    const finders: string[] = [];
    const origin = { accountId: 'a-1', jobId: 'j-1', attempt: 2 };
    await engine.write(plan, [sink], watchOf({ origin, onFinder: (name) => void finders.push(name) }));
    expect(finders).toEqual([expect.stringMatching(/^clickhouse \d+\.\d+/)]);
    expect(await others[0]).toBe('conveyance.j-1.1.left was ended');
    expect(await queries()).toBe(1);
    await second().ask(`KILL QUERY WHERE query_id = 'conveyance.j-2.1.another' SYNC`);
    await others[1];
    expect((await readFile(sink.path)).equals(expected)).toBe(true);
    await close();
  });

  it('that loses a machine in the middle ends the export, whose next attempt is whole', async () => {
    const { engine, close } = theirs();
    const sink = newSink();
    let isBegun = false;
    const target = {
      ...sink.target,
      async write(piece: Uint8Array) {
        isBegun = true;
        await sink.target.write(piece);
      },
    };
    const writing = engine.write(plan, [{ ...sink, target }], watchOf()).catch((error: unknown) => error);
    await until(
      async () => isBegun,
      (begun) => begun,
      GONE_MS,
    );
    await second().kill();
    try {
      expect(await writing).toBeInstanceOf(ClusterAway);
      expect(sink.isWhole()).toBe(false);
      const next = newSink();
      await engine.write(plan, [next], watchOf());
      expect((await readFile(next.path)).equals(expected)).toBe(true);
    } finally {
      await second().restart();
      await close();
    }
  });

  it('that has lost a machine is told of as away, and its exports are done without it', async () => {
    const { engine, log, close } = theirs();
    const { url } = world.server;
    const checks = async () => (await fetch(`${url}/readyz`)).json();
    await until(checks, (answer) => JSON.stringify(answer).includes('"cluster":true'), GONE_MS);
    await second().kill();
    try {
      await until(checks, (answer) => JSON.stringify(answer).includes('"cluster":false'), GONE_MS);
      expect(await checks()).toMatchObject({ ready: true });
      const sink = newSink();
      await engine.write(plan, [sink], watchOf());
      expect((await readFile(sink.path)).equals(expected)).toBe(true);
      expect(log.lines.map(({ event }) => event)).toEqual(['cluster-away']);
    } finally {
      await second().restart();
      await close();
    }
  });

  it('whose answer breaks off, or stays away, gives no file', async () => {
    const [machine] = world.machines;

    const proxy = await FaultProxy.start(machine?.url ?? '');
    const { engine, close } = world.behind([proxy.url]);
    let answers = 0;
    proxy.decide = () => (++answers > 12 ? { kind: 'cut-answer', after: 20_000 } : null);
    const sink = newSink();
    await expect(engine.write(plan, [sink], watchOf())).rejects.toThrow();
    expect(sink.isWhole()).toBe(false);
    proxy.decide = () => ({ kind: 'hang' });
    const next = newSink();
    await engine.write(plan, [next], watchOf());
    expect((await readFile(next.path)).equals(expected)).toBe(true);
    await close();
    await proxy.away();
  });
});
