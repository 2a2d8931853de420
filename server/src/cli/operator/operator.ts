/** What the operator commands share: they work directly on the data, with or without a running server. */

import { flag, text, usage } from '@conveyance/cli/terminal';
import {
  type Account,
  type Caller,
  DEFAULT_SCOPES,
  isScope,
  OPERATOR_SCOPES,
  OPERATORS_ACCOUNT,
  SCOPES,
  type Scope,
} from '../../core/access.ts';
import { OPERATOR } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { SettingOverrides, World } from '../world/world.ts';

export const DATA_DIR = {
  dataDir: text('<path>', { description: 'The server’s data directory; else CONVEYANCE_DATA_DIR, else ./data.' }),
};

/** Whose credential is made, or who is invited: somebody of an account, or an operator. */
export const OWNER = {
  account: text('<id|name>', { description: 'The account’s id, as `accounts list` shows it, or its name.' }),
  operator: flag({
    description: 'For an operator, in the place of an account: sees all accounts, and exports nothing.',
  }),
};

export const SCOPE_LIST = {
  scopes: text('<list>', { description: `Scopes, separated by commas. Default: ${DEFAULT_SCOPES.join(',')}.` }),
};

/** What a new credential has in common with others. */
export const CREDENTIAL = {
  name: text('<text>', { description: 'What people call it, such as the program that uses it.' }),
  expires: text('<when>', {
    description: 'When it ends by itself: a day (UTC), or a time from now such as 24h or 90d.',
  }),
};

export function dataDirSettings(dataDir: string | undefined): SettingOverrides {
  return dataDir === undefined ? {} : { CONVEYANCE_DATA_DIR: dataDir };
}

export async function asOperator<Result>(
  world: World,
  { dataDir }: { readonly dataDir: string | undefined },
  work: (deps: Deps) => Promise<Result>,
): Promise<Result> {
  const operator = await world.openOperator(dataDirSettings(dataDir));
  try {
    return await work(operator.deps);
  } finally {
    await operator.close();
  }
}

/** By its id, or by its name if no other account has the same. */
export async function findAccount({ db }: Pick<Deps, 'db'>, word: string): Promise<Account> {
  const account = isUuid(word) ? await db.accounts.get(word) : null;
  if (account !== null && account.deletedAt === null && account.id !== OPERATORS_ACCOUNT) return account;
  const [named, ...others] = (await db.accounts.list()).filter(({ name }) => name === word);
  if (named === undefined) {
    throw new ConveyanceError(
      'not_found',
      `there is no account ${word}; \`conveyance accounts list\` shows those that exist`,
    );
  }
  if (others.length === 0) return named;
  const ids = [named, ...others].map(({ id }) => id).join(', ');
  throw usage(`${others.length + 1} accounts are called ${word}; say which by its id: ${ids}`);
}

/** The operator acting for the account: sees what the account sees, with every right. */
export async function callerFor(deps: Pick<Deps, 'db'>, accountId: string): Promise<Caller> {
  const account = await findAccount(deps, accountId);
  return { accountId: account.id, credentialId: OPERATOR, scopes: SCOPES };
}

interface OwnerOptions {
  readonly account: string | undefined;
  readonly operator: boolean;
}

/** Before the data is opened: the word of an account, or null for operators. */
export function checkOwner({ account, operator }: OwnerOptions): string | null {
  if (operator && account !== undefined) throw usage('--operator stands in the place of --account: give one of them');
  if (!operator && account === undefined) throw usage('--account <id|name> is required; for an operator, --operator');
  return account ?? null;
}

/** Of an account, by its word, or of operators. */
export async function ownerOf(deps: Pick<Deps, 'db'>, account: string | null): Promise<string> {
  return account === null ? OPERATORS_ACCOUNT : (await findAccount(deps, account)).id;
}

/** Of a new credential. Operators have one scope, which nobody else has. */
export function scopesFor(list: string | undefined, operator: boolean): readonly Scope[] {
  if (!operator) return parseScopes(list);
  if (list === undefined || list.trim() === 'admin') return OPERATOR_SCOPES;
  throw usage('--scopes: an operator has the scope admin, and no other');
}

function parseScopes(list: string | undefined): readonly Scope[] {
  if (list === undefined) return DEFAULT_SCOPES;
  const words = list.split(',').map((word) => word.trim());
  if (words.includes('admin')) throw usage('--scopes: admin is for operators, who belong to no account: --operator');
  const unknown = words.find((word) => !isScope(word));
  if (unknown !== undefined) throw usage(`--scopes: unknown scope "${unknown}"; scopes are: ${SCOPES.join(', ')}`);
  return [...new Set(words.filter(isScope))];
}
