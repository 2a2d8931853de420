import { sql } from 'kysely';
import { NEW_KEY_WAITS_SECONDS, OLD_KEY_SIGNS_SECONDS, type RingPurpose } from '../../../core/keyring/purposes.ts';
import type { Topic } from '../../../core/ports/database/events.ts';
import type {
  KeyringStore,
  KeyUse,
  NewRingKey,
  RingKey,
  SealedRow,
  StoredRing,
} from '../../../core/ports/database/keyring.ts';
import type { Connection } from '../../tables/schema.ts';
import { plainBytes } from '../bytes.ts';
import { lock } from '../locks.ts';

const CHANGED = 'keyring-changed' satisfies Topic;

const NUMBER = (bytes: string) => `('x' || encode(substring(${bytes} from 1 for 4), 'hex'))::bit(32)::integer`;
/** A hash of 32 bytes was made under the first key; one under a later key has its number in front. */
const HASHED_UNDER = (column: string) => `case when octet_length(${column}) <= 32 then 1 else ${NUMBER(column)} end`;
const SEALED_UNDER = (column: string) =>
  `case get_byte(${column}, 0) when 1 then 1 else ${NUMBER(`substring(${column} from 2)`)} end`;

/** Every column with keyed hashes, and which of its rows somebody could still come with. */
const HASHED = [
  {
    table: 'credentials',
    column: 'secret_hash',
    // Of a person there is the hash of the invitation, which is used up.
    live: `kind <> 'person' and revoked_at is null and coalesce(expires_at > clock_timestamp(), true)`,
  },
  { table: 'sessions', column: 'token_hash', live: 'expires_at > clock_timestamp()' },
  { table: 'invitations', column: 'token_hash', live: 'expires_at > clock_timestamp()' },
] as const;

/** Every table with a column `sealed` of the vault. In SQL: what tells its rows apart, and the context with which they were sealed, as texts. */
const SEALED = [
  { table: 'webhook_secrets', id: 'id::text', context: 'account_id::text' },
  { table: 'feed_secrets', id: 'feed_id::text', context: 'feed_id::text' },
  { table: 'remote_load_secrets', id: 'load_id::text', context: 'load_id::text' },
] as const;

const USES = [
  ...HASHED.map(
    ({ table, column, live }) =>
      `select 'credentials' as purpose, ${HASHED_UNDER(column)} as version from ${table} where ${live}`,
  ),
  ...SEALED.map(({ table }) => `select 'vault', ${SEALED_UNDER('sealed')} from ${table}`),
].join(' union all ');

/**
 * @internal for tests: no column with hashes or sealed texts is forgotten
 */
export const RENEWED_COLUMNS: readonly string[] = [
  ...HASHED.map(({ table, column }) => `${table}.${column}`),
  ...SEALED.map(({ table }) => `${table}.sealed`),
  // The keyring itself.
  'keyring_keys.sealed',
];

/** In one statement: the keys and the master key that seals them are of one moment. */
const READ = `
  select master_key_id, sealed_at, purpose, version, sealed, is_derived, made_at, ends_at,
    signs_at > clock_timestamp() as is_waiting,
    signs_at < clock_timestamp() - make_interval(secs => ${OLD_KEY_SIGNS_SECONDS}) as is_settled
  from keyring left join keyring_keys on ends_at is null or ends_at > clock_timestamp()
  order by purpose, version`;

interface RingRow {
  readonly master_key_id: string;
  readonly sealed_at: Date;
  /** Null with all that follows where there is no key. */
  readonly purpose: string | null;
  readonly version: number | null;
  readonly sealed: Uint8Array | null;
  readonly is_derived: boolean;
  readonly made_at: Date;
  readonly ends_at: Date | null;
  readonly is_waiting: boolean;
  readonly is_settled: boolean;
}

function keyState(row: Pick<RingRow, 'is_derived' | 'made_at' | 'ends_at' | 'is_waiting' | 'is_settled'>) {
  return {
    isDerived: row.is_derived,
    madeAt: row.made_at,
    endsAt: row.ends_at,
    isWaiting: row.is_waiting,
    isSettled: row.is_settled,
  };
}

export class PostgresKeyring implements KeyringStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async lock(): Promise<void> {
    await lock(this.#connection, 'keyring');
  }

