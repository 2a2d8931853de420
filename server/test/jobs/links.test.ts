/** Handing out links: the rule alone, on literal ports that write down what is asked of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NewAuditEntry } from '../../src/core/audit.ts';
import type { FileJob, JobOf } from '../../src/core/job.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { createDownloadLink } from '../../src/jobs/results/download.ts';
import { createFileJobLinks } from '../../src/jobs/results/links.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
/** Of the account’s links: every one that is made carries it. */
const EPOCH = 3;
const PUBLIC_URL = 'https://exports.example.com';
const ACCOUNT = 'c0ffee00-0000-4000-8000-000000000001';
const CALLER = {
  accountId: ACCOUNT,
  credentialId: 'c0ffee00-0000-4000-8000-000000000002',
  scopes: ['exports:read'],
  address: '192.0.2.7',
} as const;

function jobId(number: number): string {
  return `ed49987b-6539-4e9e-8a63-${String(number).padStart(12, '0')}`;
}

function finishedJob(number: number, change: Partial<JobOf<'search'>> = {}): FileJob {
  const id = jobId(number);
  const file = (part: number) => ({
    key: `results/${id}/${part}`,
    filename: `${number}_${part}.ndjson`,
    contentType: 'application/x-ndjson',
    rows: 1,
    bytes: 2,
    sha256: 'ab',
  });
  return {
    kind: 'search',
    spec: { settings: {} },
    accountId: ACCOUNT,
    id,
    credentialId: CALLER.credentialId,
    propertyCount: 0,
    callbackUrl: null,
    status: 'succeeded',
    progress: { phase: 'done', rowsWritten: 2, rowsTotal: 2 },
    failure: null,
    warnings: [],
    dataVersion: 1,
    results: [file(0), file(1)],
    createdAt: NOW,
    updatedAt: NOW,
    startedAt: NOW,
    revision: 1,
    finishedAt: NOW,
    expiresAt: new Date(NOW.getTime() + 1),
    ...change,
  };
}

function entry(number: number): NewAuditEntry {
  const { accountId, credentialId, address } = CALLER;
  return {
    event: 'link-created',
    accountId,
    credentialId,
    jobId: jobId(number),
    address,
    properties: null,
    subject: null,
  };
}

interface Staged {
  readonly fault?: Error;
  readonly stored?: object | null;
  readonly revokedAt?: Date | null;
}

function stage({ fault, stored = null, revokedAt = null }: Staged = {}) {
  const calls: unknown[] = [];
  const appendAll = async (entries: readonly NewAuditEntry[]) => {
    calls.push(entries);
    if (fault !== undefined) throw fault;
  };
  const deps = {
    db: {
      audit: { appendAll },
      jobs: { get: async () => stored },
      accounts: { linkEpoch: async () => EPOCH },
      credentials: { byId: async () => ({ revokedAt }) },
    },
    links: {
      sign({ key, filename, expiresAt, epoch, isForPage }: Parameters<Deps['links']['sign']>[0]) {
        calls.push(key);
        expect(epoch).toBe(EPOCH);
        if (isForPage) return `${PUBLIC_URL}/files/${filename}`;
        return `${filename}?${(expiresAt.getTime() - NOW.getTime()) / 1000}`;
      },
    },
    clock: () => NOW,
    policy: { linkTtlSeconds: 7000, reonomyLinkTtlSeconds: 600 },
  };
  // What these verbs use of each port; the compiler wants whole ports.
  return { deps: deps as unknown as Deps, calls };
}

describe('links to the files of file jobs', () => {
  it('are written down for all of the jobs at once, before the first is made', async () => {
    const { deps, calls } = stage();
    const links = await createFileJobLinks(deps, CALLER, [finishedJob(1), finishedJob(2)]);
    expect([...links]).toEqual([
      [jobId(1), ['1_0.ndjson?600', '1_1.ndjson?600']],
      [jobId(2), ['2_0.ndjson?600', '2_1.ndjson?600']],
    ]);
    const keys = [1, 2].flatMap((number) => [0, 1].map((part) => `results/${jobId(number)}/${part}`));
    expect(calls).toEqual([[entry(1), entry(2)], ...keys]);
  });

  it('are one statement for the longest list', async () => {
    const { deps, calls } = stage();
    await createFileJobLinks(
      deps,
      CALLER,
      Array.from({ length: 1000 }, (_, number) => finishedJob(number)),
    );
    expect(calls.filter(Array.isArray)).toEqual([Array.from({ length: 1000 }, (_, number) => entry(number))]);
  });

  it('are none, and nothing is written down, while a job has no files or has them no more', async () => {
    const { deps, calls } = stage();
    const without = [finishedJob(1, { results: [], expiresAt: null }), finishedJob(2, { expiresAt: NOW })];
    expect((await createFileJobLinks(deps, CALLER, without)).size).toBe(0);
    expect(calls).toEqual([]);
    const links = await createFileJobLinks(deps, CALLER, [...without, finishedJob(3, { expiresAt: null })]);
    expect([...links.keys()]).toEqual([jobId(3)]);
    expect(calls[0]).toEqual([entry(3)]);
  });

  it('are not made when they cannot be written down', async () => {
    const fault = new Error('not now');
    const { deps, calls } = stage({ fault });
    await expect(createFileJobLinks(deps, CALLER, [finishedJob(1)])).rejects.toBe(fault);
    expect(calls).toEqual([[entry(1)]]);
  });
});

it('are not made for a credential that was revoked, though the door still believes in it', async () => {
  const { deps, calls } = stage({ revokedAt: NOW });
  await expect(createFileJobLinks(deps, CALLER, [finishedJob(1)])).rejects.toMatchObject({ code: 'unauthorized' });
  expect(calls).toEqual([]);
});

describe('the link to a report', () => {
  const report = { ...finishedJob(1), kind: 'report' };

  it('is written down before it is made', async () => {
    const { deps, calls } = stage({ stored: report });
    const link = await createDownloadLink(deps, CALLER, jobId(1));
    expect(link).toEqual({ url: '1_0.ndjson?7000', expiresAt: new Date(NOW.getTime() + 7_000_000) });
    expect(calls).toEqual([[entry(1)], `results/${jobId(1)}/0`]);
  });

  it('is not made when it cannot be written down', async () => {
    const fault = new Error('not now');
    const { deps, calls } = stage({ stored: report, fault });
    await expect(createDownloadLink(deps, CALLER, jobId(1))).rejects.toBe(fault);
    expect(calls).toEqual([[entry(1)]]);
  });
});

it('lead a page of the console to this server, and a program with the same credential wherever the store says', async () => {
  const page = { ...CALLER, isPage: true } as const;
  const report = stage({ stored: { ...finishedJob(1), kind: 'report' } }).deps;
  expect((await createDownloadLink(report, page, jobId(1))).url).toBe(`${PUBLIC_URL}/files/1_0.ndjson`);
  expect((await createDownloadLink(report, CALLER, jobId(1))).url).toBe('1_0.ndjson?7000');
  const [, files] = [...(await createFileJobLinks(stage().deps, page, [finishedJob(2)]))][0] ?? [];
  expect(files).toEqual([`${PUBLIC_URL}/files/2_0.ndjson`, `${PUBLIC_URL}/files/2_1.ndjson`]);
});

it('only one file makes links, and it writes them down', () => {
  const source = new URL('../../src/', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const signing = files.filter((name) => /\blinks\.sign\(/.test(readFileSync(new URL(name, source), 'utf8')));
  expect(signing).toEqual(['jobs/results/links.ts']);
});
