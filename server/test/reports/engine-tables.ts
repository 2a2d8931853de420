/** A real engine on small Parquet files, for what only running the SQL can show. */

import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type JS } from '@duckdb/node-api';
import { sqlType } from '../../src/core/column-types.ts';
import { FROM_PLACE, TO_PLACE } from '../../src/core/plan/rows.ts';
import type { DataFile, DataVersion } from '../../src/core/ports/database/warehouse.ts';
import type { ExportPlan } from '../../src/core/ports/engine.ts';
import { PRELUDE } from '../../src/duckdb/print/prelude.ts';
import { printCensus, printPart } from '../../src/duckdb/print/rows.ts';
import { TABLES, type TableName } from '../../src/warehouse/tables.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type Warehouse = Readonly<Partial<Record<TableName, readonly Fields[]>>>;

export class EngineTables {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #directory: string;
  #attached: readonly string[] = [];

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, directory: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#directory = directory;
  }

  static async open(): Promise<EngineTables> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    // What was read before a file was spoiled must not stand in for what is in it.
    await connection.run('SET enable_external_file_cache = false');
    for (const statement of PRELUDE) await connection.run(statement);
    return new EngineTables(instance, connection, await mkdtemp(join(tmpdir(), 'report-tables-')));
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    await rm(this.#directory, { recursive: true });
  }

  /** Writes each table as one Parquet file with the declared columns; fields that a row leaves out are null. */
  async write(warehouse: Warehouse): Promise<DataVersion> {
    const tables: Record<string, readonly DataFile[]> = {};
    for (const [name, rows] of Object.entries(warehouse)) {
      const { columns, dayColumn } = TABLES[name as TableName];
      const lines = join(this.#directory, `${name}.jsonl`);
      await writeFile(lines, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      const types = columns.map((column) => `${column.name}: '${sqlType(column.type).replaceAll("'", "''")}'`);
      const source = `read_json('${lines}', format = 'newline_delimited', columns = {${types.join(', ')}})`;
      tables[name] = [await this.writeFile(name, `SELECT * FROM ${source}`, dayColumn)];
    }
    return { version: 1, committedAt: new Date(0), changesKnownSince: '1990-01-01', tables };
  }

  async writeFile(name: string, select: string, dayColumn: string | null, rowGroupRows = 2048): Promise<DataFile> {
    const key = join(this.#directory, `${name}.parquet`);
    await this.#connection.run(`COPY (${select}) TO '${key}' (FORMAT parquet, ROW_GROUP_SIZE ${rowGroupRows})`);
    const days = dayColumn === null ? 'NULL, NULL' : `min(${dayColumn})::VARCHAR, max(${dayColumn})::VARCHAR`;
    const [range] = await this.#rows(
      `SELECT count(*)::DOUBLE, min(property_id)::DOUBLE, max(property_id)::DOUBLE, ${days} FROM '${key}'`,
    );
    const [rows, minPropertyId, maxPropertyId, minDate, maxDate] = range as [number, number, number, string, string];
    return { key, rows, bytes: (await stat(key)).size, sha256: '', minPropertyId, maxPropertyId, minDate, maxDate };
  }

  /** Puts the query's tables in place, as an engine would. */
  async attach(query: ExportPlan): Promise<void> {
    for (const name of this.#attached) await this.#connection.run(`DROP VIEW ${name}`);
    for (const [name, { columns, files }] of Object.entries(query.tables)) {
      const typed = columns.map((column) => `CAST(NULL AS ${sqlType(column.type)}) AS "${column.name}"`).join(', ');
      const paths = files.map(({ key }) => `'${key}'`).join(', ');
      const rows = files.length === 0 ? `SELECT ${typed} WHERE false` : `SELECT * FROM read_parquet([${paths}])`;
      await this.#connection.run(`CREATE VIEW ${name} AS ${rows}`);
    }
    this.#attached = Object.keys(query.tables);
    await this.#connection.run('CREATE OR REPLACE TABLE requested (property_id BIGINT)');
    const appender = await this.#connection.createAppender('requested');
    for await (const batch of query.inputs['requested']?.batches ?? []) {
      for (const [id] of batch) {
        appender.appendBigInt(BigInt(id as number));
        appender.endRow();
      }
    }
    appender.closeSync();
  }

  /** (property_id, rows) in the order of the census. */
  async census(query: ExportPlan): Promise<readonly (readonly [number, number])[]> {
    const rows = await this.#rows(printCensus(query.rows), query.parameters);
    return rows.map(([id, count]) => [Number(id), Number(count)]);
  }

  /** The rows of a part as JSON has them, in their order. */
  async part(query: ExportPlan, from: number, to: number): Promise<readonly Fields[]> {
    const rows = await this.#rows(
      `SELECT to_json(part) FROM (${printPart(query.rows)}) AS part`,
      this.#range(query, from, to),
    );
    return rows.map(([text]) => JSON.parse(String(text)) as Fields);
  }

  /** Names and types of the part's columns, as the engine sees them. */
  async columnsOf(query: ExportPlan): Promise<readonly string[]> {
    const result = await this.#connection.runAndReadAll(printPart(query.rows), this.#range(query, 1, 1));
    return result.columnNames().map((name, index) => `${name} ${result.columnType(index)}`);
  }

  /**
   * Overwrites the data of every row group without one of the ids: a query that succeeds has left those unread.
   * Returns how many row groups were spoiled and how many there are.
   */
  async spoilRowGroupsWithout(ids: readonly number[], file: DataFile): Promise<{ spoiled: number; all: number }> {
    const chunks = await this.#rows(
      `SELECT row_group_id::DOUBLE, path_in_schema, stats_min_value::DOUBLE, stats_max_value::DOUBLE,
         coalesce(dictionary_page_offset, data_page_offset)::DOUBLE, total_compressed_size::DOUBLE
       FROM (SELECT * REPLACE (if(path_in_schema = 'property_id', stats_min_value, NULL) AS stats_min_value,
         if(path_in_schema = 'property_id', stats_max_value, NULL) AS stats_max_value) FROM parquet_metadata('${file.key}'))`,
    );
    const groups = chunks as [number, string, number, number, number, number][];
    const holdsNone = (lowest: number, highest: number) => !ids.some((id) => id >= lowest && id <= highest);
    const spoiled = new Set(
      groups.filter(([, column, min, max]) => column === 'property_id' && holdsNone(min, max)).map(([group]) => group),
    );
    const handle = await open(file.key, 'r+');
    for (const [group, , , , offset, bytes] of groups) {
      if (spoiled.has(group)) await handle.write(Buffer.alloc(bytes, 0xff), 0, bytes, offset);
    }
    await handle.close();
    return { spoiled: spoiled.size, all: new Set(groups.map(([group]) => group)).size };
  }

  #range(query: ExportPlan, from: number, to: number): ExportPlan['parameters'] {
    return { ...query.parameters, [FROM_PLACE]: from, [TO_PLACE]: to };
  }

  async #rows(sql: string, parameters: ExportPlan['parameters'] = {}): Promise<JS[][]> {
    return (await this.#connection.runAndReadAll(sql, { ...parameters })).getRowsJS();
  }
}
