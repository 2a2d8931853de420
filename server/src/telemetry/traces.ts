/** Spans as OpenTelemetry has them, sent to a collector by OTLP. Loaded only if a collector is set: it takes 100 ms and 10 MB. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Span as ApiSpan,
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_ROUTE,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';
import type { Logger } from '../core/ports/logger.ts';
import type { RequestSpan, Span, Tracer } from '../core/ports/telemetry.ts';

export interface TracesOptions {
  /** Where spans are posted. */
  readonly url: string;
  readonly version: string;
  readonly log: Logger;
}

export interface Traces {
  readonly tracer: Tracer;
  /** Sends the remaining spans, as far as the collector accepts them within three seconds. */
  close(): Promise<void>;
}

/** For one batch, retries included. A pending request keeps the process alive: the usual ten seconds delayed a stop. */
const SEND_MS = 2500;
const CLOSE_MS = 3000;
/** A collector that is away would otherwise fill the log. */
const WARN_EVERY_MS = 60_000;

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

function readTraceparent(header: string | undefined): SpanContext | null {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(header ?? '') ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(context) ? context : null;
}

/**
 * A job's id has as many digits as a trace's, and is as random. So the job's id gives its trace, and every process puts
 * its attempts into it without being told where it began.
 */
function jobContext(jobId: string): SpanContext {
  const traceId = jobId.replaceAll('-', '');
  return { traceId, spanId: traceId.slice(-16), traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

/** Random ids, but for a span that was promised one. */
class Ids implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  promised: SpanContext | null = null;

  generateTraceId = () => this.promised?.traceId ?? this.#random.generateTraceId();
  generateSpanId = () => this.promised?.spanId ?? this.#random.generateSpanId();
}

type Warn = (error: unknown) => void;

/** Errors of sending are logged from time to time, and never reach the code whose span it was. */
function warner({ url, log }: Pick<TracesOptions, 'url' | 'log'>): Warn {
  let warnedAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (performance.now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = performance.now();
    log.warn('traces-not-sent', { url, error });
  };
}

function withWarnings(exporter: SpanExporter, warn: Warn): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error !== undefined) warn(result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
}

function fail(span: ApiSpan, message: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

function spanOf(span: ApiSpan): Span {
  return { set: (attributes) => void span.setAttributes(attributes), fail: (message) => fail(span, message) };
}

function createTracer(provider: BasicTracerProvider, ids: Ids): Tracer {
  const tracer = provider.getTracer('conveyance');
  const current = new AsyncLocalStorage<Context>();
  const active = () => current.getStore() ?? ROOT_CONTEXT;
  return {
    async span({ name, attributes = {}, jobId }, work) {
      const under = jobId === undefined ? active() : trace.setSpanContext(ROOT_CONTEXT, jobContext(jobId));
      const span = tracer.startSpan(name, { attributes }, under);
      try {
        return await current.run(trace.setSpan(under, span), () => work(spanOf(span)));
      } catch (error) {
        fail(span, error instanceof Error ? error.message : String(error));
        throw error;
      } finally {
        span.end();
      }
    },
    request({ method, route, traceparent }): RequestSpan {
      const caller = readTraceparent(traceparent);
      const under = caller === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, caller);
      const attributes = { [ATTR_HTTP_REQUEST_METHOD]: method, ...(route !== null && { [ATTR_HTTP_ROUTE]: route }) };
      const name = route === null ? method : `${method} ${route}`;
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, under);
      return {
        ...spanOf(span),
        enter: (work) => current.run(trace.setSpan(under, span), work),
        end: () => span.end(),
      };
    },
    jobAccepted(jobId, attributes) {
      const request = trace.getSpan(active());
      const links = request === undefined ? [] : [{ context: request.spanContext() }];
      const promised = jobContext(jobId);
      ids.promised = promised;
      try {
        const all = { ...attributes, 'conveyance.job.id': jobId };
        tracer.startSpan('job accepted', { attributes: all, links }, ROOT_CONTEXT).end();
      } finally {
        ids.promised = null;
      }
      request?.setAttributes({ 'conveyance.job.id': jobId }).addLink({ context: promised });
    },
  };
}

export function openTraces({ url, version, log }: TracesOptions): Traces {
  const warn = warner({ url, log });
  const exporter = withWarnings(new OTLPTraceExporter({ url, timeoutMillis: SEND_MS }), warn);
  const ids = new Ids();
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'conveyance', [ATTR_SERVICE_VERSION]: version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
    idGenerator: ids,
  });
  return {
    tracer: createTracer(provider, ids),
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS);
      });
      const closed = provider
        .shutdown()
        .catch(warn)
        .finally(() => clearTimeout(timer));
      await Promise.race([closed, tooLong]);
    },
  };
}
