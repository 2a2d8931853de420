/** What the operator commands share: they work directly on the data, with or without a running server. */

import { requiredText, text, usage } from '@conveyance/cli/terminal';
import { type Account, type Caller, DEFAULT_SCOPES, isScope, SCOPES, type Scope } from '../../core/access.ts';
import { OPERATOR } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { SettingOverrides, World } from '../world/world.ts';

export const DATA_DIR = {
  dataDir: text('<path>', { description: 'The server’s data directory; else CONVEYANCE_DATA_DIR, else ./data.' }),
};

export const ACCOUNT = {
  account: requiredText('<id|name>', { description: 'The account’s id, as `accounts list` shows it, or its name.' }),
};

export const SCOPE_LIST = {
  scopes: text('<list>', { description: `Scopes, separated by commas. Default: ${DEFAULT_SCOPES.join(',')}.` }),
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
  if (account !== null) return account;
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

export function parseScopes(list: string | undefined): readonly Scope[] {
  if (list === undefined) return DEFAULT_SCOPES;
  const words = list.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !isScope(word));
  if (unknown !== undefined) throw usage(`--scopes: unknown scope "${unknown}"; scopes are: ${SCOPES.join(', ')}`);
  return [...new Set(words.filter(isScope))];
}
