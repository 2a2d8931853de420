/** Figures in Prometheus' text format. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Logger } from '../core/ports/logger.ts';
import { type AnsweredRequest, formatOf, type Meter, workOf } from '../core/ports/telemetry.ts';
import { MS_PER_SECOND } from '../core/time.ts';
import { ENGINE_POOLS, METHODS, METRICS, type Metric, type MetricName, NO_ROUTE, STATUS_CLASSES } from './metrics.ts';
import { type DatabaseReading, DatabaseReadings, type FigureSources } from './readings.ts';

/** Series start at zero if the table knows them all: an alert on an increase would miss the first count of a new series. */
const MOST_SERIES_AT_ZERO = 64;

type Instruments = {
  readonly [Name in MetricName]: (typeof METRICS)[Name]['type'] extends 'counter'
    ? Counter
    : (typeof METRICS)[Name]['type'] extends 'histogram'
      ? Histogram
      : Gauge;
};

/** Every combination of the labels' values; none if one of them is declared elsewhere. */
function combinations(labels: Metric['labels']): readonly Readonly<Record<string, string>>[] {
  return Object.entries(labels).reduce<readonly Readonly<Record<string, string>>[]>(
    (found, [label, values]) =>
      typeof values === 'string' ? [] : found.flatMap((each) => values.map((value) => ({ ...each, [label]: value }))),
    [{}],
  );
}

function instrument(metric: Metric, registers: Registry[]): Counter | Gauge | Histogram {
  const { name, type, help, labels, buckets = [] } = metric;
  const options = { name, help, labelNames: Object.keys(labels), registers };
  if (type === 'gauge') return new Gauge(options);
  if (type === 'histogram') return new Histogram({ ...options, buckets: [...buckets] });
  const counter = new Counter(options);
  const series = combinations(labels);
  if (series.length <= MOST_SERIES_AT_ZERO) for (const labelValues of series) counter.inc(labelValues, 0);
  return counter;
}

function instruments(registry: Registry): Instruments {
  const made = Object.entries(METRICS).map(([name, metric]) => [name, instrument(metric, [registry])]);
  // Built from the very rows that the type is made of; TypeScript cannot follow `Object.entries`.
  return Object.fromEntries(made) as Instruments;
}

function requestLabels({ method, route, status }: AnsweredRequest) {
  const known: readonly string[] = METHODS;
  const classes: readonly string[] = STATUS_CLASSES;
  const statusClass = status === null ? 'cut_off' : `${Math.floor(status / 100)}xx`;
  return {
    method: known.includes(method) ? method : 'other',
    route: route ?? NO_ROUTE,
    status: classes.includes(statusClass) ? statusClass : '5xx',
  };
}

function meterOf(on: Instruments): Meter {
  return {
    requestAnswered: (request) => on.requestSeconds.observe(requestLabels(request), request.seconds),
    errorAnswered: (code) => on.errors.inc({ code }),
    jobCreated: (job) => on.jobsCreated.inc({ work: workOf(job), output_format: formatOf(job) }),
    jobStarted: (waitedSeconds) => on.queueWaitSeconds.observe(waitedSeconds),
    attemptEnded: (job, result, seconds) => on.attemptSeconds.observe({ work: workOf(job), result }, seconds),
    jobEnded(job) {
      const { status, failure, results, createdAt, finishedAt } = job;
      const labels = { work: workOf(job), output_format: formatOf(job) };
      on.jobsEnded.inc({ ...labels, outcome: status });
      if (failure !== null) on.jobFailures.inc({ code: failure.code });
      if (status !== 'succeeded' || finishedAt === null) return;
      on.jobSeconds.observe(labels, (finishedAt.getTime() - createdAt.getTime()) / MS_PER_SECOND);
      for (const { rows, bytes } of results) {
        on.resultRows.inc(labels, rows);
        on.resultBytes.inc(labels, bytes);
      }
    },
    tasksRescued: (count) => on.tasksRescued.inc(count),
    webhookTried: (result, seconds) => on.webhookSeconds.observe({ result }, seconds),
    webhookGivenUp: () => on.webhooksGivenUp.inc(),
    choreDone(chore, succeeded) {
      on.chores.inc({ chore, result: succeeded ? 'done' : 'failed' });
      if (succeeded) on.choreDoneAt.set({ chore }, Date.now() / MS_PER_SECOND);
    },
    swept: (what, count) => on.swept.inc({ what }, count),
    cacheHit(bytes) {
      on.cacheObjects.inc({ result: 'hit' });
      on.cacheBytes.inc({ result: 'hit' }, bytes);
    },
    cacheMissed(bytes) {
      on.cacheObjects.inc({ result: 'fetched' });
      on.cacheBytes.inc({ result: 'fetched' }, bytes);
    },
    cacheEvicted: () => on.cacheEvictions.inc(),
    clusterAsked: (result) => on.clusterExports.inc({ result }),
  };
}

