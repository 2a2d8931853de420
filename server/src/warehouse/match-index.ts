/** The match index: rebuilt by every load that changes an address, and committed with it. */

import { ConveyanceError } from '../core/errors.ts';
import type { DataFile, DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import type { Program, SourceTable, Watch } from '../core/ports/engine.ts';
import { MATCH_TABLES, type MatchTable } from '../matching/index/tables.ts';
import { requireDataVersion } from './current.ts';
import { directoryOf } from './source-files.ts';
import { WAREHOUSE_PREFIX } from './sweep.ts';
import { TABLES, type TableName } from './tables.ts';

/** What the index is made of. */
const SOURCES: readonly TableName[] = ['properties', 'property_addresses'];
const RETRY_SECONDS = 3600;
/**
 * A look-up of a few keys reads a group for each. Processor time with a million properties, of one address and of 25,000 rows:
 * groups of 122,880 rows 110 and 480 ms · 32,768: 60, 610 · 8,192: 70, 740.
 */
const ROWS_PER_GROUP = 32_768;

const ORDERED: Readonly<Record<MatchTable, string>> = {
  match_rows: 'SELECT * FROM index_rows ORDER BY row_id',
  match_keys: 'SELECT key, row_id FROM index_keys ORDER BY key, row_id',
  match_known: 'SELECT DISTINCT key FROM index_known ORDER BY key',
};

/** The match index of a data version. Code that holds one need not check whether the version has it. */
export interface MatchIndex {
  readonly version: DataVersion;
  readonly tables: Readonly<Record<string, SourceTable>>;
}

/** Throws `unavailable` if the version has none. */
export function matchIndexOf(version: DataVersion): MatchIndex {
  const tables: Record<string, SourceTable> = {};
  for (const [name, columns] of Object.entries(MATCH_TABLES)) {
    const files = version.tables[name];
    if (files === undefined) {
      throw new ConveyanceError(
        'unavailable',
        'The data was loaded by a version that could not match; matching works once its operator has loaded anything anew',
        { retryAfterSeconds: RETRY_SECONDS },
      );
    }
    tables[name] = { columns, files };
  }
  return { version, tables };
}

/** Of the committed state of the warehouse. Throws `unavailable` before the first load too. */
export async function requireMatchIndex(deps: Pick<Deps, 'db'>): Promise<MatchIndex> {
  return matchIndexOf(await requireDataVersion(deps));
}

type Indexing = Pick<Deps, 'engine' | 'store' | 'ids'>;
type Tables = DataVersion['tables'];

/**
 * How addresses are read and filed, in the names of the index's files. An index of an earlier form still answers, but a road may stand in
 * it under another name than the one it is looked up by: raise this when a reading of the kind changes.
 */
const FORM = 2;

function prefixOf(table: string): string {
  return `${WAREHOUSE_PREFIX}${table}/${FORM}-`;
}

/** True if the index of the version would differ from the one before, or if there is none. */
export function needsMatchIndex(changed: Tables, base: Tables): boolean {
  const isOfThisForm = (table: string) => base[table]?.every(({ key }) => key.startsWith(prefixOf(table))) ?? false;
  return SOURCES.some((table) => table in changed) || !Object.keys(MATCH_TABLES).every(isOfThisForm);
}

function program(tables: Tables, paths: Readonly<Record<MatchTable, string>>): Program {
  const sources = SOURCES.map((name) => [name, { columns: TABLES[name].columns, files: tables[name] ?? [] }]);
  const names = Object.keys(MATCH_TABLES) as MatchTable[];
  return {
    tables: Object.fromEntries(sources),
    inputs: {},
    directories: [...new Set(Object.values(paths).map(directoryOf))],
    steps: [
      { procedure: 'match-index', parameters: {} },
      ...names.flatMap((name) => [
        {
          sql: `COPY (${ORDERED[name]}) TO $path (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_PER_GROUP})`,
          parameters: { path: paths[name] },
        },
        { sql: 'SELECT count(*) AS rows FROM read_parquet($path)', parameters: { path: paths[name] } },
      ]),
    ],
  };
}

/** Writes the index of the tables into sealed files. Nothing refers to them yet. */
export async function writeMatchIndex(deps: Indexing, tables: Tables, watch: Watch): Promise<Tables> {
  const { engine, store, ids } = deps;
  const id = ids();
  const names = Object.keys(MATCH_TABLES) as MatchTable[];
  const scratches = names.map((name) => [name, `load-${id}-${name}.parquet`] as const);
  try {
    const paths = Object.fromEntries(
      await Promise.all(scratches.map(async ([name, scratch]) => [name, await store.scratch(scratch)] as const)),
    ) as Record<MatchTable, string>;
    const answers = await engine.run(program(tables, paths), { lane: 'load' }, watch);
    const files: Record<string, readonly DataFile[]> = {};
    for (const [index, name] of names.entries()) {
      const key = `${prefixOf(name)}${id}.parquet`;
      const sealed = await store.put(key, paths[name]);
      const rows = Number(answers[2 + 2 * index]?.[0]?.['rows'] ?? 0);
      const span = { minPropertyId: 0, maxPropertyId: Number.MAX_SAFE_INTEGER, minDate: null, maxDate: null };
      files[name] = [{ key, rows, ...span, ...sealed }];
    }
    return files;
  } finally {
    for (const [, scratch] of scratches) await store.discard(scratch);
  }
}
