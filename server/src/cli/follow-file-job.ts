/** A batch job on its way, as stages: shared by `details` and `search`. */
import type { BatchClient, FileJob } from '@conveyance/sdk';
import type { Output } from './output.ts';
import { fetchResults, type ResultPlace, type WrittenFile } from './result-place.ts';
import { formatBytes, formatCount, formatSeconds } from './table.ts';
import type { World } from './world.ts';

export interface FileJobRun {
  readonly client: BatchClient;
  readonly out: Output;
  readonly world: World;
  /** The command that takes the job up again: `details`. */
  readonly command: string;
}

export interface FileJobTerms {
  /** What the first stage is called. */
  readonly title: string;
  readonly place: ResultPlace;
  readonly timeoutSeconds: number | undefined;
  readonly resume: boolean;
}

/** Follows the job to its end, fetches its files, and tells what came of it. */
export async function fetchFileJob(run: FileJobRun, jobId: string, terms: FileJobTerms): Promise<void> {
  const { client, out, world } = run;
  const startedAt = performance.now();
  out.say(`Job ${jobId}`);
  try {
    const job = await waitWithBar(run, jobId, terms);
    const files = await out.stages.run('Download and verify', async (stage) => {
      const fetched = await fetchResults({ client, job, world, stage, resume: terms.resume }, terms.place);
      stage.result(`${formatBytes(total(fetched, 'bytes'))} in ${fetched.length} files, sha256 verified`);
      return fetched;
    });
    const seconds = Math.round(performance.now() - startedAt) / 1_000;
    // Onto standard output came the rows themselves.
    if (terms.place.kind !== 'stdout') {
      out.data({ job_id: jobId, ...countsOf(job), files, seconds }, files.map(({ path }) => path).join('\n'));
    }
    sayCounts(out, job);
    out.say(`${formatCount(total(files, 'rows'))} rows, ${formatSeconds(seconds * 1_000)}`);
  } catch (error) {
    if (world.interrupt.aborted) out.say('The job goes on at the server.');
    if (world.interrupt.aborted || isTakenUpAgain(error)) sayHowToGoOn(run, jobId, terms.place);
    throw error;
  }
}

const PERCENT = 100;

function waitWithBar(
  { client, out, world }: FileJobRun,
  jobId: string,
  { title, timeoutSeconds }: FileJobTerms,
): Promise<FileJob> {
  return out.stages.run(title, (stage) =>
    client.wait(jobId, {
      signal: world.interrupt,
      ...(timeoutSeconds !== undefined && { timeoutMs: timeoutSeconds * 1_000 }),
      onProgress: ({ status, progress }) => {
        stage.progress(progress ?? 0, PERCENT, status === 'STARTED' ? 'running' : 'queued');
      },
    }),
  );
}

function total(files: readonly WrittenFile[], what: 'rows' | 'bytes'): number {
  return files.reduce((sum, file) => sum + (file[what] ?? 0), 0);
}

/** What became of the ids or rows of the upload. */
function countsOf({ metadata }: FileJob) {
  const { count, duplicate, unknown, not_updated } = metadata;
  return {
    ...(count !== undefined && { count }),
    ...(duplicate !== undefined && { duplicate }),
    ...(unknown !== undefined && { unknown }),
    ...(not_updated !== undefined && { not_updated }),
  };
}

function sayCounts(out: Output, { metadata }: FileJob): void {
  const { duplicate = 0, unknown = 0, not_updated: notUpdated = 0 } = metadata;
  const notes = [
    unknown > 0 && `${formatCount(unknown)} ids are of no property that you may see`,
    duplicate > 0 && `${formatCount(duplicate)} repeat an earlier one`,
    notUpdated > 0 && `${formatCount(notUpdated)} properties have no such update`,
  ].filter((note) => note !== false);
  if (notes.length > 0) out.say(`Left out: ${notes.join('; ')}.`);
}

function sayHowToGoOn({ out, command }: FileJobRun, jobId: string, place: ResultPlace): void {
  const output = place.kind === 'stdout' ? '-' : place.path;
  out.say(`Get the files:  conveyance ${command} --job ${jobId} --output ${output}`);
}

/** After these the job, or its result, is still there. */
function isTakenUpAgain(error: unknown): boolean {
  return error instanceof Error && ['WaitTimeoutError', 'NetworkError', 'IntegrityError'].includes(error.name);
}
