/** What a run tells those who watch the service: figures, traces, the log. */
import { describe, expect, it } from 'vitest';
import { Interruption } from '../../src/core/interruption.ts';
import { EngineError } from '../../src/core/ports/engine-error.ts';
import { runJob } from '../../src/jobs/run/run.ts';
import { claim, never, stage, type Write } from './run-stage.ts';
import { KEY, NOW, submittedJob } from './submitted-job.ts';

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

describe('the log and the trace of a run', () => {
  const of = { jobId: KEY.id, attempt: 1 };
  const ended = { ...of, accountId: KEY.accountId };

  it('names its work, and tells how long it took and how much came of it', async () => {
    const times = [0, 1500, 4000].map((ms) => new Date(NOW.getTime() + ms));
    const { deps, metered, spans } = stage({ clock: () => times.shift() ?? NOW });
    await runJob(deps, claim(), never);
    expect(metered).toEqual(['started after 0', 'ended as succeeded', 'attempt completed after 4']);
    expect(spans).toEqual([
      [
        'start',
        {
          name: 'job run',
          jobId: KEY.id,
          attributes: {
            'conveyance.job.id': KEY.id,
            'conveyance.task.kind': 'run-job',
            'conveyance.work': 'property',
            'conveyance.output_format': 'csv',
            'conveyance.attempt': 1,
          },
        },
      ],
      ['start', { name: 'seal' }],
      ['set', { 'conveyance.rows': 31, 'conveyance.bytes': 10 }],
      ['set', { 'conveyance.outcome': 'completed' }],
    ]);
  });

  it('has its end in the log', async () => {
    const { deps, logged } = stage();
    await runJob(deps, claim(), never);
    expect(logged).toEqual([['info', 'job-finished', { ...ended, outcome: 'succeeded' }]]);
  });

  it('has an end that came too late in the log', async () => {
    const { deps, logged } = stage({ owned: false });
    await runJob(deps, claim(), never);
    expect(logged).toEqual([['info', 'job-ending-ignored', { ...ended, outcome: 'succeeded' }]]);
  });

  it.each([
    [new Error('deep down'), 'deep down'],
    ['not even an error', 'not even an error'],
  ])('has the error of a failed attempt in log and trace: %s', async (error, message) => {
    const { deps, logged, spans } = stage({ write: () => Promise.reject(error) });
    await runJob(deps, claim(), never);
    expect(logged).toEqual([['error', 'job-attempt-failed', { ...of, error }]]);
    expect(spans.slice(1)).toEqual([
      ['fail', message],
      ['set', { 'conveyance.outcome': 'failed' }],
    ]);
  });

  it('has an interruption in the log, which is no failure', async () => {
    const { deps, logged, spans } = stage({ write: () => Promise.reject(new Interruption('stopping')) });
    await runJob(deps, claim(), never);
    expect(logged).toEqual([['info', 'job-interrupted', { ...of, why: 'stopping' }]]);
    expect(spans.slice(1)).toEqual([['set', { 'conveyance.outcome': 'stopping' }]]);
  });
});
