/** A real database whose data is replaced while a create is under way: the look at the data and the job are two steps. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { WarehouseStore } from '../../src/core/ports/database/warehouse.ts';
import { NO_METER, NO_TRACER } from '../../src/core/ports/telemetry.ts';
import { MATCH_TABLES } from '../../src/matching/index/tables.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

/** A load, and the sweep behind it. */
export type Load = () => Promise<void>;

export interface ReplacedData extends AsyncDisposable {
  readonly db: TestDatabase['db'];
  readonly caller: Caller;
  /** A load commits, and the sweep lets go of what nobody reads. */
  replaceData(propertyIds?: readonly number[]): Promise<void>;
  /** Ports that every create touches. Each time it has looked at the data in this way, the next of the loads comes. */
  ports(look: 'current' | 'propertyIds', loads: Load[]): object;
  /** Properties that count for the caller. */
  usage(): Promise<number>;
}

/** A match needs its index, though it may be empty. */
const TABLES = Object.fromEntries(Object.keys(MATCH_TABLES).map((table) => [table, []]));

async function newCaller({ accounts, credentials }: TestDatabase['db']): Promise<Caller> {
  const accountId = randomUUID();
  const credentialId = randomUUID();
  const scopes = ['exports:write'] as const;
  await accounts.create({ id: accountId, name: 'Acme', grants: 'all' });
  const secretHash = new Uint8Array([1]);
  await credentials.insert({ id: credentialId, accountId, kind: 'token', accessKey: null, secretHash, scopes });
  return { accountId, credentialId, scopes };
}

/** The database with one account, and data of the properties 7 and 8. */
export async function replacedData(): Promise<ReplacedData> {
  const database = await testDatabase();
  const { db } = database;
  const { accounts, idempotency, jobs, warehouse } = db;
  const caller = await newCaller(db);

  async function replaceData(propertyIds: readonly number[] = [7, 8]): Promise<void> {
    const base = (await warehouse.current())?.version ?? null;
    await warehouse.commit({ base, tables: TABLES, propertyIds: PropertyIdSet.of(propertyIds) });
    await warehouse.prune();
  }

  await replaceData();
  return {
    db,
    caller,
    replaceData,
    ports(look, loads) {
      async function thenLoad<Result>(at: typeof look, result: Result): Promise<Result> {
        if (at === look) await loads.shift()?.();
        return result;
      }
      const looks: Pick<WarehouseStore, 'current' | 'propertyIds'> = {
        current: async () => thenLoad('current', await warehouse.current()),
        propertyIds: async (version) => thenLoad('propertyIds', await warehouse.propertyIds(version)),
      };
      return {
        db: {
          accounts,
          idempotency,
          jobs,
          warehouse: looks,
          transaction: db.transaction.bind(db),
          inTurn: db.inTurn.bind(db),
        },
        store: { freeBytes: async () => null },
        ids: randomUUID,
        clock: () => new Date('2026-03-15T12:00:00Z'),
        meter: NO_METER,
        tracer: NO_TRACER,
        policy: { minimumFreeBytes: 0 },
      };
    },
    usage: async () => (await db.quota.usage(caller.accountId, '2026-03')).usage,
    [Symbol.asyncDispose]: () => database.close(),
  };
}
