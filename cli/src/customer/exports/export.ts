/** `conveyance export`. */

import { COMPRESSIONS, type Conveyance, OUTPUT_FORMATS, type ReportJob } from '@conveyance/sdk';
import { openClient } from '../../terminal/client.ts';
import { defineCommand, flagName } from '../../terminal/command.ts';
import { usage } from '../../terminal/errors.ts';
import { choice, day, flag, text, wholeNumber } from '../../terminal/options.ts';
import type { Output } from '../../terminal/output.ts';
import { STANDARD_OUTPUT } from '../../terminal/standard-streams.ts';
import { formatBytes, formatCounted, formatSeconds } from '../../terminal/table.ts';
import type { World } from '../../terminal/world.ts';
import { estimateTable, exceedsQuota } from './estimate-table.ts';
import { chooseOutput, type ExportOptions, readRequest } from './export-plan.ts';
import { downloadWithBar, waitWithBar } from './follow-report-job.ts';
import { pourWithBar, requireReadable } from './pour-export.ts';
import { CSV_PROFILE, EXPORT_FIELDS, NAMING, REPORT, SELECTION } from './request-options.ts';
import { sayWarnings } from './warnings.ts';

const REQUEST_OPTIONS = {
  report: REPORT,
  format: choice(OUTPUT_FORMATS, {
    description: 'Default: by the ending of --output, else parquet; csv with --output -.',
  }),
  from: day('first', { description: 'First day (2025-01-31) or month (2025-01).' }),
  to: day('last', { description: 'Last day or month, inclusive.' }),
  ...SELECTION,
  compression: choice(COMPRESSIONS, {
    description: 'Of a CSV or JSONL file. Default: by the ending of --output, else none.',
  }),
  csvProfile: CSV_PROFILE,
  ...NAMING,
  idempotencyKey: text('<key>', {
    description: 'If it is repeated within 24 hours, the same export is not made twice.',
  }),
  output: text('<path>', {
    short: 'o',
    description:
      'The file, a directory for it, or - for standard output. Default: REPORT_FROM_TO.FORMAT in the current directory.',
  }),
};

/** Options that only a new job can have. */
const OF_A_NEW_JOB = [
  'from',
  'to',
  'ids',
  'idsFile',
  'list',
  'columns',
  'compression',
  'csvProfile',
  'name',
  'idempotencyKey',
] as const satisfies readonly (keyof typeof REQUEST_OPTIONS)[];

const FETCHING = 'Download and verify';

function isGiven(value: string | readonly string[] | undefined): boolean {
  return value !== undefined && value.length > 0;
}

