/** What `doctor` checks. Each check reports what it found; a failed one does not stop the others. */

import { formatBytes, formatCount, formatCounted, openClient } from '@conveyance/cli/terminal';
import { nodeState } from '../../core/ports/database/nodes.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { queryRows } from '../../core/ports/engine.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { resultKey } from '../../jobs/result-key.ts';
import type { World } from '../world/world.ts';

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** What was found, or what is wrong. */
  readonly detail: string;
}

const LOWEST_NODE = [20, 19] as const;
/** Links of ten minutes bear that; more would be noticed. */
const CLOCK_TOLERANCE_SECONDS = 5;

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
    check('clocks', () => compareClocks(deps)),
    check('nodes', () => describeNodes(deps)),
    check('public url', () => judgePublicUrl(deps)),
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
      const [cut] = await db.erasures.unfinished();
      if (cut !== undefined) {
        throw new Error(
          `an erasure of a person that began on ${cut.beganAt.toISOString()} was cut: finish it by \`conveyance warehouse erase-person\` with the same values`,
        );
      }
      const current = await db.warehouse.current();
      if (current === null) return 'empty: `conveyance load` or `conveyance generate` fills it';
      const files = Object.values(current.tables).flat();
      const rows = files.reduce((sum, file) => sum + file.rows, 0);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return `version ${current.version}, ${formatCounted(rows, 'row')}, ${formatBytes(bytes)}`;
    }),
    check('objects', async () => {
      const current = await db.warehouse.current();
      const files = Object.values(current?.tables ?? {}).flat();
      const bytes = await exchangeObject(deps);
      for (const { key, bytes: expected } of files) {
        const found = await store.stat(key);
        if (found?.bytes !== expected) throw new Error(`${key} ${found === null ? 'is missing' : 'has another size'}`);
      }
      return `${formatBytes(bytes)} written, read back and deleted; ${formatCounted(files.length, 'warehouse file')} there`;
    }),
    check('accounts', async () => formatCount((await db.accounts.list()).length)),
  ]);
}

/** Between the question and its answer the database's clock must lie, give or take what links and tokens forgive. */
async function compareClocks({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<string> {
  const before = clock().getTime();
  const there = (await db.now()).getTime();
  const apart = Math.max(before - there, there - clock().getTime(), 0) / MS_PER_SECOND;
  if (apart <= CLOCK_TOLERANCE_SECONDS) return `this machine and the database agree within ${Math.ceil(apart)} s`;
  throw new Error(
    `this machine and the database are ${Math.round(apart)} s apart: links would end too early or too late; let both follow a time server`,
  );
}

async function describeNodes({ db }: Pick<Deps, 'db'>): Promise<string> {
  const counts = new Map<string, number>();
  for (const node of await db.nodes.list()) counts.set(nodeState(node), (counts.get(nodeState(node)) ?? 0) + 1);
  if (counts.size === 0) return 'none is serving';
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

/** Links and messages carry it. With nodes on several machines, a customer is certainly on none of them. */
async function judgePublicUrl({ db, policy: { publicUrl } }: Pick<Deps, 'db' | 'policy'>): Promise<string> {
  const { hostname } = new URL(publicUrl);
  const local = /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  if (!local) return publicUrl;
  const hosts = new Set((await db.nodes.list()).map(({ host }) => host));
  if (hosts.size > 1) {
    throw new Error(
      `${publicUrl} leads to the reader's own machine, and ${hosts.size} machines serve: set CONVEYANCE_PUBLIC_URL`,
    );
  }
  return `${publicUrl}, for this machine alone; CONVEYANCE_PUBLIC_URL names the one for customers elsewhere`;
}

/** What a job needs of the store. Left by a process that dies here, the object is swept like a result that no job names. */
async function exchangeObject({ store, ids }: Pick<Deps, 'store' | 'ids'>): Promise<number> {
  const key = resultKey({ accountId: ids(), id: ids() }, 1, 'doctor');
  const content = Buffer.from(key);
  const writer = await store.create(key);
  try {
    await writer.write(content);
    await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of await store.open(key)) pieces.push(piece);
    if (!Buffer.concat(pieces).equals(content)) throw new Error('what was read is not what was written');
  } finally {
    await store.delete(key);
  }
  return content.length;
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
