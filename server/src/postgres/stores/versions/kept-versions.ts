/** The data versions that are no longer current: what there is of them, and which may go. */
import { sql } from 'kysely';
import type { DataFile, VersionSummary } from '../../../core/ports/database/warehouse.ts';
import { type AgedVersion, type HistoryTerms, versionsToDrop } from '../../../core/versions/kept.ts';
import type { VersionOrigin } from '../../../core/versions/origin.ts';
import type { Connection } from '../../tables/schema.ts';

/** Of the list of erased values: decides under the lock of the warehouse, which whoever makes it longer takes too. */
export async function erasureGeneration(connection: Connection): Promise<number> {
  const { rows } = await sql<{ generation: number }>`
    select coalesce(max(id), 0)::float8 as generation from erasures`.execute(connection);
  return rows[0]?.generation ?? 0;
}

export async function summarize(connection: Connection): Promise<readonly VersionSummary[]> {
  const { rows } = await sql<{
    version: number;
    committed_at: Date;
    origin: VersionOrigin | null;
    rows: number;
    bytes: number;
  }>`
    select version, committed_at, origin, sums.rows, sums.bytes
    from data_versions, lateral (
      select coalesce(sum((file ->> 'rows')::float8) filter (where name not like 'match\\_%'), 0) as rows,
        coalesce(sum((file ->> 'bytes')::float8), 0) as bytes
      from jsonb_each(tables) as each_table (name, files), jsonb_array_elements(files) as file
    ) as sums
    order by version desc`.execute(connection);
  return rows.map(({ version, committed_at, origin, rows, bytes }) => ({
    version,
    committedAt: committed_at,
    rows,
    bytes,
    origin,
  }));
}

interface Row {
  readonly version: number;
  readonly age_seconds: number;
  readonly is_read: boolean;
  readonly row_bytes: number;
  readonly tables: Readonly<Record<string, readonly DataFile[]>>;
}

/** The newest first, each as old as the version after it is. */
function aged(rows: readonly Row[]): readonly AgedVersion[] {
  return rows.map(({ version, is_read, row_bytes, tables }, index) => ({
    version,
    supersededSeconds: rows[index - 1]?.age_seconds ?? null,
    isRead: is_read,
    rowBytes: row_bytes,
    objects: new Map(Object.values(tables).flatMap((files) => files.map(({ key, bytes }) => [key, bytes]))),
  }));
}

/** In a transaction that holds the lock of the warehouse. Returns the object keys that no version holds any more. */
export async function dropVersions(tx: Connection, terms: HistoryTerms): Promise<readonly string[]> {
  // Waits for jobs that are being accepted on an old version. Only the next statement sees them, so it decides.
  await tx.selectFrom('data_versions').select('version').orderBy('version').forUpdate().execute();
  const { rows } = await sql<Row>`
    select version, extract(epoch from clock_timestamp() - committed_at)::float8 as age_seconds, tables,
      (pg_column_size(tables) + pg_column_size(property_ids))::float8 as row_bytes,
      exists (select from jobs where jobs.data_version = version and jobs.status = 'submitted')
        or exists (select from kept_versions kept where kept.version = data_versions.version and kept.until > clock_timestamp())
        as is_read
    from data_versions order by version desc`.execute(tx);
  const versions = aged(rows);
  const gone = new Set(versionsToDrop(versions, terms));
  if (gone.size === 0) return [];
  await tx
    .deleteFrom('data_versions')
    .where('version', 'in', [...gone])
    .execute();
  const objectsOf = (each: readonly AgedVersion[]) => new Set(each.flatMap(({ objects }) => [...objects.keys()]));
  const held = objectsOf(versions.filter(({ version }) => !gone.has(version)));
  return [...objectsOf(versions.filter(({ version }) => gone.has(version)))].filter((key) => !held.has(key));
}

/** Of all keys at a time: each question reads the lists of all versions, which may be long. @param keys left out: all. */
export async function heldObjects(connection: Connection, keys?: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = keys === undefined ? sql`true` : sql`file ->> 'key' = any(${keys}::text[])`;
  const { rows } = await sql<{ key: string }>`
    select distinct file ->> 'key' as key
    from data_versions, jsonb_each(tables) as each_table (name, files), jsonb_array_elements(files) as file
    where ${wanted}`.execute(connection);
  return new Set(rows.map(({ key }) => key));
}

/** The object keys of these versions that no other version holds. */
export async function objectsOfOnly(connection: Connection, versions: readonly number[]): Promise<readonly string[]> {
  const { rows } = await sql<{ key: string }>`
    with files as materialized (
      select version = any(${versions}::bigint[]) as is_gone, file ->> 'key' as key
      from data_versions, jsonb_each(tables) as each_table (name, files), jsonb_array_elements(files) as file
    )
    select key from files group by key having bool_and(is_gone)`.execute(connection);
  return rows.map(({ key }) => key);
}
