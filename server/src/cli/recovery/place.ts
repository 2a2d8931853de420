/** What the commands on backups have in common. */
import { argument, type Stages } from '@conveyance/cli/terminal';

export const PLACE = { place: argument('A folder on another disk, or s3://bucket/prefix.') };

interface Watch {
  readonly signal: AbortSignal;
  onProgress(what: string, done: number, total: number): void;
}

/** One stage, whose line says what is being copied. */
export function inSteps<Result>(
  stages: Stages,
  title: string,
  signal: AbortSignal,
  work: (watch: Watch) => Promise<Result>,
): Promise<Result> {
  return stages.run(title, (stage) =>
    work({ signal, onProgress: (what, done, total) => stage.progress(done, total, what) }),
  );
}
