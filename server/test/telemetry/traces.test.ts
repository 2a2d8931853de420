/** Traces as a collector receives them from the whole program, and the program when there is no collector. */
import { rename } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../src/http/server/listening.ts';
import { GUIDE_IDS, type TestApp, testApp, until } from '../support/app.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { type CollectedSpan, type Collector, startCollector } from './collector.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-12-01',
  end_date: '2025-12-31',
  property_ids: GUIDE_IDS,
};
/** The tests' own end of the connection. */
const TRUSTING = { CONVEYANCE_TRUSTED_PROXIES: '127.0.0.0/8' };
const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function collector(options?: { hang: boolean }): Promise<Collector> {
  const made = await startCollector(options);
  closing.push(() => made.close());
  return made;
}

/** A server that sends its traces there; `end` stops it, which sends what it still has. */
async function tracedApp(
  settings: Readonly<Record<string, string>>,
  { demo = true } = {},
): Promise<TestApp & { end(): Promise<void> }> {
  // A job has succeeded a moment before its run is over: a stop without patience would cut the run's span short.
  const app = await testApp({ settings: { CONVEYANCE_DRAIN_SECONDS: '20', ...settings }, demo });
  let ended: Promise<void> | undefined;
  const end = () => {
    ended ??= app.close();
    return ended;
  };
  closing.push(end);
  return { ...app, end };
}

/** Over a socket, as a customer would. */
async function createJob(app: TestApp, headers: Record<string, string> = {}, more: object = {}) {
  const account = await app.account();
  const answer = await fetch(app.url + JOBS, {
    method: 'POST',
    headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...REQUEST, ...more }),
  });
  const { job_id: id }: { job_id: string } = JSON.parse(await answer.text());
  const job = await until(
    async () => (await app.as(account, { url: `${JOBS}/${id}` })).json(),
    ({ status }) => status !== 'submitted',
  );
  return { id, job, account };
}

function only(spans: readonly CollectedSpan[], name: string): CollectedSpan {
  const found = spans.filter((span) => span.name === name);
  expect(found.map((span) => span.name)).toEqual([name]);
  return found[0] as CollectedSpan;
}

