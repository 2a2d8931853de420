/** `conveyance warehouse erase-person`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { formatCount, formatCounted, formatTable, type Output, usage } from '@conveyance/cli/terminal';
import { NODE_REPORT_SECONDS, NODE_SILENT_SECONDS, type NodeSight } from '../../../core/ports/database/nodes.ts';
import type { Deps } from '../../../core/ports/deps.ts';
import { type ErasureReport, erasePerson } from '../../../jobs/erasure/erase.ts';
import { NOT_OURS, PLACE_NAMES } from '../../../jobs/erasure/places.ts';
import { type ErasurePlan, foundNothing, planErasure, SEARCH_STAGES } from '../../../jobs/erasure/plan.ts';
import { defineCommand } from '../../world/command.ts';
import { confirmed, YES } from '../../world/confirm.ts';
import { InputLines } from '../../world/lines.ts';
import { operatorName } from '../../world/operator-name.ts';
import type { World } from '../../world/world.ts';
import { asOperator, DATA_DIR } from '../operator.ts';

/** So many ways to write somebody are enough; more would be a list of people. */
const MOST_VALUES = 50;
const LONGEST_VALUE = 1_000;
const NODES_ASKED_EVERY_MS = 1_000;

/** From a terminal up to an empty line, else all lines. */
async function readValues(lines: InputLines, out: Output): Promise<readonly string[]> {
  if (lines.isTTY) {
    out.say('Which values? A name, a mail address, a telephone number: one in a line, as they are in the data.');
    out.say('An empty line ends the list.');
  }
  const values: string[] = [];
  for (let line = await lines.next(); line !== null; line = await lines.next()) {
    if (line.trim() !== '') values.push(line);
    else if (lines.isTTY) break;
  }
  if (values.length === 0) throw usage('no value was given: type it at the prompt, or send it by standard input');
  if (values.length > MOST_VALUES) throw usage(`${values.length} values are too many: ${MOST_VALUES} at most`);
  if (values.some(({ length }) => length > LONGEST_VALUE)) {
    throw usage(`a value is longer than ${LONGEST_VALUE} characters`);
  }
  return values;
}

function foundTable(plan: ErasurePlan): string {
  const inVersions = plan.versions.flatMap(({ version, isCurrent, found }) =>
    found.map(({ table, column, rows }) => [
      `data version ${version}${isCurrent ? ' (current)' : ''}`,
      `${table}.${column}`,
      formatCounted(rows, 'row'),
    ]),
  );
  const counted = (place: string, what: string, count: number, one: string) =>
    count === 0 ? [] : [[place, what, formatCounted(count, one)]];
  const rows = [
    ...inVersions,
    ...plan.results.map(({ id, accountId, results }) => [
      'results',
      `job ${id} of account ${accountId}`,
      formatCounted(results.length, 'file'),
    ]),
    ...counted('uploads', 'of customers', plan.uploads.length, 'file'),
    ...counted('objects', 'that nothing names', plan.objects.length, 'object'),
    ...counted('rejects', 'of loads', plan.rejects.length, 'file'),
    ...counted('notes', 'of data versions and loads', plan.notes.length + plan.loads.length, 'note'),
  ];
  return rows.length === 0 ? 'Nothing was found' : formatTable([['PLACE', 'WHERE', 'HOW MUCH'], ...rows]);
}

function foundJson(plan: ErasurePlan) {
  return {
    versions: plan.versions.map(({ version, isCurrent, found }) => ({ version, current: isCurrent, columns: found })),
    results: plan.results.map(({ id, accountId }) => ({ job_id: id, account_id: accountId })),
    uploads: plan.uploads.length,
    objects: plan.objects.length,
    rejects: plan.rejects.length,
    notes: plan.notes.length + plan.loads.length,
  };
}

function erasedJson(report: ErasureReport) {
  return {
    erasure: report.run,
    version: report.version,
    dropped_versions: report.droppedVersions,
    restarted_jobs: report.restartedJobs,
    objects: report.objects,
    results: report.results,
    uploads: report.uploads,
    cancelled_jobs: report.cancelledJobs,
    incoming: report.incoming,
    rejects: report.rejects,
    notes: report.notes,
    object_versions: report.remains,
  };
}

