/** What workers do for keys that have a successor: seal anew what can be, and drop those under which nothing is left. */
import { isPurpose, rowOf } from '../core/keyring/purposes.ts';
import type { KeyUse, StoredRingKey } from '../core/ports/database/keyring.ts';
import type { Deps } from '../core/ports/deps.ts';

const SEALED_BATCH = 200;

type Needs = Pick<Deps, 'db' | 'vault'>;

/** Returns how many. */
async function sealAnew({ db, vault }: Needs, stopped: AbortSignal): Promise<number> {
  let count = 0;
  let last: { table: string; id: string } | null = null;
  while (!stopped.aborted) {
    const rows = await db.keyring.sealedAfter(last, SEALED_BATCH);
    for (const row of rows) {
      last = row;
      if (vault.isCurrent(row.sealed)) continue;
      const sealed = vault.seal(vault.open(row.sealed, row.context), row.context);
      if (await db.keyring.replaceSealed(row, sealed)) count++;
    }
    if (rows.length < SEALED_BATCH) break;
  }
  return count;
}

/** Whether it has a successor that has signed for so long that nothing is made under this one any more. */
function hasSuccessor(key: StoredRingKey, keys: readonly StoredRingKey[]): boolean {
  return keys.some(({ purpose, version, isSettled }) => purpose === key.purpose && version > key.version && isSettled);
}

function isCounted({ purpose }: StoredRingKey): boolean {
  return isPurpose(purpose) && ['use', 'seal'].includes(rowOf(purpose).renewal);
}

function isUsed(key: StoredRingKey, uses: readonly KeyUse[]): boolean {
  return uses.some(({ purpose, version, count }) => purpose === key.purpose && version === key.version && count > 0);
}

async function dropUnused({ db }: Pick<Deps, 'db'>): Promise<number> {
  const keys = (await db.keyring.read())?.keys ?? [];
  const old = keys.filter((key) => isCounted(key) && hasSuccessor(key, keys));
  if (old.length === 0) return 0;
  const uses = await db.keyring.uses();
  const unused = old.filter((key) => !isUsed(key, uses));
  for (const { purpose, version } of unused) await db.keyring.drop(purpose, version);
  return unused.length;
}

export interface RenewedKeys {
  /** Texts that were sealed anew. */
  readonly sealed: number;
  /** Keys that are gone. */
  readonly dropped: number;
}

/** Two workers that do it at the same time do no harm: each text is replaced once, and a key is dropped when nothing has it. */
export async function renewByChore(deps: Needs, stopped: AbortSignal): Promise<RenewedKeys> {
  const sealed = await sealAnew(deps, stopped);
  const ended = await deps.db.keyring.dropEnded();
  return { sealed, dropped: ended + (await dropUnused(deps)) };
}