describe('traces', () => {
  it('lead from the caller’s request to the job, and from the job to its file', async () => {
    const collecting = await collector();
    const { spans } = collecting;
    const app = await tracedApp({ ...TRUSTING, OTEL_EXPORTER_OTLP_ENDPOINT: `${collecting.url}/` });
    const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`;
    const { id, job, account } = await createJob(app, { traceparent });
    await app.end();

    const request = only(spans, `POST ${JOBS}`);
    expect(request).toMatchObject({ traceId: CALLER.traceId, parentSpanId: CALLER.spanId });
    expect(request.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': JOBS,
      'http.response.status_code': 200,
      'conveyance.job.id': id,
    });

    // Whoever knows the job can find its trace.
    const accepted = only(spans, 'job accepted');
    expect(accepted.traceId).toBe(id.replaceAll('-', ''));
    expect(accepted.parentSpanId).toBe('');
    const { spanId } = accepted;
    expect(accepted.links).toEqual([{ traceId: CALLER.traceId, spanId: request.spanId }]);
    expect(request.links).toEqual([{ traceId: accepted.traceId, spanId }]);

    const run = only(spans, 'job run');
    expect(run).toMatchObject({ traceId: accepted.traceId, parentSpanId: spanId, statusCode: 0 });
    expect(run.attributes).toEqual({
      'conveyance.job.id': id,
      'conveyance.task.kind': 'run-job',
      'conveyance.work': 'property',
      'conveyance.output_format': 'csv',
      'conveyance.attempt': 1,
      'conveyance.outcome': 'completed',
      'conveyance.rows': job.result.rows,
      'conveyance.bytes': job.result.bytes,
    });
    const write = only(spans, 'engine write');
    expect(write).toMatchObject({ traceId: accepted.traceId, parentSpanId: run.spanId });
    // The engine tells when a file is whole, and it is sealed then.
    expect(only(spans, 'seal')).toMatchObject({ traceId: accepted.traceId, parentSpanId: write.spanId });
    expect(new Set(collecting.requests)).toEqual(new Set(['POST /v1/traces application/x-protobuf']));
    expect(JSON.stringify(spans)).not.toContain(account.id);
    expect(collecting.resource).toMatchObject({ 'service.name': 'conveyance' });
  });

  it('hold a span for each try at a webhook, and none of them tells the receiver’s address', async () => {
    const { spans, url } = await collector();
    const receiver = await startReceiver((_request, response) => response.writeHead(500).end());
    closing.push(() => receiver.close());
    const app = await tracedApp({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/somewhere/else`,
      CONVEYANCE_CALLBACK_ALLOW: '127.0.0.1',
    });
    const { id, account } = await createJob(app, {}, { callback_url: receiver.url('/hook') });
    const [delivery] = await until(
      async () => (await app.app.deps.db.deliveries.list(account.id, id, { page: 1, perPage: 1 })).items,
      ([first]) => first !== undefined && first.tries.length > 0,
    );
    await app.end();
    const span = only(spans, 'webhook try');
    expect(span.attributes).toEqual({
      'conveyance.webhook.id': delivery?.id,
      'conveyance.webhook.result': '5xx',
      'http.response.status_code': 500,
    });
    expect(span.statusCode).toBe(2);
    expect(JSON.stringify(spans)).not.toContain('/hook');
  });

  it('begin anew where the traceparent is not valid, and the request is answered as ever', async () => {
    const { spans, url } = await collector();
    const app = await tracedApp({ ...TRUSTING, OTEL_EXPORTER_OTLP_ENDPOINT: url }, { demo: false });
    const { traceId, spanId } = CALLER;
    const invalid = [
      '',
      'nonsense',
      `ff-${traceId}-${spanId}-01`,
      `00-${'0'.repeat(32)}-${spanId}-01`,
      `00-${traceId}`,
    ];
    for (const traceparent of invalid) {
      expect((await fetch(`${app.url}/livez`, { headers: { traceparent } })).status).toBe(200);
    }
    await app.end();
    expect(spans.map(({ name, parentSpanId }) => name + parentSpanId)).toEqual(invalid.map(() => 'GET /livez'));
    expect(new Set(spans.map((span) => span.traceId)).size).toBe(invalid.length);
    expect(spans.map((span) => span.traceId)).not.toContain(traceId);
  });

  it('are not kept of a request whose caller does not keep them', async () => {
    const { spans, url } = await collector();
    const app = await tracedApp({ ...TRUSTING, OTEL_EXPORTER_OTLP_ENDPOINT: url }, { demo: false });
    await fetch(`${app.url}/livez`, { headers: { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-00` } });
    await fetch(`${app.url}/readyz`);
    await app.end();
    expect(spans.map(({ name }) => name)).toEqual(['GET /readyz']);
  });

  it.each([{}, { CONVEYANCE_TRUSTED_PROXIES: '10.0.0.0/8,::1' }])(
    'are not continued for a caller that is no trusted proxy: %o',
    async (settings) => {
      const { spans, url } = await collector();
      const app = await tracedApp({ ...settings, OTEL_EXPORTER_OTLP_ENDPOINT: url }, { demo: false });
      // The second asks not to be recorded: a stranger does not decide that.
      for (const flags of ['01', '00']) {
        const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-${flags}`;
        await fetch(`${app.url}/livez`, { headers: { traceparent } });
      }
      await app.end();
      expect(spans.map(({ name, parentSpanId }) => name + parentSpanId)).toEqual(['GET /livez', 'GET /livez']);
      expect(spans.map(({ traceId }) => traceId)).not.toContain(CALLER.traceId);
    },
  );

  it('mark an attempt that failed, and every attempt is in the job’s trace', async () => {
    const { spans, url } = await collector();
    const app = await tracedApp({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
    const { db } = app.app.deps;
    const version = await db.warehouse.current();
    const file = version?.tables['property_days']?.find(({ maxDate }) => maxDate === REQUEST.end_date);
    const path = await app.app.deps.store.localize(file?.key ?? '');
    await rename(path, `${path}.away`);
    const account = await app.account();
    const { job_id: id } = (await app.as(account, { method: 'POST', url: JOBS, payload: REQUEST })).json();
    await until(
      () => db.queue.backlog(),
      ({ delayed }) => delayed > 0,
    );
    await app.end();
    expect(only(spans, 'job run')).toMatchObject({
      traceId: id.replaceAll('-', ''),
      statusCode: 2,
      attributes: { 'conveyance.attempt': 1, 'conveyance.outcome': 'failed' },
    });
    expect(only(spans, 'engine write').statusCode).toBe(2);
  });

  it.each(['nobody listens', 'the collector never answers'])(
    'disturb neither work nor stop when %s',
    { timeout: 30_000 },
    async (fault) => {
      const hanging = await collector({ hang: true });
      const port = await freePort('127.0.0.1');
      const endpoint = fault === 'nobody listens' ? `http://127.0.0.1:${port}` : hanging.url;
      const app = await tracedApp({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
      expect((await createJob(app)).job.status).toBe('succeeded');
      await app.end();
      expect(hanging.requests.length > 0).toBe(fault !== 'nobody listens');
    },
  );
});
