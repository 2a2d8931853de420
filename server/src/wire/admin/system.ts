/** The server itself: its nodes, its queue, its settings. */
import { z } from 'zod';
import type { DeliveryBacklog, QueueBacklog } from '../../core/ports/database/backlog.ts';
import { NODE_ROLES, type NodeSight, nodeState } from '../../core/ports/database/nodes.ts';
import { SETTING_ORIGINS, type ShownSetting } from '../../core/ports/shown-setting.ts';
import { integer, text } from '../fields.ts';

const runSchema = z.object({
  account_id: text({ format: 'uuid' }),
  job_id: text({ format: 'uuid' }),
  attempt: integer(),
  started_at: text({ format: 'date-time' }).nullable(),
});

const nodeSchema = z
  .object({
    node_id: text({ format: 'uuid' }),
    role: z.enum(NODE_ROLES),
    host: text(),
    pid: integer(),
    release: text(),
    state: z.enum(['serving', 'draining', 'drained', 'silent']),
    started_at: text({ format: 'date-time' }),
    heard_at: text({ format: 'date-time' }),
    draining_since: text({ format: 'date-time' }).nullable(),
    slots: integer({ description: 'Jobs that it runs at a time.' }),
    runs: z.array(runSchema),
  })
  .meta({ id: 'Node' });

export const nodeListSchema = z.object({ nodes: z.array(nodeSchema) }).meta({ id: 'NodeList' });

export const queueSchema = z
  .object({
    waiting: integer({ description: 'Due, and not taken.' }),
    delayed: integer({ description: 'To be tried again later.' }),
    running: integer(),
    oldest_waiting_seconds: z.number().meta({ description: '0 if none waits.' }),
    deliveries: z.object({
      waiting: integer(),
      overdue: integer({ description: 'Due for more than a minute.' }),
      under_way: integer(),
    }),
  })
  .meta({ id: 'Queue', description: 'What is waiting, over all accounts.' });

const settingSchema = z
  .object({
    variable: text(),
    value: text({ description: 'Never of a secret.' }).nullable(),
    secret: z.boolean(),
    origin: z.enum(SETTING_ORIGINS),
    default: text(),
  })
  .meta({ id: 'Setting' });

export const systemSchema = z
  .object({
    version: text(),
    public_url: text({ format: 'uri' }),
    ready: z.boolean(),
    checks: z.record(z.string(), z.boolean()).meta({ description: 'As `/readyz` has them.' }),
    free_bytes: integer({ description: 'Where results are kept; null for a bucket.' }).nullable(),
    settings: z.array(settingSchema).meta({ description: 'Of the node that answers.' }),
  })
  .meta({ id: 'System' });

export function nodeFields(node: NodeSight): z.infer<typeof nodeSchema> {
  return {
    node_id: node.id,
    role: node.role,
    host: node.host,
    pid: node.pid,
    release: node.release,
    state: nodeState(node),
    started_at: node.startedAt.toISOString(),
    heard_at: node.heardAt.toISOString(),
    draining_since: node.drainingSince?.toISOString() ?? null,
    slots: node.slots,
    runs: node.runs.map(({ accountId, jobId, attempt, startedAt }) => ({
      account_id: accountId,
      job_id: jobId,
      attempt,
      started_at: startedAt?.toISOString() ?? null,
    })),
  };
}

export function queueFields(queue: QueueBacklog, deliveries: DeliveryBacklog): z.infer<typeof queueSchema> {
  return {
    waiting: queue.waiting,
    delayed: queue.delayed,
    running: queue.running,
    oldest_waiting_seconds: queue.oldestWaitingSeconds,
    deliveries: { waiting: deliveries.waiting, overdue: deliveries.overdue, under_way: deliveries.underWay },
  };
}

export function settingFields(shown: ShownSetting): z.infer<typeof settingSchema> {
  const { variable, value, isSecret, origin, defaultText } = shown;
  return { variable, value, secret: isSecret, origin, default: defaultText };
}
