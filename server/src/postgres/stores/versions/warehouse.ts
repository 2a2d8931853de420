import { type Selectable, sql } from 'kysely';
import { ConveyanceError } from '../../../core/errors.ts';
import { PropertyIdSet } from '../../../core/ids/property-ids.ts';
import type { VersionAge } from '../../../core/ports/database/backlog.ts';
import type { DataVersion, VersionSummary, WarehouseStore } from '../../../core/ports/database/warehouse.ts';
import { type HistoryTerms, NO_HISTORY } from '../../../core/versions/kept.ts';
import { FOREIGN_KEY_VIOLATION, hasCode } from '../../connection/error-codes.ts';
import { atomically } from '../../connection/pipeline.ts';
import { statement } from '../../connection/statement.ts';
import type { Connection, DataVersionsTable } from '../../tables/schema.ts';
import { keepBackupsOut, lock, unhurried } from '../locks.ts';
import { dropVersions, erasureGeneration, heldObjects, summarize } from './kept-versions.ts';
import { assignPropertyIds, noteHighest, recordSourceIds } from './source-ids.ts';

const COLUMNS = ['version', 'committed_at', 'changes_known_since', 'tables'] as const;

function toVersion(row: Pick<Selectable<DataVersionsTable>, (typeof COLUMNS)[number]>): DataVersion {
  return {
    version: row.version,
    committedAt: row.committed_at,
    changesKnownSince: row.changes_known_since,
    tables: row.tables,
  };
}

function greatest(ids: Iterable<number>): number {
  let highest = 0;
  for (const id of ids) highest = Math.max(highest, id);
  return highest;
}

interface SeenRow {
  readonly version: number;
  readonly committed_at: Date;
}

const READ_CURRENT = statement<SeenRow>(
  'read-current-version',
  'select version, committed_at from data_versions order by version desc limit 1',
);
const READ_VERSION = statement<SeenRow>(
  'read-version',
  'select version, committed_at from data_versions where version = $1',
);

/** By the hash, for which there is an index, and then by the text itself. */
const READ_MATCHES = statement<{ readonly property_ids: Uint8Array }>(
  'read-rule-matches',
  'select property_ids from rule_matches where version = $1 and md5(rule) = md5($2) and rule = $2',
);

/** A version never changes. Its time tells it from one of the same number in a database that was restored meanwhile. */
function isSame({ version, committedAt }: DataVersion, seen: SeenRow): boolean {
  return version === seen.version && committedAt.getTime() === seen.committed_at.getTime();
}

/** The newest version that was read, with its properties once they were asked for: every request for an export asks for both. */
export class VersionMemory {
  remembered: { readonly version: DataVersion; readonly propertyIds: PropertyIdSet | null } | null = null;
}

export class PostgresWarehouse implements WarehouseStore {
  readonly #connection: Connection;
  readonly #memory: VersionMemory;

  constructor(connection: Connection, memory: VersionMemory = new VersionMemory()) {
    this.#connection = connection;
    this.#memory = memory;
  }

  async current(): Promise<DataVersion | null> {
    return this.#known((await READ_CURRENT(this.#connection)).rows[0]);
  }

  async get(version: number): Promise<DataVersion | null> {
    return this.#known((await READ_VERSION(this.#connection, version)).rows[0]);
  }

