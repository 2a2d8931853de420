/** The same request again, under a key: the rule alone. Races of real transactions are in http/idempotency.test.ts. */
import { describe, expect, it } from 'vitest';
import type { NewJob } from '../../src/core/ports/database/jobs.ts';
import { acceptJob } from '../../src/jobs/create/accept.ts';
import { type KeyedRequest, keyRequest } from '../../src/jobs/create/idempotency.ts';
import {
  ACCOUNT,
  CREDENTIAL,
  JOB_ID,
  KEY,
  NOW,
  REPORT,
  reportRequest,
  stage,
  steps,
  storedJob,
  WHOLE,
} from './acceptance.ts';

function keyed(change: object = {}): Promise<KeyedRequest<'report'>> {
  const spec = { ...REPORT.spec, ...change };
  return keyRequest(ACCOUNT, 'monthly', { spec, propertyIds: new Set([8, 7]), callbackUrl: null });
}

/** As if the request under the key had been accepted before. */
async function earlier(hoursAgo: number, change?: object) {
  const { fingerprint } = await keyed(change);
  const jobId = 'aaaaaaaa-6539-4e9e-8a63-2bcd811ef0ec';
  const acceptedAt = new Date(NOW.getTime() - hoursAgo * 3_600_000);
  const asked: NewJob = {
    ...KEY,
    id: jobId,
    ...REPORT,
    propertyIds: new Uint8Array(),
    propertyCount: 2,
    callbackUrl: null,
    dataVersion: 3,
    credentialId: CREDENTIAL,
  };
  return { accepted: { fingerprint, jobId, acceptedAt }, job: storedJob(asked) };
}

describe('acceptance under a key', () => {
  it('remembers the key with the job', async () => {
    const { deps, calls } = stage();
    const key = await keyed();
    await acceptJob(deps, reportRequest, key);
    expect(steps(calls)).toEqual([...WHOLE.slice(0, 4), 'tx remember', ...WHOLE.slice(4)]);
    const { fingerprint } = key;
    expect(calls[4]).toEqual(['tx', 'remember', { fingerprint, jobId: JOB_ID, acceptedAt: NOW }]);
  });

  it('answers with the job of before, unjudged, and neither writes nor announces anything', async () => {
    const before = await earlier(23);
    const { deps, calls } = stage({ stored: [before] });
    const judge = () => Promise.reject(new Error('judged'));
    expect(await acceptJob<'report'>(deps, judge, await keyed())).toBe(before.job);
    expect(calls).toEqual([]);
  });

  it('makes a new job a day later', async () => {
    const { deps } = stage({ stored: [await earlier(24)] });
    expect(await acceptJob(deps, reportRequest, await keyed())).toMatchObject(KEY);
  });

  it('finds in its transaction what was accepted since it looked, and announces that no second time', async () => {
    const before = await earlier(0);
    const { deps, calls } = stage({ stored: [before] });
    const lookedBefore = { ...deps.db, idempotency: { ...deps.db.idempotency, find: async () => null } };
    const made = await acceptJob({ ...deps, db: lookedBefore }, reportRequest, await keyed());
    expect(made).toBe(before.job);
    expect(steps(calls)).toEqual(['tx commit']);
  });

  it('is refused while the key is held, and for another request', async () => {
    const held = stage({ held: false });
    await expect(acceptJob(held.deps, reportRequest, await keyed())).rejects.toMatchObject({
      code: 'idempotency_conflict',
      retryAfterSeconds: 1,
    });
    expect(held.calls).toEqual([]);
    const other = stage({ stored: [await earlier(1, { endDate: '2026-01-30' })] });
    await expect(acceptJob(other.deps, reportRequest, await keyed())).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
    expect(other.calls).toEqual([]);
  });
});

describe('the fingerprint of a request', () => {
  // Kept for a day, also over the day on which the server is replaced.
  it('stays what it was in release 0.1', async () => {
    const { fingerprint } = await keyed();
    const hex = Buffer.from(fingerprint).toString('hex');
    expect(hex).toBe('98c0999d93a21210701b17d5e014930e53a2a437b61b972a8975200ac106d2ee');
  });
});
