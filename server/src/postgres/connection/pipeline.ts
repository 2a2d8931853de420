/** Transactions whose statements do not wait for one another. */
import { DummyDriver, type Kysely, PostgresDialect, Transaction } from 'kysely';

/** Never asked: a transaction has its connection. */
const DIALECT = new PostgresDialect({ pool: () => Promise.reject(new Error('a transaction takes no connection')) });

/**
 * A transaction in which a statement is sent when it is asked for, also while the answers to earlier ones are awaited: the server works on
 * them one after the other, in the order in which they were asked, and each sees what those before it have done. When one fails, so do those
 * behind it. (Kysely by itself sends the next one when it has the answer to the one before.) Who begins several waits for all of them.
 */
export function inPipeline<Schema, Result>(
  connection: Kysely<Schema>,
  work: (transaction: Transaction<Schema>) => Promise<Result>,
): Promise<Result> {
  return connection.transaction().execute((queued) => {
    const executor = queued.getExecutor();
    return executor.provideConnection((held) =>
      work(
        new Transaction<Schema>({
          config: { dialect: DIALECT },
          dialect: DIALECT,
          driver: new DummyDriver(),
          executor: executor.withConnectionProvider({ provideConnection: (consumer) => consumer(held) }),
        }),
      ),
    );
  });
}

/** Runs the work in the transaction that the connection is, or in one of its own. Read committed, as every transaction here. */
export function atomically<Schema, Result>(
  connection: Kysely<Schema>,
  work: (transaction: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  return connection.isTransaction ? work(connection) : inPipeline(connection, work);
}
