import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Interruption } from '../../src/core/interruption.ts';
import { RunningJobs } from '../../src/worker/running-jobs.ts';
import { claim } from '../jobs/run-stage.ts';

const LEASE_SECONDS = 30;
const LIMIT_SECONDS = 3600;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** @param renew as the queue answers each time */
function running(renew: () => Promise<boolean> = async () => true) {
  const renewed: unknown[][] = [];
  const warnings: string[] = [];
  const deps = {
    db: {
      queue: {
        renew: (...asked: unknown[]) => {
          renewed.push(asked);
          return renew();
        },
      },
    },
    log: { warn: (event: string) => void warnings.push(event) },
    policy: { leaseSeconds: LEASE_SECONDS, jobTimeLimitSeconds: LIMIT_SECONDS },
  };
  // The literals implement what is used of each port; the compiler wants whole ports.
  const jobs = new RunningJobs(deps as unknown as ConstructorParameters<typeof RunningJobs>[0]);
  return { jobs, renewed, warnings };
}

/** Work that goes on until it is interrupted; resolves with the reason. */
function untilInterrupted(jobs: RunningJobs, held = claim()): Promise<unknown> {
  return new Promise((resolve, reject) => {
    jobs
      .hold(held, (signal) => {
        return new Promise((done) => {
          signal.addEventListener('abort', () => {
            resolve(signal.reason);
            done();
          });
        });
      })
      .catch(reject);
  });
}

async function why(interrupted: Promise<unknown>): Promise<string> {
  const reason = await interrupted;
  if (!(reason instanceof Interruption)) throw new Error(`interrupted by ${String(reason)}`);
  return reason.why;
}

describe('a claim that is held', () => {
  it('is renewed three times in its lease, until the work has ended', async () => {
    const { jobs, renewed } = running();
    let end: () => void = () => undefined;
    const held = jobs.hold(claim(), () => new Promise<void>((resolve) => (end = resolve)));
    expect(jobs.count).toBe(1);
    await vi.advanceTimersByTimeAsync(LEASE_SECONDS * 1000);
    expect(renewed).toEqual(Array(3).fill([claim(), LEASE_SECONDS]));
    end();
    await held;
    expect(jobs.count).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is let go of when the work fails, and the failure is told', async () => {
    const { jobs } = running();
    await expect(jobs.hold(claim(), () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    expect(jobs.count).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('survives a heartbeat that failed', async () => {
    const answers = [() => Promise.reject(new Error('away')), async () => true];
    const { jobs, renewed, warnings } = running(() => (answers.shift() ?? (async () => true))());
    const interrupted = untilInterrupted(jobs);
    await vi.advanceTimersByTimeAsync((LEASE_SECONDS * 1000 * 2) / 3);
    expect(renewed).toHaveLength(2);
    expect(warnings).toEqual(['heartbeat-failed']);
    expect(jobs.count).toBe(1);
    jobs.interruptAll();
    await interrupted;
  });
});

describe('a lease that could not be renewed', () => {
  it('is renewed within a second of the database’s return', async () => {
    let away = true;
    const { jobs, renewed } = running(() => (away ? Promise.reject(new Error('away')) : Promise.resolve(true)));
    const interrupted = untilInterrupted(jobs);
    await vi.advanceTimersByTimeAsync(25_000);
    const before = renewed.length;
    away = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(renewed).toHaveLength(before + 1);
    // And then as ever.
    await vi.advanceTimersByTimeAsync((LEASE_SECONDS * 1000) / 3 - 1);
    expect(renewed).toHaveLength(before + 1);
    jobs.interruptAll();
    await interrupted;
  });
});

describe('a holder whose lease is about to end', () => {
  it('stops before another may begin, if no renewal was confirmed', async () => {
    const { jobs } = running(() => Promise.reject(new Error('away')));
    const interrupted = untilInterrupted(jobs);
    await vi.advanceTimersByTimeAsync(LEASE_SECONDS * 1000 * 0.9 - 1);
    expect(jobs.count).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await why(interrupted)).toBe('lease-over');
  });

  it('counts from when the last renewal was sent, not from when its answer came', async () => {
    let sent = 0;
    const slow = () => {
      sent += 1;
      return sent === 1
        ? new Promise<boolean>((resolve) => void setTimeout(() => resolve(true), 8000))
        : Promise.reject(new Error('away'));
    };
    const { jobs } = running(slow);
    const interrupted = untilInterrupted(jobs);
    const sentAt = (LEASE_SECONDS * 1000) / 3;
    await vi.advanceTimersByTimeAsync(sentAt + LEASE_SECONDS * 1000 * 0.9 - 1);
    expect(jobs.count).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await why(interrupted)).toBe('lease-over');
  });
});

describe('work under a claim is interrupted', () => {
  it('as lost when the claim is no longer ours', async () => {
    const { jobs } = running(async () => false);
    const interrupted = untilInterrupted(jobs);
    await vi.advanceTimersByTimeAsync((LEASE_SECONDS * 1000) / 3);
    expect(await why(interrupted)).toBe('lost');
  });

  it('when its time is over', async () => {
    const { jobs } = running();
    const interrupted = untilInterrupted(jobs);
    await vi.advanceTimersByTimeAsync(LIMIT_SECONDS * 1000 - 1);
    expect(jobs.count).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await why(interrupted)).toBe('time-limit');
  });

  it('as lost when its job has ended elsewhere, and no other work', async () => {
    const { jobs } = running();
    const other = { ...claim(), taskId: '2', job: { ...claim().job, id: 'another' } };
    const interrupted = untilInterrupted(jobs);
    const others = untilInterrupted(jobs, other);
    jobs.abandon(claim().job.id);
    expect(await why(interrupted)).toBe('lost');
    expect(jobs.count).toBe(1);
    jobs.interruptAll();
    expect(await why(others)).toBe('stopping');
  });
});