  async read(): Promise<StoredRing | null> {
    const { rows } = await sql<RingRow>`${sql.raw(READ)}`.execute(this.#connection);
    const [first] = rows;
    if (first === undefined) return null;
    const keys = rows.flatMap(({ purpose, version, sealed, ...row }) =>
      purpose === null || version === null || sealed === null
        ? []
        : [{ purpose, version, sealed: plainBytes(sealed), ...keyState(row) }],
    );
    return { masterKeyId: first.master_key_id, sealedAt: first.sealed_at, keys };
  }

  async begin(masterKeyId: string, keys: readonly RingKey[]): Promise<void> {
    await this.#connection.insertInto('keyring').values({ master_key_id: masterKeyId }).execute();
    await this.#insert(keys, 0);
  }

  async reseal(masterKeyId: string, keys: readonly RingKey[]): Promise<void> {
    await sql`update keyring set master_key_id = ${masterKeyId}, sealed_at = clock_timestamp()`.execute(
      this.#connection,
    );
    for (const { purpose, version, sealed } of keys) {
      await sql`update keyring_keys set sealed = ${sealed} where purpose = ${purpose} and version = ${version}`.execute(
        this.#connection,
      );
    }
    await this.#tell();
  }

  async add(keys: readonly NewRingKey[]): Promise<void> {
    for (const key of keys) {
      const isFirst = key.version === 1;
      await this.#insert([key], isFirst ? 0 : NEW_KEY_WAITS_SECONDS);
      if (key.othersLastSeconds === null) continue;
      const seconds = key.othersLastSeconds;
      await this.#connection
        .updateTable('keyring_keys')
        .set({ ends_at: sql<Date>`least(ends_at, clock_timestamp() + make_interval(secs => ${seconds}))` })
        .where('purpose', '=', key.purpose)
        .where('version', '<', key.version)
        .execute();
    }
    await this.#tell();
  }

  async #insert(keys: readonly RingKey[], waitsSeconds: number): Promise<void> {
    const signsAt = sql<Date>`clock_timestamp() + make_interval(secs => ${waitsSeconds})`;
    await this.#connection
      .insertInto('keyring_keys')
      .values(
        keys.map(({ purpose, version, sealed, isDerived }) => ({
          ...{ purpose, version, sealed },
          ...{ is_derived: isDerived, signs_at: signsAt },
        })),
      )
      .execute();
  }

  async #tell(): Promise<void> {
    await sql`select pg_notify(${CHANGED}, '')`.execute(this.#connection);
  }

  async drop(purpose: string, version: number): Promise<void> {
    await this.#connection
      .deleteFrom('keyring_keys')
      .where('purpose', '=', purpose)
      .where('version', '=', version)
      .execute();
    await this.#tell();
  }

  async dropEnded(): Promise<number> {
    const { numDeletedRows } = await this.#connection
      .deleteFrom('keyring_keys')
      .where('ends_at', '<=', sql<Date>`clock_timestamp()`)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async uses(): Promise<readonly KeyUse[]> {
    const { rows } = await sql<{ purpose: RingPurpose; version: number; count: number }>`
      select purpose, version, count(*) as count from (${sql.raw(USES)}) as made group by 1, 2 order by 1, 2`.execute(
      this.#connection,
    );
    return rows;
  }

  async sealedAfter(row: Pick<SealedRow, 'table' | 'id'> | null, limit: number): Promise<readonly SealedRow[]> {
    const found: SealedRow[] = [];
    const first = SEALED.findIndex(({ table }) => table === row?.table);
    for (const { table, id, context } of SEALED.slice(Math.max(0, first))) {
      const after = table === row?.table ? row.id : '';
      const { rows } = await sql<Omit<SealedRow, 'table'>>`
        select ${sql.raw(id)} as id, ${sql.raw(context)} as context, sealed from ${sql.table(table)}
        where (${sql.raw(id)}) collate "C" > ${after} order by (${sql.raw(id)}) collate "C"
        limit ${limit - found.length}`.execute(this.#connection);
      found.push(...rows.map((each) => ({ ...each, table, sealed: plainBytes(each.sealed) })));
      if (found.length >= limit) break;
    }
    return found;
  }

  async replaceSealed({ table: name, id, sealed: from }: SealedRow, sealed: Uint8Array): Promise<boolean> {
    const place = SEALED.find(({ table }) => table === name);
    if (place === undefined) return false;
    const { numAffectedRows = 0n } = await sql`
      update ${sql.table(place.table)} set sealed = ${sealed}
      where ${sql.raw(place.id)} = ${id} and sealed = ${from}`.execute(this.#connection);
    return numAffectedRows > 0n;
  }
}
