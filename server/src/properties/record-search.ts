import type { Caller } from '../core/access.ts';
import { digestConditions, entryBy } from '../core/audit.ts';
import type { Deps } from '../core/ports/deps.ts';

/** The ways to ask for properties without reading them. */
type Asking = 'look-up' | 'search' | 'resolve' | 'translate' | 'count';

/**
 * Records in the audit log that the caller asked for properties by these conditions, and how many there are. The conditions are not stored:
 * their digest proves which they were. Which page was asked for is none of them.
 */
export async function recordSearch(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  by: Asking,
  conditions: unknown,
  count: number,
): Promise<void> {
  const subject = await digestConditions([by, conditions]);
  await db.audit.append({
    ...entryBy(caller, 'properties-searched', null),
    properties: { count, sha256: null },
    subject,
  });
}
