/** How a request becomes a job: the rule alone, whoever asks. */
import { describe, expect, it } from 'vitest';
import { DataReplaced } from '../../src/core/data-replaced.ts';
import { digestPropertyIds, encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { acceptJob, acceptOn, requireRoom } from '../../src/jobs/create/accept.ts';
import {
  ACCOUNT,
  CREDENTIAL,
  JOB_ID,
  KEY,
  REPORT,
  reportRequest,
  searchRequest,
  stage,
  steps,
  TRIED,
  WHOLE,
} from './acceptance.ts';

describe('acceptance', () => {
  it('makes the job, its quota, its run and its line in the audit log in one transaction, and announces it after', async () => {
    const { deps, calls } = stage();
    const request = await reportRequest();
    const job = await acceptJob(deps, async () => request);
    expect(job).toMatchObject({ ...KEY, kind: 'report', propertyCount: 2 });
    const sha256 = await digestPropertyIds([7, 8]);
    expect(calls).toEqual([
      [
        'tx',
        'insert',
        {
          ...KEY,
          ...REPORT,
          propertyIds: encodePropertyIds([8, 7], 2),
          propertyCount: 2,
          callbackUrl: 'https://example.com/done',
          warnings: [],
          dataVersion: 4,
          credentialId: CREDENTIAL,
        },
      ],
      ['tx', 'enqueue', { kind: 'run-job', job: KEY }],
      [
        'tx',
        'append',
        {
          event: 'job-created',
          accountId: ACCOUNT,
          credentialId: CREDENTIAL,
          jobId: JOB_ID,
          address: '192.0.2.7',
          properties: { count: 2, sha256 },
          subject: null,
        },
      ],
      ['tx', 'reserve', { job: KEY, month: '2026-03' }, [8, 7]],
      ['tx', 'commit'],
      ['announced', 'count', JOB_ID],
      [
        'announced',
        'trace',
        JOB_ID,
        { 'conveyance.work': 'property', 'conveyance.output_format': 'csv', 'conveyance.properties': 2 },
      ],
    ]);
  });

  it('does the same for a file job, which reserves nothing where it costs nothing', async () => {
    const { deps, calls } = stage();
    const job = await acceptJob(deps, searchRequest);
    expect(job.kind).toBe('search');
    expect(steps(calls)).toEqual(WHOLE.filter((step) => step !== 'tx reserve'));
    const sha256 = await digestPropertyIds([]);
    expect(calls[2]).toMatchObject(['tx', 'append', { event: 'job-created', properties: { count: 0, sha256 } }]);
  });

  it.each(['insert', 'reserve', 'enqueue', 'append'] as const)(
    'commits and announces nothing when %s fails',
    async (at) => {
      const error = new Error('not now');
      const { deps, calls } = stage({ fault: { at, errors: [error] } });
      await expect(acceptJob(deps, reportRequest)).rejects.toBe(error);
      expect(steps(calls)).toEqual(TRIED);
    },
  );

  it('announces nothing when the commit fails', async () => {
    const error = new Error('not now');
    const { deps, calls } = stage({ fault: { at: 'commit', errors: [error] } });
    await expect(acceptJob(deps, reportRequest)).rejects.toBe(error);
    expect(steps(calls)).toEqual([...TRIED, 'tx commit']);
  });

  it('judges once more where the data was replaced, once', async () => {
    const judged: string[] = [];
    const judge = async () => {
      const request = await reportRequest(`00000000-0000-4000-8000-00000000000${judged.length}`);
      judged.push(request.id);
      return request;
    };
    const { deps, calls } = stage({ fault: { at: 'insert', errors: [new DataReplaced()] } });
    const job = await acceptJob(deps, judge);
    expect(job.id).toBe(judged[1]);
    expect(steps(calls)).toEqual([...TRIED, ...WHOLE]);
    const twice = stage({ fault: { at: 'insert', errors: [new DataReplaced(), new DataReplaced()] } });
    await expect(acceptJob(twice.deps, judge)).rejects.toMatchObject({ code: 'unavailable' });
    expect(judged).toHaveLength(4);
    expect(steps(twice.calls)).toEqual([...TRIED, ...TRIED]);
  });

  it('takes no other kind of job for what was asked', async () => {
    const { deps } = stage({ storedAs: 'search' });
    await expect(acceptJob(deps, reportRequest)).rejects.toThrow('a job of kind report was stored as search');
  });
});

describe('acceptance on terms', () => {
  it('makes and announces nothing where they refuse', async () => {
    const { deps, calls } = stage();
    expect(await acceptOn(deps, await reportRequest(), async () => null)).toBeNull();
    expect(steps(calls)).toEqual(['tx commit']);
  });

  it('does in the one transaction what they do beside the job', async () => {
    const { deps, calls } = stage();
    await acceptOn(deps, await reportRequest(), async (tx, accept) => {
      const job = await accept();
      await tx.queue.enqueue({ kind: 'run-job', job });
      return job;
    });
    expect(steps(calls)).toEqual([...WHOLE.slice(0, 4), 'tx enqueue', ...WHOLE.slice(4)]);
  });
});

describe('a server that is low on disk', () => {
  const policy = { minimumFreeBytes: 100 } as Deps['policy'];
  const store = (free: number | null) => ({ freeBytes: async () => free }) as Deps['store'];

  it.each([null, 100, 101])('takes jobs with %s bytes free', async (free) => {
    await expect(requireRoom({ store: store(free), policy })).resolves.toBeUndefined();
  });

  it('says when to come back', async () => {
    await expect(requireRoom({ store: store(99), policy })).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterSeconds: 30,
    });
  });
});
