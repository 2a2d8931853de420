import type { EngineProgress, ResultRow } from '../core/ports.ts';
import type { Procedures } from '../core/procedure.ts';
import type { Cage, Reach } from './cage.ts';
import { dataSession } from './data-session.ts';
import { writeExport } from './export.ts';
import { createInputTable } from './inputs.ts';
import {
  type ChildSettings,
  type Job,
  type JobResult,
  type PackedBatch,
  type Parameters,
  partPath,
  type RunJob,
} from './protocol.ts';
import type { Session } from './session.ts';
import { plainValue } from './values.ts';
import { createSourceView, type FileShapes } from './views.ts';

/** What a job asks of the parent while it runs. */
export interface Conversation {
  nextBatch(table: string): Promise<PackedBatch | null>;
  onProgress(progress: EngineProgress): void;
}

/** A job reaches its own files and nothing else: not the other files of the warehouse, nor those of other jobs. */
function reachOf(job: Job): Reach {
  const sources = Object.values(job.sources.tables).flatMap(({ paths }) => paths);
  if (job.kind === 'run') return { files: sources, directories: job.directories };
  const written = job.targets.flatMap((target) => [target.path, partPath(target)]);
  return { files: [...sources, ...written], directories: [] };
}

async function rows(session: Session, sql: string, parameters: Parameters): Promise<readonly ResultRow[]> {
  const found: ResultRow[] = [];
  for await (const { names, chunk } of session.chunks(sql, parameters)) {
    for (const row of chunk.getRowObjects(names)) {
      found.push(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)])));
    }
  }
  return found;
}

async function runSteps(cage: Cage, { steps }: RunJob, procedures: Procedures): Promise<JobResult> {
  const answers: (readonly ResultRow[])[] = [];
  for (const step of steps) {
    answers.push(
      'sql' in step
        ? await rows(cage.session, step.sql, step.parameters)
        : await procedures[step.procedure](dataSession(cage), step.parameters),
    );
  }
  return { rows: [], answers };
}

/** What a child has for a job. */
export interface Equipment {
  readonly cage: Cage;
  readonly settings: ChildSettings;
  readonly shapes: FileShapes;
  readonly procedures: Procedures;
}

/** Does one job in a cage that nothing has used before, and that nothing must use afterwards. */
export async function perform(
  job: Job,
  { cage, settings, shapes, procedures }: Equipment,
  conversation: Conversation,
): Promise<JobResult> {
  const { session } = cage;
  await cage.lock(settings, reachOf(job));
  for (const [name, table] of Object.entries(job.sources.tables)) await createSourceView(session, shapes, name, table);
  for (const [name, columns] of Object.entries(job.sources.inputs)) {
    await createInputTable(session, name, columns, () => conversation.nextBatch(name));
  }
  if (job.kind === 'run') return runSteps(cage, job, procedures);
  return { rows: await writeExport(session, job, conversation.onProgress), answers: [] };
}
