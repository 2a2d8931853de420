/** What the kinds of file jobs do when a load replaces the data between their look at it and the job that holds it. */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MatchRequest } from '../../src/core/file-job-spec.ts';
import { UuidList } from '../../src/core/ids/uuid-list.ts';
import { FILE_JOB_KINDS, type FileJobKind, type JobKey } from '../../src/core/job.ts';
import { CommitUnknown } from '../../src/core/passing-fault.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { EngineError } from '../../src/core/ports/engine-error.ts';
import type { ResultRow } from '../../src/core/rows.ts';
import { createFileJob } from '../../src/jobs/create/file-job.ts';
import type { FileJobRequest } from '../../src/jobs/create/prepared.ts';
import { UPLOADS_PREFIX } from '../../src/jobs/upload-key.ts';
import { type IntakeWorld, intakeWorld } from '../intake/forms.ts';
import { asking } from '../support/asking.ts';
import { uuidOf } from '../support/file-jobs.ts';
import { type Load, type ReplacedData, replacedData } from './replaced-data.ts';

const CSV = 'lat,lon\n40.7,-73.9\n';
const MATCH: MatchRequest = {
  mode: 'coordinates',
  headers: ['lat', 'lon'],
  mapping: { latitude: 'lat', longitude: 'lon' },
  explain: false,
};
/** The engine's answer for two ids that are known. */
const RESOLVED: readonly ResultRow[] = [
  { file: 0, property_ids: [7, 8] },
  { file: null, distinct_ids: 2, known_ids: 2 },
];

let data: ReplacedData;
let world: IntakeWorld;

beforeAll(async () => {
  data = await replacedData();
  world = await intakeWorld();
});
afterAll(async () => {
  await data[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});
// A version that no job reads: the next load lets go of it.
beforeEach(() => data.replaceData());
// A key has one file job at a time.
afterEach(async () => {
  for (const job of await batchJobs()) await data.db.jobs.finish(job, { outcome: 'cancelled' });
});

async function batchJobs() {
  const { accountId, credentialId } = data.caller;
  return (await data.db.jobs.listFileJobs({ accountId, credentialId, limit: 100, offset: 0 })).items;
}

/** Reads what is asked for. */
function requestFor(kind: FileJobKind): () => Promise<FileJobRequest> {
  return async () => {
    switch (kind) {
      case 'property-details': {
        const propertyIds = UuidList.of([7, 8].map(uuidOf));
        if (propertyIds === null) throw new Error('these are ids');
        return { kind, propertyIds, details: { detailTypes: ['basic'], filterPii: false, updated: null } };
      }
      case 'search':
        return { kind, search: { settings: {} } };
      case 'match': {
        const path = await world.store.scratch(`${randomUUID()}.upload`);
        await writeFile(path, CSV);
        return { kind, match: MATCH, rows: await world.intake.readRows(path), file: { path } };
      }
    }
  };
}

/** @param run the engine's answer, where something is asked of it. */
function stage(
  loads: Load[],
  run: () => Promise<readonly ResultRow[]> = async () => RESOLVED,
): Parameters<typeof createFileJob>[0] {
  const { store } = world;
  const deps = { ...data.ports('current', loads), store, engine: asking(async () => [await run()]) };
  // What this verb uses of each port; the compiler wants whole ports.
  return deps as unknown as Deps;
}

describe('a batch job whose data is replaced under it', () => {
  it.each(FILE_JOB_KINDS)('is made on the new data: %s', async (kind) => {
    const loads = [() => data.replaceData()];
    const job = await createFileJob(stage(loads), data.caller, requestFor(kind));
    expect(loads).toEqual([]);
    expect(job.dataVersion).toBe((await data.db.warehouse.current())?.version);
    expect(job.propertyCount).toBe(kind === 'property-details' ? 2 : 0);
  });

  it('keeps the file of a match', async () => {
    const job = await createFileJob(stage([() => data.replaceData()]), data.caller, requestFor('match'));
    const inputKey = job.kind === 'match' ? job.spec.inputKey : '';
    expect(await readFile(await world.store.localize(inputKey), 'utf8')).toBe(CSV);
  });

  it('is made on the new data when the old files are gone before its ids are looked for', async () => {
    const failures = [new EngineError('statement', 'no such file')];
    const asked = async () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return RESOLVED;
    };
    const job = await createFileJob(
      stage([() => data.replaceData()], asked),
      data.caller,
      requestFor('property-details'),
    );
    expect(job.dataVersion).toBe((await data.db.warehouse.current())?.version);
  });

  it('is not made when its ids cannot be looked for in data that is there', async () => {
    const error = new EngineError('memory', 'too much');
    const asked = () => Promise.reject(error);
    const creating = createFileJob(stage([], asked), data.caller, requestFor('property-details'));
    await expect(creating).rejects.toBe(error);
  });

  it.each(FILE_JOB_KINDS)('says when to come back where that happens twice, and leaves no job: %s', async (kind) => {
    const before = await batchJobs();
    const creating = createFileJob(stage([1, 2, 3].map(() => () => data.replaceData())), data.caller, requestFor(kind));
    await expect(creating).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
    expect(await batchJobs()).toEqual(before);
  });
});

async function storedUploads(): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of world.store.list(UPLOADS_PREFIX)) keys.push(key);
  return keys;
}

describe('an upload is stored for a job, and for nothing else', () => {
  it('though twenty of a key come at once, of which one is accepted', async () => {
    const before = await storedUploads();
    const creating = Array.from({ length: 20 }, () => createFileJob(stage([]), data.caller, requestFor('match')));
    const outcomes = await Promise.allSettled(creating);
    const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    expect(made.map(({ kind }) => kind)).toEqual(['match']);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : []));
    expect(refused).toEqual(Array(19).fill('job_in_progress'));
    const stored = (await storedUploads()).filter((key) => !before.includes(key));
    expect(stored).toEqual(made.map((job) => (job.kind === 'match' ? job.spec.inputKey : '')));
  });

  it('but is kept when nobody knows whether the job was made', async () => {
    const before = await storedUploads();
    const deps = stage([]);
    const db = { ...deps.db, transaction: () => Promise.reject(new CommitUnknown(new Error('gone'))) };
    await expect(createFileJob({ ...deps, db }, data.caller, requestFor('match'))).rejects.toBeInstanceOf(
      CommitUnknown,
    );
    expect(await storedUploads()).toHaveLength(before.length + 1);
  });
});

describe('a batch job beside one that has not ended', () => {
  /** @param behind comes when the transaction has run into the other job, before it is looked up. */
  async function refusal(behind: (unfinished: JobKey) => Promise<unknown>) {
    const first = await createFileJob(stage([]), data.caller, requestFor('search'));
    const deps = stage([]);
    const transaction: typeof data.db.transaction = (work) =>
      data.db.transaction(work).catch(async (error: unknown) => {
        await behind(first);
        throw error;
      });
    const db = { ...deps.db, transaction };
    const refused = await createFileJob({ ...deps, db }, data.caller, requestFor('search')).catch(
      (error: unknown) => error,
    );
    return { first, refused };
  }

  it('is told which that is', async () => {
    const { first, refused } = await refusal(async () => undefined);
    expect(refused).toMatchObject({
      code: 'job_in_progress',
      retryAfterSeconds: 1,
      jobId: first.id,
    });
  });

  it('is told no name of one that ended before it was looked up', async () => {
    const { refused } = await refusal((job) => data.db.jobs.finish(job, { outcome: 'cancelled' }));
    expect(refused).toMatchObject({
      code: 'job_in_progress',
      retryAfterSeconds: 1,
      jobId: null,
    });
  });
});