  /** Reads the list of files, which may have thousands, only of a version that is not the one remembered. */
  async #known(seen: SeenRow | undefined): Promise<DataVersion | null> {
    if (seen === undefined) return null;
    const { remembered } = this.#memory;
    if (remembered !== null && isSame(remembered.version, seen)) return remembered.version;
    const row = await this.#connection
      .selectFrom('data_versions')
      .select(COLUMNS)
      .where('version', '=', seen.version)
      .executeTakeFirst();
    if (row === undefined) return null;
    const version = toVersion(row);
    if (version.version >= (remembered?.version.version ?? 0)) this.#memory.remembered = { version, propertyIds: null };
    return version;
  }

  versions(): Promise<readonly VersionSummary[]> {
    return summarize(this.#connection);
  }

  async age(): Promise<VersionAge | null> {
    const { rows } = await sql<VersionAge>`
      select version, extract(epoch from clock_timestamp() - committed_at)::float8 as "ageSeconds"
      from data_versions order by version desc limit 1`.execute(this.#connection);
    return rows[0] ?? null;
  }

  async propertyIds(version: number): Promise<PropertyIdSet> {
    const { remembered } = this.#memory;
    if (remembered?.version.version === version && remembered.propertyIds !== null) return remembered.propertyIds;
    const row = await this.#connection
      .selectFrom('data_versions')
      .select('property_ids')
      .where('version', '=', version)
      .executeTakeFirst();
    if (row === undefined) throw new ConveyanceError('not_found', `There is no data version ${version}`);
    const propertyIds = PropertyIdSet.decode(row.property_ids);
    if (remembered?.version.version === version) this.#memory.remembered = { ...remembered, propertyIds };
    return propertyIds;
  }

  async matches(version: number, rule: string): Promise<PropertyIdSet | null> {
    const [row] = (await READ_MATCHES(this.#connection, version, rule)).rows;
    return row === undefined ? null : PropertyIdSet.decode(row.property_ids);
  }

  async keepMatches(version: number, rule: string, propertyIds: PropertyIdSet): Promise<void> {
    try {
      await sql`insert into rule_matches (version, rule, property_ids) values (${version}, ${rule}, ${propertyIds.encode()})
        on conflict do nothing`.execute(this.#connection);
    } catch (error) {
      if (!hasCode(error, FOREIGN_KEY_VIOLATION)) throw error;
    }
  }

  commit({
    base,
    erasures,
    tables,
    propertyIds,
    origin,
  }: Parameters<WarehouseStore['commit']>[0]): Promise<DataVersion> {
    return atomically(this.#connection, async (tx) => {
      await unhurried(tx);
      await lock(tx, 'warehouse');
      const current = await tx
        .selectFrom('data_versions')
        .select(['version', 'changes_known_since'])
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst();
      const since = current?.changes_known_since;
      if ((current?.version ?? null) !== base) {
        throw new ConveyanceError(
          'data_changed',
          `Another change came first: the warehouse is at version ${current?.version}, this one began at ${base ?? 'an empty one'}. Do it again`,
        );
      }
      if (erasures !== undefined && (await erasureGeneration(tx)) !== erasures) {
        throw new ConveyanceError('data_changed', 'A person was erased from the data meanwhile. Do it again');
      }
      const row = await tx
        .insertInto('data_versions')
        .values({
          version: (base ?? 0) + 1,
          tables: JSON.stringify(tables),
          property_ids: propertyIds.encode(),
          ...(origin !== undefined && { origin: JSON.stringify(origin) }),
          ...(since !== undefined && { changes_known_since: since }),
        })
        .returning(COLUMNS)
        .executeTakeFirstOrThrow();
      await noteHighest(tx, greatest(propertyIds));
      return toVersion(row);
    });
  }

  assignPropertyIds(sourceIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return atomically(this.#connection, async (tx) => {
      await unhurried(tx);
      return assignPropertyIds(tx, sourceIds);
    });
  }

  recordSourceIds(pairs: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    return atomically(this.#connection, async (tx) => {
      await unhurried(tx);
      return recordSourceIds(tx, pairs);
    });
  }

  async keep(version: number, seconds: number): Promise<boolean> {
    try {
      await sql`insert into kept_versions (version, until)
        values (${version}, clock_timestamp() + make_interval(secs => ${seconds}))
        on conflict (version) do update set until = greatest(kept_versions.until, excluded.until)`.execute(
        this.#connection,
      );
      return true;
    } catch (error) {
      if (hasCode(error, FOREIGN_KEY_VIOLATION)) return false;
      throw error;
    }
  }

  prune(terms: HistoryTerms = NO_HISTORY): Promise<readonly string[]> {
    // Of a version that is gone, its ids are not told.
    this.#memory.remembered = null;
    return atomically(this.#connection, async (tx) => {
      await unhurried(tx);
      await lock(tx, 'warehouse');
      return (await keepBackupsOut(tx)) ? dropVersions(tx, terms) : [];
    });
  }

  held(objectKeys?: readonly string[]): Promise<ReadonlySet<string>> {
    return heldObjects(this.#connection, objectKeys);
  }
}
