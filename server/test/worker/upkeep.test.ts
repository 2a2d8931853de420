import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startUpkeep } from '../../src/worker/upkeep.ts';

const LEASE_SECONDS = 30;
const MINUTE_MS = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Chores of which only the rescue has what it needs: the others fail each time. */
function upkeep(rescue: () => Promise<number> = async () => 0) {
  const done: string[] = [];
  const order: string[] = [];
  const failed: unknown[] = [];
  const rescued: number[] = [];
  let woken = 0;
  const deps = {
    db: { queue: { rescue, beat: async () => order.push('beat') * 0 } },
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (_event: string, { name }: { name: string }) => void failed.push(name),
    },
    meter: {
      choreDone: (name: string, well: boolean) => void done.push(`${name} ${well ? 'well' : 'failed'}`),
      tasksRescued: (count: number) => void rescued.push(count),
      swept: () => undefined,
    },
    clock: () => new Date(),
    policy: { leaseSeconds: LEASE_SECONDS },
  };
  // The literals implement what is used of each port; the compiler wants whole ports.
  const stop = startUpkeep(deps as unknown as Parameters<typeof startUpkeep>[0], () => void woken++);
  const times = (name: string) => done.filter((each) => each.startsWith(`${name} `)).length;
  return { stop, order, done, failed, rescued, times, woken: () => woken };
}

describe('a chore', () => {
  it.each([
    ['rescue', (LEASE_SECONDS * 1000) / 3],
    ['schedules', 5000],
    ['sweep', 5 * MINUTE_MS],
    ['loads', 2000],
    ['feeds', 5000],
    ['prune-deliveries', 5 * MINUTE_MS],
    ['forget-keys', 5 * MINUTE_MS],
    ['forget-usage', 5 * MINUTE_MS],
    ['retention', 5 * MINUTE_MS],
    ['renew-keys', MINUTE_MS / 2],
  ])('%s is done at once, and every %i ms, also when it fails', async (name, intervalMs) => {
    const { stop, times } = upkeep();
    await vi.advanceTimersByTimeAsync(intervalMs - 1);
    expect(times(name)).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(times(name)).toBe(2);
    await vi.advanceTimersByTimeAsync(3 * intervalMs);
    expect(times(name)).toBe(5);
    stop();
  });

  it('that fails is told by its name, counted, and keeps no other from its work', async () => {
    const { stop, done, failed } = upkeep();
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toContain('rescue well');
    expect(done).toContain('sweep failed');
    expect(failed).toContain('sweep');
    expect(failed).not.toContain('rescue');
    stop();
  });

  it('is never done twice at a time', async () => {
    let begun = 0;
    let end: () => void = () => undefined;
    const { stop } = upkeep(() => {
      begun++;
      return new Promise((resolve) => {
        end = () => resolve(0);
      });
    });
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(begun).toBe(1);
    end();
    await vi.advanceTimersByTimeAsync((LEASE_SECONDS * 1000) / 3);
    expect(begun).toBe(2);
    stop();
  });

  it('that breaks off because the upkeep is stopped is no failure', async () => {
    let breakOff: () => void = () => undefined;
    const begun = () =>
      upkeep(
        () =>
          new Promise((_resolve, reject) => {
            breakOff = () => reject(new Error('the pool is closed'));
          }),
      );
    const { stop, done, failed } = begun();
    await vi.advanceTimersByTimeAsync(0);
    stop();
    breakOff();
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect([failed, done].map((each) => each.some((name) => `${name}`.startsWith('rescue')))).toEqual([false, false]);
    // Control: going on, it is one.
    const goingOn = begun();
    await vi.advanceTimersByTimeAsync(0);
    breakOff();
    await vi.advanceTimersByTimeAsync(0);
    expect(goingOn.failed).toContain('rescue');
    expect(goingOn.done).toContain('rescue failed');
    goingOn.stop();
  });

  it('is not done again once the upkeep is stopped', async () => {
    const { stop, done } = upkeep();
    await vi.advanceTimersByTimeAsync(0);
    stop();
    const before = done.length;
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    expect(done).toHaveLength(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('tasks of dead workers', () => {
  it('are rescued only after a sign of life, which tells whether anyone could renew', async () => {
    const { stop, order } = upkeep(async () => {
      order.push('rescue');
      return 0;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(order).toEqual(['beat', 'rescue']);
    stop();
  });

  it('are counted, and the worker is woken for them', async () => {
    const counts = [0, 2];
    const { stop, rescued, woken } = upkeep(async () => counts.shift() ?? 0);
    await vi.advanceTimersByTimeAsync(0);
    expect([rescued, woken()]).toEqual([[], 0]);
    await vi.advanceTimersByTimeAsync((LEASE_SECONDS * 1000) / 3);
    expect([rescued, woken()]).toEqual([[2], 1]);
    stop();
  });
});
