/** Statements on one machine of the cluster, for one plan: one after the other, beside the plan’s input tables. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { InputTable } from '../core/ports/engine.ts';
import type { Row, Value } from '../core/rows.ts';
import { failureOf } from './failures.ts';
import type { Machine } from './machine.ts';
import { CannotPrint } from './print/expression.ts';
import { identifier } from './print/identifiers.ts';
import type { Printed } from './print/rows.ts';
import { typeName } from './print/types.ts';

/** The longest that a server keeps a session, and its tables, between two statements without being told otherwise. */
const SESSION_SECONDS = 3600;
/** What is sorted beyond that is sorted on the machine’s disk. */
const MOST_BYTES_SORTED_IN_MEMORY = 1_073_741_824;
/** Of a statement, by default; one that names many objects is longer. */
const QUERY_BYTES = 262_144;
/** A machine that does not answer is not waited for at the end. */
const CLOSING_MS = 10_000;

/** Rows that nothing is joined to have nulls, not zeros; a file without a column has nulls in it; a file that is not there is an error. */
const MEANING = {
  join_use_nulls: 1,
  transform_null_in: 0,
  input_format_null_as_default: 0,
  input_format_parquet_allow_missing_columns: 1,
  s3_ignore_file_doesnt_exist: 0,
  skip_unavailable_shards: 0,
  output_format_parquet_string_as_string: 1,
  output_format_parquet_compression_method: 'lz4',
} as const;

export interface SessionOptions {
  readonly machine: Machine;
  /** Begins the id of every statement of the plan, on all machines. */
  readonly prefix: string;
  readonly inputs: Readonly<Record<string, InputTable>>;
}

/** Integers that a double cannot hold are written as text, and read as what the column is. */
function sent(value: Value): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

async function* rowsOf({ batches }: InputTable): AsyncGenerator<readonly unknown[], void, undefined> {
  for await (const rows of batches) for (const row of rows as readonly Row[]) yield row.map(sent);
}

export class PlanSession {
  readonly #options: SessionOptions;
  readonly #id = randomUUID();
  #last: Promise<unknown> = Promise.resolve();
  #prepared: Promise<void> | null = null;
  readonly #over = new AbortController();
  #statements = 0;
  /** Of a statement whose end is not known. */
  #isUnsettled = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Has the answer taken when it is this statement’s turn. Throws what `failureOf` makes of an error, and the signal’s reason. */
  ask<Result>(
    printed: Printed,
    wanted: AbortSignal | null,
    take: (answer: Readable, url: string) => Promise<Result>,
  ): Promise<Result> {
    const asked = this.#last.then(() =>
      this.#options.machine.whileThere(async (lost) => {
        const signal = AbortSignal.any([this.#over.signal, lost, ...(wanted === null ? [] : [wanted])]);
        signal.throwIfAborted();
        try {
          this.#prepared ??= this.#prepare(signal);
          await this.#prepared;
          return await this.#answered(printed, signal, take);
        } catch (error) {
          signal.throwIfAborted();
          throw failureOf(error, this.#options.machine.url);
        }
      }),
    );
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  /**
   * Ends what works for the plan on this machine, and leaves no table of it. To be called when nothing is asked any more. Throws `ClusterAway`
   * where something may go on.
   */
  async close(): Promise<void> {
    const { machine, prefix, inputs } = this.#options;
    this.#over.abort(new Error('the rows are wanted no more'));
    await this.#last;
    if (this.#prepared === null) return;
    // A machine goes on with a statement whose client is gone.
    if (this.#isUnsettled) await machine.end(prefix);
    const abort_signal = AbortSignal.timeout(CLOSING_MS);
    for (const name of Object.keys(inputs)) {
      const query = `DROP TEMPORARY TABLE IF EXISTS ${identifier(name)}`;
      await machine.client.command({ ...this.#own(), query, abort_signal });
    }
  }

  async #answered<Result>(
    { sql, parameters }: Printed,
    signal: AbortSignal,
    take: (answer: Readable, url: string) => Promise<Result>,
  ): Promise<Result> {
    this.#isUnsettled = true;
    const { stream } = await this.#options.machine.client.exec({
      ...this.#own(sql),
      query: sql,
      query_params: parameters,
      abort_signal: signal,
    });
    const end = () => stream.destroy(new Error('nobody waits for the answer any more'));
    signal.addEventListener('abort', end, { once: true });
    try {
      const result = await take(stream, this.#options.machine.url);
      this.#isUnsettled = false;
      return result;
    } finally {
      signal.removeEventListener('abort', end);
      stream.destroy();
    }
  }

  async #prepare(signal: AbortSignal): Promise<void> {
    const {
      machine: { client },
      inputs,
    } = this.#options;
    for (const [name, input] of Object.entries(inputs)) {
      const columns = input.columns.map((column) => {
        const spelt = typeName(column.type);
        if (spelt === null) throw new CannotPrint(`the type of ${column.name}`);
        return `${identifier(column.name)} ${spelt}`;
      });
      const table = identifier(name);
      await client.command({
        ...this.#own(),
        query: `CREATE TEMPORARY TABLE ${table} (${columns.join(', ')}) ENGINE = Memory`,
        abort_signal: signal,
      });
      await client.insert({
        ...this.#own(),
        table,
        values: Readable.from(rowsOf(input)),
        format: 'JSONCompactEachRow',
        abort_signal: signal,
      });
    }
  }

  #own(sql = '') {
    const { prefix } = this.#options;
    return {
      session_id: this.#id,
      query_id: `${prefix}${this.#id}.${this.#statements++}`,
      clickhouse_settings: {
        ...MEANING,
        session_timeout: String(SESSION_SECONDS),
        max_query_size: String(Math.max(QUERY_BYTES, 2 * sql.length)),
        max_bytes_before_external_sort: String(MOST_BYTES_SORTED_IN_MEMORY),
      },
    };
  }
}
