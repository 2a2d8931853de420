/** What a transaction sends, and when: over a pool that answers only when it is told to. */
import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely';
import { expect, it } from 'vitest';
import { allInOrder } from '../../src/core/in-order.ts';
import { inPipeline } from '../../src/postgres/connection/pipeline.ts';
import { createPool, PROMPT_POOL, SETUP_POOL, WORK_POOL } from '../../src/postgres/connection/pool.ts';
import { emptyDatabase, silentLog } from '../support/postgres.ts';

const CONTROLS = ['begin', 'commit', 'rollback'];

function literalPool() {
  const sent: string[] = [];
  const unanswered: (() => void)[] = [];
  const answer = { command: 'SELECT', rowCount: 0, rows: [] };
  const pool = {
    connect: async () => ({
      query: async (text: string) => {
        sent.push(text);
        if (!CONTROLS.includes(text)) await new Promise<void>((resolve) => unanswered.push(resolve));
        return answer;
      },
      release: () => undefined,
    }),
    end: async () => undefined,
  };
  // Of its overloads, the one that is called.
  const connection = new Kysely<object>({ dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }) });
  return { connection, sent, unanswered };
}

async function twoStatements(transaction: Kysely<object>): Promise<void> {
  await allInOrder([sql`first`.execute(transaction), sql`second`.execute(transaction)]);
}

function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

it('a transaction sends what is asked together before it has the first answer, and commits when it has all', async () => {
  const { connection, sent, unanswered } = literalPool();
  const over = inPipeline(connection, twoStatements);
  await settled();
  expect(sent).toEqual(['begin', 'first', 'second']);
  unanswered[0]?.();
  await settled();
  expect(sent).toHaveLength(3);
  unanswered[1]?.();
  await over;
  expect(sent).toEqual(['begin', 'first', 'second', 'commit']);
});

it('which the query builder by itself does not', async () => {
  const { connection, sent, unanswered } = literalPool();
  const over = connection.transaction().execute(twoStatements);
  await settled();
  expect(sent).toEqual(['begin', 'first']);
  unanswered[0]?.();
  await settled();
  unanswered[1]?.();
  await over;
});

it('is a transaction to whoever asks, and has no other in itself', async () => {
  const { connection } = literalPool();
  await inPipeline(connection, async (transaction) => {
    expect(transaction.isTransaction).toBe(true);
    expect(() => transaction.transaction()).toThrow('not supported');
  });
});

it.each([
  ['work', WORK_POOL, true],
  ['prompt', PROMPT_POOL, true],
  // Its connections may be used to copy rows in or out, which a pipeline refuses.
  ['setup', SETUP_POOL, false],
])('connections for %s are pipelined or not', async (_, terms, isPipelined) => {
  const database = await emptyDatabase();
  const pool = createPool({ url: database.url, log: silentLog, applicationName: 'test' }, terms);
  try {
    const client = await pool.connect();
    expect(client).toMatchObject({ pipeline: isPipelined });
    client.release();
  } finally {
    await pool.end();
    await database.close();
  }
});