function showDatabase(on: Instruments, reading: DatabaseReading | null): void {
  on.databaseUp.set(reading === null ? 0 : 1);
  // Unknown values are left out: an old figure would look like a current one.
  for (const gauge of [on.queueOldestSeconds, on.dataVersion, on.dataVersionAgeSeconds]) gauge.remove();
  for (const gauge of [on.queueTasks, on.deliveries, on.feeds]) gauge.reset();
  if (reading === null) return;
  const { queue, deliveries, version, feeds } = reading;
  on.queueTasks.set({ state: 'waiting' }, queue.waiting);
  on.queueTasks.set({ state: 'delayed' }, queue.delayed);
  on.queueTasks.set({ state: 'running' }, queue.running);
  on.queueOldestSeconds.set(queue.oldestWaitingSeconds);
  on.deliveries.set({ state: 'waiting' }, deliveries.waiting);
  on.deliveries.set({ state: 'overdue' }, deliveries.overdue);
  on.deliveries.set({ state: 'under_way' }, deliveries.underWay);
  for (const state of ['active', 'paused', 'late', 'failed'] as const) on.feeds.set({ state }, feeds[state]);
  on.dataVersion.set(version?.version ?? 0);
  if (version !== null) on.dataVersionAgeSeconds.set(version.ageSeconds);
}

function showProcess(on: Instruments, sources: FigureSources): void {
  const { inUse, idle, waiting } = sources.connections();
  on.databaseConnections.set({ state: 'in_use' }, inUse);
  on.databaseConnections.set({ state: 'idle' }, idle);
  on.databaseWaiting.set(waiting);
  const engine = sources.engine();
  on.engineReplaced.reset();
  for (const pool of ENGINE_POOLS) {
    on.engineChildren.set({ pool, state: 'busy' }, engine[pool].busy);
    on.engineChildren.set({ pool, state: 'idle' }, engine[pool].idle);
    on.engineWaiting.set({ pool }, engine[pool].waiting);
    on.engineReplaced.inc({ pool }, engine[pool].replaced);
  }
}

export interface FiguresOptions {
  readonly version: string;
  readonly role: string;
  /** Free bytes below which new jobs are refused. */
  readonly minimumFreeBytes: number;
  readonly log: Logger;
}

/** The figures of this process. */
export interface Figures {
  readonly meter: Meter;
  readonly contentType: string;
  /** All of them as text, with the sources' current values. */
  renderer(sources: FigureSources): () => Promise<string>;
}

export function createFigures({ version, role, minimumFreeBytes, log }: FiguresOptions): Figures {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const on = instruments(registry);
  on.buildInfo.set({ version, role }, 1);
  on.storageMinimumBytes.set(minimumFreeBytes);
  const warn = (error: unknown) => log.warn('figures-incomplete', { error });
  return {
    meter: meterOf(on),
    contentType: registry.contentType,
    renderer(sources) {
      const database = new DatabaseReadings({ sources, warn });
      return async () => {
        const reading = await database.latest();
        const free = await sources.freeBytes().catch((error: unknown) => warn(error));
        const clusterIsThere = await sources.clusterIsThere?.();
        // No await from here on: of two simultaneous requests, each must see everything.
        showDatabase(on, reading);
        showProcess(on, sources);
        on.storageFreeBytes.remove();
        if (typeof free === 'number') on.storageFreeBytes.set(free);
        on.clusterUp.remove();
        if (clusterIsThere !== undefined) on.clusterUp.set(clusterIsThere ? 1 : 0);
        return registry.metrics();
      };
    },
  };
}
