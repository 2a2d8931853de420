/** Work on what is current while loads replace it: nothing holds a version until a job or a search token does. */
import { DataReplaced } from '../core/data-replaced.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { Deps } from '../core/ports/deps.ts';
import { EngineError } from '../core/ports/engine-error.ts';

/**
 * Reads the files of a version that nothing holds yet. Throws `DataReplaced` if they were gone because the data was replaced; any
 * other failure unchanged.
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
    throw new DataReplaced(cause);
  }
}

/**
 * The data can be replaced, and its old version deleted, between looking at what is current and using it: then the work is done once
 * more, on what is current now. The second time it throws: loads without a pause must not make others repeat their work for ever.
 */
export async function onCurrentData<Made>(work: () => Promise<Made>): Promise<Made> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DataReplaced)) throw error;
    return work();
  }
}
