/** Jobs of one property that nobody runs: for what is measured around a job. */
import { encodePropertyIds, PropertyIdSet } from '../../server/dist/core/ids/property-ids.js';
import { DEFAULT_FILE_OPTIONS, type JobKey } from '../../server/dist/core/job.js';
import type { Deps } from '../../server/dist/core/ports/deps.js';

/** Makes them for the account, one a call; without one, for the first that there is. An empty warehouse gets a version. */
export async function idleJobs({ db, ids }: Pick<Deps, 'db' | 'ids'>, of?: string): Promise<() => Promise<JobKey>> {
  const accountId = of ?? (await db.accounts.list())[0]?.id;
  if (accountId === undefined) throw new Error('there is no account');
  const [credential] = await db.credentials.list(accountId);
  const property = PropertyIdSet.of([1]);
  const current = await db.warehouse.current();
  const { version } = current ?? (await db.warehouse.commit({ base: null, tables: {}, propertyIds: property }));
  const days = { startDate: '2025-12-01', endDate: '2025-12-31' };
  return () =>
    db.jobs.insert({
      accountId,
      id: ids(),
      kind: 'report',
      spec: { reportType: 'property', outputFormat: 'csv', ...days, ...DEFAULT_FILE_OPTIONS },
      propertyIds: encodePropertyIds([1], 1),
      propertyCount: 1,
      callbackUrl: null,
      dataVersion: version,
      credentialId: credential?.id ?? '',
    });
}