/** The job to follow and where its file goes: a new job, or one that exists. Throws before it sends anything if that place is taken. */
async function findOrCreate(
  client: Conveyance,
  options: ExportOptions & {
    readonly idempotencyKey: string | undefined;
    readonly job: string | undefined;
    readonly force: boolean;
  },
  world: World,
): Promise<{ job: ReportJob; path: string | null }> {
  const { interrupt: signal } = world;
  if (options.job === undefined) {
    const request = await readRequest(client, options, world);
    const path = await chooseOutput(options.output, request, options.force);
    if (path === null) requireReadable(request, world);
    const { idempotencyKey } = options;
    const job = await client.exports.create(request, {
      signal,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
    return { job, path };
  }
  const given = OF_A_NEW_JOB.filter((name) => isGiven(options[name]));
  if (given.length > 0) {
    throw usage(`--job continues an existing job: it takes no ${given.map(flagName).join(', ')}`);
  }
  const job = await client.exports.get(options.job, { signal });
  const path = await chooseOutput(options.output, job, options.force);
  if (path === null) requireReadable(job, world);
  return { job, path };
}

async function showEstimate(
  client: Conveyance,
  options: ExportOptions & { readonly job: string | undefined },
  out: Output,
  world: World,
): Promise<undefined> {
  if (options.job !== undefined) throw usage('--estimate is about a job that does not exist yet: it takes no --job');
  const request = await readRequest(client, options, world);
  const estimate = await client.exports.estimate(request, { signal: world.interrupt });
  out.data(estimate, estimateTable(estimate, request));
  sayWarnings(out, estimate.warnings);
  if (exceedsQuota(estimate)) out.say('The quota is too small for this job: it would be refused.');
}

function sayHowToGoOn(out: Output, jobId: string, output: string | null): void {
  out.say(`Get the file:  conveyance export --job ${jobId}${output === null ? '' : ` --output ${output}`}`);
  out.say(`Stop the job:  conveyance jobs cancel ${jobId}`);
}

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Export to a file: submit, wait, download, verify',
  details:
    'The file gets its name only when its size and SHA-256 match the server’s manifest. A broken download leaves NAME.part beside ' +
    'it, and the next one resumes from there. Ctrl-C stops waiting or downloading and leaves the job to the server; --job ' +
    'continues with it.\n\n' +
    'Reads CONVEYANCE_URL and CONVEYANCE_TOKEN, or CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET.',
  fields: { ...EXPORT_FIELDS, start_date: '--from', end_date: '--to', job_id: '--job' },
  arguments: {},
  options: {
    ...REQUEST_OPTIONS,
    job: text('<id>', { description: 'Continue with this job instead of a new one.' }),
    estimate: flag({ description: 'Make no job: show the rows, bytes, time and quota it would take.' }),
    detach: flag({ description: 'Only submit: print the job’s id and exit.' }),
    timeout: wholeNumber('<seconds>', 1, { description: 'Wait no longer than this; the job continues.' }),
    restart: flag({ description: 'Download from the first byte, whatever is there already.' }),
    force: flag({ description: 'Replace the file if it exists.' }),
  },
  examples: [
    {
      line: 'conveyance export --from 2025-01 --to 2025-12 --ids 99001416,99001470 -o rents.parquet',
      meaning: 'A year of two properties',
    },
    {
      line: 'conveyance export --report units --format csv --from 2025-06 --to 2025-06 --ids-file portfolio.txt',
      meaning: 'Every unit on the market in June, for a list of properties',
    },
    {
      line: 'conveyance export --from 2025-01 --to 2025-12 --list Texas -o texas.parquet',
      meaning: 'A year of a saved list',
    },
    {
      line: 'conveyance export --from 2025-01 --to 2025-12 --ids-file portfolio.txt --columns id,report_generation_date,avg_rent -o rents.csv.gz',
      meaning: 'Three columns, compressed',
    },
    {
      line: 'conveyance export --from 2025-01 --to 2025-01 --ids 99001416 -o - | head -5',
      meaning: 'To look at it: CSV on standard output',
    },
    {
      line: 'job=$(conveyance export --from 2025-01 --to 2025-12 --ids-file ids.txt --detach)',
      meaning: 'Submit now…',
    },
    { line: 'conveyance export --job "$job" -o rents.parquet', meaning: '…and fetch later' },
    {
      line: 'conveyance export --from 2025-01 --to 2025-12 --ids-file ids.txt --estimate',
      meaning: 'How large it would be, and what it would cost',
    },
  ],
  async run({ options, out, world }) {
    const client = openClient(world);
    if (options.estimate) return showEstimate(client, options, out, world);
    const startedAt = performance.now();
    const { job, path } = await findOrCreate(client, options, world);
    const { job_id: jobId } = job;
    if (options.detach) {
      out.data({ job_id: jobId, status: job.status }, jobId);
      sayWarnings(out, job.warnings);
      if (!out.json) sayHowToGoOn(out, jobId, null);
      return;
    }
    const following = { client, stages: out.stages, signal: world.interrupt };
    out.say(`Job ${jobId}`);
    try {
      const timeoutMs = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1_000 };
      const { warnings } = await waitWithBar(following, jobId, { title: 'Export', ...timeoutMs });
      sayWarnings(out, warnings);
      const fetched =
        path === null
          ? await pourWithBar(following, jobId, { title: FETCHING, world })
          : await downloadWithBar(following, jobId, { title: FETCHING, path, resume: !options.restart });
      // What nobody read has not been verified.
      if (fetched === null) return;
      const { rows, bytes, sha256 } = fetched;
      const seconds = Math.round(performance.now() - startedAt) / 1_000;
      // The rows themselves went to standard output.
      if (path !== null) out.data({ job_id: jobId, path, rows, bytes, sha256, seconds }, path);
      out.say(`${formatCounted(rows, 'row')}, ${formatBytes(bytes)}, ${formatSeconds(seconds * 1_000)}`);
    } catch (error) {
      if (world.interrupt.aborted) out.say('The job continues on the server.');
      if (world.interrupt.aborted || isTakenUpAgain(error)) {
        sayHowToGoOn(out, jobId, path ?? STANDARD_OUTPUT);
      }
      throw error;
    }
  },
});

/** After these the job, or its result, is still there. */
function isTakenUpAgain(error: unknown): boolean {
  return error instanceof Error && ['WaitTimeoutError', 'NetworkError', 'IntegrityError'].includes(error.name);
}
