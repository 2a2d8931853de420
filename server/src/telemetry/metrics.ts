/** Every metric, declared once. `/metrics`, docs/metrics.md and the tests use this table. */
import { ERRORS } from '../core/errors.ts';
import { JOB_STATUSES, OUTPUT_FORMATS } from '../core/job.ts';
import { ATTEMPT_RESULTS, CHORES, CLUSTER_RESULTS, SWEPT, WEBHOOK_RESULTS, WORKS } from '../core/ports/telemetry.ts';

/**
 * The values that a label can have, or where they come from when another room declares them. No label ever holds an account, a job or
 * anything else that a customer supplies: such a series would grow without end, and reveal customers to anyone who reads the figures.
 */
export type LabelValues = readonly string[] | string;

export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** A sentence for operators. */
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** Read from the database: the same in every process. */
  readonly isShared?: true;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'] as const;
export const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx', 'cut_off'] as const;
/** In place of a route if none was found. */
export const NO_ROUTE = 'none';
export const ENGINE_POOLS = ['exports', 'reads', 'programs', 'spare'] as const;

function errorCodes(isAnswered: boolean): readonly string[] {
  return Object.entries(ERRORS).flatMap(([code, { status }]) => ((status !== null) === isAnswered ? [code] : []));
}

const JOB = { work: WORKS, output_format: OUTPUT_FORMATS } as const;
const OUTCOMES = JOB_STATUSES.filter((status) => status !== 'submitted');

const ANSWER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
/** Jobs take from a fraction of a second to hours. */
const JOB_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600];
/** A try is given up after 15 s. */
const TRY_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

const HTTP = {
  requestSeconds: {
    name: 'conveyance_http_request_duration_seconds',
    type: 'histogram',
    help: 'Time from a request’s headers to the end of its answer, downloads and event streams included. Its count is the number of requests.',
    labels: {
      method: METHODS,
      route: `the template of the path as docs/openapi.json has it; \`${NO_ROUTE}\` where there is none`,
      status: STATUS_CLASSES,
    },
    buckets: ANSWER_SECONDS,
  },
  errors: {
    name: 'conveyance_http_errors_total',
    type: 'counter',
    help: 'Requests answered with an error, by its code in docs/errors.md: `rate_limited`, `quota_exceeded`, `internal` and so on.',
    labels: { code: errorCodes(true) },
  },
} as const satisfies Record<string, Metric>;

const JOBS = {
  jobsCreated: {
    name: 'conveyance_jobs_created_total',
    type: 'counter',
    help: 'Jobs accepted by this process.',
    labels: JOB,
  },
  jobsEnded: {
    name: 'conveyance_jobs_ended_total',
    type: 'counter',
    help: 'Jobs ended by this process.',
    labels: { ...JOB, outcome: OUTCOMES },
  },
  jobFailures: {
    name: 'conveyance_job_failures_total',
    type: 'counter',
    help: 'Jobs that ended as failed, by their error code.',
    labels: { code: errorCodes(false) },
  },
  jobSeconds: {
    name: 'conveyance_job_duration_seconds',
    type: 'histogram',
    help: 'Of jobs that succeeded: from acceptance to the sealed file, waiting time included.',
    labels: JOB,
    buckets: JOB_SECONDS,
  },
  queueWaitSeconds: {
    name: 'conveyance_job_queue_wait_seconds',
    type: 'histogram',
    help: 'From the acceptance of a job to the start of its first attempt.',
    labels: {},
    buckets: JOB_SECONDS,
  },
  attemptSeconds: {
    name: 'conveyance_job_attempt_duration_seconds',
    type: 'histogram',
    help: 'Of one attempt, by how it ended: after `failed` a job is tried again, up to three attempts; `lost` attempts were cancelled or taken over.',
    labels: { work: WORKS, result: ATTEMPT_RESULTS },
    buckets: JOB_SECONDS,
  },
  resultRows: {
    name: 'conveyance_result_rows_total',
    type: 'counter',
    help: 'Rows in the results of jobs that succeeded.',
    labels: JOB,
  },
  resultBytes: {
    name: 'conveyance_result_bytes_total',
    type: 'counter',
    help: 'Bytes of the results of jobs that succeeded.',
    labels: JOB,
  },
  tasksRescued: {
    name: 'conveyance_tasks_rescued_total',
    type: 'counter',
    help: 'Runs taken from workers whose lease ran out: each was a worker that died or hung.',
    labels: {},
  },
} as const satisfies Record<string, Metric>;

const WEBHOOKS = {
  webhookSeconds: {
    name: 'conveyance_webhook_try_duration_seconds',
    type: 'histogram',
    help: 'Of one try at a webhook. `not_sent`: the fault is in this server, and the log has it.',
    labels: { result: WEBHOOK_RESULTS },
    buckets: TRY_SECONDS,
  },
  webhooksGivenUp: {
    name: 'conveyance_webhooks_given_up_total',
    type: 'counter',
    help: 'Deliveries whose last try failed.',
    labels: {},
  },
} as const satisfies Record<string, Metric>;

const UPKEEP = {
  chores: {
    name: 'conveyance_chores_total',
    type: 'counter',
    help: 'Rounds of the chores that every worker does on behalf of all.',
    labels: { chore: CHORES, result: ['done', 'failed'] },
  },
  choreDoneAt: {
    name: 'conveyance_chore_last_done_timestamp_seconds',
    type: 'gauge',
    help: 'When this process last did the chore without an error, in Unix time.',
    labels: { chore: CHORES },
  },
  swept: {
    name: 'conveyance_swept_total',
    type: 'counter',
    help: 'What was deleted because it had expired or nothing referred to it.',
    labels: { what: SWEPT },
  },
} as const satisfies Record<string, Metric>;

