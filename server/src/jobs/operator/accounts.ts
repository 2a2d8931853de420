/** An account's life: seen, renamed, suspended, resumed, deleted. */
import { OPERATORS_ACCOUNT } from '../../core/access.ts';
import { type AuditEntry, entryByOperator, type OperatorActor } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { AccountOverview } from '../../core/ports/database/accounts.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { quotaMonth } from '../../core/quota.ts';
import { finishJob } from '../finish.ts';
import { noteLook } from './actor.ts';

/** The newest; an account's quota is changed a few times a year. */
const MOST_CHANGES_SHOWN = 100;

function noSuchAccount(id: string): ConveyanceError {
  return new ConveyanceError('not_found', `There is no account ${id}`);
}

/** Throws `not_found`. */
export async function readAccount(
  deps: Pick<Deps, 'db' | 'clock'>,
  by: OperatorActor,
  id: string,
): Promise<AccountOverview> {
  const account = await deps.db.accounts.overview(id, quotaMonth(deps.clock()));
  if (account === null) throw noSuchAccount(id);
  await noteLook(deps, by, account.id, 'account');
  return account;
}

/** The same of one that can be changed: not of a deleted one. */
export async function requireLiving(
  deps: Pick<Deps, 'db' | 'clock'>,
  by: OperatorActor,
  id: string,
): Promise<AccountOverview> {
  const account = await readAccount(deps, by, id);
  if (account.deletedAt !== null) throw noSuchAccount(id);
  return account;
}

/** What of it the audit log has of its quota, the newest first: as long as entries are kept. */
export async function quotaChanges({ db }: Pick<Deps, 'db'>, accountId: string): Promise<readonly AuditEntry[]> {
  const terms = { accountId, events: ['quota-changed'], from: null, until: null, limit: MOST_CHANGES_SHOWN } as const;
  return (await db.audit.last(terms)).toReversed();
}

/** Throws `not_found`. */
export function renameAccount(
  { db }: Pick<Deps, 'db'>,
  by: OperatorActor,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  return db.transaction(async ({ accounts, audit }) => {
    const before = await accounts.get(id);
    await accounts.rename(id, name);
    if (before?.name !== name) await audit.append(entryByOperator('account-renamed', id, before?.name ?? null, by));
  });
}

/**
 * From now on none of its credentials, sessions and links opens anything, on every node within five seconds. What was accepted goes on: jobs
 * run to their ends, and webhooks tell of them; runs of schedules fail with the reason. Doing it twice is fine. Throws `not_found`.
 */
export function suspendAccount(deps: Pick<Deps, 'db'>, by: OperatorActor, id: string): Promise<void> {
  return setSuspended(deps, by, id, true);
}

/** Everything opens again what it did. Doing it twice is fine. Throws `not_found`. */
export function resumeAccount(deps: Pick<Deps, 'db'>, by: OperatorActor, id: string): Promise<void> {
  return setSuspended(deps, by, id, false);
}

function setSuspended({ db }: Pick<Deps, 'db'>, by: OperatorActor, id: string, suspended: boolean): Promise<void> {
  return db.transaction(async ({ accounts, audit }) => {
    if (!(await accounts.suspend(id, suspended))) return;
    await audit.append(entryByOperator(suspended ? 'account-suspended' : 'account-resumed', id, null, by));
  });
}

/** What `deleteAccount` did. */
interface DeletedAccount {
  readonly name: string;
  readonly cancelledJobs: number;
}

/**
 * For good. Jobs that have not ended are cancelled; credentials, sessions, links, schedules, lists, webhook secrets and webhooks that wait
 * end; the files of results go with the next sweep. Jobs, the quota's ledger and the audit log stay for as long as they would have. Throws
 * `not_found`.
 */
export async function deleteAccount(
  deps: Pick<Deps, 'db' | 'ids' | 'meter' | 'policy'>,
  by: OperatorActor,
  id: string,
): Promise<DeletedAccount> {
  const { db } = deps;
  const account = await db.accounts.get(id);
  if (account === null || account.deletedAt !== null || account.id === OPERATORS_ACCOUNT) throw noSuchAccount(id);
  // First nobody makes anything new.
  await suspendAccount(deps, by, account.id);
  const cancelled = await db.transaction(async (tx) => {
    const ended = [];
    for (const job of await tx.operatorJobs.unfinished(account.id)) {
      const last = await finishJob(tx, deps, job, { outcome: 'cancelled' });
      if (last === null) continue;
      await tx.queue.drop(job);
      ended.push(last);
    }
    await tx.accounts.delete(account.id);
    await tx.audit.append(entryByOperator('account-deleted', account.id, account.name, by));
    return ended;
  });
  for (const job of cancelled) deps.meter.jobEnded(job);
  return { name: account.name, cancelledJobs: cancelled.length };
}
