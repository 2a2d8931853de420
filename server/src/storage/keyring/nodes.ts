/** Nodes that do not have a master key, and would be left behind. */
import { setTimeout as delay } from 'node:timers/promises';
import { ConveyanceError } from '../../core/errors.ts';
import { KEYRING_LOOK_SECONDS } from '../../core/keyring/purposes.ts';
import type { Database } from '../../core/ports/database/database.ts';
import { NODE_REPORT_SECONDS, type NodeSight, nodeState } from '../../core/ports/database/nodes.ts';
import { MS_PER_SECOND } from '../../core/time.ts';

/** A node reads files again, and reports what it has then. */
const PATIENCE_MS = (KEYRING_LOOK_SECONDS + 2 * NODE_REPORT_SECONDS) * MS_PER_SECOND;
const LOOK_AGAIN_MS = 250;

async function withoutKey(db: Pick<Database, 'nodes'>, id: string): Promise<readonly NodeSight[]> {
  const nodes = await db.nodes.list();
  return nodes.filter((node) => nodeState(node) !== 'silent' && !node.masterKeyIds?.includes(id));
}

/** Waits until every node that serves has it. Throws `bad_setting` with those that do not. */
export async function requireKeyOnNodes(
  db: Pick<Database, 'nodes'>,
  id: string,
  { anyway, signal }: { readonly anyway: boolean; readonly signal?: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const without = await withoutKey(db, id);
    if (without.length === 0 || anyway) return;
    if (Date.now() > deadline) {
      const names = without.map(({ host, pid, release }) => `${host} (${pid}, release ${release})`).join(', ');
      throw new ConveyanceError(
        'bad_setting',
        `These nodes do not have the master key ${id}: ${names}. Start them with it, as CONVEYANCE_MASTER_KEY_NEXT if it is to come, and run this again. --anyway goes on without them: they keep the keys that they have, learn of no new ones, and start no more`,
      );
    }
    await delay(LOOK_AGAIN_MS, undefined, signal === undefined ? {} : { signal });
  }
}
