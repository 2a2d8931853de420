/** Acceptance on literal ports that write down what is asked of them. */
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import type { Job, JobKind } from '../../src/core/job.ts';
import type { AcceptedRequest } from '../../src/core/ports/database/idempotency.ts';
import type { NewJob } from '../../src/core/ports/database/jobs.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { NO_METER, NO_TRACER } from '../../src/core/ports/telemetry.ts';
import { type JudgedRequest, meterProperties } from '../../src/jobs/create/accept.ts';

export const NOW = new Date('2026-03-31T23:59:59Z');
export const ACCOUNT = 'c0ffee00-0000-4000-8000-000000000001';
export const CREDENTIAL = 'c0ffee00-0000-4000-8000-000000000002';
const CALLER = { accountId: ACCOUNT, credentialId: CREDENTIAL, scopes: [], address: '192.0.2.7' };
export const JOB_ID = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';
export const KEY = { accountId: ACCOUNT, id: JOB_ID };

export const REPORT = {
  kind: 'report',
  spec: {
    reportType: 'property',
    outputFormat: 'csv',
    startDate: '2026-01-01',
    endDate: '2026-01-31',
    columns: null,
    compression: 'none',
    csvProfile: 'standard',
    name: null,
  },
} as const;
const SEARCH = { kind: 'search', spec: { settings: {} } } as const;

async function metered(ids: readonly number[]) {
  return meterProperties(encodePropertyIds(ids, ids.length), ids.length);
}

export async function reportRequest(id = JOB_ID): Promise<JudgedRequest<'report'>> {
  const properties = await metered([8, 7]);
  return { id, caller: CALLER, asked: REPORT, properties, dataVersion: 4, callbackUrl: 'https://example.com/done' };
}

export async function searchRequest(): Promise<JudgedRequest<'search'>> {
  return { ...(await reportRequest()), asked: SEARCH, properties: await metered([]), callbackUrl: null };
}

export function storedJob({ propertyIds, ...made }: NewJob): Job {
  return {
    ...made,
    status: 'submitted',
    progress: { phase: 'queued', rowsWritten: 0, rowsTotal: null },
    failure: null,
    warnings: [],
    results: [],
    createdAt: NOW,
    updatedAt: NOW,
    startedAt: null,
    revision: propertyIds.length,
    finishedAt: null,
    expiresAt: null,
  };
}

type Step = 'insert' | 'reserve' | 'enqueue' | 'append' | 'commit' | 'remember';

interface Fault {
  /** Where it strikes; it strikes as often as there are errors. */
  readonly at: Step;
  readonly errors: Error[];
}

/** @param stored what is there of earlier requests. */
export function stage({
  fault = { at: 'commit', errors: [] },
  stored = [],
  held = true,
  storedAs,
}: {
  fault?: Fault;
  stored?: readonly { readonly accepted: AcceptedRequest; readonly job: Job }[];
  held?: boolean;
  storedAs?: JobKind;
} = {}) {
  const calls: (readonly unknown[])[] = [];

  function record(where: 'tx' | 'outside', step: Step, ...of: readonly unknown[]): void {
    calls.push([where, step, ...of]);
    if (step !== fault.at) return;
    const error = fault.errors.shift();
    if (error !== undefined) throw error;
  }

  /** The tables as the transaction has them, or as everybody has. */
  function tables(where: 'tx' | 'outside') {
    return {
      jobs: {
        insert: async (job: NewJob) => {
          record(where, 'insert', job);
          return { ...storedJob(job), ...(storedAs !== undefined && { kind: storedAs }) };
        },
        get: async ({ id }: { id: string }) => stored.find(({ job }) => job.id === id)?.job ?? null,
      },
      quota: {
        reserve: async ({ propertyIds, ...reservation }: { propertyIds: Iterable<number> }) =>
          record(where, 'reserve', reservation, [...propertyIds]),
      },
      queue: { enqueue: async (task: unknown) => record(where, 'enqueue', task) },
      audit: { append: async (entry: unknown) => record(where, 'append', entry) },
      idempotency: {
        hold: async () => held,
        find: async () => stored[0]?.accepted ?? null,
        remember: async (_key: unknown, accepted: unknown) => record(where, 'remember', accepted),
      },
    };
  }

  const deps = {
    db: {
      ...tables('outside'),
      inTurn: (_accountId: string, work: () => Promise<unknown>) => work(),
      transaction: async (work: (tx: ReturnType<typeof tables>) => Promise<unknown>) => {
        const result = await work(tables('tx'));
        record('tx', 'commit');
        return result;
      },
    },
    clock: () => NOW,
    meter: { ...NO_METER, jobCreated: (job: Job) => calls.push(['announced', 'count', job.id]) },
    tracer: {
      ...NO_TRACER,
      jobAccepted: (id: string, fields: object) => calls.push(['announced', 'trace', id, fields]),
    },
  };
  // What acceptance uses of each port; the compiler wants whole ports.
  return { deps: deps as unknown as Deps, calls };
}

export function steps(calls: readonly (readonly unknown[])[]): string[] {
  return calls.map(([where, step]) => `${where} ${step}`);
}

export const WHOLE = [
  'tx insert',
  'tx enqueue',
  'tx append',
  'tx reserve',
  'tx commit',
  'announced count',
  'announced trace',
];
/** What is asked of a transaction that is not committed: its statements are sent together. */
export const TRIED = WHOLE.slice(0, WHOLE.indexOf('tx commit'));
