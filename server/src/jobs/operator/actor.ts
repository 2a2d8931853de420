/** Who operates the server, and that what he looked at is written down. */
import { type Caller, OPERATORS_ACCOUNT, requirePermission } from '../../core/access.ts';
import { entryByOperator, type OperatorActor } from '../../core/audit.ts';
import type { JobKey } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';

/** A caller as an operator. Throws `forbidden` for anyone else. */
export function operatorOf(caller: Caller): OperatorActor {
  requirePermission(caller, 'operate the server');
  const { credentialId, address } = caller;
  return { credentialId, ...(address !== undefined && { address }) };
}

type LookedAt = 'account' | 'jobs' | 'deliveries' | 'audit';

/** Before the answer. Null: at all accounts, which is noted at the account of operators. */
export function noteLook(
  { db }: Pick<Deps, 'db'>,
  by: OperatorActor,
  accountId: string | null,
  what: LookedAt,
): Promise<void> {
  return db.audit.append(entryByOperator('operator-looked', accountId ?? OPERATORS_ACCOUNT, what, by));
}

/** The same of one job. */
export function noteLookAtJob({ db }: Pick<Deps, 'db'>, by: OperatorActor, { accountId, id }: JobKey): Promise<void> {
  return db.audit.append({ ...entryByOperator('operator-looked', accountId, 'jobs', by), jobId: id });
}
