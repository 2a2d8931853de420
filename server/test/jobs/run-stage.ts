/** The ports that a run of a job touches, as literals. */

import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import type { Job } from '../../src/core/job.ts';
import type { Ending } from '../../src/core/ports/database/jobs.ts';
import type { Claim } from '../../src/core/ports/database/queue.ts';
import type { DataVersion } from '../../src/core/ports/database/warehouse.ts';
import type { Sink } from '../../src/core/ports/engine.ts';
import { NO_TRACER, type Tracer } from '../../src/core/ports/telemetry.ts';
import type { runJob } from '../../src/jobs/run/run.ts';
import { MATCH_TABLES } from '../../src/matching/index/tables.ts';
import { KEY, NOW, submittedJob } from './submitted-job.ts';

const INDEX = Object.fromEntries(Object.keys(MATCH_TABLES).map((table) => [table, []]));
const VERSION: DataVersion = { version: 1, committedAt: NOW, changesKnownSince: '2026-01-01', tables: INDEX };

export type Write = (signal: AbortSignal, onProgress: (rows: number) => void) => Promise<{ rows: number }>;

/** With a record of what was asked of them. `owned`: the attempt still has the job. */
export function stage({
  job = submittedJob(),
  write = async () => ({ rows: 31 }),
  owned = true,
  clock = () => NOW,
}: {
  job?: Job | null;
  write?: Write;
  owned?: boolean;
  clock?: () => Date;
} = {}) {
  const endings: Ending[] = [];
  const calls: string[] = [];
  const metered: string[] = [];
  const logged: unknown[][] = [];
  const log = (level: string) => (event: string, fields: unknown) => void logged.push([level, event, fields]);
  const spans: unknown[][] = [];
  const tracer: Tracer = {
    ...NO_TRACER,
    span: (start, work) => {
      spans.push(['start', start]);
      return work({
        set: (attributes) => void spans.push(['set', attributes]),
        fail: (message) => void spans.push(['fail', message]),
      });
    },
  };
  const tables = {
    jobs: {
      get: async () => job,
      propertyIds: async () => encodePropertyIds([99001416], 1),
      recordProgress: async () => owned,
      isResultKey: async () => false,
      finish: async (_key: unknown, ending: Ending) => {
        endings.push(ending);
        return owned && job !== null ? { ...job, status: ending.outcome } : null;
      },
    },
    queue: {
      settle: async () => calls.push('settle') > 0,
      postpone: async (_claim: Claim, seconds: number) => calls.push(`postpone ${seconds}`) > 0,
      giveBack: async () => calls.push('giveBack') > 0,
      excuse: async () => calls.push('excuse') > 0,
      release: async (workerId: string) => Number(calls.push(`release ${workerId}`) < 0),
      renew: async () => calls.push('renew') > 0,
    },
    warehouse: { get: async () => VERSION },
    accounts: { grants: async () => 'all' },
    quota: {
      keep: async () => void calls.push('keep quota'),
      giveBack: async () => void calls.push('give quota back'),
    },
  };
  const deps = {
    db: { ...tables, transaction: (work: (tx: typeof tables) => Promise<unknown>) => work(tables) },
    engine: {
      /** Of several sinks, those of a details job, each has one row more than the one before. */
      write: async (
        _plan: unknown,
        sinks: readonly Sink[],
        watch: { signal: AbortSignal; onProgress?: (p: unknown) => void },
      ) => {
        const [first] = sinks;
        if (sinks.length > 1) {
          for (const { target } of sinks) await target.end();
          return sinks.map((_, index) => index + 1);
        }
        await first?.target.write(new Uint8Array(10));
        const { rows } = await write(watch.signal, (rowsWritten) =>
          watch.onProgress?.({ phase: 'running', rowsWritten, rowsTotal: 31 }),
        );
        await first?.target.end();
        return [rows];
      },
    },
    intake: {
      readRows: async () => ({ columns: [], batches: [], close: async () => undefined }),
      writeRows: async () => ({ rows: 0 }),
    },
    store: {
      open: async () => ({}),
      create: async (key: string) => ({
        write: async () => undefined,
        finish: async () => {
          calls.push(`seal ${key}`);
          return { bytes: 10, sha256: 'ab' };
        },
        abort: async () => void calls.push(`abort ${key}`),
      }),
      abandon: async (directory: string) => void calls.push(`abandon ${directory}`),
      delete: async (key: string) => void calls.push(`delete ${key}`),
    },
    clock,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    meter: {
      jobStarted: (seconds: number) => metered.push(`started after ${seconds}`),
      attemptEnded: (_spec: unknown, result: string, seconds: number) =>
        metered.push(`attempt ${result}${seconds === 0 ? '' : ` after ${seconds}`}`),
      jobEnded: ({ status }: Job) => metered.push(`ended as ${status}`),
    },
    tracer,
    policy: { resultRetentionDays: 30, leaseSeconds: 30 },
  };
  // The literals implement what this verb uses of each port; the compiler wants whole ports.
  return { deps: deps as unknown as Parameters<typeof runJob>[0], endings, calls, metered, logged, spans };
}

export function claim(attempt = 1): Claim {
  return { taskId: '1', kind: 'run-job', job: KEY, attempt, workerId: 'worker-1/1' };
}

export const never = new AbortController().signal;
