/** `conveyance top`: what the servers of a database are doing, as it happens. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  formatCount,
  formatCounted,
  formatSeconds,
  formatTable,
  type Output,
  wholeNumber,
} from '@conveyance/cli/terminal';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { queueFields } from '../../wire/admin/system.ts';
import { asOperator, DATA_DIR } from '../operator/operator.ts';
import { defineCommand } from '../world/command.ts';
import { nodeJson, nodeTable } from './nodes.ts';

const DEFAULT_SECONDS = 2;
/** The span of the rates. */
const LATELY_SECONDS = 60;
/** Of a terminal: to its first cell, and everything after it away. */
const CLEAR = '\u001b[H\u001b[J';

type Looking = Pick<Deps, 'db'>;

async function look({ db }: Looking) {
  const [queue, deliveries, version, ended, nodes] = await Promise.all([
    db.queue.backlog(),
    db.deliveries.backlog(),
    db.warehouse.age(),
    db.jobs.ended(LATELY_SECONDS),
    db.nodes.list(),
  ]);
  return { queue, deliveries, version, ended, nodes };
}

type Picture = Awaited<ReturnType<typeof look>>;

function pictureJson({ queue, deliveries, version, ended, nodes }: Picture) {
  const { deliveries: webhooks, ...waiting } = queueFields(queue, deliveries);
  return {
    queue: waiting,
    last_minute: ended,
    webhooks,
    data_version: version === null ? null : { version: version.version, age_seconds: version.ageSeconds },
    nodes: nodes.map(nodeJson),
  };
}

function pictureText({ queue, deliveries, version, ended, nodes }: Picture, out: Output): string {
  const oldest =
    queue.waiting === 0 ? '' : `, the first for ${formatSeconds(queue.oldestWaitingSeconds * MS_PER_SECOND)}`;
  const rate = (ended.succeeded / LATELY_SECONDS).toFixed(1);
  const data =
    version === null
      ? 'nothing is loaded'
      : `version ${version.version}, loaded ${formatSeconds(version.ageSeconds * MS_PER_SECOND)} ago`;
  const rows = [
    [
      'Queue',
      `${formatCount(queue.running)} running, ${formatCount(queue.waiting)} waiting${oldest}, ${formatCount(queue.delayed)} to be tried again`,
    ],
    [
      'Last minute',
      `${formatCount(ended.succeeded)} succeeded (${rate} a second, ${formatCounted(ended.rows, 'row')}), ${formatCount(ended.failed)} failed, ${formatCount(ended.cancelled)} cancelled`,
    ],
    [
      'Webhooks',
      `${formatCount(deliveries.underWay)} being sent, ${formatCount(deliveries.waiting)} waiting, ${formatCount(deliveries.overdue)} overdue`,
    ],
    ['Data', data],
  ];
  return `${formatTable(rows)}\n\n${nodeTable(nodes, out)}`;
}

export const top = defineCommand({
  name: 'top',
  summary: 'Watch the queue, the nodes and what they get done',
  details:
    'At a terminal it looks again every few seconds until Ctrl-C; elsewhere, and with --json, it looks once. Queue, webhooks and rates are those of all ' +
    'processes on the database and of all accounts.',
  arguments: {},
  options: {
    every: wholeNumber('<seconds>', 1, {
      description: `How often to look at a terminal. Default: ${DEFAULT_SECONDS}.`,
    }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance top', meaning: 'Is it busy, and is anything stuck?' },
    { line: 'conveyance top --json', meaning: 'One look, for a program' },
  ],
  async run({ options, out, world }) {
    const everyMs = (options.every ?? DEFAULT_SECONDS) * MS_PER_SECOND;
    const isLive = world.stdout.isTTY === true && !out.json;
    await asOperator(world, options, async (deps) => {
      for (;;) {
        const picture = await look(deps);
        out.data(pictureJson(picture), `${isLive ? CLEAR : ''}${pictureText(picture, out)}`);
        if (!isLive || world.interrupt.aborted) return;
        await sleep(everyMs, undefined, { signal: world.interrupt }).catch(() => undefined);
        if (world.interrupt.aborted) return;
      }
    });
  },
});
