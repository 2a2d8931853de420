/** Which requests are the same, for how long, and what a repeated one comes to. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import type { Job, ReportRequest } from '../../src/core/job.ts';
import type { AcceptedRequest, IdempotencyKey } from '../../src/core/ports/database/idempotency.ts';
import {
  acceptOnce,
  findAccepted,
  forgetOldKeys,
  type KeyedRequest,
  keyRequest,
} from '../../src/jobs/create/idempotency.ts';
import { KEY, NOW, submittedJob } from './submitted-job.ts';

const DAY_MS = 86_400_000;
const { accountId } = KEY;
const JOB = submittedJob();
const REQUEST: ReportRequest = { spec: JOB.spec, propertyIds: new Set([7, 8]), callbackUrl: null };
const OTHER_REQUEST: ReportRequest = { ...REQUEST, propertyIds: new Set([9]) };

function keyed(request: ReportRequest = REQUEST): Promise<KeyedRequest> {
  return keyRequest(accountId, 'monthly', request);
}

/** What `request` is known by, as text. */
async function fingerprint(request: ReportRequest): Promise<string> {
  return Buffer.from((await keyed(request)).fingerprint).toString('hex');
}

async function accepted(change: Partial<AcceptedRequest> = {}): Promise<AcceptedRequest> {
  return { fingerprint: (await keyed()).fingerprint, jobId: KEY.id, acceptedAt: NOW, ...change };
}

/** Literal tables that know one accepted request and one job, with a record of what was asked of them. */
function stage({
  known = null,
  job = JOB,
  free = true,
}: {
  known?: AcceptedRequest | null;
  job?: unknown;
  free?: boolean;
} = {}) {
  const asked: unknown[][] = [];
  const tables = {
    idempotency: {
      hold: async (request: IdempotencyKey) => {
        asked.push(['hold', request.key]);
        return free;
      },
      find: async (request: IdempotencyKey) => {
        asked.push(['find', request.key]);
        return known;
      },
      remember: async (request: IdempotencyKey, what: AcceptedRequest) =>
        void asked.push(['remember', request.key, what]),
      forget: async (before: Date) => {
        asked.push(['forget', before]);
        return 3;
      },
    },
    jobs: {
      get: async (key: unknown) => {
        asked.push(['job', key]);
        return job;
      },
    },
  };
  // The literals have what these verbs use of each port; the compiler wants whole ones.
  return { asked, tables: tables as unknown as Parameters<typeof acceptOnce>[0] };
}

describe('a key', () => {
  it.each([1, 255])('may have %i characters', async (length) => {
    const key = 'k'.repeat(length);
    expect(await keyRequest(accountId, key, REQUEST)).toMatchObject({ accountId, key });
  });

  it.each([0, 256])('may not have %i', async (length) => {
    await expect(keyRequest(accountId, 'k'.repeat(length), REQUEST)).rejects.toMatchObject({
      code: 'invalid_parameter',
      message: 'Idempotency-Key must have 1 to 255 characters',
    });
  });
});

describe('a request', () => {
  it('has the fingerprint that it has always had: those of a day are stored', async () => {
    const spec = {
      reportType: 'units',
      outputFormat: 'csv',
      startDate: '2026-01-01',
      endDate: '2026-01-31',
      columns: ['unit_id'],
      compression: 'gzip',
      csvProfile: 'standard',
      name: 'Q1',
    } as const;
    const request = { spec, propertyIds: new Set([9, 7]), callbackUrl: 'https://example.com/ended' };
    expect(await fingerprint(request)).toBe('5cf662e9b1393248c96bf05089fae1ea081c91df9e55841bcd0c2df26506a17a');
  });

  it('is the same in another order of its fields', async () => {
    const spec = Object.fromEntries(Object.entries(REQUEST.spec).reverse()) as unknown as ReportRequest['spec'];
    expect(await fingerprint({ ...REQUEST, spec })).toBe(await fingerprint(REQUEST));
  });

  it('is known by what an earlier version of the server knew it by: keys outlive an update', async () => {
    const fields = [
      ['callbackUrl', null],
      ['columns', null],
      ['compression', 'none'],
      ['csvProfile', 'standard'],
      ['endDate', '2026-01-31'],
      ['name', null],
      ['outputFormat', 'csv'],
      ['reportType', 'property'],
      ['startDate', '2026-01-01'],
    ];
    const whole = createHash('sha256')
      .update(`${JSON.stringify(fields)}\n`)
      .update(encodePropertyIds([7, 8], 2));
    expect(await fingerprint(REQUEST)).toBe(whole.digest('hex'));
  });

  it.each<[string, ReportRequest]>([
    ['other ids', { ...REQUEST, propertyIds: new Set([7, 9]) }],
    ['its ids in another order', { ...REQUEST, propertyIds: new Set([8, 7]) }],
    ['another callback', { ...REQUEST, callbackUrl: 'https://hooks.example.com/' }],
    ['another report', { ...REQUEST, spec: { ...REQUEST.spec, reportType: 'units' } }],
    ['another format', { ...REQUEST, spec: { ...REQUEST.spec, outputFormat: 'jsonl' } }],
    ['another first day', { ...REQUEST, spec: { ...REQUEST.spec, startDate: '2025-12-31' } }],
    ['other columns', { ...REQUEST, spec: { ...REQUEST.spec, columns: ['property_id'] } }],
  ])('is another with %s', async (_what, other) => {
    expect(await fingerprint(other)).not.toBe(await fingerprint(REQUEST));
  });
});

