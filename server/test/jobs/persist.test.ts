/** The last write of a run, to a database that goes away at the wrong moment. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Interruption } from '../../src/core/interruption.ts';
import { CommitUnknown, DatabaseAway } from '../../src/core/passing-fault.ts';
import { persist } from '../../src/jobs/run/persist.ts';
import { claim, never } from './run-stage.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const AWAY = new DatabaseAway(new Error('connect ECONNREFUSED'));

/** @param writes what the write does, one a time and the last for good; `renewals` likewise. */
function persisting(writes: readonly (Error | 'written')[], renewals: readonly (Error | boolean)[] = [true]) {
  const calls: string[] = [];
  const next = <Value>(values: readonly Value[], name: string): Value => {
    const made = calls.filter((call) => call === name).length;
    calls.push(name);
    const value = values[Math.min(made, values.length - 1)];
    if (value === undefined) throw new Error('nothing is to happen');
    return value;
  };
  const renew = async () => {
    const answer = next(renewals, 'renew');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const write = async () => {
    const answer = next(writes, 'write');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const deps = { db: { queue: { renew } }, log: { warn: () => undefined }, policy: { leaseSeconds: 30 } };
  // The literals implement what is used of each port; the compiler wants whole ports.
  const begin = (signal = never) => persist(deps as unknown as Parameters<typeof persist>[0], claim(), signal, write);
  return { begin, calls };
}

describe('the last write', () => {
  it('is made once where it succeeds', async () => {
    const { begin, calls } = persisting(['written']);
    expect(await begin()).toBe('written');
    expect(calls).toEqual(['write']);
  });

  it.each([
    ['away', AWAY],
    ['gone before it confirmed', new CommitUnknown(new Error('read ECONNRESET'))],
  ])('waits for a database that is %s, holds on to the lease, and is made again', async (_what, error) => {
    const { begin, calls } = persisting([error, 'written'], [AWAY, AWAY, AWAY, true]);
    const written = begin();
    await vi.advanceTimersByTimeAsync(3999);
    expect(calls).toEqual(['write', 'renew', 'renew', 'renew']);
    await vi.advanceTimersByTimeAsync(1);
    expect(await written).toBe('written');
    expect(calls.slice(-2)).toEqual(['renew', 'write']);
  });

  it('is made again also when the claim is no longer ours: it may have been made, and changes nothing then', async () => {
    const { begin, calls } = persisting([AWAY, 'written'], [false]);
    const written = begin();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await written).toBe('written');
    expect(calls).toEqual(['write', 'renew', 'write']);
  });

  it('is given up where the database breaks off at it five times, though it answers in between', async () => {
    const { begin, calls } = persisting([AWAY]);
    const refused = expect(begin()).rejects.toBe(AWAY);
    await vi.advanceTimersByTimeAsync(60_000);
    await refused;
    expect(calls.filter((call) => call === 'write')).toHaveLength(5);
  });

  it('is not made again after any other error', async () => {
    const fault = new Error('a fault');
    const { begin, calls } = persisting([fault]);
    await expect(begin()).rejects.toBe(fault);
    expect(calls).toEqual(['write']);
  });

  it('ends with the interruption of a run that waits', async () => {
    const { begin } = persisting([AWAY], [AWAY]);
    const controller = new AbortController();
    const stopping = new Interruption('stopping');
    const interrupted = expect(begin(controller.signal)).rejects.toBe(stopping);
    await vi.advanceTimersByTimeAsync(10_000);
    controller.abort(stopping);
    await interrupted;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with the database’s error where the time for it is over', async () => {
    const { begin } = persisting([AWAY], [AWAY]);
    await expect(begin(AbortSignal.abort(new Error('the time is over')))).rejects.toBe(AWAY);
  });
});
