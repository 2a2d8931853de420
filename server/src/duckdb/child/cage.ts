import { type DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { identifier, literal, literalList } from '../print/identifiers.ts';
import { PRELUDE } from '../print/prelude.ts';
import type { ChildSettings } from '../protocol.ts';
import { Session } from './session.ts';

/** What an order may touch. The rest of the file system, and the whole network, is closed to it. */
export interface Reach {
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

/** Of all schemas and databases. To list macros too takes longer than to make a new database. */
const TABLES = 'SELECT database_name, schema_name, table_name FROM duckdb_tables() WHERE NOT internal';

/**
 * A new, empty database that nothing has been allowed yet. It takes 12–29 ms to make, so a child makes the next one while it
 * has nothing else to do. One order uses it, or several that reach the same: see `Cages`.
 */
export class Cage {
  #session: Session;
  readonly #instance: DuckDBInstance;
  readonly #beside = new Set<Session>();
  #cancelled = false;

  private constructor(instance: DuckDBInstance, session: Session) {
    this.#instance = instance;
    this.#session = session;
  }

  get session(): Session {
    return this.#session;
  }

  static async open(): Promise<Cage> {
    const instance = await DuckDBInstance.create(':memory:');
    const session = new Session(await instance.connect());
    for (const statement of PRELUDE) await session.execute(statement);
    return new Cage(instance, session);
  }

  /** Sets the limits and locks them: no statement can change a setting afterwards. */
  async lock({ memoryLimit, spillDirectory, maxSpillBytes, threads }: ChildSettings, reach: Reach): Promise<void> {
    // Of the instance: its other sessions have them too.
    const settings = [
      `memory_limit = ${literal(memoryLimit)}`,
      `temp_directory = ${literal(spillDirectory)}`,
      ...(maxSpillBytes === null ? [] : [`max_temp_directory_size = ${literal(`${maxSpillBytes}B`)}`]),
      `threads = ${threads}`,
      `TimeZone = 'UTC'`,
      // Census and parts open the same footers: 12 files bind in 2 ms instead of 9.
      'parquet_metadata_cache = true',
      // A division by zero is a missing figure. Infinity cannot be written in JSON; the engine would write a bare word, and a
      // guard around each figure in the output costs a sixth of the time of a CSV.
      'ieee_floating_point_ops = false',
      'autoinstall_known_extensions = false',
      'autoload_known_extensions = false',
      `allowed_paths = ${literalList(reach.files)}`,
      `allowed_directories = ${literalList(reach.directories)}`,
      'enable_external_access = false',
      'lock_configuration = true',
    ];
    for (const setting of settings) await this.session.execute(`SET GLOBAL ${setting}`);
  }

  /**
   * Rows of a statement while others run: a result is streamed on its own connection, because the next statement on the same
   * connection, or an appender's flush, ends the stream without an error. It sees no temporary tables.
   */
  async *readBeside(sql: string): AsyncGenerator<DuckDBDataChunk, void, undefined> {
    const reader = await this.openBeside();
    try {
      for await (const { chunk } of reader.chunks(sql)) yield chunk;
    } finally {
      this.closeBeside(reader);
    }
  }

  /**
   * Takes away what an order that writes has put here: its connection, with temporary tables, prepared statements and variables, and all
   * tables. What stays are prelude, settings and views of the files: no such order makes or changes any. False if it must not be used again.
   */
  async empty(): Promise<boolean> {
    if (this.#cancelled || this.#beside.size > 0) return false;
    this.#session.close();
    this.#session = new Session(await this.#instance.connect());
    for await (const { chunk } of this.#session.chunks(TABLES)) {
      for (const names of chunk.getRows()) {
        await this.#session.execute(`DROP TABLE ${names.map((name) => identifier(String(name))).join('.')}`);
      }
    }
    return true;
  }

  /** For statements at the same time as those of the cage's own session. It sees no temporary tables. Closed by `closeBeside`. */
  async openBeside(): Promise<Session> {
    const session = new Session(await this.#instance.connect());
    this.#beside.add(session);
    if (this.#cancelled) session.cancel();
    return session;
  }

  closeBeside(session: Session): void {
    this.#beside.delete(session);
    session.close();
  }

  /** Stops the running statements and refuses further ones. */
  cancel(): void {
    this.#cancelled = true;
    this.session.cancel();
    for (const reader of this.#beside) reader.cancel();
  }

  close(): void {
    this.session.close();
    this.#instance.closeSync();
  }
}
