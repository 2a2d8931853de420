import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NODE_REPORT_SECONDS, type Node } from '../../src/core/ports/database/nodes.ts';
import { Presence } from '../../src/worker/presence.ts';

const NODE: Node = { id: 'node-1', role: 'all', host: 'a.example', pid: 1, release: '0.2.0', slots: 2 };
const INTERVAL_MS = NODE_REPORT_SECONDS * 1000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A node whose reports are answered like this, the last answer ever again. */
function present(answers: (boolean | Error)[], erasure = 0, isHeld: () => boolean = () => false) {
  const calls: string[] = [];
  const seen: number[] = [];
  const deps = {
    db: {
      nodes: {
        report: async ({ id }: Node, forgotten = 0) => {
          calls.push(`report ${id}`);
          seen.push(forgotten);
          const answer = answers.length > 1 ? answers.shift() : answers[0];
          if (answer instanceof Error) throw answer;
          return { draining: answer === true, erasure };
        },
        leave: async (id: string) => void calls.push(`leave ${id}`),
      },
      warehouse: { held: async () => new Set(['kept']) },
    },
    clock: () => new Date(),
    store: {
      sweepScratch: async ({ suffix }: { suffix: string }) => void calls.push(`sweep ${suffix}`),
      copies: {
        keepOnly: async (keys: ReadonlySet<string>) => {
          calls.push(`keep ${[...keys]}`);
          return !isHeld();
        },
      },
    },
    log: { info: (event: string) => void calls.push(event), warn: (event: string) => void calls.push(event) },
  };
  const work = { pause: () => void calls.push('pause'), resume: () => void calls.push('resume') };
  // The literals implement what is used of each port; the compiler wants whole ports.
  const presence = new Presence(deps as unknown as ConstructorParameters<typeof Presence>[0], NODE, [work]);
  return { presence, calls, seen };
}

it('says at once and then every few seconds that it is there, and at its end that it leaves', async () => {
  const { presence, calls } = present([false]);
  presence.start();
  await vi.advanceTimersByTimeAsync(2 * INTERVAL_MS);
  expect(calls).toEqual(Array(3).fill('report node-1'));
  await presence.stop();
  expect(calls.at(-1)).toBe('leave node-1');
  await vi.advanceTimersByTimeAsync(5 * INTERVAL_MS);
  expect(calls).toHaveLength(4);
});

it('pauses its work once when it is drained, and resumes it when it is to go on', async () => {
  const { presence, calls } = present([false, true, true, false]);
  presence.start();
  const changes = () => calls.filter((call) => call === 'pause' || call === 'resume');
  await vi.advanceTimersByTimeAsync(2 * INTERVAL_MS);
  expect([changes(), presence.draining]).toEqual([['pause'], true]);
  await vi.advanceTimersByTimeAsync(INTERVAL_MS);
  expect([changes(), presence.draining]).toEqual([['pause', 'resume'], false]);
  await presence.stop();
});

it('stays as it was while the database is away', async () => {
  const { presence, calls } = present([true, new Error('away')]);
  presence.start();
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS);
  expect(presence.draining).toBe(true);
  expect(calls.filter((call) => call === 'node-report-failed')).toHaveLength(3);
  await presence.stop();
});

it('lets go of copies once for each erasure, when nothing reads them, and says so', async () => {
  let isHeld = true;
  const { presence, calls, seen } = present([false], 7, () => isHeld);
  presence.start();
  await vi.advanceTimersByTimeAsync(INTERVAL_MS);
  expect(calls.filter((call) => call.startsWith('keep'))).toEqual(['keep kept', 'keep kept']);
  expect(seen).toEqual([0, 0]);
  isHeld = false;
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS);
  expect(calls.filter((call) => call.startsWith('keep'))).toHaveLength(3);
  expect(calls).toContain('sweep .parquet');
  expect(seen).toEqual([0, 0, 0, 7, 7, 7]);
  await presence.stop();
});
