/** Where figures are served, in which roles, and what is loaded for those who ask for none. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { readSettings } from '../../src/config.ts';
import { openTraces } from '../../src/telemetry/traces.ts';
import { emptyDatabase, silentLog } from '../support/postgres.ts';
import { amount, scrape } from './exposition.ts';

const SOURCE = resolve(import.meta.dirname, '../../src');

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function newApp(settings: Readonly<Record<string, string>>): Promise<App> {
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-metrics-'));
  closing.push(() => rm(dataDir, { recursive: true, force: true }));
  const database = await emptyDatabase('test_template');
  closing.push(() => database.close());
  const app = await createApp(
    readSettings({
      CONVEYANCE_DATA_DIR: dataDir,
      CONVEYANCE_MASTER_KEY: 'a master key that only tests know about',
      CONVEYANCE_PORT: '0',
      CONVEYANCE_LOG_LEVEL: 'silent',
      CONVEYANCE_DRAIN_SECONDS: '0',
      DATABASE_URL: database.url,
      ...settings,
    }),
  );
  closing.push(() => app.stop());
  return app;
}

async function takenPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(() => new Promise((closed) => server.close(closed)));
  const address = server.address();
  return String(typeof address === 'object' ? address?.port : address);
}

describe('/metrics', () => {
  it.each(['all', 'api', 'worker'])('is served in the role %s', async (role) => {
    const app = await newApp({ CONVEYANCE_METRICS_PORT: '0', CONVEYANCE_ROLE: role });
    expect(app.metricsUrl).toBeNull();
    await app.start();
    const { samples } = await scrape(app.metricsUrl);
    expect(amount(samples, 'conveyance_build_info', { role })).toBe(1);
    expect(amount(samples, 'conveyance_database_up')).toBe(1);
    expect(amount(samples, 'conveyance_data_version')).toBe(0);
    const children = amount(samples, 'conveyance_engine_children', { pool: 'exports' }) ?? Number.NaN;
    expect(children > 0).toBe(role !== 'api');
  });

  it('listens on loopback, and ends with the server', async () => {
    const app = await newApp({ CONVEYANCE_METRICS_PORT: '0' });
    await app.start();
    const url = app.metricsUrl ?? '';
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    await app.stop();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('is not served unless a port is set, and never on the customers’ port', async () => {
    const app = await newApp({});
    await app.start();
    expect(app.metricsUrl).toBeNull();
    expect((await app.http?.inject('/metrics'))?.statusCode).toBe(404);
  });

  it('answers GET and HEAD, and nothing else', async () => {
    const app = await newApp({ CONVEYANCE_METRICS_PORT: '0' });
    await app.start();
    const url = app.metricsUrl ?? '';
    const got = await fetch(`${url}?name[]=up`);
    expect([got.status, got.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const posted = await fetch(url, { method: 'POST', body: 'x' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
  });

  it('names the settings when its port is taken', async () => {
    const port = await takenPort();
    const app = await newApp({ CONVEYANCE_METRICS_PORT: port });
    await expect(app.start()).rejects.toMatchObject({
      code: 'bad_setting',
      message: `port ${port} on 127.0.0.1 is already in use: another server may be running; stop it, or choose another port (CONVEYANCE_METRICS_HOST, CONVEYANCE_METRICS_PORT)`,
    });
  });

  it.each([
    [{ CONVEYANCE_METRICS_PORT: '65536' }, 'CONVEYANCE_METRICS_PORT must be a whole number from 0 to 65535'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' },
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an absolute http or https URL',
    ],
  ])('is refused where the setting is bad: %j', (environment, message) => {
    expect(() => readSettings(environment)).toThrow(message);
  });

  it('shows the database as down while it is, and goes on', async () => {
    const database = await emptyDatabase('test_template');
    const app = await newApp({ CONVEYANCE_METRICS_PORT: '0', CONVEYANCE_ROLE: 'api', DATABASE_URL: database.url });
    await app.start();
    await database.close();
    const { samples } = await scrape(app.metricsUrl);
    expect(amount(samples, 'conveyance_database_up')).toBe(0);
    expect(amount(samples, 'conveyance_queue_tasks')).toBeUndefined();
    expect(amount(samples, 'process_resident_memory_bytes')).toBeGreaterThan(0);
  });
});

describe('what is loaded', () => {
  it('is nothing of Prometheus or OpenTelemetry for a server that is asked for neither', async () => {
    const files = (await readdir(SOURCE, { recursive: true })).filter((path) => path.endsWith('.ts'));
    const importers = [];
    for (const path of files) {
      const text = await readFile(join(SOURCE, path), 'utf8');
      for (const [, specifier = ''] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm)) {
        if (/prom-client|@opentelemetry|telemetry\/(prometheus|traces)|\.\/(prometheus|traces)\.ts/.test(specifier)) {
          importers.push(`${path} ${specifier.replace(/^(@opentelemetry)\/.*/, '$1')}`);
        }
      }
    }
    // Only these two, and they are themselves imported when they are asked for. (The control, run once: a static import of one of
    // them in telemetry.ts makes this fail.)
    expect([...new Set(importers)].sort()).toEqual([
      'telemetry/prometheus.ts prom-client',
      'telemetry/traces.ts @opentelemetry',
    ]);
    const composition = await readFile(join(SOURCE, 'telemetry/telemetry.ts'), 'utf8');
    expect(composition.match(/await import\('\.\/(prometheus|traces)\.ts'\)/g)).toHaveLength(2);
  });
});

describe('a collector that refuses', () => {
  it('is told of in the log, once', async () => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(400).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    closing.push(() => new Promise((closed) => server.close(closed)));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/v1/traces`;
    const warnings: unknown[] = [];
    const log = { ...silentLog, warn: (event: string, fields = {}) => void warnings.push({ event, ...fields }) };
    const traces = openTraces({ url, version: 'test', log });
    // More than one batch.
    for (let made = 0; made < 600; made++) await traces.tracer.span({ name: 'work' }, async () => made);
    await traces.close();
    expect(warnings).toEqual([{ event: 'traces-not-sent', url, error: expect.any(Error) }]);
  });
});
