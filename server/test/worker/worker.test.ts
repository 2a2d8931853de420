import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Topic } from '../../src/core/ports/database/events.ts';
import type { Claim, ClaimTerms } from '../../src/core/ports/database/queue.ts';
import { Worker } from '../../src/worker/worker.ts';
import { claim, stage, type Write } from '../jobs/run-stage.ts';

const POLICY = { leaseSeconds: 30, accountConcurrency: 2, jobTimeLimitSeconds: 3600, resultRetentionDays: 30 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Answer = Claim | null | Error;

/** A worker on a stage whose queue gives these answers, one a claim, and then nothing. */
function working({ answers = [], write, slots = 1 }: { answers?: Answer[]; write?: Write; slots?: number } = {}) {
  const set = stage(write === undefined ? {} : { write });
  const asked: ClaimTerms[] = [];
  const listeners = new Map<Topic, (payload: string) => void>();
  const { db } = set.deps;
  const deps = {
    ...set.deps,
    db: {
      ...db,
      queue: {
        ...db.queue,
        claim: async (terms: ClaimTerms) => {
          asked.push(terms);
          const answer = answers.shift() ?? null;
          if (answer instanceof Error) throw answer;
          return answer;
        },
        renew: async () => true,
        beat: async () => 0,
        rescue: async () => 0,
      },
      subscribe: (topic: Topic, listener: (payload: string) => void) => {
        listeners.set(topic, listener);
        return () => void listeners.delete(topic);
      },
    },
    log: { ...set.deps.log, warn: () => undefined },
    meter: { ...set.deps.meter, choreDone: () => undefined, swept: () => undefined },
    policy: POLICY,
  };
  // The literals implement what a worker uses of each port; the compiler wants whole ports. Chores that lack theirs fail, and go on.
  const worker = new Worker(deps as unknown as ConstructorParameters<typeof Worker>[0], {
    nodeId: 'worker-1',
    slots,
    drainMs: 5000,
  });
  return {
    ...set,
    worker,
    answers,
    asked,
    listeners,
    tell: (topic: Topic, payload = '') => listeners.get(topic)?.(payload),
  };
}

/** Writes until it is interrupted. */
const endless: Write = (signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

const settled = () => vi.advanceTimersByTimeAsync(0);

describe('a worker', () => {
  it('claims under its own name and the policy, runs what it got, settles it, and asks again', async () => {
    const { worker, asked, calls, endings } = working({ answers: [claim()] });
    worker.start();
    await settled();
    expect(asked).toEqual(Array(2).fill({ workerId: 'worker-1/1', leaseSeconds: 30, accountConcurrency: 2 }));
    expect(endings).toMatchObject([{ outcome: 'succeeded', attempt: 1 }]);
    expect(calls).toContain('settle');
    await worker.stop();
  });

  it('sleeps when there is nothing, until it is told of a task', async () => {
    const { worker, asked, answers, endings, tell } = working();
    worker.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveLength(1);
    answers.push(claim());
    tell('task-ready');
    await settled();
    expect(endings).toHaveLength(1);
    await worker.stop();
  });

  it('finds by itself what it was not told of', async () => {
    const { worker, answers, endings } = working();
    worker.start();
    await settled();
    answers.push(claim());
    await vi.advanceTimersByTimeAsync(2000);
    expect(endings).toHaveLength(1);
    await worker.stop();
  });

  it('pauses after an error, says so, and goes on', async () => {
    const { worker, asked, logged, endings } = working({ answers: [new Error('away'), claim()] });
    worker.start();
    await settled();
    expect(logged).toContainEqual(['error', 'worker-error', { error: new Error('away') }]);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(endings).toHaveLength(1);
    await worker.stop();
  });

  it('frees what it may have claimed unknowingly, before it claims again', async () => {
    const { worker, calls, asked } = working({ answers: [new Error('away'), claim()] });
    worker.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls[0]).toBe('release worker-1/1');
    expect(calls).toContain('settle');
    expect(asked.length).toBeGreaterThan(1);
    expect(calls.filter((call) => call.startsWith('release'))).toHaveLength(1);
    await worker.stop();
  });

  it('runs as many jobs at once as it has slots', async () => {
    const answers = [1, 2, 3].map((task) => ({ ...claim(), taskId: String(task) }));
    const { worker, asked } = working({ answers, write: endless, slots: 2 });
    worker.start();
    await settled();
    expect(asked).toHaveLength(2);
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(5000);
    await stopped;
  });

  it('lets go of a job that was ended elsewhere: neither settled nor given back', async () => {
    const { worker, calls, endings, tell } = working({ answers: [claim()], write: endless });
    worker.start();
    await settled();
    tell('job-finished', claim().job.id);
    await settled();
    expect(endings).toEqual([]);
    expect(calls).not.toContain('settle');
    expect(calls).not.toContain('giveBack');
    await worker.stop();
  });
});

describe('a worker that pauses', () => {
  it('claims nothing, lets what runs come to its end, and claims again when it is resumed', async () => {
    let end: () => void = () => undefined;
    const write: Write = () => new Promise((resolve) => (end = () => resolve({ rows: 31 })));
    const { worker, asked, answers, endings, tell } = working({ answers: [claim()], write });
    worker.start();
    await settled();
    worker.pause();
    answers.push(claim());
    end();
    await settled();
    tell('task-ready');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(endings).toMatchObject([{ outcome: 'succeeded' }]);
    expect(asked).toHaveLength(1);
    worker.resume();
    await settled();
    expect(asked).toHaveLength(2);
    end();
    await worker.stop();
  });
});

describe('a worker that stops', () => {
  it('lets a job come to its end, and claims no more', async () => {
    let end: () => void = () => undefined;
    const write: Write = () => new Promise((resolve) => (end = () => resolve({ rows: 31 })));
    const { worker, asked, calls, endings, listeners } = working({ answers: [claim(), claim(2)], write });
    worker.start();
    await settled();
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(4999);
    end();
    await stopped;
    expect(endings).toMatchObject([{ outcome: 'succeeded' }]);
    expect(calls).not.toContain('giveBack');
    expect(asked).toHaveLength(1);
    expect(listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives back what has not ended when the time is over', async () => {
    const { worker, calls, endings } = working({ answers: [claim()], write: endless });
    worker.start();
    await settled();
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(4999);
    expect(calls).not.toContain('giveBack');
    await vi.advanceTimersByTimeAsync(1);
    await stopped;
    expect(calls).toContain('giveBack');
    expect(endings).toEqual([]);
  });
});
