/** What is taken away from schedules: the credential that they act for, properties that they export. Whoever takes it is told. */
import type { Grants } from '../../core/ports/database/accounts.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Schedule } from '../../core/schedules/schedule.ts';

/**
 * Ends a credential for good, and tells the schedules whose runs will be refused from now on, newest first, until someone resumes them
 * with another one. Revoking it twice is fine.
 */
export async function revokeCredential({ db }: Pick<Deps, 'db'>, credentialId: string): Promise<readonly Schedule[]> {
  await db.credentials.revoke(credentialId);
  const schedules = await db.schedules.ofCredential(credentialId);
  return schedules.filter(({ state }) => state === 'active');
}

/** Changes what an account may see, and tells the schedules that name properties which it may not see then: their runs will be refused. */
export function changeGrants(
  { db }: Pick<Deps, 'db'>,
  accountId: string,
  change: (before: Grants) => Grants,
): Promise<{ readonly grants: Grants; readonly withheldFrom: readonly Schedule[] }> {
  return db.transaction(async ({ accounts, schedules }) => {
    const grants = change(await accounts.grants(accountId));
    await accounts.setGrants(accountId, grants);
    return { grants, withheldFrom: await schedules.countWithheld(accountId, grants) };
  });
}
