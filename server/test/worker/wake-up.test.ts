import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WakeUp } from '../../src/worker/wake-up.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether it has ended, once all that is due has happened. */
async function hasEnded(sleep: Promise<void>): Promise<boolean> {
  let ended = false;
  void sleep.then(() => {
    ended = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return ended;
}

describe('a sleep', () => {
  it('ends for all who sleep when somebody wakes them, and leaves no timer', async () => {
    const wakeUp = new WakeUp();
    const sleeps = [wakeUp.sleep(wakeUp.generation, 1000), wakeUp.sleep(wakeUp.generation, 1000)];
    for (const sleep of sleeps) expect(await hasEnded(sleep)).toBe(false);
    wakeUp.wake();
    for (const sleep of sleeps) expect(await hasEnded(sleep)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends by itself when nobody does', async () => {
    const wakeUp = new WakeUp();
    const sleep = wakeUp.sleep(wakeUp.generation, 1000);
    await vi.advanceTimersByTimeAsync(999);
    expect(await hasEnded(sleep)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await hasEnded(sleep)).toBe(true);
  });

  it('does not begin when there was a wake-up since its caller looked', async () => {
    const wakeUp = new WakeUp();
    const { generation } = wakeUp;
    wakeUp.wake();
    expect(await hasEnded(wakeUp.sleep(generation, 1000))).toBe(true);
    // Control: of one that was before, nobody is roused.
    expect(await hasEnded(wakeUp.sleep(wakeUp.generation, 1000))).toBe(false);
  });
});
