/** What scraping costs the database, and what becomes of it when the database is slow or gone. */
import { describe, expect, it } from 'vitest';
import { NO_TRACER } from '../../src/core/ports/telemetry.ts';
import { createFigures } from '../../src/telemetry/prometheus.ts';
import { DatabaseReadings, type FigureSources } from '../../src/telemetry/readings.ts';
import { silentLog } from '../support/postgres.ts';
import { amount, parseExposition } from './exposition.ts';

const CHILDREN = { busy: 1, idle: 2, waiting: 3, replaced: 4 };

function stage(queue?: FigureSources['queue']) {
  let asked = 0;
  const sources: FigureSources = {
    async queue() {
      asked += 1;
      return (await queue?.()) ?? { waiting: asked, delayed: 0, running: 0, oldestWaitingSeconds: 7 };
    },
    deliveries: async () => ({ waiting: 0, overdue: 0, underWay: 0 }),
    version: async () => null,
    feeds: async () => ({ active: 0, paused: 0, late: 0, failed: 0 }),
    connections: () => ({ inUse: 1, idle: 2, waiting: 0 }),
    engine: () => ({ exports: CHILDREN, reads: CHILDREN, programs: CHILDREN, spare: CHILDREN }),
    freeBytes: async () => null,
  };
  return { sources, asked: () => asked };
}

const ignore = (): void => undefined;

describe('the database’s figures', () => {
  it('are read once a second, however many ask', async () => {
    const { sources, asked } = stage();
    let now = 0;
    const readings = new DatabaseReadings({ sources, warn: ignore, now: () => now });
    await Promise.all(Array.from({ length: 20 }, () => readings.latest()));
    now = 999;
    expect((await readings.latest())?.queue.waiting).toBe(1);
    expect(asked()).toBe(1);
    now = 1000;
    expect((await readings.latest())?.queue.waiting).toBe(2);
    expect(asked()).toBe(2);
  });

  it('are not waited for for long, and a question that hangs is not asked again', async () => {
    let answer = ignore;
    const hanging = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { sources, asked } = stage(async () => {
      await hanging;
      return { waiting: 5, delayed: 0, running: 0, oldestWaitingSeconds: 0 };
    });
    const readings = new DatabaseReadings({ sources, warn: ignore, patienceMs: 1 });
    expect(await readings.latest()).toBeNull();
    expect(await readings.latest()).toBeNull();
    expect(asked()).toBe(1);
    const waiting = new DatabaseReadings({ sources, warn: ignore }).latest();
    answer();
    expect((await waiting)?.queue.waiting).toBe(5);
  });

  it('are missing when it fails, which is told to the log and tried again', async () => {
    const errors: unknown[] = [];
    const broken = new Error('connection refused');
    let fails = true;
    const { sources } = stage(async () => {
      if (fails) throw broken;
      return { waiting: 1, delayed: 0, running: 0, oldestWaitingSeconds: 0 };
    });
    let now = 0;
    const readings = new DatabaseReadings({ sources, warn: (error) => errors.push(error), now: () => now });
    expect(await readings.latest()).toBeNull();
    expect(await readings.latest()).toBeNull();
    expect(errors).toEqual([broken]);
    fails = false;
    now = 1000;
    expect((await readings.latest())?.queue.waiting).toBe(1);
  });
});

describe('the figures as text', () => {
  const options = { version: '1.2.3', role: 'worker', minimumFreeBytes: 5, log: silentLog };

  it('leave out what cannot be known, and keep the rest', async () => {
    const { sources } = stage(async () => {
      throw new Error('connection refused');
    });
    const render = createFigures(options).renderer({
      ...sources,
      freeBytes: async () => {
        throw new Error('no such directory');
      },
    });
    const samples = parseExposition(await render());
    expect(amount(samples, 'conveyance_database_up')).toBe(0);
    expect(amount(samples, 'conveyance_queue_tasks')).toBeUndefined();
    expect(amount(samples, 'conveyance_queue_oldest_waiting_seconds')).toBeUndefined();
    expect(amount(samples, 'conveyance_webhook_deliveries')).toBeUndefined();
    expect(amount(samples, 'conveyance_data_version')).toBeUndefined();
    expect(amount(samples, 'conveyance_storage_free_bytes')).toBeUndefined();
    expect(amount(samples, 'conveyance_database_connections', { state: 'idle' })).toBe(2);
    expect(amount(samples, 'conveyance_engine_children', { pool: 'reads', state: 'busy' })).toBe(1);
  });

  it('do not add up what was counted elsewhere when they are asked for again', async () => {
    const render = createFigures(options).renderer(stage().sources);
    await render();
    const samples = parseExposition(await render());
    expect(amount(samples, 'conveyance_engine_children_replaced_total', { pool: 'reads' })).toBe(4);
    expect(amount(samples, 'conveyance_data_version')).toBe(0);
    expect(amount(samples, 'conveyance_data_version_age_seconds')).toBeUndefined();
  });

  it('put a method, a status and a failure that nobody listed under what stands for the others', async () => {
    const figures = createFigures(options);
    figures.meter.requestAnswered({ method: 'BREW', route: null, status: 799, seconds: 1 });
    figures.meter.requestAnswered({ method: 'GET', route: '/livez', status: null, seconds: 1 });
    const samples = parseExposition(await figures.renderer(stage().sources)());
    const requests = 'conveyance_http_request_duration_seconds_count';
    expect(amount(samples, requests, { method: 'other', route: 'none', status: '5xx' })).toBe(1);
    expect(amount(samples, requests, { method: 'GET', route: '/livez', status: 'cut_off' })).toBe(1);
  });
});

describe('a tracer that follows nothing', () => {
  it('runs the work as it is, its errors too', async () => {
    expect(await NO_TRACER.span({ name: 'x' }, async () => 5)).toBe(5);
    await expect(NO_TRACER.span({ name: 'x' }, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  });
});
