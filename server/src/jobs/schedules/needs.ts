/** The credential that schedules act for is taken away from them. Whoever takes it is told. */
import { BY_COMMAND, entryByOperator, type OperatorActor } from '../../core/audit.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Schedule } from '../../core/schedules/schedule.ts';

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
