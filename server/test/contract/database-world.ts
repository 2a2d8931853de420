/** What the suites of the database's ports share: one account, credential and data version, and jobs on them. */
import { randomUUID } from 'node:crypto';
import { encodePropertyIds, PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS, type Job, type JobKey, type ResultFile } from '../../src/core/job.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import type { Database, Tables } from '../../src/core/ports/database/database.ts';
import type { Ending, NewJob } from '../../src/core/ports/database/jobs.ts';
import type { Claim } from '../../src/core/ports/database/queue.ts';
import type { DataFile } from '../../src/core/ports/database/warehouse.ts';

/** An adapter under test: an empty database, to be closed after the suite. */
export interface Subject {
  readonly db: Database;
  close(): Promise<void>;
}
export type OpenSubject = () => Promise<Subject>;

type NewReport = Extract<NewJob, { kind: 'report' }>;
type NewFileJob = Extract<NewJob, { kind: 'search' }>;

export const PROPERTY_IDS = [99001470, 99001416, 99004737];

export function dataFile(key: string): DataFile {
  return {
    key,
    rows: 3,
    bytes: 1234,
    sha256: 'ab'.repeat(32),
    minPropertyId: 99001416,
    maxPropertyId: 99004737,
    minDate: '2025-01-01',
    maxDate: '2025-01-31',
  };
}

export function resultFile(key = `results/${randomUUID()}/property.csv`): ResultFile {
  return { key, filename: 'property.csv', contentType: 'text/csv', rows: 93, bytes: 4096, sha256: 'cd'.repeat(32) };
}

export function success(attempt: number, result = resultFile(), expiresAt = new Date('2030-01-01T00:00:00Z')): Ending {
  return { outcome: 'succeeded', attempt, results: [result], expiresAt };
}

export const TERMS = { workerId: 'worker-1', leaseSeconds: 30, accountConcurrency: 2 };

/** Accounts and jobs that a suite makes, so that it can tidy its queue between tests. */
export class World {
  readonly db: Database;
  readonly #made: JobKey[] = [];
  dataVersion = 0;

  constructor(db: Database) {
    this.db = db;
  }

  async prepare(): Promise<void> {
    const { version } = await this.db.warehouse.commit({
      base: null,
      tables: { properties: [dataFile('warehouse/properties/1.parquet')] },
      propertyIds: PropertyIdSet.of(PROPERTY_IDS),
    });
    this.dataVersion = version;
  }

  async account(grants: Grants = 'all', name = 'Acme'): Promise<{ accountId: string; credentialId: string }> {
    const accountId = randomUUID();
    await this.db.accounts.create({ id: accountId, name, grants });
    const credentialId = randomUUID();
    await this.db.credentials.insert({
      id: credentialId,
      accountId,
      kind: 'key',
      accessKey: randomUUID(),
      secretHash: new Uint8Array([1, 2, 3]),
      scopes: ['exports:read'],
    });
    return { accountId, credentialId };
  }

  newJob(owner: { accountId: string; credentialId: string }, changes: Partial<NewReport> = {}): NewReport {
    const job: NewReport = {
      ...owner,
      id: randomUUID(),
      kind: 'report',
      spec: {
        reportType: 'property',
        outputFormat: 'csv',
        startDate: '2025-01-01',
        endDate: '2025-01-31',
        ...DEFAULT_FILE_OPTIONS,
      },
      propertyIds: encodePropertyIds(PROPERTY_IDS, PROPERTY_IDS.length),
      propertyCount: PROPERTY_IDS.length,
      callbackUrl: null,
      dataVersion: this.dataVersion,
      ...changes,
    };
    this.#made.push(job);
    return job;
  }

  newFileJob(owner: { accountId: string; credentialId: string }): NewFileJob {
    const { callbackUrl, dataVersion, id } = this.newJob(owner);
    const spec = { settings: { city: ['New York'], building_area: { min: 100_000 } } };
    const propertyIds = encodePropertyIds([], 0);
    return { ...owner, id, kind: 'search', spec, propertyIds, propertyCount: 0, callbackUrl, dataVersion };
  }

  async insertJob(owner?: { accountId: string; credentialId: string }, changes?: Partial<NewReport>): Promise<Job> {
    return this.db.jobs.insert(this.newJob(owner ?? (await this.account()), changes));
  }

  /** A job and its run, as `createJob` makes them. */
  async submit(owner?: { accountId: string; credentialId: string }, changes?: Partial<NewReport>): Promise<Job> {
    const job = this.newJob(owner ?? (await this.account()), changes);
    return this.db.transaction(async (tx: Tables) => {
      const inserted = await tx.jobs.insert(job);
      await tx.queue.enqueue({ kind: 'run-job', job });
      return inserted;
    });
  }

  async claim(terms = TERMS): Promise<Claim> {
    const claim = await this.db.queue.claim(terms);
    if (claim === null) throw new Error('nothing could be claimed');
    return claim;
  }

  /** Takes every task out of the queue: claims are over all accounts, so a test begins with none. */
  async emptyQueue(): Promise<void> {
    for (const job of this.#made.splice(0)) await this.db.queue.drop(job);
  }
}

/** Polls until the condition holds; fails after ten seconds. */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
