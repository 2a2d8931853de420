/** A report's rows as a table of PostgreSQL, and what takes them out of it again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isScalar } from '../../server/dist/core/column-types.js';
import type { ColumnType, ScalarType } from '../../server/dist/core/columns.js';
import type { ReportType } from '../../server/dist/core/job.js';
import { REPORTS } from '../../server/dist/reports/catalogue.js';

const TYPES: Readonly<Record<ScalarType, string>> = {
  id: 'bigint',
  count: 'integer',
  number: 'double precision',
  money: 'double precision',
  fraction: 'double precision',
  text: 'text',
  boolean: 'boolean',
  date: 'date',
  instant: 'timestamptz',
};

export interface PostgresRows {
  /** `COPY` of all rows in the order of the report's key to a file of CSV. */
  copy(): Promise<void>;
  copyGzip(): Promise<void>;
  handWritten(): Promise<void>;
}

interface Source {
  readonly databaseUrl: string;
  readonly report: ReportType;
  /** The report's file, of CSV. */
  readonly csv: string;
  /** For what is written. */
  readonly directory: string;
}

/** Lists and structures are text in CSV. */
function typeOf(type: ColumnType): string {
  return isScalar(type) ? TYPES[type] : 'text';
}

async function command(file: string, argv: readonly string[], input: string | null = null): Promise<void> {
  const child = spawn(file, argv, { stdio: [input === null ? 'ignore' : 'pipe', 'ignore', 'inherit'] });
  if (input !== null && child.stdin !== null) createReadStream(input).pipe(child.stdin);
  const [code]: unknown[] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}`);
}

export async function hasPsql(): Promise<boolean> {
  return command('psql', ['--version']).then(
    () => true,
    () => false,
  );
}

/** Loads the file, with the key as primary key and statistics. */
export async function postgresRows({ databaseUrl, report, csv, directory }: Source): Promise<PostgresRows> {
  const { columns, key } = REPORTS[report];
  const table = `bench_${report}`;
  const psql = (sql: string, input: string | null = null) =>
    command('psql', ['--no-psqlrc', '--quiet', '-v', 'ON_ERROR_STOP=1', '-d', databaseUrl, '-c', sql], input);
  const list = columns.map(({ name, type }) => `"${name}" ${typeOf(type)}`).join(', ');
  const order = key.map((name) => `"${name}"`).join(', ');
  await psql(`CREATE TABLE ${table} (${list})`);
  await psql(`COPY ${table} FROM STDIN (FORMAT csv, HEADER)`, csv);
  await psql(`ALTER TABLE ${table} ADD PRIMARY KEY (${order})`);
  await psql(`VACUUM ANALYZE ${table}`);
  const rows = `SELECT * FROM ${table} ORDER BY ${order}`;
  const out = join(directory, `${table}.out`);
  const shell = `psql --no-psqlrc --quiet -d "$1" -c "$2"`;
  const copy = `COPY (${rows}) TO STDOUT (FORMAT csv, HEADER)`;
  const written = async (work: Promise<void>) => {
    await work;
    await rm(out);
  };
  return {
    copy: () => written(command('sh', ['-c', `${shell} > "$3"`, 'sh', databaseUrl, copy, out])),
    copyGzip: () => written(command('sh', ['-c', `${shell} | gzip -6 > "$3"`, 'sh', databaseUrl, copy, out])),
    handWritten: () =>
      written(command(process.execPath, [join(import.meta.dirname, 'hand-written.js'), databaseUrl, rows, out])),
  };
}