function erasedTable(report: ErasureReport): string {
  const dropped = report.droppedVersions.length === 0 ? 'none' : report.droppedVersions.join(', ');
  return formatTable([
    ['New data version', report.version === null ? 'none: the current one did not hold it' : String(report.version)],
    ['Dropped data versions', dropped],
    ['Jobs that began again', formatCount(report.restartedJobs)],
    ['Objects that nothing named', formatCount(report.objects)],
    ['Jobs whose files were destroyed', formatCount(report.results)],
    ['Uploads', formatCount(report.uploads)],
    ['Jobs that were cancelled', formatCount(report.cancelledJobs)],
    ['Files of data sent over HTTP', formatCount(report.incoming)],
    ['Files with rejected rows', formatCount(report.rejects)],
    ['Notes', formatCount(report.notes)],
    ['Kept versions of deleted objects', formatCount(report.remains)],
  ]);
}

/** The nodes that still have copies when their time is over: they are silent. */
async function awaitNodes({ db }: Pick<Deps, 'db'>, run: number, signal: AbortSignal): Promise<readonly NodeSight[]> {
  const tries = ((NODE_SILENT_SECONDS + NODE_REPORT_SECONDS) * 1000) / NODES_ASKED_EVERY_MS;
  for (let left = tries; ; left--) {
    const waiting = (await db.nodes.list()).filter(({ erasure }) => erasure < run);
    const living = waiting.filter(({ silentSeconds }) => silentSeconds <= NODE_SILENT_SECONDS);
    if (living.length === 0 || left <= 0) return waiting;
    await sleep(NODES_ASKED_EVERY_MS, undefined, { signal });
  }
}

async function sayUnfinished({ db }: Pick<Deps, 'db'>, out: Output): Promise<void> {
  for (const { by, beganAt } of await db.erasures.unfinished()) {
    out.say(
      `An erasure that ${by ?? 'somebody'} began on ${out.instant(beganAt.toISOString())} was cut: with the same values this one finishes it.`,
    );
  }
}

async function eraseAll(deps: Deps, plan: ErasurePlan, { out, world }: { out: Output; world: World }) {
  const report = await out.stages.run('Erase', (stage) =>
    erasePerson(deps, plan, operatorName(), {
      signal: world.interrupt,
      onPlace: (place) => stage.progress(PLACE_NAMES.indexOf(place), PLACE_NAMES.length, place),
    }),
  );
  const waiting = await out.stages.run('Wait for the nodes', () => awaitNodes(deps, report.run, world.interrupt));
  return { report, waiting };
}

export const warehouseErasePerson = defineCommand({
  name: 'warehouse erase-person',
  summary: 'Erase what identifies a person, everywhere, so that it does not come back',
  details:
    'The values are typed at a prompt or sent by standard input, one in a line: never in the arguments, which other users see. Shows where ' +
    'they are, and asks. Values are compared whole, without regard to case and to the number of blanks; accents count. They go from the ' +
    'current data, old data versions, results, uploads and the copies of nodes; jobs that read what goes begin again, at no cost. What was ' +
    'erased stays out of every later load, rollback and restored backup. It cannot be undone. Cut at any point, it is finished by running ' +
    'it again with the same values.',
  arguments: {},
  options: { ...YES, ...DATA_DIR },
  examples: [
    { line: 'conveyance warehouse erase-person', meaning: 'Asks for the values, shows where they are, asks again' },
    { line: 'conveyance warehouse erase-person --yes < values.txt', meaning: 'Without asking' },
  ],
  async run({ options, out, world }) {
    const lines = new InputLines(world.stdin);
    try {
      const values = await readValues(lines, out);
      await asOperator(world, options, async (deps) => {
        await sayUnfinished(deps, out);
        const plan = await out.stages.run('Look for them', (stage) =>
          planErasure(deps, values, {
            signal: world.interrupt,
            onStage: (name, done, total) =>
              stage.progress(SEARCH_STAGES.indexOf(name) + done / Math.max(total, 1), SEARCH_STAGES.length, name),
          }),
        );
        if (!out.json) out.data({}, foundTable(plan));
        const question = foundNothing(plan)
          ? 'The values are kept out from now on.'
          : 'All of this is destroyed, for good, and the values are kept out from now on.';
        const asking = { out, world: { stdin: lines, stderr: world.stderr } };
        if (!(await confirmed(question, options, asking))) {
          out.data({ found: foundJson(plan), erased: null }, '');
          return;
        }
        const { report, waiting } = await eraseAll(deps, plan, { out, world });
        const nodes = waiting.map(({ id, host, pid }) => ({ id, host, pid }));
        const json = { found: foundJson(plan), erased: erasedJson(report), nodes_waiting: nodes, not_ours: NOT_OURS };
        out.data(json, erasedTable(report));
        for (const { id, host } of nodes) out.say(`Node ${id} on ${host} is silent and may still have copies.`);
        if (out.json) return;
        out.say('Left for you, because it is not the server’s:');
        for (const words of NOT_OURS) out.say(`- ${words}`);
      });
    } finally {
      await lines.close();
    }
  },
});
