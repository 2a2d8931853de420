/** No way in by a link that has leaked. */

import type { Caller } from '../../core/access.ts';
import { entryBy } from '../../core/audit.ts';
import type { Deps } from '../../core/ports/deps.ts';

/**
 * Revokes every download link of the caller's account that there is, and writes it down: both or neither. The files stay, and the account's
 * programs get fresh links where they got the old ones. A download that has begun is not broken off.
 */
export function revokeLinks({ db }: Pick<Deps, 'db'>, caller: Caller): Promise<void> {
  return db.transaction(async ({ accounts, audit }) => {
    await accounts.advanceLinkEpoch(caller.accountId);
    await audit.append(entryBy(caller, 'links-revoked', null));
  });
}
