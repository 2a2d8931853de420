/** What `doctor --fix` can put right: nothing that loses data, or that somebody may have meant. */
import { chmod, stat } from 'node:fs/promises';
import { formatCounted } from '@conveyance/cli/terminal';
import { nodeState } from '../../core/ports/database/nodes.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { countLeftovers, sweepStorage } from '../../jobs/expire.ts';
import { findMatches, rulesWithoutMatches } from '../../warehouse/visible.ts';
import type { PrivatePlace } from '../world/world.ts';
import type { Finding } from './diagnosis.ts';

export interface Repair {
  readonly name: string;
  readonly wrong: string;
  /** What would be done about it. */
  readonly remedy: string;
  /** Resolves with what was done. */
  apply(): Promise<string>;
}

const octal = (mode: number) => mode.toString(8).padStart(3, '0');
const PERMISSIONS = 0o777;

/** Null if there is nothing; the error's words where the file system does not tell. */
async function lookAt(path: string): Promise<{ readonly mode: number } | string | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isAbsent = 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    return isAbsent ? null : error.message;
  }
}

/** Places of which nobody can say who may read them. */
export async function unseenPlaces(places: readonly PrivatePlace[]): Promise<readonly Finding[]> {
  const seen = await Promise.all(places.map(async ({ path }) => ({ path, found: await lookAt(path) })));
  return seen.flatMap(({ path, found }) =>
    typeof found === 'string' ? [{ check: 'access', ok: false, detail: `${path} cannot be looked at: ${found}` }] : [],
  );
}

async function closePlace({ path, others }: PrivatePlace): Promise<Repair[]> {
  const found = await lookAt(path);
  // One that cannot be looked at is among the findings.
  if (found === null || typeof found === 'string') return [];
  if (process.platform === 'win32' || (found.mode & others) === 0) return [];
  const closed = found.mode & PERMISSIONS & ~others;
  return [
    {
      name: 'access',
      wrong: `${path} is open to other users (mode ${octal(found.mode & PERMISSIONS)})`,
      remedy: `chmod ${octal(closed)} ${path}`,
      async apply() {
        await chmod(path, closed);
        return `${path} has mode ${octal(closed)}`;
      },
    },
  ];
}

/** Before anything is opened: a key that others can read keeps the server from starting. */
export async function placeRepairs(places: readonly PrivatePlace[]): Promise<readonly Repair[]> {
  return (await Promise.all(places.map(closePlace))).flat();
}

/** A node that is alive after all is known again with its next report. */
async function forgetSilent({ db }: Deps): Promise<Repair[]> {
  const silent = (await db.nodes.list()).filter((node) => nodeState(node) === 'silent');
  if (silent.length === 0) return [];
  return [
    {
      name: 'nodes',
      wrong: `${formatCounted(silent.length, 'node')} died without saying so: ${silent.map(({ host, pid }) => `${host} (${pid})`).join(', ')}`,
      remedy: 'take them off the list; what they ran has been taken over',
      async apply() {
        for (const { id } of silent) await db.nodes.leave(id);
        return `${formatCounted(silent.length, 'node')} taken off`;
      },
    },
  ];
}

async function evaluateRules(deps: Deps, signal: AbortSignal): Promise<Repair[]> {
  const version = await deps.db.warehouse.current();
  const rules = version === null ? [] : await rulesWithoutMatches(deps, version);
  if (version === null || rules.length === 0) return [];
  return [
    {
      name: 'rules',
      wrong: `${formatCounted(rules.length, 'rule')} of accounts were not evaluated for data version ${version.version}: a customer would wait for it`,
      remedy: 'evaluate them now',
      async apply() {
        await findMatches(deps, version, { signal });
        const left = (await rulesWithoutMatches(deps, version)).length;
        if (left > 0) throw new Error(`${formatCounted(left, 'rule')} cannot be evaluated; the log says why`);
        return `${formatCounted(rules.length, 'rule')} evaluated`;
      },
    },
  ];
}

/** Workers do it every five minutes. What they find due and have not done, they could not do: there is none, or the disk was full. */
async function sweepLeftovers(deps: Deps): Promise<Repair[]> {
  const { expired, orphans } = await countLeftovers(deps);
  if (expired + orphans === 0) return [];
  return [
    {
      name: 'leftovers',
      wrong: `the results of ${formatCounted(expired, 'job')} are past their time, and ${formatCounted(orphans, 'file')} belong to no job`,
      remedy: 'delete them, as a worker would',
      async apply() {
        let files = 0;
        // A sweep takes some of what is due: the others are left for the next.
        for (let swept = await sweepStorage(deps); ; swept = await sweepStorage(deps)) {
          files += swept.orphans + swept.uploads + swept.warehouse;
          if (swept.expired === 0) return `${formatCounted(files, 'file')} and the results past their time deleted`;
        }
      },
    },
  ];
}

/** Of an installation that opens. */
export async function dataRepairs(deps: Deps, signal: AbortSignal): Promise<readonly Repair[]> {
  return [...(await forgetSilent(deps)), ...(await evaluateRules(deps, signal)), ...(await sweepLeftovers(deps))];
}
