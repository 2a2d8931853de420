import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConveyanceError } from '../../src/core/errors.ts';
import { Interruption } from '../../src/core/interruption.ts';
import type { Job, JobKind } from '../../src/core/job.ts';
import { DatabaseAway, StoreAway } from '../../src/core/passing-fault.ts';
import { EngineError } from '../../src/core/ports/engine-error.ts';
import { FIRST_PROGRESS_MS } from '../../src/jobs/run/result-writer.ts';
import { runJob } from '../../src/jobs/run/run.ts';
import { claim, never, stage, type Write } from './run-stage.ts';
import { KEY, submittedJob } from './submitted-job.ts';

const DIRECTORY = `results/${KEY.accountId}/${KEY.id}`;
const FILENAME = 'property_2026-01-01_2026-01-31_ed49987b.csv';

describe('running a job', () => {
  it('seals the file before it ends the job, and cleans up', async () => {
    const { deps, endings, calls } = stage();
    await runJob(deps, claim(), never);
    const key = `${DIRECTORY}/1/${FILENAME}`;
    expect(calls).toEqual([`seal ${key}`, 'settle', 'keep quota']);
    expect(endings).toEqual([
      {
        outcome: 'succeeded',
        attempt: 1,
        expiresAt: new Date('2026-03-31T12:00:00Z'),
        results: [
          {
            key,
            filename: FILENAME,
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
    expect(calls.slice(-2)).toEqual([`abort ${DIRECTORY}/${attempt}/${FILENAME}`, `postpone ${delay}`]);
  });

  it('first removes what earlier attempts left behind', async () => {
    const { deps, calls } = stage();
    await runJob(deps, claim(3), never);
    expect(calls.slice(0, 2)).toEqual([`abandon ${DIRECTORY}/1`, `abandon ${DIRECTORY}/2`]);
  });

  it('leaves a job alone that is not there any more', async () => {
    const { deps, endings, calls } = stage({ job: null });
    await runJob(deps, claim(), never);
    expect({ endings, calls }).toEqual({ endings: [], calls: ['settle'] });
  });

  it.each([
    [
      'a refused statement',
      new EngineError('statement', 'secret path'),
      'export_failed',
      'could not be written after 3 attempts',
    ],
    ['no memory', new EngineError('memory', 'secret path'), 'export_failed', 'could not be written after 3 attempts'],
    [
      'a full disk',
      new EngineError('disk', 'secret path'),
      'out_of_disk',
      'no room left for the result; submit the job again later',
    ],
    [
      'a dead child',
      new EngineError('died', 'secret path'),
      'attempts_exhausted',
      'interrupted 3 times and was given up',
    ],
    ['a fault of the program', new Error('secret path'), 'export_failed', 'could not be written after 3 attempts'],
    [
      'what only resembles an error of the engine',
      Object.assign(new Error('secret path'), { kind: 'disk' }),
      'export_failed',
      'could not be written after 3 attempts',
    ],
  ] as const)('ends as failed when the third attempt meets %s', async (_what, error, code, sentence) => {
    const { deps, endings } = stage({ write: () => Promise.reject(error) });
    await runJob(deps, claim(3), never);
    expect(endings).toEqual([
      { outcome: 'failed', attempt: 3, failure: { code, message: expect.stringContaining(sentence) } },
    ]);
    expect(JSON.stringify(endings)).not.toContain('secret path');
  });

  it('ends as failed at once when the result is larger than the store can keep: it would be so again', async () => {
    const error = new ConveyanceError('result_too_large', 'secret path');
    const { deps, endings } = stage({ write: () => Promise.reject(error) });
    await runJob(deps, claim(1), never);
    const failure = { code: 'result_too_large', message: expect.stringContaining('split the export') };
    expect(endings).toEqual([{ outcome: 'failed', attempt: 1, failure }]);
  });

  const counts = { rows: 0 };
  it.each<[JobKind, object, string[]]>([
    ['property-details', { detailTypes: ['basic'], updated: null, fileSizes: [1, 0] }, ['_0.ndjson', '_1.ndjson']],
    ['search', { settings: {} }, ['.ndjson']],
    ['match', { mode: 'address', mapping: {}, counts }, ['.csv']],
  ])('makes the files of its kind: %s', async (kind, spec, endsOfNames) => {
    const { deps, calls } = stage({ job: { ...submittedJob(), kind, spec } as unknown as Job });
    await runJob(deps, claim(), never);
    const prefix = `seal ${DIRECTORY}/1/${KEY.id}`;
    expect(calls.filter((call) => call.startsWith('seal'))).toEqual(endsOfNames.map((end) => prefix + end));
    expect(calls.slice(-2)).toEqual(['settle', 'keep quota']);
  });

  it('gives up without trying when three attempts died unseen', async () => {
    const { deps, endings, calls } = stage();
    await runJob(deps, claim(4), never);
    const message = 'The export was interrupted 3 times and was given up; try fewer properties or a shorter range';
    expect(endings).toEqual([{ outcome: 'failed', attempt: 4, failure: { code: 'attempts_exhausted', message } }]);
    expect(calls).toEqual(['settle', 'give quota back']);
  });

  it.each([1, 3])('excuses attempt %i that the database broke off, and lets the worker pause', async (attempt) => {
    const away = new DatabaseAway(new Error('Connection terminated unexpectedly'));
    const { deps, endings, calls } = stage({ write: () => Promise.reject(away) });
    await expect(runJob(deps, claim(attempt), never)).rejects.toBe(away);
    expect(endings).toEqual([]);
    expect(calls.slice(-2)).toEqual([`abort ${DIRECTORY}/${attempt}/${FILENAME}`, 'excuse']);
  });

  it.each([1, 3])('excuses attempt %i that met a store that is away', async (attempt) => {
    const away = new StoreAway(new Error('ESTALE'));
    const { deps, endings, calls } = stage({ write: () => Promise.reject(away) });
    await expect(runJob(deps, claim(attempt), never)).rejects.toBe(away);
    expect({ endings, last: calls.at(-1) }).toEqual({ endings: [], last: 'excuse' });
  });

  it('goes on when its progress cannot be recorded, and records it later', async () => {
    const { deps, endings, logged } = stage({
      write: async (_signal, onProgress) => {
        onProgress(5);
        // As long as a job takes of which progress is recorded.
        await vi.advanceTimersByTimeAsync(FIRST_PROGRESS_MS);
        return { rows: 31 };
      },
    });
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const recordProgress = () => Promise.reject(new DatabaseAway(new Error('read ECONNRESET')));
    await runJob(
      { ...deps, db: { ...deps.db, jobs: { ...deps.db.jobs, recordProgress } } } as typeof deps,
      claim(),
      never,
    );
    expect(endings).toMatchObject([{ outcome: 'succeeded' }]);
    expect(logged).toContainEqual(['warn', 'progress-not-recorded', expect.anything()]);
  });

  it('settles no quota when something else ended it first', async () => {
    const { deps, endings, calls } = stage({ owned: false });
    await runJob(deps, claim(4), never);
    expect(endings).toHaveLength(1);
    expect(calls).toEqual(['settle']);
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
    expect(await interrupt('stopping')).toEqual({
      endings: [],
      calls: [`abort ${DIRECTORY}/1/${FILENAME}`, 'giveBack'],
    });
  });

  it('by a lost claim changes nothing', async () => {
    expect(await interrupt('lost')).toEqual({ endings: [], calls: [`abort ${DIRECTORY}/1/${FILENAME}`] });
  });

  it('by a lease that could not be renewed gives the attempt back: the job is not to blame', async () => {
    expect(await interrupt('lease-over')).toEqual({
      endings: [],
      calls: [`abort ${DIRECTORY}/1/${FILENAME}`, 'excuse'],
    });
  });

  it('by the time limit ends the job', async () => {
    const message = 'The export ran longer than the server allows; split it by properties or by dates';
    expect(await interrupt('time-limit')).toEqual({
      endings: [{ outcome: 'failed', attempt: 1, failure: { code: 'time_limit_exceeded', message } }],
      calls: [`abort ${DIRECTORY}/1/${FILENAME}`, 'settle', 'give quota back'],
    });
  });

  it('breaks off a seal too that the store does not answer, and deletes what it took all the same', async () => {
    for (const takes of [false, true]) {
      const { deps, endings, calls } = stage();
      const controller = new AbortController();
      let end: () => void = () => undefined;
      const create = async (key: string) => ({
        write: async () => undefined,
        finish: () =>
          new Promise<{ bytes: number; sha256: string }>((resolve, reject) => {
            end = () => (takes ? resolve({ bytes: 10, sha256: 'ab' }) : reject(new Error('broken off')));
            controller.abort(new Interruption('lease-over'));
          }),
        abort: async () => {
          calls.push(`abort ${key}`);
          end();
        },
      });
      await runJob({ ...deps, store: { ...deps.store, create } }, claim(), controller.signal);
      const key = `${DIRECTORY}/1/${FILENAME}`;
      expect({ endings, calls }).toEqual({
        endings: [],
        calls: [`abort ${key}`, ...(takes ? [`delete ${key}`] : []), 'excuse'],
      });
    }
  });

  it('comes from the job itself when progress finds it gone', async () => {
    const write: Write = (signal, onProgress) => {
      onProgress(5);
      return untilAborted(signal, onProgress);
    };
    const { deps, endings, calls } = stage({ write, owned: false });
    await runJob(deps, claim(), never);
    expect({ endings, calls }).toEqual({ endings: [], calls: [`abort ${DIRECTORY}/1/${FILENAME}`] });
  });
});
