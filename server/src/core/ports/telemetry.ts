/** What the inside reports for monitoring: figures for operators, and spans that follow one request or job. */
import type { ErrorCode } from '../errors.ts';
import { type Asked, FILE_JOB_KINDS, type Job, type OutputFormat, REPORT_TYPES } from '../job.ts';

/** What one attempt at a job came to. `completed`: it ended the job, or found it ended. All others except `failed` do not blame the job. */
export const ATTEMPT_RESULTS = ['completed', 'failed', 'stopping', 'time-limit', 'lost', 'lease-over'] as const;
export type AttemptResult = (typeof ATTEMPT_RESULTS)[number];

/** `not_sent`: the fault is in this program, and no receiver saw anything. */
export const WEBHOOK_RESULTS = ['delivered', '3xx', '4xx', '5xx', 'no_answer', 'not_sent'] as const;
export type WebhookResult = (typeof WEBHOOK_RESULTS)[number];

/** What any worker does regularly on behalf of all. */
export const CHORES = [
  'rescue',
  'schedules',
  'sweep',
  'loads',
  'feeds',
  'prune-deliveries',
  'forget-keys',
  'forget-usage',
  'forget-audit',
  'retention',
  'renew-keys',
] as const;
export type Chore = (typeof CHORES)[number];

/** What a sweep deletes because it has expired or nothing refers to it. */
export const SWEPT = [
  'results',
  'orphans',
  'uploads',
  'warehouse',
  'scratch',
  'deliveries',
  'keys',
  'usage',
  'audit',
  'jobs',
  'runs',
  'windows',
  'secrets',
  'versions',
  'nodes',
  'sessions',
  'invitations',
  'loads',
] as const;
export type Swept = (typeof SWEPT)[number];

export interface AnsweredRequest {
  readonly method: string;
  /** The template, never the path that was requested; null if no route was found. */
  readonly route: string | null;
  /** Null when the client broke the answer off. */
  readonly status: number | null;
  readonly seconds: number;
}

/** What a job makes: a report, or what a file job's type says. Few values: figures by account or by job would be unbounded. */
export const WORKS = [...REPORT_TYPES, ...FILE_JOB_KINDS] as const;
export type Work = (typeof WORKS)[number];

export function workOf(job: Asked): Work {
  return job.kind === 'report' ? job.spec.reportType : job.kind;
}

export function formatOf(job: Asked): OutputFormat {
  if (job.kind === 'report') return job.spec.outputFormat;
  return job.kind === 'match' ? 'csv' : 'jsonl';
}

/** A node's copies of objects that lie elsewhere. */
export interface CacheMeter {
  /** An object was wanted and there. */
  cacheHit(bytes: number): void;
  /** It was fetched. */
  cacheMissed(bytes: number): void;
  /** A copy made room for others. */
  cacheEvicted(): void;
}

/** What became of an export that the cluster was to find: it did, a node did all alone since the cluster was away, or it is tried again later. */
export const CLUSTER_RESULTS = ['found', 'done_alone', 'put_back'] as const;
export type ClusterResult = (typeof CLUSTER_RESULTS)[number];

export interface ClusterMeter {
  clusterAsked(result: ClusterResult): void;
}

/** Counts for operators. Every call takes microseconds and throws nothing. Nothing counted here is shown to a customer. */
export interface Meter extends CacheMeter, ClusterMeter {
  requestAnswered(request: AnsweredRequest): void;
  errorAnswered(code: ErrorCode): void;
  jobCreated(job: Asked): void;
  /** The first attempt begins, this long after the job was accepted. */
  jobStarted(waitedSeconds: number): void;
  attemptEnded(job: Asked, result: AttemptResult, seconds: number): void;
  /** Once for each job, by the code that ended it. */
  jobEnded(job: Job): void;
  tasksRescued(count: number): void;
  webhookTried(result: WebhookResult, seconds: number): void;
  /** The last try has failed. */
  webhookGivenUp(): void;
  choreDone(chore: Chore, succeeded: boolean): void;
  swept(what: Swept, count: number): void;
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Something that takes time, while it is in progress. */
export interface Span {
  set(attributes: Attributes): void;
  /** It failed although nothing was thrown. */
  fail(message: string): void;
}

export interface SpanStart {
  /** One of a few: what differs from one to the next is an attribute. */
  readonly name: string;
  readonly attributes?: Attributes;
  /** Puts the span under the job, whichever process it runs in, instead of under the span that the caller is in. */
  readonly jobId?: string;
}

export interface RequestSpan extends Span {
  /** Spans that the work begins, now or after waiting, belong to the request. */
  enter(work: () => void): void;
  end(): void;
}

export interface RequestStart {
  readonly method: string;
  readonly route: string | null;
  /** The header of W3C Trace Context that continues the caller’s trace; an invalid one counts as none. */
  readonly traceparent: string | undefined;
}

/** Follows work over time. Tracing never disturbs the work: only the work’s own errors are thrown. */
export interface Tracer {
  /** Runs the work in a span, which fails with it. */
  span<Result>(start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result>;
  request(start: RequestStart): RequestSpan;
  /** The job begins, on account of the request that the caller is in. Its trace has the digits of its id. */
  jobAccepted(jobId: string, attributes: Attributes): void;
}

const nothing = (): void => undefined;

/** Counts nothing. */
export const NO_METER: Meter = {
  requestAnswered: nothing,
  errorAnswered: nothing,
  jobCreated: nothing,
  jobStarted: nothing,
  attemptEnded: nothing,
  jobEnded: nothing,
  tasksRescued: nothing,
  webhookTried: nothing,
  webhookGivenUp: nothing,
  choreDone: nothing,
  swept: nothing,
  cacheHit: nothing,
  cacheMissed: nothing,
  cacheEvicted: nothing,
  clusterAsked: nothing,
};

/** Follows nothing. */
export const NO_TRACER: Tracer = {
  span: (_start, work) => work({ set: nothing, fail: nothing }),
  request: () => ({ set: nothing, fail: nothing, enter: (work) => work(), end: nothing }),
  jobAccepted: nothing,
};
