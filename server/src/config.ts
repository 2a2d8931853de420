/** Every setting, declared once. The reader of the environment, `doctor` and docs/configuration.md all use this table. */

import { createRequire } from 'node:module';
import { availableParallelism, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { CLUSTER_SETTINGS, judgeCluster } from './cluster-settings.ts';
import { ConveyanceError } from './core/errors.ts';
import { CHILDREN_BESIDE_EXPORTS } from './core/ports/engine.ts';
import { MIB } from './core/size.ts';
import { SECONDS_PER_DAY } from './core/time.ts';
import { WEBHOOK_SCHEDULE_SECONDS } from './core/webhooks/retry.ts';
import { judgeKeys, KEY_SETTINGS } from './key-settings.ts';
import { LOAD_SETTINGS } from './load-settings.ts';
import { POLICY_SETTINGS } from './policy-settings.ts';
import {
  type Environment,
  optionalNumber,
  optionalText,
  optionalUrl,
  type RenamedSetting,
  renamedOf,
  type Setting,
  setting,
  size,
  textList,
  textOf,
  toBytes,
  webhookSchedule,
  wholeNumber,
} from './setting.ts';
import { judgeStorage, STORAGE_SETTINGS } from './storage-settings.ts';

/** Of the program; the command line, the OpenAPI document and webhooks show it. */
export const { version: VERSION }: { readonly version: string } = createRequire(import.meta.url)('../package.json');

const CORES = availableParallelism();
/** A job sorts and compresses whole parts: with less than a core each, two jobs take longer together than one after the other. */
const DEFAULT_WORKERS = Math.max(1, Math.floor(CORES / 2));
const LEAST_MEMORY_MIB = 256;
const MOST_MEMORY_MIB = 4096;

/** Half of the machine for all children together leaves room for the database, and for the page cache that their reads depend on. */
function memoryPerChild(workers: number): string {
  const children = Object.values(CHILDREN_BESIDE_EXPORTS).reduce((sum, count) => sum + count, workers);
  const share = Math.floor(totalmem() / MIB / 2 / children);
  return `${Math.min(MOST_MEMORY_MIB, Math.max(LEAST_MEMORY_MIB, share))}MiB`;
}

/** 200 a second: no well-behaved client comes near that, and a runaway loop takes a thirtieth of what one process can answer. */
const DEFAULT_REQUESTS_PER_MINUTE = 12_000;

export const SETTINGS = {
  dataDir: setting({
    variable: 'CONVEYANCE_DATA_DIR',
    schema: z
      .string()
      .default('./data')
      .transform((path) => resolve(path)),
    defaultText: './data',
    description: 'Where the server keeps what it must not lose: database, warehouse, results, master key.',
  }),
  ...KEY_SETTINGS,
  host: setting({
    variable: 'CONVEYANCE_HOST',
    schema: z.string().min(1).default('127.0.0.1'),
    defaultText: '127.0.0.1',
    description: 'The address that the server listens on. If it is not loopback, put a proxy with TLS in front.',
  }),
  port: setting({
    variable: 'CONVEYANCE_PORT',
    schema: wholeNumber(0, 65_535, 8080),
    defaultText: '8080',
    description: 'The port that the server listens on; 0 takes a free one.',
  }),
  sftpPort: setting({
    variable: 'CONVEYANCE_SFTP_PORT',
    schema: optionalNumber(0, 65_535),
    defaultText: 'none: no SFTP',
    description: 'The port on which results can be fetched by SFTP (docs/sftp.md); 0 takes a free one.',
  }),
  sftpHost: setting({
    variable: 'CONVEYANCE_SFTP_HOST',
    schema: z.string().min(1).default('127.0.0.1'),
    defaultText: '127.0.0.1',
    description:
      'The address that SFTP listens on. It brings its own encryption and counts failed log-ins by address: customers connect to it directly, not through a proxy.',
  }),
  publicUrl: setting({
    variable: 'CONVEYANCE_PUBLIC_URL',
    schema: optionalUrl,
    defaultText: 'http://HOST:PORT',
    description:
      'The origin that customers use. Every absolute URL starts with it; request headers are never trusted. Workers need it too: webhooks carry it.',
  }),
  databaseUrl: setting({
    variable: 'DATABASE_URL',
    schema: optionalText,
    defaultText: 'an embedded PostgreSQL under the data directory',
    description:
      'A PostgreSQL server, version 14 or later: `postgres://user:password@host:5432/database`. The password is used for `scram-sha-256` only; it is never sent in clear text or as an MD5 hash, and a server that does not prove that it knows the password too is refused.',
    secret: true,
  }),
  ...STORAGE_SETTINGS,
  ...CLUSTER_SETTINGS,
  role: setting({
    variable: 'CONVEYANCE_ROLE',
    schema: z.enum(['all', 'api', 'worker'], { error: 'must be one of: all, api, worker' }).default('all'),
    defaultText: 'all',
    description: 'What this process does: answer requests (`api`), run jobs (`worker`) or both (`all`).',
  }),
  workers: setting({
    variable: 'CONVEYANCE_WORKERS',
    schema: wholeNumber(1, 256, DEFAULT_WORKERS),
    defaultText: 'half of the processor cores',
    description: 'Jobs that run at a time in this process.',
  }),
  accountConcurrency: setting({
    variable: 'CONVEYANCE_ACCOUNT_CONCURRENCY',
    schema: wholeNumber(1, 256, 2),
    defaultText: '2',
    description: 'Jobs of one account that run at a time, over all workers. Never exceeded.',
  }),
  memoryLimit: setting({
    variable: 'CONVEYANCE_MEMORY_LIMIT',
    schema: size.optional(),
    defaultText: 'half of the machine divided by all children, at least 256 MiB and at most 4 GiB',
    description:
      'Memory of each child of the query engine; what does not fit spills to disk. There is a child for each worker, and three more: for look-ups and searches, for a load, and for the second program of a match. All of them together may take (workers + 3) times as much.',
  }),
  threads: setting({
    variable: 'CONVEYANCE_ENGINE_THREADS',
    schema: wholeNumber(1, 256, CORES),
    defaultText: 'the processor cores',
    description: 'Threads of the query engine for one job.',
  }),
  spillLimitBytes: setting({
    variable: 'CONVEYANCE_SPILL_LIMIT',
    schema: size.default('20GB').transform(toBytes),
    defaultText: '20GB',
    description: 'Disk that one job may use for what does not fit into memory.',
  }),
  spillDir: setting({
    variable: 'CONVEYANCE_SPILL_DIR',
    schema: optionalText.transform((path) => (path === undefined ? undefined : resolve(path))),
    defaultText: '`spill` in the data directory',
    description: 'Where the query engine spills.',
  }),
  leaseSeconds: setting({
    variable: 'CONVEYANCE_LEASE_SECONDS',
    schema: wholeNumber(3, 3600, 30),
    defaultText: '30',
    description:
      'How long a worker holds a job without renewing it; after that another worker takes it. Renewed three times in that span.',
  }),
  jobTimeLimitSeconds: setting({
    variable: 'CONVEYANCE_JOB_TIME_LIMIT_SECONDS',
    schema: wholeNumber(10, 7 * SECONDS_PER_DAY, SECONDS_PER_DAY / 4),
    defaultText: '21600',
    description: 'The longest that one attempt at a job may run.',
  }),
  drainSeconds: setting({
    variable: 'CONVEYANCE_DRAIN_SECONDS',
    schema: wholeNumber(0, 3600, 25),
    defaultText: '25',
    description:
      'How long running jobs may continue after the server was told to stop; after that their attempt is given back.',
  }),
  ...POLICY_SETTINGS,
  rateLimitPerMinute: setting({
    variable: 'CONVEYANCE_RATE_LIMIT_PER_MINUTE',
    schema: wholeNumber(0, 1_000_000, DEFAULT_REQUESTS_PER_MINUTE),
    defaultText: String(DEFAULT_REQUESTS_PER_MINUTE),
    description:
      'Requests that one credential may send in a minute, over all processes; 0 sets no limit. Downloads by link do not count.',
  }),
  reonomyRateLimitPerSecond: setting({
    variable: 'CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND',
    formerly: 'CONVEYANCE_BATCH_RATE_LIMIT_PER_SECOND',
    schema: wholeNumber(0, 100_000, 5),
    defaultText: '5',
    description: 'Requests of one access key in a second to the Reonomy dialect, over all processes; 0: no limit.',
  }),
  eventStreams: setting({
    variable: 'CONVEYANCE_EVENT_STREAMS',
    schema: wholeNumber(1, 100_000, 1000),
    defaultText: '1000',
    description: 'Event streams that this process keeps open; it takes 3,000 connections more.',
  }),
  matchRadiusMeters: setting({
    variable: 'CONVEYANCE_MATCH_RADIUS_METERS',
    schema: wholeNumber(1, 1000, 75),
    defaultText: '75',
    description: 'The radius, in meters, in which a point matches the nearest property.',
  }),
  minimumFreeMib: setting({
    variable: 'CONVEYANCE_MINIMUM_FREE_MIB',
    schema: wholeNumber(0, 1_000_000_000, 512),
    defaultText: '512',
    description: 'Free disk space below which new jobs are refused with 503.',
  }),
  ...LOAD_SETTINGS,
  callbackAllow: setting({
    variable: 'CONVEYANCE_CALLBACK_ALLOW',
    schema: textList,
    defaultText: 'none',
    description:
      'Targets of webhooks that are allowed although they are not public: CIDRs, addresses and host names, separated by commas.',
  }),
  webhookSchedule: setting({
    variable: 'CONVEYANCE_WEBHOOK_SCHEDULE',
    schema: webhookSchedule,
    defaultText: WEBHOOK_SCHEDULE_SECONDS.join(','),
    description:
      'Seconds to wait before each try at a webhook, starting with the first; after the last try the delivery has failed. From the second try on, up to a tenth is added at random.',
  }),
  metricsPort: setting({
    variable: 'CONVEYANCE_METRICS_PORT',
    schema: optionalNumber(0, 65_535),
    defaultText: 'none: no metrics',
    description: 'The port of `/metrics` for Prometheus, in every role (docs/monitoring.md); 0 takes a free one.',
  }),
  metricsHost: setting({
    variable: 'CONVEYANCE_METRICS_HOST',
    schema: z.string().min(1).default('127.0.0.1'),
    defaultText: '127.0.0.1',
    description: 'The address that `/metrics` listens on. Anyone who can reach it can read it: there is no password.',
  }),
  tracesEndpoint: setting({
    variable: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    schema: optionalUrl,
    defaultText: '`/v1/traces` under OTEL_EXPORTER_OTLP_ENDPOINT, where that is set; else no traces',
    description: 'Where OpenTelemetry traces are posted, by OTLP over HTTP with protobuf.',
  }),
  otlpEndpoint: setting({
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: optionalUrl,
    defaultText: 'none: no traces',
    description: 'The collector for OpenTelemetry traces, such as `http://127.0.0.1:4318`.',
  }),
  logLevel: setting({
    variable: 'CONVEYANCE_LOG_LEVEL',
    schema: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'], { error: 'must be one of: debug, info, warn, error, silent' })
      .default('info'),
    defaultText: 'info',
    description: 'The least serious event that is logged. One JSON line each, on standard error.',
  }),
} as const;

type DeclaredSettings = {
  readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name] extends Setting<infer Value> ? Value : never;
};

