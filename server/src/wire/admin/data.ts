/** What the warehouse holds, and what made it so. */
import { z } from 'zod';
import type { DataFile, DataVersion, VersionSummary } from '../../core/ports/database/warehouse.ts';
import { sourceFields } from '../../core/versions/origin.ts';
import { integer, text } from '../fields.ts';

const tableSchema = z.object({
  table: text(),
  files: integer(),
  rows: integer(),
  bytes: integer(),
  first_day: text({ format: 'date', description: 'Null in tables without days.' }).nullable(),
  last_day: text({ format: 'date' }).nullable(),
});

const changesSchema = z.record(z.string(), z.object({ added: integer(), replaced: integer(), deleted: integer() }));

const versionSchema = z
  .object({
    version: integer(),
    current: z.boolean(),
    committed_at: text({ format: 'date-time' }),
    rows: integer(),
    bytes: integer(),
    kind: z.enum(['load', 'rollback', 'delete', 'erase']).nullable().meta({ description: 'Null if it was not noted.' }),
    by: text().nullable(),
    note: text().nullable(),
    files: z.array(z.string()).meta({ description: 'The first hundred of a load.' }),
    file_count: integer().nullable(),
    mapping: text({ description: 'The mapping file of a load.' }).nullable(),
    sources: z
      .array(
        z.object({
          address: text(),
          bytes: integer(),
          etag: text().nullable(),
          version: text().nullable(),
          snapshot: text().nullable(),
          one_moment: z.boolean(),
        }),
      )
      .meta({ description: 'What a load read at addresses: the first twenty.' }),
    of: integer({ description: 'The version that a rollback went back to.' }).nullable(),
    condition: text({ description: 'Which rows were deleted.' }).nullable(),
    changes: changesSchema.meta({ description: 'Of the rows, by table.' }),
  })
  .meta({ id: 'DataVersion' });

export const versionListSchema = z.object({ versions: z.array(versionSchema) }).meta({ id: 'DataVersionList' });

export const warehouseSchema = z
  .object({
    version: integer(),
    committed_at: text({ format: 'date-time' }),
    as_of: text({ format: 'date', description: 'The last day that any table has rows of.' }).nullable(),
    tables: z.array(tableSchema),
  })
  .meta({ id: 'Warehouse' });

export const versionParams = z.object({ version: text({ description: 'The number of a data version.' }) });

/** As `--json` and this interface have it. */
export function versionFields(
  { version, committedAt, rows, bytes, origin }: VersionSummary,
  isCurrent: boolean,
): z.infer<typeof versionSchema> {
  return {
    version,
    current: isCurrent,
    committed_at: committedAt.toISOString(),
    rows,
    bytes,
    kind: origin?.kind ?? null,
    by: origin?.by ?? null,
    note: origin?.note ?? null,
    files: [...(origin?.files ?? [])],
    file_count: origin?.fileCount ?? null,
    mapping: origin?.mapping ?? null,
    sources: (origin?.sources ?? []).map(sourceFields),
    of: origin?.of ?? null,
    condition: origin?.condition ?? null,
    changes: Object.fromEntries(Object.entries(origin?.changes ?? {})),
  };
}

function edge(days: readonly (string | null)[], take: 'first' | 'last'): string | null {
  const known = days.filter((day) => day !== null).sort();
  return (take === 'first' ? known[0] : known.at(-1)) ?? null;
}

function tableFields(table: string, files: readonly DataFile[]): z.infer<typeof tableSchema> {
  return {
    table,
    files: files.length,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    first_day: edge(
      files.map(({ minDate }) => minDate),
      'first',
    ),
    last_day: edge(
      files.map(({ maxDate }) => maxDate),
      'last',
    ),
  };
}

/** @param names of the tables that operators load, in their order. */
export function warehouseFields(
  { version, committedAt, tables }: DataVersion,
  names: readonly string[],
): z.infer<typeof warehouseSchema> {
  const filled = names.map((name) => tableFields(name, tables[name] ?? [])).filter(({ files }) => files > 0);
  return {
    version,
    committed_at: committedAt.toISOString(),
    as_of: edge(
      filled.map(({ last_day }) => last_day),
      'last',
    ),
    tables: filled,
  };
}
