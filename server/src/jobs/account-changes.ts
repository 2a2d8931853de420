/** What an operator sets of an account, each with its entry in the audit log: both or neither. */
import type { Account } from '../core/access.ts';
import { BY_COMMAND, entryByOperator, type NewAuditEntry, type OperatorActor } from '../core/audit.ts';
import { digestPropertyIds, PropertyIdSet } from '../core/ids/property-ids.ts';
import { type Entitlement, isRule } from '../core/ports/database/accounts.ts';
import type { Deps } from '../core/ports/deps.ts';

/** The word for no quota. */
export const UNLIMITED = 'unlimited';

/** What is written down of what an account may see: of a rule, also what it is true of now. */
export async function grantsEntry(
  accountId: string,
  { given, visible }: { readonly given: Entitlement; readonly visible: PropertyIdSet },
  by?: OperatorActor,
): Promise<NewAuditEntry> {
  if (given === 'all') return entryByOperator('grants-changed', accountId, given, by);
  const entry = entryByOperator('grants-changed', accountId, isRule(given) ? given.rule : null, by);
  const ids = isRule(given) ? visible : given;
  return { ...entry, properties: { count: ids.size, sha256: await digestPropertyIds(ids) } };
}

/** An account that may see these properties. @param visible of a rule: those for which it is true now. */
export function createAccount(
  { db, ids }: Pick<Deps, 'db' | 'ids'>,
  account: { readonly name: string; readonly grants: Entitlement; readonly visible?: PropertyIdSet },
  by: OperatorActor = BY_COMMAND,
): Promise<Account> {
  const { name, grants, visible = grants === 'all' || isRule(grants) ? PropertyIdSet.of([]) : grants } = account;
  return db.transaction(async ({ accounts, audit }) => {
    const created = await accounts.create({ name, grants, id: ids() });
    await audit.append(entryByOperator('account-created', created.id, created.name, by));
    await audit.append(await grantsEntry(created.id, { given: grants, visible }, by));
    return created;
  });
}

/** Null: no limit. Throws `not_found` if there is no such account. */
export function setQuota(
  { db }: Pick<Deps, 'db'>,
  accountId: string,
  limit: number | null,
  by: OperatorActor = BY_COMMAND,
): Promise<void> {
  return db.transaction(async ({ quota, audit }) => {
    await quota.setLimit(accountId, limit);
    await audit.append(entryByOperator('quota-changed', accountId, limit === null ? UNLIMITED : String(limit), by));
  });
}
