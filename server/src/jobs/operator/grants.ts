/** What an account is given to see: looked at, compared with something else, replaced. */
import { type Account, OPERATORS_ACCOUNT } from '../../core/access.ts';
import type { OperatorActor } from '../../core/audit.ts';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import { type AccountOverview, type Entitlement, type Grants, isRule } from '../../core/ports/database/accounts.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { askRows } from '../../core/ports/engine.ts';
import type { Schedule } from '../../core/schedules/schedule.ts';
import type { TimeLimit } from '../../core/turns/time-limit.ts';
import { requireVersion } from '../../warehouse/history/versions.ts';
import { onCurrentData, readVersion } from '../../warehouse/on-current-data.ts';
import { checkRule, type ReadRows, visibleAt } from '../../warehouse/visible.ts';
import { createAccount, grantsEntry } from '../account-changes.ts';
import { requireLiving } from './accounts.ts';

type Looking = Pick<Deps, 'db' | 'engine'>;

const LIMIT: TimeLimit = { ms: 60_000, tooLong: 'Finding the properties of the rule took too long; try again' };

/** What something gives of a data version. */
export interface Given {
  readonly given: Entitlement;
  /** Null while nothing is loaded. */
  readonly version: number | null;
  /** The properties that the version has. While nothing is loaded, those of a list as it is. */
  readonly visible: PropertyIdSet;
  /** How many of a list it does not have. */
  readonly unknown: number;
}

export interface GrantsChange {
  readonly before: Given;
  readonly after: Given;
  /** Ascending. */
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

/** In the turn of operators: no customer waits for it, and it for no load. */
function readForOperator({ engine }: Looking): ReadRows {
  const turn = { accountId: OPERATORS_ACCOUNT, size: 'small' } as const;
  return (query) => engine.lookUp(turn, (ask) => askRows(ask, query, LIMIT));
}

async function givenAt(deps: Looking, given: Entitlement, version: DataVersion): Promise<Given> {
  const grants = await readVersion(deps, version, () => visibleAt(deps, given, version, readForOperator(deps)));
  const known = await deps.db.warehouse.propertyIds(version.version);
  const visible = grants === 'all' ? known : PropertyIdSet.of([...grants].filter((id) => known.has(id)));
  const unknown = given === 'all' || isRule(given) ? 0 : given.size - visible.size;
  return { given, version: version.version, visible, unknown };
}

/** Of the current version. Throws `invalid_parameter` for a rule that is none. */
export async function givenNow(deps: Looking, given: Entitlement): Promise<Given> {
  if (isRule(given)) checkRule(given.rule);
  return onCurrentData(async () => {
    const current = await deps.db.warehouse.current();
    if (current !== null) return givenAt(deps, given, current);
    const visible = given === 'all' || isRule(given) ? PropertyIdSet.of([]) : given;
    return { given, version: null, visible, unknown: 0 };
  });
}

function changeOf(before: Given, after: Given): GrantsChange {
  const added = [...after.visible].filter((id) => !before.visible.has(id));
  const removed = [...before.visible].filter((id) => !after.visible.has(id));
  return { before, after, added, removed };
}

/** How many properties it may see; null for all that there are. */
export async function countVisible(deps: Looking, { id, allProperties }: AccountOverview): Promise<number | null> {
  if (allProperties) return null;
  const given = await deps.db.accounts.grants(id);
  return given === 'all' || isRule(given) ? (await givenNow(deps, given)).visible.size : given.size;
}

/** Throws `not_found`. */
export async function readGrants(deps: Looking & Pick<Deps, 'clock'>, by: OperatorActor, id: string): Promise<Given> {
  await requireLiving(deps, by, id);
  return givenNow(deps, await deps.db.accounts.grants(id));
}

/** An account that may see what is given: of a rule, what it is true of in each data version. Throws `invalid_parameter` for one that is none. */
export async function createGranted(
  deps: Looking & Pick<Deps, 'ids'>,
  by: OperatorActor,
  { name, grants }: { readonly name: string; readonly grants: Entitlement },
): Promise<Account> {
  if (!isRule(grants)) return createAccount(deps, { name, grants }, by);
  const { visible } = await givenNow(deps, grants);
  return createAccount(deps, { name, grants, visible }, by);
}

/** What would come and go. Nothing is changed. */
export async function compareGrants(
  deps: Looking & Pick<Deps, 'clock'>,
  by: OperatorActor,
  { id, to }: { readonly id: string; readonly to: Entitlement },
): Promise<GrantsChange> {
  const before = await readGrants(deps, by, id);
  return changeOf(before, await givenNow(deps, to));
}

/** What has come and gone by loads since an old version, with what the account is given now. Throws `not_found`. */
export async function compareSince(
  deps: Looking & Pick<Deps, 'clock'>,
  by: OperatorActor,
  { id, version }: { readonly id: string; readonly version: number },
): Promise<GrantsChange> {
  const after = await readGrants(deps, by, id);
  return changeOf(await givenAt(deps, after.given, await requireVersion(deps, version)), after);
}

/** The schedules that name properties which the account may not see from now on: their runs will be refused. */
interface Withholding {
  readonly withheldFrom: readonly Schedule[];
}

/** Written down with what it gives now. Jobs that were accepted are not affected. */
export async function replaceGrants(
  deps: Looking & Pick<Deps, 'clock'>,
  by: OperatorActor,
  { id, to }: { readonly id: string; readonly to: Entitlement },
): Promise<GrantsChange & Withholding> {
  const change = await compareGrants(deps, by, { id, to });
  const withheldFrom = await deps.db.transaction(async ({ accounts, schedules, audit }) => {
    await accounts.setGrants(id, to);
    await audit.append(await grantsEntry(id, change.after, by));
    return schedules.countWithheld(id, isRule(to) ? change.after.visible : to);
  });
  return { ...change, withheldFrom };
}

/** Changes a list by what it was, or all to a list and back. @param change throws for what cannot be changed. */
export function changeGrants(
  { db }: Pick<Deps, 'db'>,
  accountId: string,
  change: (before: Entitlement) => Grants,
): Promise<{ readonly grants: Grants } & Withholding> {
  return db.transaction(async ({ accounts, schedules, audit }) => {
    const grants = change(await accounts.grants(accountId));
    await accounts.setGrants(accountId, grants);
    const visible = grants === 'all' ? PropertyIdSet.of([]) : grants;
    await audit.append(await grantsEntry(accountId, { given: grants, visible }));
    return { grants, withheldFrom: await schedules.countWithheld(accountId, grants) };
  });
}
