import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cage } from '../../src/duckdb/child/cage.ts';
import { dataSession } from '../../src/duckdb/child/data-session.ts';
import type { PackedBatch } from '../../src/duckdb/protocol.ts';

/** More than the driver buffers of a stream, and more than an appender holds before it flushes. */
const ROWS = 500_000;
const MANY = `SELECT i FROM range(${ROWS}) AS r(i)`;

let cage: Cage;
beforeEach(async () => {
  cage = await Cage.open();
});
afterEach(() => cage.close());

async function count(rows: AsyncIterable<readonly unknown[]>, meanwhile: () => Promise<void> | void): Promise<number> {
  let seen = 0;
  for await (const batch of rows) {
    seen += batch.length;
    await meanwhile();
  }
  return seen;
}

describe('a procedure that reads', () => {
  it('gets every row while it appends to a table', async () => {
    const session = dataSession(cage);
    const table = await session.createTable('copied', [{ name: 'id', type: 'id' }]);
    let seen = 0;
    for await (const rows of session.read(MANY)) {
      seen += rows.length;
      table.append(rows);
    }
    table.close();
    expect(seen).toBe(ROWS);
    const counted: unknown[] = [];
    for await (const rows of session.read('SELECT count(*) FROM copied')) counted.push(...rows);
    expect(counted).toEqual([[ROWS]]);
  });

  it('gets every row while it makes other tables and reads others', async () => {
    const session = dataSession(cage);
    const meanwhile = async () => {
      (await session.createTable('other', [{ name: 'id', type: 'id' }])).close();
      for await (const rows of session.read('SELECT 1')) expect(rows).toEqual([[1]]);
    };
    expect(await count(session.read(`SELECT i FROM range(${ROWS / 5}) AS r(i)`), meanwhile)).toBe(ROWS / 5);
  });

  // Control: on one connection the stream ends early and says nothing. When the driver learns better, `readBeside` may go.
  it('would lose rows on the connection that it writes with', async () => {
    const { session } = cage;
    async function* onOneConnection() {
      for await (const { chunk } of session.chunks(MANY)) yield chunk.getRows();
    }
    const writer = dataSession(cage);
    const meanwhile = async () => (await writer.createTable('other', [{ name: 'id', type: 'id' }])).close();
    const seen = await count(onOneConnection(), meanwhile).catch(() => 0);
    expect(seen).toBeLessThan(ROWS);
  });

  it('is stopped by a cancel, also between two statements', async () => {
    const session = dataSession(cage);
    const endless = 'SELECT count(*) FROM range(100000000000) AS r(i) WHERE hash(i) = 1';
    const reading = count(session.read(endless), () => undefined);
    setTimeout(() => cage.cancel(), 10);
    await expect(reading).rejects.toThrow(/interrupt|cancel/i);
    await expect(count(session.read('SELECT 1'), () => undefined)).rejects.toThrow(/cancel/);
  });
});

describe('a procedure that is handed rows', () => {
  async function* once(...batches: readonly PackedBatch[]): AsyncGenerator<PackedBatch, null> {
    yield* batches;
    return null;
  }

  it('gets them as rows, message by message, while it makes tables', async () => {
    const columns: PackedBatch = [BigInt64Array.of(1n, 2n), ['a', null]];
    const batches = once(columns, [BigInt64Array.of(3n), ['c']]);
    const session = dataSession(cage, async () => (await batches.next()).value);
    const seen: unknown[] = [];
    for await (const rows of session.input()) {
      (await session.createTable('other', [{ name: 'id', type: 'id' }])).close();
      seen.push(rows);
    }
    expect(seen).toEqual([
      [
        [1n, 'a'],
        [2n, null],
      ],
      [[3n, 'c']],
    ]);
  });

  it('is stopped by a cancel, which ends the messages', async () => {
    const batches = once([['a']]);
    const session = dataSession(cage, async () => (await batches.next()).value);
    const reading = count(session.input(), () => cage.cancel());
    await expect(reading).rejects.toThrow(/cancel/);
  });

  it('is told when its step has none', () => {
    expect(() => dataSession(cage).input()).toThrow('no input');
  });
});