describe('a repeated request', () => {
  const find = async (staged: ReturnType<typeof stage>, { request = REQUEST, now = NOW } = {}) =>
    findAccepted(staged.tables, await keyed(request), now);

  it('is not known when its key was never used', async () => {
    const { tables, asked } = stage();
    expect(await findAccepted(tables, await keyed(), NOW)).toBeNull();
    expect(asked).toEqual([['find', 'monthly']]);
  });

  it('is the job that it made, as it stands', async () => {
    const job = submittedJob({ status: 'cancelled' });
    const staged = stage({ known: await accepted(), job });
    expect(await find(staged)).toBe(job);
    expect(staged.asked.at(-1)).toEqual(['job', KEY]);
  });

  it('is known for 24 hours', async () => {
    const known = await accepted();
    expect(await find(stage({ known }), { now: new Date(NOW.getTime() + DAY_MS - 1) })).toBe(JOB);
    expect(await find(stage({ known }), { now: new Date(NOW.getTime() + DAY_MS) })).toBeNull();
  });

  it('is refused when its key was used for another', async () => {
    const known = await accepted();
    await expect(find(stage({ known }), { request: OTHER_REQUEST })).rejects.toMatchObject({
      code: 'idempotency_mismatch',
      message: 'The Idempotency-Key was used for another request; use a new key for a new request',
    });
    // A day later the key is free.
    const tomorrow = new Date(NOW.getTime() + DAY_MS);
    expect(await find(stage({ known }), { request: OTHER_REQUEST, now: tomorrow })).toBeNull();
  });

  it('is refused when a single byte of its fingerprint differs', async () => {
    const { fingerprint: same } = await accepted();
    const different = same.with(0, (same[0] ?? 0) ^ 1);
    await expect(find(stage({ known: await accepted({ fingerprint: different }) }))).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
  });

  it.each<[string, Job | null]>([
    ['is gone', null],
    ['is no report', { ...submittedJob(), kind: 'search' } as unknown as Job],
  ])('is not known when its job %s', async (_what, job) => {
    expect(await find(stage({ known: await accepted(), job }))).toBeNull();
  });
});

describe('accepting a request', () => {
  const refuse = () => Promise.reject(new Error('accepted a second time'));

  it('keeps its key, and remembers the job that it made', async () => {
    const request = await keyed();
    const { tables, asked } = stage();
    expect(await acceptOnce(tables, request, NOW, async () => JOB)).toBe(JOB);
    expect(asked).toEqual([
      ['hold', 'monthly'],
      ['find', 'monthly'],
      ['remember', 'monthly', { fingerprint: request.fingerprint, jobId: KEY.id, acceptedAt: NOW }],
    ]);
  });

  it('makes nothing when it was accepted meanwhile', async () => {
    const { tables, asked } = stage({ known: await accepted() });
    expect(await acceptOnce(tables, await keyed(), NOW, refuse)).toBe(JOB);
    expect(asked.map(([what]) => what)).toEqual(['hold', 'find', 'job']);
  });

  it('makes nothing while it is being accepted, and says when to come back', async () => {
    const { tables, asked } = stage({ free: false });
    await expect(acceptOnce(tables, await keyed(), NOW, refuse)).rejects.toMatchObject({
      code: 'idempotency_conflict',
      message: 'A request with this Idempotency-Key is being accepted; send it again in a moment',
      retryAfterSeconds: 1,
    });
    expect(asked).toEqual([['hold', 'monthly']]);
  });
});

it('keys are forgotten after 24 hours', async () => {
  const { tables, asked } = stage();
  const deps = { db: tables, clock: () => NOW } as unknown as Parameters<typeof forgetOldKeys>[0];
  expect(await forgetOldKeys(deps)).toBe(3);
  expect(asked).toEqual([['forget', new Date(NOW.getTime() - DAY_MS)]]);
});
