/** Schedules on a real database, with a clock that a test sets and any number of processes that tick. */
import { randomUUID } from 'node:crypto';
import { type Caller, DEFAULT_SCOPES } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { Job } from '../../src/core/job.ts';
import type { Database } from '../../src/core/ports/database/database.ts';
import type { DataFile } from '../../src/core/ports/database/warehouse.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { NO_METER, NO_TRACER } from '../../src/core/ports/telemetry.ts';
import type { Schedule, ScheduleRun } from '../../src/core/schedules/schedule.ts';
import { createSchedule } from '../../src/jobs/schedules/schedules.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { parseScheduleRequest } from '../../src/wire/apartmentiq/schedule-request.ts';
import { silentLog, type TestDatabase, testDatabase } from '../support/postgres.ts';

export const KNOWN = [99001416, 99001470, 99004737];
export const BODY = {
  report_type: 'property',
  output_format: 'csv',
  property_ids: KNOWN,
  frequency: 'daily',
  time: '02:30',
  time_zone: 'America/New_York',
  range: 'yesterday',
};

/** A day table's file that reaches the day, with all known properties in it unless said otherwise. */
export function daysUpTo(maxDate: string, changes: Partial<DataFile> = {}): DataFile {
  return {
    key: `warehouse/property_days/${randomUUID()}.parquet`,
    rows: 1,
    bytes: 1,
    sha256: 'ab'.repeat(32),
    minPropertyId: 99001416,
    maxPropertyId: 99004737,
    minDate: '2020-01-01',
    maxDate,
    ...changes,
  };
}

export class ScheduleWorld {
  readonly database: TestDatabase;
  /** A second process on the same database. */
  readonly other: Awaited<ReturnType<typeof openDatabase>>;
  now = new Date(0);
  freeBytes = Number.MAX_SAFE_INTEGER;
  readonly log: string[] = [];

  private constructor(database: TestDatabase, other: ScheduleWorld['other']) {
    this.database = database;
    this.other = other;
  }

  /** With data up to the day. */
  static async open(reaches = '2099-12-31'): Promise<ScheduleWorld> {
    const database = await testDatabase();
    const other = await openDatabase({ url: database.url, log: silentLog, applicationName: 'other' });
    const world = new ScheduleWorld(database, other);
    await world.load([daysUpTo(reaches)]);
    return world;
  }

  get db(): Database {
    return this.database.db;
  }

  /** A process as verbs see it. */
  process(db: Database = this.db): Deps {
    const parts = {
      db,
      store: { freeBytes: async () => this.freeBytes },
      ids: randomUUID,
      clock: () => this.now,
      meter: NO_METER,
      tracer: NO_TRACER,
      log: { ...silentLog, error: (event: string) => void this.log.push(event) },
      policy: { minimumFreeBytes: 1 },
    };
    // What the verbs use of each port; the compiler wants whole ports.
    return parts as unknown as Deps;
  }

  /** Commits a version whose days are in these files, and in no other. */
  async load(files: readonly DataFile[]): Promise<void> {
    const current = await this.db.warehouse.current();
    await this.db.warehouse.commit({
      base: current?.version ?? null,
      tables: { property_days: files },
      propertyIds: PropertyIdSet.of(KNOWN),
    });
  }

  async credential(accountId: string): Promise<Caller> {
    const credentialId = randomUUID();
    const secretHash = new Uint8Array([1]);
    const scopes = DEFAULT_SCOPES;
    const accessKey = randomUUID();
    await this.db.credentials.insert({ id: credentialId, accountId, kind: 'key', accessKey, secretHash, scopes });
    return { accountId, credentialId, scopes };
  }

  async customer(): Promise<Caller> {
    const { id } = await this.db.accounts.create({ id: randomUUID(), name: 'Harbor Analytics', grants: 'all' });
    return this.credential(id);
  }

  async schedule(at: string, body: object = {}, caller?: Caller): Promise<{ caller: Caller; schedule: Schedule }> {
    this.now = new Date(at);
    const maker = caller ?? (await this.customer());
    const request = parseScheduleRequest({ ...BODY, ...body }, () => true);
    return { caller: maker, schedule: await createSchedule(this.process(), maker, request) };
  }

  /** All of the schedule's runs, the earliest first. */
  async runs(schedule: Schedule): Promise<readonly ScheduleRun[]> {
    const { items, totalCount } = await this.db.schedules.runs(schedule, { page: 1, perPage: 1000 });
    if (items.length !== totalCount) throw new Error('there are more runs than a page holds');
    return items.toReversed();
  }

  async jobs({ accountId }: Pick<Schedule, 'accountId'>): Promise<readonly Job[]> {
    return (await this.db.jobs.list(accountId, { page: 1, perPage: 1000 })).items;
  }

  async close(): Promise<void> {
    await this.other.close();
    await this.database.close();
  }
}
