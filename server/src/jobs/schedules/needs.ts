/** What is taken away from schedules: the credential that they act for, properties that they export. Whoever takes it is told. */
import { BY_COMMAND, entryByOperator, type OperatorActor } from '../../core/audit.ts';
import type { Grants } from '../../core/ports/database/accounts.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Schedule } from '../../core/schedules/schedule.ts';
import { grantsEntry } from '../account-changes.ts';

/**
 * Ends a credential for good, and tells the schedules whose runs will be refused from now on, newest first, until someone resumes them
 * with another one. Revoking it twice is fine.
 */
export async function revokeCredential(
  { db }: Pick<Deps, 'db'>,
  credentialId: string,
  by: OperatorActor = BY_COMMAND,
): Promise<readonly Schedule[]> {
  await db.transaction(async ({ credentials, audit }) => {
    if (!(await credentials.revoke(credentialId))) return;
    const revoked = await credentials.byId(credentialId);
    if (revoked === null) return;
    await audit.append(entryByOperator('credential-revoked', revoked.accountId, credentialId, by));
  });
  const schedules = await db.schedules.ofCredential(credentialId);
  return schedules.filter(({ state }) => state === 'active');
}

/** Changes what an account may see, and tells the schedules that name properties which it may not see then: their runs will be refused. */
export function changeGrants(
  { db }: Pick<Deps, 'db'>,
  accountId: string,
  change: (before: Grants) => Grants,
): Promise<{ readonly grants: Grants; readonly withheldFrom: readonly Schedule[] }> {
  return db.transaction(async ({ accounts, schedules, audit }) => {
    const grants = change(await accounts.grants(accountId));
    await accounts.setGrants(accountId, grants);
    await audit.append(await grantsEntry(accountId, grants));
    return { grants, withheldFrom: await schedules.countWithheld(accountId, grants) };
  });
}
