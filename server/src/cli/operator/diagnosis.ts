/** What `doctor` checks. Each check reports what it found; a failed one does not stop the others. */

import { formatBytes, formatCount, formatCounted, openClient } from '@conveyance/cli/terminal';
import type { Deps } from '../../core/ports/deps.ts';
import { queryRows } from '../../core/ports/engine.ts';
import type { World } from '../world/world.ts';

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** What was found, or what is wrong. */
  readonly detail: string;
}

const LOWEST_NODE = [20, 19] as const;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const ok = major > LOWEST_NODE[0] || (major === LOWEST_NODE[0] && minor >= LOWEST_NODE[1]);
  return { check: 'node', ok, detail: ok ? version : `${version}: ${LOWEST_NODE.join('.')} or later is needed` };
}

/** The checks of an opened installation. */
export function serverChecks(deps: Deps, signal: AbortSignal): Promise<Finding[]> {
  const { db, engine, store, policy } = deps;
  return Promise.all([
    check('database', async () => {
      const startedAt = performance.now();
      await db.ping();
      return `answers in ${Math.ceil(performance.now() - startedAt)} ms`;
    }),
    check('engine', async () => {
      const [row] = await queryRows(
        engine,
        { tables: {}, inputs: {}, sql: 'SELECT version() AS version', parameters: {} },
        { signal },
      );
      return `DuckDB ${String(row?.['version'])}`;
    }),
    check('disk', async () => {
      const free = await store.freeBytes();
      if (free === null) return 'the store does not say how much is free';
      if (free >= policy.minimumFreeBytes) return `${formatBytes(free)} free`;
      throw new Error(`${formatBytes(free)} free: new jobs are refused below ${formatBytes(policy.minimumFreeBytes)}`);
    }),
    check('warehouse', async () => {
      const current = await db.warehouse.current();
      if (current === null) return 'empty: `conveyance load` or `conveyance generate` fills it';
      const files = Object.values(current.tables).flat();
      const rows = files.reduce((sum, file) => sum + file.rows, 0);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return `version ${current.version}, ${formatCounted(rows, 'row')}, ${formatBytes(bytes)}`;
    }),
    check('accounts', async () => formatCount((await db.accounts.list()).length)),
  ]);
}

/** The check of the customer's side, if the environment describes one. */
export async function customerChecks(world: World): Promise<Finding[]> {
  if (!world.env['CONVEYANCE_URL']) return [];
  const client = check('client', async () => {
    const types = await openClient(world).reportTypes({ signal: world.interrupt });
    return `${world.env['CONVEYANCE_URL']} answers and takes the credentials; ${types.length} report types`;
  });
  return [await client];
}

export async function check(name: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check: name, ok: true, detail: await look() };
  } catch (error) {
    return { check: name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