const CACHE = {
  cacheObjects: {
    name: 'conveyance_cache_objects_total',
    type: 'counter',
    help: 'Warehouse files that orders wanted in this node’s cache (with S3): there already (`hit`), or fetched (`fetched`).',
    labels: { result: ['hit', 'fetched'] },
  },
  cacheBytes: {
    name: 'conveyance_cache_bytes_total',
    type: 'counter',
    help: 'Bytes of these files.',
    labels: { result: ['hit', 'fetched'] },
  },
  cacheEvictions: {
    name: 'conveyance_cache_evictions_total',
    type: 'counter',
    help: 'Files that left the cache to make room for others. Many of them, with many fetched again: raise CONVEYANCE_CACHE_MIB.',
    labels: {},
  },
} as const satisfies Record<string, Metric>;

/** Looked up on request, at most once a second. */
const READINGS = {
  databaseUp: {
    name: 'conveyance_database_up',
    type: 'gauge',
    help: '1 when the database answered within two seconds. While it is 0, what is read from it is left out.',
    labels: {},
  },
  databaseConnections: {
    name: 'conveyance_database_connections',
    type: 'gauge',
    help: 'Connections of this process to the database.',
    labels: { state: ['in_use', 'idle'] },
  },
  databaseWaiting: {
    name: 'conveyance_database_connections_waiting',
    type: 'gauge',
    help: 'Requests for a connection that wait in this process.',
    labels: {},
  },
  queueTasks: {
    name: 'conveyance_queue_tasks',
    type: 'gauge',
    isShared: true,
    help: 'Runs of jobs in the shared queue: due and waiting, delayed until a retry, or claimed by a worker.',
    labels: { state: ['waiting', 'delayed', 'running'] },
  },
  queueOldestSeconds: {
    name: 'conveyance_queue_oldest_waiting_seconds',
    type: 'gauge',
    isShared: true,
    help: 'How long the run that has been due longest has waited for a worker; 0 when none waits.',
    labels: {},
  },
  deliveries: {
    name: 'conveyance_webhook_deliveries',
    type: 'gauge',
    isShared: true,
    help: 'Webhooks of all processes that are not delivered yet: waiting for their time, due for more than a minute, or being sent. One that has been due for less than a minute is `waiting`.',
    labels: { state: ['waiting', 'overdue', 'under_way'] },
  },
  feeds: {
    name: 'conveyance_feeds',
    type: 'gauge',
    isShared: true,
    help: 'Feeds that are not paused, those that are, and of the former: those whose time and grace are over and that neither ended nor failed (`late`), and those whose last time has failed.',
    labels: { state: ['active', 'paused', 'late', 'failed'] },
  },
  dataVersion: {
    name: 'conveyance_data_version',
    type: 'gauge',
    isShared: true,
    help: 'The number of the current data version; 0 while nothing is loaded.',
    labels: {},
  },
  dataVersionAgeSeconds: {
    name: 'conveyance_data_version_age_seconds',
    type: 'gauge',
    isShared: true,
    help: 'How long ago the current data version was committed; left out while nothing is loaded.',
    labels: {},
  },
  storageFreeBytes: {
    name: 'conveyance_storage_free_bytes',
    type: 'gauge',
    help: 'Free space where results go; left out where the storage does not know.',
    labels: {},
  },
  storageMinimumBytes: {
    name: 'conveyance_storage_minimum_free_bytes',
    type: 'gauge',
    help: 'Below this, new jobs are refused (CONVEYANCE_MINIMUM_FREE_MIB).',
    labels: {},
  },
  engineChildren: {
    name: 'conveyance_engine_children',
    type: 'gauge',
    help: 'Processes of the query engine: for jobs (`exports`), for a second program of the same job (`spare`), for look-ups and estimates (`reads`), and for loads and the statistics of estimates (`programs`).',
    labels: { pool: ENGINE_POOLS, state: ['busy', 'idle'] },
  },
  engineWaiting: {
    name: 'conveyance_engine_waiting',
    type: 'gauge',
    help: 'Orders that wait for a free process of the query engine.',
    labels: { pool: ENGINE_POOLS },
  },
  engineReplaced: {
    name: 'conveyance_engine_children_replaced_total',
    type: 'counter',
    help: 'Processes of the query engine that died or were killed: each job that is cancelled or fails costs one.',
    labels: { pool: ENGINE_POOLS },
  },
  buildInfo: {
    name: 'conveyance_build_info',
    type: 'gauge',
    help: 'Always 1; its labels tell version and role of the process.',
    labels: { version: 'of the program', role: ['all', 'api', 'worker'] },
  },
} as const satisfies Record<string, Metric>;

const CLUSTER = {
  clusterExports: {
    name: 'conveyance_cluster_exports_total',
    type: 'counter',
    help: 'Attempts at exports whose rows a cluster was to find: it did (`found`), it was away and this node did all (`done_alone`), or it was away and they are tried again later (`put_back`).',
    labels: { result: CLUSTER_RESULTS },
  },
  clusterUp: {
    name: 'conveyance_cluster_up',
    type: 'gauge',
    help: 'Whether all machines of the cluster answer this process (CONVEYANCE_CLICKHOUSE_URL); left out where there is none.',
    labels: {},
  },
} as const satisfies Record<string, Metric>;

export const METRICS = { ...HTTP, ...JOBS, ...WEBHOOKS, ...UPKEEP, ...CACHE, ...CLUSTER, ...READINGS } as const;
export type MetricName = keyof typeof METRICS;

/**
 * Labels of the process's own figures (`process_*`, `nodejs_*`), which come with the library.
 * @internal for tests, which know every label
 */
export const PROCESS_LABELS = ['kind', 'space', 'type', 'version', 'major', 'minor', 'patch'] as const;
