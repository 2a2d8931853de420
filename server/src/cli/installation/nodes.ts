/** `conveyance nodes`: the processes that share the database, and taking one out of service. */
import { setTimeout as sleep } from 'node:timers/promises';
import { argument, flag, formatCounted, formatTable, type Output, usage } from '@conveyance/cli/terminal';
import { ConveyanceError } from '../../core/errors.ts';
import { NODE_REPORT_SECONDS, type NodeSight, nodeState } from '../../core/ports/database/nodes.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { nodeFields } from '../../wire/admin/system.ts';
import { asOperator, DATA_DIR } from '../operator/operator.ts';
import { defineCommand } from '../world/command.ts';

const LOOK_AGAIN_MS = 500;
const NODE = { id: argument('The node, as `nodes list` shows it; its first characters do.') };

export function nodeJson(node: NodeSight) {
  const { node_id: id, ...fields } = nodeFields(node);
  return { id, ...fields };
}

export function nodeTable(nodes: readonly NodeSight[], out: Output): string {
  if (nodes.length === 0) return 'No server is running on this database.\n';
  const rows = nodes.map((node) => [
    node.id,
    node.role,
    `${node.host} (${node.pid})`,
    node.release,
    nodeState(node),
    node.slots === 0 ? '-' : `${node.runs.length} of ${node.slots}`,
    out.instant(node.startedAt.toISOString()),
    out.instant(node.heardAt.toISOString()),
  ]);
  const table = formatTable([['ID', 'ROLE', 'HOST (PID)', 'RELEASE', 'STATE', 'RUNS', 'STARTED', 'HEARD'], ...rows]);
  const runs = nodes.flatMap(({ host, pid, runs: held }) =>
    held.map(({ accountId, jobId, attempt, startedAt }) => [
      jobId,
      accountId,
      `${host} (${pid})`,
      String(attempt),
      out.instant(startedAt?.toISOString()),
    ]),
  );
  if (runs.length === 0) return table;
  return `${table}\n${formatTable([['JOB', 'ACCOUNT', 'RUNS ON', 'ATTEMPT', 'SINCE'], ...runs])}`;
}

/** The one node whose id begins like this. */
async function findNode({ db }: Pick<Deps, 'db'>, start: string): Promise<NodeSight> {
  const found = (await db.nodes.list()).filter(({ id }) => id.startsWith(start));
  const [node, other] = found;
  if (node === undefined) {
    throw new ConveyanceError('not_found', `there is no node ${start}; \`conveyance nodes\` shows those that exist`);
  }
  if (other !== undefined) {
    throw usage(`${start} begins the id of ${found.length} nodes: ${found.map(({ id }) => id).join(', ')}`);
  }
  return node;
}

/** Until nothing runs there any more, the node has gone, or nobody waits. */
async function awaitDrained({ db }: Pick<Deps, 'db'>, id: string, signal: AbortSignal): Promise<NodeSight | null> {
  for (;;) {
    const node = (await db.nodes.list()).find((each) => each.id === id) ?? null;
    if (node === null || !['serving', 'draining'].includes(nodeState(node))) return node;
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}

export const nodesList = defineCommand({
  name: 'nodes list',
  alone: true,
  summary: 'Show the processes that serve, and what they are doing',
  details:
    `Every \`serve\` says each ${NODE_REPORT_SECONDS} seconds that it is there. One that is silent has died, is stopped, or does not reach ` +
    'the database; its jobs are taken over by others when their leases end. Times are the database’s.',
  arguments: {},
  options: DATA_DIR,
  examples: [
    { line: 'conveyance nodes', meaning: 'Who is there, since when, doing what' },
    { line: 'conveyance nodes --json', meaning: 'For a monitor' },
  ],
  async run({ options, out, world }) {
    const nodes = await asOperator(world, options, ({ db }) => db.nodes.list());
    out.data({ nodes: nodes.map(nodeJson) }, nodeTable(nodes, out));
  },
});

export const nodesDrain = defineCommand({
  name: 'nodes drain',
  summary: 'Let a node take no more work, and wait until it has none',
  details:
    `Within ${NODE_REPORT_SECONDS} seconds its worker claims nothing more and its /readyz answers 503, so that a proxy sends it nothing ` +
    'new; what runs goes on to its end, and requests are still answered. Then it can be stopped. A process that starts again is a new node.',
  arguments: NODE,
  options: { noWait: flag({ description: 'Return at once.' }), ...DATA_DIR },
  examples: [{ line: 'conveyance nodes drain 7f3a', meaning: 'Before its machine is restarted' }],
  async run({ args, options, out, world }) {
    const node = await asOperator(world, options, async (deps) => {
      const { id, ...found } = await findNode(deps, args.id);
      await deps.db.nodes.drain(id, true);
      if (options.noWait) return { id, ...found, drainingSince: deps.clock() };
      const running = formatCounted(found.runs.length, 'run');
      return out.stages.run(`Wait for ${running} on ${found.host} (${found.pid})`, () =>
        awaitDrained(deps, id, world.interrupt),
      );
    });
    if (node === null) out.data({ node: null }, 'It has stopped meanwhile.\n');
    else out.data({ node: nodeJson(node) }, nodeTable([node], out));
  },
});

export const nodesResume = defineCommand({
  name: 'nodes resume',
  summary: 'Let a drained node take work again',
  arguments: NODE,
  options: DATA_DIR,
  examples: [{ line: 'conveyance nodes resume 7f3a', meaning: 'It is to stay after all' }],
  async run({ args, options, out, world }) {
    const node = await asOperator(world, options, async (deps) => {
      const found = await findNode(deps, args.id);
      await deps.db.nodes.drain(found.id, false);
      return { ...found, drainingSince: null };
    });
    out.data({ node: nodeJson(node) }, nodeTable([node], out));
  },
});
