/** The tree of finished results, on the real database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/core/access.ts';
import { openDirectory, openResult, readEntry, type TreeEntry } from '../../src/jobs/results/result-tree.ts';
import { finishedJob, type SftpCustomer, type SftpDoor, sftpDoor } from '../sftp/door.ts';

let door: SftpDoor;
beforeAll(async () => {
  door = await sftpDoor();
});
afterAll(() => door[Symbol.asyncDispose]());

function callerOf({ accountId, credentialId }: SftpCustomer): Caller {
  return { accountId, credentialId, scopes: ['exports:read'], address: '192.0.2.7' };
}

/** Everything in the directory, read in pieces. */
async function listEntries(
  deps: Pick<SftpDoor['deps'], 'db'>,
  caller: Caller,
  path: readonly string[],
  most = 100,
): Promise<readonly TreeEntry[]> {
  const directory = await openDirectory(deps, caller, path);
  const entries: TreeEntry[] = [];
  for (let piece = await directory.next(most); piece.length > 0; piece = await directory.next(most)) {
    expect(piece.length).toBeLessThanOrEqual(most);
    entries.push(...piece);
  }
  return entries;
}

async function namesIn(customer: SftpCustomer, ...path: string[]): Promise<readonly string[]> {
  return (await listEntries(door.deps, callerOf(customer), path)).map(({ name }) => name);
}

const NOT_FOUND = expect.objectContaining({ code: 'not_found' });

