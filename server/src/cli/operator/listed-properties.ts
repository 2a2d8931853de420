/** The list of real properties that `generate --properties-from` invents histories for. */
import { resolve } from 'node:path';
import { parsePropertyId, requireFile, usage } from '@conveyance/cli/terminal';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import type { ResultRow } from '../../core/rows.ts';
import type { ListedProperty } from '../../demo/generate.ts';
import { directoryOf } from '../../warehouse/source-files.ts';
import { exactPath } from '../../warehouse/sql.ts';
import { parseColumnNames } from './column-names.ts';

const READERS: readonly (readonly [RegExp, string])[] = [
  [/\.csv(\.gz)?$/i, 'read_csv($path, all_varchar = true, header = true)'],
  [/\.(jsonl|ndjson|json)(\.gz)?$/i, 'read_json($path)'],
  [/\.parquet$/i, 'read_parquet($path)'],
];

/** @param maps `OURS=theirs` for columns with other names in the file. */
export async function readListedProperties(
  { engine }: Pick<Deps, 'engine'>,
  file: string,
  maps: readonly string[],
  watch: Watch,
): Promise<readonly ListedProperty[]> {
  const path = resolve(file);
  const reader = READERS.find(([form]) => form.test(path))?.[1];
  if (reader === undefined) throw usage(`--properties-from: ${file} is none of .csv, .jsonl, .ndjson, .json, .parquet`);
  await requireFile(path);
  const step = { sql: `SELECT * FROM ${reader}`, parameters: { path: exactPath(path) } };
  const [rows = []] = await engine.run(
    { tables: {}, inputs: {}, directories: [directoryOf(path)], steps: [step] },
    { lane: 'load' },
    watch,
  );
  const names = parseColumnNames(maps);
  return rows.map((row, at) =>
    listedProperty((column) => textOf(row, names.get(column) ?? column), `${file}, row ${at + 1}`),
  );
}

function listedProperty(cell: (column: string) => string | undefined, where: string): ListedProperty {
  const id = cell('property_id');
  return {
    propertyId: id === undefined ? undefined : parsePropertyId(id, where),
    sourceId: cell('source_id'),
    state: cell('state'),
    latitude: numberOf(cell('latitude'), `${where}, latitude`),
    longitude: numberOf(cell('longitude'), `${where}, longitude`),
  };
}

function textOf(row: ResultRow, column: string): string | undefined {
  const value = row[column];
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

function numberOf(text: string | undefined, where: string): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  throw usage(`${where}: "${text}" is not a number`);
}
