/** Accepting work while loads replace the data: nothing holds a version until a job does. */
import type { DataVersion } from '../core/database.ts';
import { ConveyanceError, isConveyanceError } from '../core/errors.ts';
import { type Deps, EngineError } from '../core/ports.ts';

const RETRY_SECONDS = 1;

/**
 * Reads the files of a version that no job holds yet. Throws `unavailable` when they were gone because the data was replaced; any other
 * failure as it is.
 */
export async function readVersion<Result>(
  { db }: Pick<Deps, 'db'>,
  { version }: DataVersion,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof EngineError) || (await db.warehouse.current())?.version === version) throw cause;
    throw new ConveyanceError('unavailable', 'The data was replaced while it was read; send the request again', {
      retryAfterSeconds: RETRY_SECONDS,
      cause,
    });
  }
}

/**
 * The data can be replaced, and its old version let go, between the look at what is current and the job that is to read it: then the
 * work is done once more, on what is current now. A second time it throws: whoever loads without a pause is to let others wait.
 */
export async function onCurrentData<Made>(work: () => Promise<Made>): Promise<Made> {
  try {
    return await work();
  } catch (error) {
    if (!isConveyanceError(error, 'unavailable')) throw error;
    return work();
  }
}
