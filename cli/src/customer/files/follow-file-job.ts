/** Follows a file job, in stages: shared by `details`, `search` and `match`. */
import type { Conveyance, FileJob } from '@conveyance/sdk';
import { usage } from '../../terminal/errors.ts';
import type { Output } from '../../terminal/output.ts';
import { formatBytes, formatCount, formatCounted, formatSeconds } from '../../terminal/table.ts';
import type { World } from '../../terminal/world.ts';
import { fetchResults, type ResultPlace, type ResultTally, type WrittenFile } from './result-place.ts';

/** Which command fetches what. */
const COMMANDS = {
  'property-details': 'details',
  match: 'match',
  search: 'search',
} as const satisfies Record<FileJob['job_type'], string>;

export interface FileJobRun {
  readonly client: Conveyance;
  readonly out: Output;
  readonly world: World;
  readonly jobType: FileJob['job_type'];
}

export interface FileJobTerms {
  /** The title of the first stage. */
  readonly title: string;
  readonly place: ResultPlace;
  readonly timeoutSeconds: number | undefined;
  readonly resume: boolean;
  /** For results whose rows say more than their number. */
  readonly tally?: ResultTally;
}

/** Like `fetchFileJob`, for a job that the user names. Throws a readable error if it is of another type. */
export async function takeUpFileJob(run: FileJobRun, jobId: string, terms: FileJobTerms): Promise<void> {
  const { id, job_type: type } = await run.client.files.get(jobId, { signal: run.world.interrupt });
  if (type !== run.jobType) {
    throw usage(`job ${id} is a ${type} job; get it with: conveyance ${COMMANDS[type]} --job ${id}`);
  }
  return fetchFileJob(run, jobId, terms);
}

/** Follows the job to its end, fetches its files, and reports the result. */
export async function fetchFileJob(run: FileJobRun, jobId: string, terms: FileJobTerms): Promise<void> {
  const { client, out, world } = run;
  const { place, tally, resume } = terms;
  const startedAt = performance.now();
  out.say(`Job ${jobId}`);
  try {
    const job = await waitWithBar(run, jobId, terms);
    const files = await out.stages.run('Download and verify', async (stage) => {
      const fetched = await fetchResults({ client, job, world, stage, resume, ...(tally && { tally }) }, place);
      if (fetched === null) {
        stage.cutShort('Output was closed.');
        return null;
      }
      const count = formatCounted(fetched.length, 'file');
      stage.result(`${formatBytes(total(fetched, 'bytes'))} in ${count}, sha256 verified`);
      return fetched;
    });
    // What nobody read has been neither counted nor verified.
    if (files === null) return;
    const seconds = Math.round(performance.now() - startedAt) / 1_000;
    // The rows themselves went to standard output.
    if (place.kind !== 'stdout') {
      const counts = { ...countsOf(job), ...tally?.counts };
      out.data({ job_id: jobId, ...counts, files, seconds }, files.map(({ path }) => path).join('\n'));
    }
    sayCounts(out, job);
    const rows = formatCounted(tally?.rows ?? total(files, 'rows'), 'row');
    out.say(`${tally ? `${rows}: ${tally.summary}` : rows}, ${formatSeconds(seconds * 1_000)}`);
  } catch (error) {
    if (world.interrupt.aborted) out.say('The job continues on the server.');
    if (world.interrupt.aborted || isTakenUpAgain(error)) sayHowToGoOn(run, jobId, place);
    throw error;
  }
}

const PERCENT = 100;
/** In the words of the other jobs. */
const PHASES = { PENDING: 'queued', STARTED: 'running', SUCCESS: 'done', FAILURE: 'failed' } as const;

function waitWithBar(
  { client, out, world }: FileJobRun,
  jobId: string,
  { title, timeoutSeconds }: FileJobTerms,
): Promise<FileJob> {
  return out.stages.run(title, (stage) =>
    client.files.wait(jobId, {
      signal: world.interrupt,
      ...(timeoutSeconds !== undefined && { timeoutMs: timeoutSeconds * 1_000 }),
      onProgress: ({ status, progress }) => {
        stage.progress(progress ?? 0, PERCENT, PHASES[status ?? 'PENDING']);
      },
    }),
  );
}

function total(files: readonly WrittenFile[], what: 'rows' | 'bytes'): number {
  return files.reduce((sum, file) => sum + (file[what] ?? 0), 0);
}

/** What was found in the ids or rows of the upload. */
function countsOf({ metadata }: FileJob) {
  const { count, duplicate, unknown, not_updated, ragged, error_decoding_lines } = metadata;
  return {
    ...(count !== undefined && { count }),
    ...(duplicate !== undefined && { duplicate }),
    ...(unknown !== undefined && { unknown }),
    ...(not_updated !== undefined && { not_updated }),
    ...(ragged !== undefined && { ragged }),
    ...(error_decoding_lines !== undefined && { error_decoding_lines }),
  };
}

function sayCounts(out: Output, { job_type: type, metadata }: FileJob): void {
  if (type === 'match') {
    sayRowsWithFaults(out, metadata);
    return;
  }
  const { duplicate = 0, unknown = 0, not_updated: notUpdated = 0 } = metadata;
  const notes = [
    unknown > 0 && `${formatCounted(unknown, 'id')} ${unknown === 1 ? 'is' : 'are'} of no property that you may see`,
    duplicate > 0 && `${formatCount(duplicate)} ${duplicate === 1 ? 'repeats' : 'repeat'} an earlier one`,
    notUpdated > 0 &&
      `${formatCounted(notUpdated, 'property', 'properties')} ${notUpdated === 1 ? 'has' : 'have'} no such update`,
  ].filter((note) => note !== false);
  if (notes.length > 0) out.say(`Left out: ${notes.join('; ')}.`);
}

const MOST_LINES_SAID = 5;

function sayRowsWithFaults(out: Output, metadata: FileJob['metadata']): void {
  const { duplicate = 0, ragged = 0, error_decoding_lines: lines = [] } = metadata;
  const named = lines.slice(0, MOST_LINES_SAID).join(', ');
  const more = lines.length > MOST_LINES_SAID ? ', …' : '';
  const notes = [
    lines.length > 0 && `${formatCount(lines.length)} not UTF-8 (line ${named}${more})`,
    ragged > 0 && `${formatCount(ragged)} with more or fewer cells than the header`,
    duplicate > 0 && `${formatCount(duplicate)} repeating an earlier one`,
  ].filter((note) => note !== false);
  if (notes.length > 0) out.say(`Rows kept as they came: ${notes.join('; ')}.`);
}

function sayHowToGoOn({ out, jobType }: FileJobRun, jobId: string, place: ResultPlace): void {
  const output = place.kind === 'stdout' ? '-' : place.path;
  out.say(`Get the files:  conveyance ${COMMANDS[jobType]} --job ${jobId} --output ${output}`);
}

/** After these the job, or its result, is still there. */
function isTakenUpAgain(error: unknown): boolean {
  return error instanceof Error && ['WaitTimeoutError', 'NetworkError', 'IntegrityError'].includes(error.name);
}
