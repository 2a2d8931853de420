import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FileForm } from '../../src/core/ports/engine.ts';
import { PartsInTurn } from '../../src/duckdb/parts-in-turn.ts';
import { column, type EngineWorld, eventually, never, openEngineWorld } from './engine-world.ts';
import { storedPlan } from './plans.ts';

/** More than a pipe holds. */
const LONG = 300_000;

describe('parts in turn', () => {
  let directory: string;
  let pipes: readonly string[];
  let inTurn: PartsInTurn;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'conveyance-pipes-'));
    pipes = ['first', 'second'].map((name) => join(directory, name));
    execFileSync('mkfifo', [...pipes]);
    inTurn = new PartsInTurn(pipes);
  });
  afterEach(async () => {
    inTurn.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Writes a part of one letter when its pipe is read; resolves when all of it was taken. */
  async function write(pipe: number, letter: string, length: number): Promise<void> {
    await inTurn.open(pipe);
    await writeFile(pipes[pipe] ?? '', letter.repeat(length));
  }

  async function readAll(): Promise<readonly string[]> {
    const parts: string[] = [];
    for await (const part of inTurn.parts()) {
      const pieces: Buffer[] = [];
      for await (const piece of part) pieces.push(piece);
      parts.push(Buffer.concat(pieces).toString());
    }
    return parts;
  }

  it('come in the order in which they were asked for, whichever is written first', async () => {
    const order: string[] = [];
    await inTurn.open(0);
    const slow = createWriteStream(pipes[0] ?? '');
    slow.write('a');
    // Short enough for the pipe: its writer is done before anybody reads.
    await write(1, 'b', 10);
    order.push('b written');
    const reading = readAll();
    slow.end('a');
    await finished(slow);
    order.push('a written');
    inTurn.finish();
    expect(await reading).toEqual(['aa', 'b'.repeat(10)]);
    expect(order).toEqual(['b written', 'a written']);
  });

  it('are kept apart where they come through the same pipe', async () => {
    const writing = Promise.all([
      write(0, 'a', LONG),
      write(1, 'b', 1),
      write(0, 'c', 1),
      write(1, 'd', LONG),
      write(0, 'e', 0),
    ]);
    const reading = readAll();
    await writing;
    inTurn.finish();
    expect(await reading).toEqual(['a'.repeat(LONG), 'b', 'c', 'd'.repeat(LONG), '']);
  });

  it('are let go, all of them, once nobody wants them', async () => {
    let written = 0;
    const writing = [write(0, 'a', LONG), write(1, 'b', LONG), write(0, 'c', LONG)].map(async (each) => {
      await each;
      written += 1;
    });
    // Control: without it, none that is longer than a pipe is ever written.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(written).toBe(0);
    inTurn.discard();
    await Promise.all(writing);
  });

  it('end at a close, also where nobody has begun to write', async () => {
    const reading = readAll().catch((error: unknown) => error);
    await inTurn.open(0);
    inTurn.close();
    expect(await reading).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    await expect(inTurn.open(0)).rejects.toThrow('read no more');
  });

  it('come through pipes that there are', async () => {
    await expect(inTurn.open(2)).rejects.toThrow('no pipe 2 of 2');
  });
});

describe('a part that fails', () => {
  const COLUMNS = [column('property_id', 'id'), column('n', 'count')];
  const PROPERTIES = 500;
  let world: EngineWorld;
  beforeAll(async () => {
    world = await openEngineWorld();
    for (const wrong of [1, PROPERTIES]) {
      // Too large for the declared type, which is found out when the row is written.
      const n = `CASE WHEN id = ${wrong} THEN 1099511627776 ELSE n END`;
      const rows = `SELECT id AS property_id, ${n} AS n FROM range(1, ${PROPERTIES + 1}) ids(id), range(1000) t(n) ORDER BY id, n`;
      await world.store(`wrong/${wrong}.parquet`, rows);
    }
  });
  afterAll(() => world.close());

  const FORMS: readonly (Pick<FileForm, 'format'> & Partial<FileForm>)[] = [
    { format: 'csv' },
    { format: 'jsonl' },
    { format: 'parquet' },
    { format: 'csv', compression: 'gzip' },
    { format: 'jsonl', compression: 'zstd' },
  ];

  it.each(
    FORMS.flatMap((form) =>
      [1, PROPERTIES].map((wrong) => ({ form, wrong, name: `${form.format} ${form.compression ?? ''}` })),
    ),
  )('fails the file of $name, first or last, and stops the others', async ({ form, wrong }) => {
    const { format, ...more } = form;
    const sink = world.sink(format, more);
    const plan = storedPlan(COLUMNS, [`wrong/${wrong}.parquet`], { order: ['n'] });
    await expect(world.engine.write(plan, [sink], { signal: never })).rejects.toMatchObject({ kind: 'statement' });
    expect(sink.isWhole()).toBe(false);
    await eventually(() => world.engine.children().exports.busy === 0, 'the child to be done');
  });
});
