/** Ports that do what the given ones do, and are seen doing it. */

import type { Engine } from '../core/ports/engine.ts';
import type { Meter, Tracer, WebhookResult } from '../core/ports/telemetry.ts';
import type { WebhookSender } from '../core/ports/webhooks.ts';
import { MS_PER_SECOND } from '../core/time.ts';
import type { WebhookAttempt } from '../core/webhooks/delivery.ts';

export function observedEngine(engine: Engine, tracer: Tracer): Engine {
  return {
    write: (query, target, watch) =>
      tracer.span({ name: 'engine write', attributes: { 'conveyance.output_format': target.format } }, async (span) => {
        const written = await engine.write(query, target, watch);
        span.set({ 'conveyance.rows': written.rows });
        return written;
      }),
    writeFiles: (query, targets, watch) =>
      tracer.span({ name: 'engine write', attributes: { 'conveyance.files': targets.length } }, async (span) => {
        const written = await engine.writeFiles(query, targets, watch);
        span.set({ 'conveyance.rows': written.reduce((sum, { rows }) => sum + rows, 0) });
        return written;
      }),
    read: (query, watch) => tracer.span({ name: 'engine read' }, () => engine.read(query, watch)),
    ask: (program, watch) => tracer.span({ name: 'engine ask' }, () => engine.ask(program, watch)),
    work: (program, watch) => tracer.span({ name: 'engine work' }, () => engine.work(program, watch)),
    run: (program, watch) => tracer.span({ name: 'engine run' }, () => engine.run(program, watch)),
  };
}

function resultOf({ failure, status }: WebhookAttempt): WebhookResult {
  if (failure === null) return 'delivered';
  // An answer that broke off is none, whatever status it began with.
  if (status === null || status < 300) return 'no_answer';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}

/** The receiver's URL is its owner's: neither figures nor spans tell it. */
export function observedSender(
  sender: WebhookSender,
  { meter, tracer }: { readonly meter: Meter; readonly tracer: Tracer },
): WebhookSender {
  return {
    accepts: (url) => sender.accepts(url),
    send: (message, signal) =>
      tracer.span({ name: 'webhook try', attributes: { 'conveyance.webhook.id': message.id } }, async (span) => {
        const startedAt = performance.now();
        try {
          const attempt = await sender.send(message, signal);
          const result = resultOf(attempt);
          meter.webhookTried(result, attempt.latencyMs / MS_PER_SECOND);
          span.set({ 'conveyance.webhook.result': result });
          if (attempt.status !== null) span.set({ 'http.response.status_code': attempt.status });
          if (attempt.failure !== null) span.fail(attempt.failure);
          return attempt;
        } catch (error) {
          if (!signal.aborted) meter.webhookTried('not_sent', (performance.now() - startedAt) / MS_PER_SECOND);
          throw error;
        }
      }),
  };
}
