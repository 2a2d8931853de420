import type { Job } from '../../core/job.ts';
import type { Grants } from '../../core/ports/database/accounts.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { programOf } from '../../core/ports/engine.ts';
import { visibleAt } from '../../warehouse/visible.ts';
import { jobDataVersion } from '../read.ts';

/** The data that the job reads, and what of it its account may see by what it is given now. */
export async function visibleToJob(
  deps: Pick<Deps, 'db' | 'engine'>,
  job: Job,
  signal: AbortSignal,
): Promise<readonly [DataVersion, Grants]> {
  const [version, given] = await Promise.all([jobDataVersion(deps, job), deps.db.accounts.grants(job.accountId)]);
  const grants = await visibleAt(deps, given, version, async (query) => {
    const [rows = []] = await deps.engine.run(programOf(query), { lane: 'export' }, { signal });
    return rows;
  });
  return [version, grants];
}
