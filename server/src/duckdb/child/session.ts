import type { DuckDBConnection, DuckDBDataChunk, DuckDBPreparedStatement } from '@duckdb/node-api';
import type { Parameters } from '../../core/ports/engine.ts';

/** An interrupt that arrives between two statements is lost, so it is repeated until the order has ended. */
const INTERRUPT_EVERY_MS = 20;

function bindParameters(statement: DuckDBPreparedStatement, parameters: Parameters): void {
  for (let index = 1; index <= statement.parameterCount; index++) {
    const name = statement.parameterName(index);
    const value = parameters[name];
    if (value === undefined) throw new Error(`the statement refers to $${name}, which has no value`);
    // One type whatever the value: as INTEGER, which is inferred for small ones, a product in the statement could overflow.
    if (Number.isSafeInteger(value)) statement.bindBigInt(index, BigInt(Number(value)));
    else statement.bindValue(index, value);
  }
}

/** Statements on one connection, one after the other, until cancelled. */
export class Session {
  readonly connection: DuckDBConnection;
  #cancelling: NodeJS.Timeout | null = null;

  constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  /** Stops the running statement and refuses further ones. */
  cancel(): void {
    if (this.#cancelling) return;
    this.connection.interrupt();
    this.#cancelling = setInterval(() => this.connection.interrupt(), INTERRUPT_EVERY_MS);
  }

  throwIfCancelled(): void {
    if (this.#cancelling) throw new Error('the order was cancelled');
  }

  /** The result as a stream of chunks: nothing is held that the caller does not hold. */
  async *chunks(
    sql: string,
    parameters: Parameters = {},
  ): AsyncGenerator<{ readonly names: readonly string[]; readonly chunk: DuckDBDataChunk }, void, undefined> {
    this.throwIfCancelled();
    const statement = await this.connection.prepare(sql);
    try {
      bindParameters(statement, parameters);
      const result = await statement.stream();
      const names = result.deduplicatedColumnNames();
      for await (const chunk of result) {
        this.throwIfCancelled();
        yield { names, chunk };
      }
    } finally {
      statement.destroySync();
    }
  }

  /** Runs a statement whose rows do not matter. Returns how many rows it wrote. */
  async execute(sql: string, parameters: Parameters = {}): Promise<number> {
    this.throwIfCancelled();
    const statement = await this.connection.prepare(sql);
    try {
      bindParameters(statement, parameters);
      return (await statement.run()).rowsChanged;
    } finally {
      statement.destroySync();
    }
  }

  close(): void {
    if (this.#cancelling) clearInterval(this.#cancelling);
    this.connection.closeSync();
  }
}