describe('the tree of results', () => {
  it('has a folder for each kind of job, and nothing else', async () => {
    const customer = await door.customer();
    expect(await namesIn(customer)).toEqual(['jobs']);
    expect(await namesIn(customer, 'jobs')).toEqual(['match', 'property-details', 'reports', 'search']);
    expect(await namesIn(customer, 'jobs', 'match')).toEqual([]);
  });

  it.each([
    ['report', 'reports', 'property_2025-12-01_2025-12-31_1a2b3c4d.parquet', '.parquet'],
    ['report', 'reports', 'property_2025-12-01_2025-12-31_1a2b3c4d.csv.gz', '.csv.gz'],
    ['report', 'reports', 'property_2025-12-01_2025-12-31_1a2b3c4d.jsonl.zst', '.jsonl.zst'],
    ['match', 'match', 'my addresses v1.2.csv', '.csv'],
    ['match', 'match', 'no extension', ''],
    ['search', 'search', 'result.ndjson', '.ndjson'],
    ['property-details', 'property-details', 'result.ndjson', '_0.ndjson'],
  ] as const)(
    'has the one file of a %s in %s: %s as the job’s id and %j',
    async (kind, folder, filename, extension) => {
      const customer = await door.customer();
      const id = await finishedJob(door.deps, customer, kind, { files: [{ filename, content: 'abc' }] });
      const job = await door.deps.db.jobs.get({ accountId: customer.accountId, id });
      const entries = await listEntries(door.deps, callerOf(customer), ['jobs', folder]);
      expect(entries).toEqual([{ kind: 'file', name: id + extension, bytes: 3, modifiedAt: job?.finishedAt }]);
    },
  );

  it('numbers several files of a job from 0', async () => {
    const customer = await door.customer();
    const files = ['a', 'bb', 'ccc'].map((content, part) => ({ filename: `part${part}.ndjson`, content }));
    const id = await finishedJob(door.deps, customer, 'property-details', { files });
    const entries = await listEntries(door.deps, callerOf(customer), ['jobs', 'property-details']);
    expect(entries.map((entry) => [entry.name, entry.kind === 'file' && entry.bytes])).toEqual([
      [`${id}_0.ndjson`, 1],
      [`${id}_1.ndjson`, 2],
      [`${id}_2.ndjson`, 3],
    ]);
    const path = ['jobs', 'property-details', `${id}_2.ndjson`];
    expect(await readEntry(door.deps, callerOf(customer), path)).toMatchObject({ name: `${id}_2.ndjson`, bytes: 3 });
  });

  it('lists the newest job first', async () => {
    const customer = await door.customer();
    const older = await finishedJob(door.deps, customer, 'search');
    const newer = await finishedJob(door.deps, customer, 'search');
    expect(await namesIn(customer, 'jobs', 'search')).toEqual([`${newer}.csv`, `${older}.csv`]);
  });

  it.each([1, 2, 3, 100])('tells each file once, in pieces of %i', async (most) => {
    const customer = await door.customer();
    const files = ['a', 'b', 'c'].map((content, part) => ({ filename: `part${part}.ndjson`, content }));
    const ids: string[] = [];
    for (let job = 0; job < 3; job++) {
      ids.unshift(await finishedJob(door.deps, customer, 'property-details', { files }));
    }
    const entries = await listEntries(door.deps, callerOf(customer), ['jobs', 'property-details'], most);
    expect(entries.map(({ name }) => name)).toEqual(
      ids.flatMap((id) => [0, 1, 2].map((part) => `${id}_${part}.ndjson`)),
    );
  });

  /** A folder of so many jobs with so many files each, and how many jobs were read of it at once and in all. */
  async function folderOf(jobs: number, files: number) {
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'search');
    const job = await door.deps.db.jobs.get({ accountId: customer.accountId, id });
    const ids = Array.from({ length: jobs }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`);
    const read: number[] = [];
    const withFiles = async (_owner: object, _kind: string, limit: number, after: string | null) => {
      const from = after === null ? 0 : ids.indexOf(after) + 1;
      const found = ids.slice(from, from + limit);
      read.push(found.length);
      return found.map((each) => ({ ...job, id: each, results: Array(files).fill(job?.results[0]) }));
    };
    return { caller: callerOf(customer), db: { jobs: { withFiles } } as unknown as SftpDoor['deps']['db'], read };
  }

  it('reads for each piece what that piece needs, however large the directory is', async () => {
    const { caller, db, read } = await folderOf(1_000, 1);
    const directory = await openDirectory({ db }, caller, ['jobs', 'search']);
    expect(read).toEqual([]);
    expect(await directory.next(100)).toHaveLength(100);
    expect(read.reduce((sum, each) => sum + each, 0)).toBe(100);
    expect(Math.max(...read)).toBeLessThanOrEqual(25);
  });

  it('lists a bounded number of jobs and of files', async () => {
    const many = await folderOf(2_100, 1);
    expect(await listEntries({ db: many.db }, many.caller, ['jobs', 'search'])).toHaveLength(2_000);
    const wide = await folderOf(1_000, 40);
    expect(await listEntries({ db: wide.db }, wide.caller, ['jobs', 'search'])).toHaveLength(10_000);
  });

  it('has no file of another account, under whatever path', async () => {
    const owner = await door.customer();
    const other = await door.customer();
    const id = await finishedJob(door.deps, owner, 'search');
    const path = ['jobs', 'search', `${id}.csv`];
    expect(await namesIn(owner, 'jobs', 'search')).toEqual([`${id}.csv`]);
    expect(await namesIn(other, 'jobs', 'search')).toEqual([]);
    await expect(readEntry(door.deps, callerOf(owner), path)).resolves.toBeDefined();
    await expect(readEntry(door.deps, callerOf(other), path)).rejects.toEqual(NOT_FOUND);
    await expect(openResult(door.deps, callerOf(other), path)).rejects.toEqual(NOT_FOUND);
  });

  it('has the file jobs of its own key, and not those of another key of the account, whose reports it has', async () => {
    const owner = await door.customer();
    const beside = { ...(await door.customer()), accountId: owner.accountId };
    const kinds = {
      match: 'match',
      'property-details': 'property-details',
      search: 'search',
      reports: 'report',
    } as const;
    for (const [folder, kind] of Object.entries(kinds)) {
      await finishedJob(door.deps, owner, kind);
      const [name = ''] = await namesIn(owner, 'jobs', folder);
      const path = ['jobs', folder, name];
      await expect(openResult(door.deps, callerOf(owner), path), folder).resolves.toBeDefined();
      if (kind === 'report') {
        expect(await namesIn(beside, 'jobs', folder)).toEqual([name]);
        await expect(openResult(door.deps, callerOf(beside), path)).resolves.toBeDefined();
        continue;
      }
      expect(await namesIn(beside, 'jobs', folder), folder).toEqual([]);
      await expect(readEntry(door.deps, callerOf(beside), path), folder).rejects.toEqual(NOT_FOUND);
      await expect(openResult(door.deps, callerOf(beside), path), folder).rejects.toEqual(NOT_FOUND);
    }
  });

  it('has no file past its retention, and none of a job that has not succeeded', async () => {
    const customer = await door.customer();
    const expired = await finishedJob(door.deps, customer, 'search', { expiresAt: new Date(Date.now() - 1) });
    expect(await namesIn(customer, 'jobs', 'search')).toEqual([]);
    const path = ['jobs', 'search', `${expired}.csv`];
    await expect(openResult(door.deps, callerOf(customer), path)).rejects.toEqual(NOT_FOUND);
  });

  it('finds a file by nothing but its own name', async () => {
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'search');
    const find = (...path: string[]) => readEntry(door.deps, callerOf(customer), path);
    await expect(find('jobs', 'search', `${id}.csv`)).resolves.toBeDefined();
    for (const path of [
      ['jobs', 'match', `${id}.csv`],
      ['jobs', 'reports', `${id}.csv`],
      ['search', `${id}.csv`],
      ['jobs', 'search', `${id}_0.csv`],
      ['jobs', 'search', `${id}.csv.gz`],
      ['jobs', 'search', `${id}.CSV`],
      ['jobs', 'search', id],
      ['jobs', 'search', id.toUpperCase()],
      ['jobs', 'search', `${id}.csv`, 'more'],
      ['jobs', 'search', `${randomUUID()}.csv`],
      ['jobs', 'search', '-'.repeat(36)],
      ['jobs', 'constructor'],
      ['jobs', '__proto__'],
      ['jobs', ''],
      ['etc', 'passwd'],
    ]) {
      await expect(find(...path), path.join('/')).rejects.toEqual(NOT_FOUND);
    }
  });

  it('is closed to a key without the scope', async () => {
    const caller: Caller = { ...callerOf(await door.customer()), scopes: ['exports:write', 'data:read', 'admin'] };
    const refused = expect.objectContaining({ code: 'forbidden', message: expect.stringContaining('exports:read') });
    await expect(readEntry(door.deps, caller, [])).rejects.toEqual(refused);
    await expect(listEntries(door.deps, caller, ['jobs'])).rejects.toEqual(refused);
    await expect(openResult(door.deps, caller, ['jobs', 'search', `${randomUUID()}.csv`])).rejects.toEqual(refused);
  });
});

describe('a result that is read', () => {
  const all = { accountId: null, from: null, until: null, limit: 100 };

  it('is written down once, however often and from wherever it is read', async () => {
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'search', {
      files: [{ filename: 'a.ndjson', content: 'abcdef' }],
    });
    const result = await openResult(door.deps, callerOf(customer), ['jobs', 'search', `${id}.ndjson`]);
    const entries = async () =>
      (await door.deps.db.audit.last({ ...all, accountId: customer.accountId })).filter(
        ({ event }) => event === 'file-downloaded',
      );
    expect(await entries()).toEqual([]);
    const bytes: Uint8Array[] = [];
    for (const offset of [0, 4]) for await (const chunk of await result.readFrom(offset)) bytes.push(chunk);
    expect(Buffer.concat(bytes).toString()).toBe('abcdefef');
    const { accountId, credentialId } = customer;
    const written = { event: 'file-downloaded', accountId, credentialId, jobId: id, address: '192.0.2.7' };
    expect(await entries()).toEqual([expect.objectContaining(written)]);
  });

  it('cannot be read when it cannot be written down', async () => {
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'search');
    const { db, store, clock } = door.deps;
    const audit = { append: () => Promise.reject(new Error('the log is full')) };
    const deps = { db: { jobs: db.jobs, audit } as unknown as typeof db, store, clock };
    const result = await openResult(deps, callerOf(customer), ['jobs', 'search', `${id}.csv`]);
    await expect(result.readFrom(0)).rejects.toThrow('the log is full');
  });

  it('is not found when it was deleted meanwhile', async () => {
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'search');
    const result = await openResult(door.deps, callerOf(customer), ['jobs', 'search', `${id}.csv`]);
    const job = await door.deps.db.jobs.get({ accountId: customer.accountId, id });
    for (const { key } of job?.results ?? []) await door.deps.store.delete(key);
    await expect(result.readFrom(0)).rejects.toEqual(NOT_FOUND);
  });
});