/** One default depends on another setting. */
export type Settings = Omit<DeclaredSettings, 'memoryLimit'> & { readonly memoryLimit: string };

const MEMORY_FOR_TWO_PARTS = 2 ** 30;

/** How many parts of a file are under way: what is to be sorted, and the row groups in the making, are there once for each. */
export function partsAtATime({ memoryLimit }: Pick<Settings, 'memoryLimit'>): 1 | 2 {
  return toBytes(memoryLimit) < MEMORY_FOR_TWO_PARTS ? 1 : 2;
}

/** Variables set under a name that the next release will not read. */
export function renamedSettings(environment: Environment): readonly RenamedSetting[] {
  return renamedOf(Object.values(SETTINGS), environment);
}

/** Reads every setting from an environment. Throws `bad_setting` with all faults together, each naming its variable. */
export function readSettings(environment: Environment): Settings {
  const errors: string[] = [];
  const values = Object.entries<Setting<unknown>>(SETTINGS).map(([name, row]) => {
    const parsed = row.schema.safeParse(textOf(row, environment, errors));
    if (!parsed.success) errors.push(`${row.variable} ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
    return [name, parsed.data];
  });
  // Built from the same keys and schemas as the type; TypeScript cannot follow `Object.entries`.
  const declared = Object.fromEntries(values) as DeclaredSettings;
  errors.push(...judgeKeys(declared));
  if (errors.length === 0) errors.push(...judgeStorage(declared), ...judgeCluster(declared));
  if (errors.length > 0) throw new ConveyanceError('bad_setting', errors.join('\n'));
  return { ...declared, memoryLimit: declared.memoryLimit ?? memoryPerChild(declared.workers) };
}

/** For a library that reads the variable itself. What the environment says counts. */
export function presetVariable(name: string, value: string): void {
  process.env[name] ??= value;
}

/** The variables of this process: for the settings above, and for those of the command line's customer side. */
export function processEnvironment(): Environment {
  return process.env;
}
