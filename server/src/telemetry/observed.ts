/** Ports that do what the given ones do, and report it. */

import type { Engine } from '../core/ports/engine.ts';
import type { Meter, Tracer, WebhookResult } from '../core/ports/telemetry.ts';
import type { WebhookSender } from '../core/ports/webhooks.ts';
import { MS_PER_SECOND } from '../core/time.ts';
import type { WebhookAttempt } from '../core/webhooks/delivery.ts';

export function observedEngine(engine: Engine, tracer: Tracer): Engine {
  return {
    write(plan, sinks, watch) {
      const formats = [...new Set(sinks.map(({ format }) => format))].join(' ');
      const attributes = { 'conveyance.output_format': formats, 'conveyance.files': sinks.length };
      return tracer.span({ name: 'engine write', attributes }, async (span) => {
        const rows = await engine.write(plan, sinks, watch);
        span.set({ 'conveyance.rows': rows.reduce((sum, each) => sum + each, 0) });
        return rows;
      });
    },
    run: (program, how, watch) =>
      tracer.span({ name: 'engine run', attributes: { 'conveyance.engine.lane': how.lane } }, () =>
        engine.run(program, how, watch),
      ),
    lookUp: (turn, work) =>
      engine.lookUp(turn, (ask) =>
        work((program, limit) =>
          tracer.span({ name: 'engine run', attributes: { 'conveyance.engine.lane': `look-up ${turn.size}` } }, () =>
            ask(program, limit),
          ),
        ),
      ),
  };
}

function resultOf({ failure, status }: WebhookAttempt): WebhookResult {
  if (failure === null) return 'delivered';
  // An answer that broke off does not count, whatever its status.
  if (status === null || status < 300) return 'no_answer';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}

/** The receiver's URL belongs to its owner: neither figures nor spans contain it. */
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
