import { describe, expect, it } from 'vitest';
import { DatabaseAway } from '../../src/core/database-away.ts';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import { Interruption } from '../../src/core/interruption.ts';
import { DEFAULT_FILE_OPTIONS, type ReportJob } from '../../src/core/job.ts';
import type { Ending } from '../../src/core/ports/database/jobs.ts';
import type { Claim } from '../../src/core/ports/database/queue.ts';
import type { DataVersion } from '../../src/core/ports/database/warehouse.ts';
import { EngineError } from '../../src/core/ports/engine.ts';
import { NO_TRACER } from '../../src/core/ports/telemetry.ts';
import { runJob } from '../../src/jobs/run/run.ts';

const KEY = { accountId: 'c0ffee00-0000-4000-8000-000000000001', id: 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec' };
const NOW = new Date('2026-03-01T12:00:00Z');
const VERSION: DataVersion = { version: 1, committedAt: NOW, tables: {} };

function submittedJob(change: Partial<ReportJob> = {}): ReportJob {
  return {
    ...KEY,
    kind: 'report',
    credentialId: 'c0ffee00-0000-4000-8000-000000000002',
    spec: {
      reportType: 'property',
      outputFormat: 'csv',
      startDate: '2026-01-01',
      endDate: '2026-01-31',
      ...DEFAULT_FILE_OPTIONS,
    },
    propertyCount: 1,
    callbackUrl: null,
    status: 'submitted',
    progress: { phase: 'queued', rowsWritten: 0, rowsTotal: null },
    failure: null,
    dataVersion: 1,
    results: [],
    createdAt: NOW,
    updatedAt: NOW,
    startedAt: null,
    revision: 1,
    finishedAt: null,
    expiresAt: null,
    ...change,
  };
}

type Write = (signal: AbortSignal, onProgress: (rows: number) => void) => Promise<{ rows: number }>;

/** The ports that a run touches, as literals, with a record of what was asked of them. */
function stage({
  job = submittedJob(),
  write = async () => ({ rows: 31 }),
  owned = true,
}: {
  job?: ReportJob;
  write?: Write;
  owned?: boolean;
} = {}) {
  const endings: Ending[] = [];
  const calls: string[] = [];
  const metered: string[] = [];
  const tables = {
    jobs: {
      get: async () => job,
      propertyIds: async () => encodePropertyIds([99001416], 1),
      recordProgress: async () => owned,
      finish: async (_key: unknown, ending: Ending) => {
        endings.push(ending);
        return owned ? { ...job, status: ending.outcome } : null;
      },
    },
    queue: {
      settle: async () => calls.push('settle') > 0,
      postpone: async (_claim: Claim, seconds: number) => calls.push(`postpone ${seconds}`) > 0,
      giveBack: async () => calls.push('giveBack') > 0,
    },
    warehouse: { get: async () => VERSION },
    quota: {
      keep: async () => void calls.push('keep quota'),
      giveBack: async () => void calls.push('give quota back'),
    },
  };
  const deps = {
    db: { ...tables, transaction: (work: (tx: typeof tables) => Promise<unknown>) => work(tables) },
    engine: {
      write: (_query: unknown, _target: unknown, watch: { signal: AbortSignal; onProgress?: (p: unknown) => void }) =>
        write(watch.signal, (rows) => watch.onProgress?.({ phase: 'running', rowsWritten: rows, rowsTotal: 31 })),
    },
    store: {
      scratch: async (name: string) => `/scratch/${name}`,
      discard: async (name: string) => void calls.push(`discard ${name}`),
      put: async (key: string) => {
        calls.push(`put ${key}`);
        return { bytes: 10, sha256: 'ab' };
      },
    },
    clock: () => NOW,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    meter: {
      jobStarted: (seconds: number) => metered.push(`started after ${seconds}`),
      attemptEnded: (_spec: unknown, result: string) => metered.push(`attempt ${result}`),
      jobEnded: ({ status }: ReportJob) => metered.push(`ended as ${status}`),
    },
    tracer: NO_TRACER,
    policy: { resultRetentionDays: 30 },
  };
  // The literals implement what this verb uses of each port; the compiler wants whole ports.
  return { deps: deps as unknown as Parameters<typeof runJob>[0], endings, calls, metered };
}

function claim(attempt = 1): Claim {
  return { taskId: '1', kind: 'run-job', job: KEY, attempt };
}

const never = new AbortController().signal;

describe('running a job', () => {
  it('seals the file before it ends the job, and cleans up', async () => {
    const { deps, endings, calls } = stage();
    await runJob(deps, claim(), never);
    const key = `results/${KEY.accountId}/${KEY.id}/1/property_2026-01-01_2026-01-31_ed49987b.csv`;
    expect(calls).toEqual([`put ${key}`, `discard ${KEY.id}.1.part`, 'keep quota', 'settle']);
    expect(endings).toEqual([
      {
        outcome: 'succeeded',
        attempt: 1,
        expiresAt: new Date('2026-03-31T12:00:00Z'),
        results: [
          {
            key,
            filename: 'property_2026-01-01_2026-01-31_ed49987b.csv',
            contentType: 'text/csv; charset=utf-8',
            rows: 31,
            bytes: 10,
            sha256: 'ab',
          },
        ],
      },
    ]);
  });

  it.each(['succeeded', 'failed', 'cancelled'] as const)('leaves a job alone that is %s', async (status) => {
    const { deps, endings, calls } = stage({ job: submittedJob({ status }) });
    await runJob(deps, claim(), never);
    expect({ endings, calls }).toEqual({ endings: [], calls: ['settle'] });
  });

  it.each([
    [1, 1],
    [2, 4],
  ])('tries again after attempt %i has failed, after %i s', async (attempt, delay) => {
    const { deps, endings, calls } = stage({ write: () => Promise.reject(new EngineError('memory', 'too much')) });
    await runJob(deps, claim(attempt), never);
    expect(endings).toEqual([]);
    expect(calls.slice(-2)).toEqual([`discard ${KEY.id}.${attempt}.part`, `postpone ${delay}`]);
  });

  it('first removes what earlier attempts left behind', async () => {
    const { deps, calls } = stage();
    await runJob(deps, claim(3), never);
    expect(calls.slice(0, 2)).toEqual([`discard ${KEY.id}.1.part`, `discard ${KEY.id}.2.part`]);
  });

  it.each([
    ['statement', 'export_failed'],
    ['disk', 'out_of_disk'],
    ['died', 'attempts_exhausted'],
  ] as const)('ends as failed when the third attempt meets %s', async (kind, code) => {
    const { deps, endings } = stage({ write: () => Promise.reject(new EngineError(kind, 'secret path')) });
    await runJob(deps, claim(3), never);
    expect(endings).toMatchObject([{ outcome: 'failed', attempt: 3, failure: { code } }]);
    expect(JSON.stringify(endings)).not.toContain('secret path');
  });

  it('gives up without trying when three attempts died unseen', async () => {
    const { deps, endings, calls } = stage();
    await runJob(deps, claim(4), never);
    expect(endings).toMatchObject([{ outcome: 'failed', failure: { code: 'attempts_exhausted' } }]);
    expect(calls).toEqual(['give quota back', 'settle']);
  });

  it.each([1, 3])('gives attempt %i back that the database broke off, and lets the worker pause', async (attempt) => {
    const away = new DatabaseAway(new Error('Connection terminated unexpectedly'));
    const { deps, endings, calls } = stage({ write: () => Promise.reject(away) });
    await expect(runJob(deps, claim(attempt), never)).rejects.toBe(away);
    expect(endings).toEqual([]);
    expect(calls.slice(-2)).toEqual([`discard ${KEY.id}.${attempt}.part`, 'giveBack']);
  });

  it('settles no quota when something else ended it first', async () => {
    const { deps, endings, calls } = stage({ owned: false });
    await runJob(deps, claim(4), never);
    expect(endings).toHaveLength(1);
    expect(calls).toEqual(['settle']);
  });
});

describe('the figures of a run', () => {
  const failing: Write = () => Promise.reject(new EngineError('memory', 'too much'));

  it('tell its waiting, its attempt and its end', async () => {
    const { deps, metered } = stage({ job: submittedJob({ createdAt: new Date(NOW.getTime() - 2500) }) });
    await runJob(deps, claim(), never);
    expect(metered).toEqual(['started after 2.5', 'ended as succeeded', 'attempt completed']);
  });

  it('tell no waiting of a later attempt, and no end while it can be tried again', async () => {
    const { deps, metered } = stage({ write: failing });
    await runJob(deps, claim(2), never);
    expect(metered).toEqual(['attempt failed']);
  });

  it('tell the end that the last attempt makes', async () => {
    const { deps, metered } = stage({ write: failing });
    await runJob(deps, claim(3), never);
    expect(metered).toEqual(['ended as failed', 'attempt failed']);
  });

  it('tell no end that something else made', async () => {
    const { deps, metered } = stage({ owned: false });
    await runJob(deps, claim(2), never);
    expect(metered).toEqual(['attempt completed']);
  });

  it('never tell a waiting below nothing: the database’s clock may be ahead', async () => {
    const { deps, metered } = stage({ job: submittedJob({ createdAt: new Date(NOW.getTime() + 40) }) });
    await runJob(deps, claim(), never);
    expect(metered[0]).toBe('started after 0');
  });
});

describe('an interruption', () => {
  /** An engine that works until it is aborted. */
  const untilAborted: Write = (signal) =>
    new Promise((_resolve, reject) => {
      const stop = () => reject(new Error('interrupted deep down'));
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });

  async function interrupt(why: Interruption['why']) {
    const { deps, endings, calls, metered } = stage({ write: untilAborted });
    const controller = new AbortController();
    const run = runJob(deps, claim(), controller.signal);
    controller.abort(new Interruption(why));
    await run;
    expect(metered).toContain(`attempt ${why}`);
    return { endings, calls };
  }

  it('by a stopping worker gives the attempt back', async () => {
    expect(await interrupt('stopping')).toEqual({ endings: [], calls: [`discard ${KEY.id}.1.part`, 'giveBack'] });
  });

  it('by a lost claim changes nothing', async () => {
    expect(await interrupt('lost')).toEqual({ endings: [], calls: [`discard ${KEY.id}.1.part`] });
  });

  it('by the time limit ends the job', async () => {
    expect((await interrupt('time-limit')).endings).toMatchObject([
      { outcome: 'failed', failure: { code: 'time_limit_exceeded' } },
    ]);
  });

  it('comes from the job itself when progress finds it gone', async () => {
    const write: Write = (signal, onProgress) => {
      onProgress(5);
      return untilAborted(signal, onProgress);
    };
    const { deps, endings, calls } = stage({ write, owned: false });
    await runJob(deps, claim(), never);
    expect({ endings, calls }).toEqual({ endings: [], calls: [`discard ${KEY.id}.1.part`] });
  });
});
