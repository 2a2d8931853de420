import { ConveyanceError } from '../errors.ts';

/** One file job at a time for each access key. A client that polls asks once a second. */
export class JobInProgress extends ConveyanceError {
  /** The unfinished one, where it is known. */
  readonly jobId: string | null;

  constructor(jobId: string | null, cause?: unknown) {
    const job = jobId === null ? 'A job' : `Job ${jobId}`;
    super('job_in_progress', `${job} of this access key has not ended yet`, { retryAfterSeconds: 1, cause });
    this.jobId = jobId;
  }
}
