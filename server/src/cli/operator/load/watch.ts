/** `conveyance load --watch`: the files of a folder, one after the other, as they appear. */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Output, text, usage, wholeNumber } from '@conveyance/cli/terminal';
import type { Deps } from '../../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../../core/time.ts';
import type { LoadOptions } from '../../../warehouse/load/load.ts';
import { isFaultOfFiles, LOAD_LEASE_SECONDS } from '../../../warehouse/loads/attempts.ts';
import { loadAndRecord } from '../../../warehouse/loads/recorded-load.ts';
import { loadFields } from '../../../warehouse/remote/load-fields.ts';
import { resultOf } from './report.ts';
import { type WatchedFile, WatchedFolder } from './watched-folder.ts';

const LOOK_EVERY_MS = 1000;
/** After a fault that is not the file’s. */
const PAUSE_MS = 10_000;
const RENEW_EVERY_MS = 10_000;

const DEFAULT_SETTLE_SECONDS = 10;

export const WATCH = {
  watch: text('<dir>', {
    description:
      'Go on until stopped: load the files that appear in this directory, the oldest first, each by itself, and move them away. In the place of files.',
  }),
  settle: wholeNumber('<seconds>', 0, {
    description: `With --watch: a file that has not changed for so long is complete. Default: ${DEFAULT_SETTLE_SECONDS}; 0 where files are renamed when they are.`,
  }),
  marker: text('<ending>', {
    description:
      'With --watch: a file is complete when there is another one, called the same with this ending behind it.',
  }),
  done: text('<dir>', { description: 'With --watch: where loaded files go. Default: done in the directory.' }),
  failed: text('<dir>', {
    description: 'With --watch: where refused files go, each with its reason. Default: failed in the directory.',
  }),
};

interface WatchOptions {
  readonly watch: string | undefined;
  readonly settle: number | undefined;
  readonly marker: string | undefined;
  readonly done: string | undefined;
  readonly failed: string | undefined;
}

/** What the options say, and what goes with them; null if nothing is to be watched. */
export function watchedFolder(
  { watch, settle, marker, done, failed }: WatchOptions,
  { paths, others }: { readonly paths: readonly string[]; readonly others: Readonly<Record<string, boolean>> },
): WatchedFolder | null {
  if (watch === undefined) {
    if (paths.length === 0) throw usage('say what to load: files, directories, patterns, or - for standard input');
    const alone = Object.entries({ settle, marker, done, failed }).find(([, value]) => value !== undefined);
    if (alone !== undefined) throw usage(`--${alone[0]} goes with --watch`);
    return null;
  }
  if (paths.length > 0) throw usage('--watch loads what is in its directory: name no files beside it');
  const other = Object.keys(others).find((name) => others[name]);
  if (other !== undefined) throw usage(`--watch and ${other} cannot be given together`);
  const folder = resolve(watch);
  return new WatchedFolder({
    ...{ folder, done: resolve(done ?? join(folder, 'done')), failed: resolve(failed ?? join(folder, 'failed')) },
    ...{ settleMs: (settle ?? DEFAULT_SETTLE_SECONDS) * MS_PER_SECOND, marker: marker ?? null },
  });
}

type WatchPorts = Pick<Deps, 'db' | 'engine' | 'store' | 'files' | 'clock' | 'ids' | 'log' | 'erasureSigner'>;

export interface Watching {
  readonly deps: WatchPorts;
  readonly folder: WatchedFolder;
  /** For each file; its path is set here. */
  readonly options: Omit<LoadOptions, 'paths'>;
  readonly out: Pick<Output, 'data' | 'say'>;
  /** Ends it, between files or in one, which then is not loaded. */
  readonly stopped: AbortSignal;
  readonly lookEveryMs?: number;
}

function tell(
  out: Watching['out'],
  fields: { readonly file: string; readonly result: string; readonly moved_to: string },
): void {
  out.data(fields, `${fields.file}: ${fields.result}`);
}

async function loadFile({ deps, folder, options, out }: Watching, file: WatchedFile, held: Held): Promise<void> {
  const mark = `${held.name}/${file.name}/${file.mark}`;
  const before = await deps.db.loads.storedWith(mark);
  if (before !== null) {
    // Its rows were stored, and the process was killed before the file was moved.
    const moved = await folder.moveAway(file, 'done');
    tell(out, { file: file.name, result: `stored already, by load ${before.number}`, moved_to: moved });
    return;
  }
  try {
    const all = { ...options, paths: [file.path] };
    const report = await loadAndRecord(deps, all, { origin: 'watch', mark }, { signal: held.signal });
    const moved = await folder.moveAway(file, 'done');
    const rejected = report.rejected > 0 ? `, ${report.rejected} rejected` : '';
    tell(out, { file: file.name, result: `${resultOf(loadFields(report))}${rejected}`, moved_to: moved });
  } catch (error) {
    held.signal.throwIfAborted();
    if (!isFaultOfFiles(error)) throw error;
    const moved = await folder.moveAway(file, 'failed', error.message);
    tell(out, { file: file.name, result: `failed: ${error.message}`, moved_to: moved });
  }
}

interface Held {
  readonly name: string;
  /** Aborted when the folder may be another’s, or the command is to stop. */
  readonly signal: AbortSignal;
}

/** Keeps the folder for this process while it works. Resolves with false if another process has it. */
async function whileHeld(watching: Watching, name: string, work: (held: Held) => Promise<void>): Promise<boolean> {
  const { deps, stopped } = watching;
  const holder = randomUUID();
  const take = () => deps.db.loads.take(`watch ${name}`, holder, LOAD_LEASE_SECONDS);
  if (!(await take())) return false;
  const lost = new AbortController();
  let heardAt = performance.now();
  const timer = setInterval(() => {
    take().then(
      (isOurs) => {
        if (isOurs) heardAt = performance.now();
        else lost.abort(new Error('another process watches the folder'));
      },
      () => {
        if (performance.now() - heardAt > LOAD_LEASE_SECONDS * MS_PER_SECOND)
          lost.abort(new Error('the database is away'));
      },
    );
  }, RENEW_EVERY_MS);
  try {
    await work({ name, signal: AbortSignal.any([stopped, lost.signal]) });
  } finally {
    clearInterval(timer);
    await deps.db.loads.release(`watch ${name}`, holder).catch((error: unknown) => {
      deps.log.warn('folder-not-released', { error });
    });
  }
  return true;
}

async function loadAll(watching: Watching, held: Held): Promise<void> {
  const { folder, lookEveryMs = LOOK_EVERY_MS } = watching;
  while (!held.signal.aborted) {
    // Looked at again after each: an older one may be complete by then.
    const [next] = await folder.complete();
    if (next === undefined) await sleep(lookEveryMs, undefined, { signal: held.signal }).catch(() => undefined);
    else await loadFile(watching, next, held);
  }
}

/**
 * Loads files until it is stopped: the oldest first, each as a load of its own, each moved away when it is loaded or refused. Of several
 * processes one does it, and another takes over when that dies. Killed in the middle of a file, the next one loads it, or knows that it is loaded.
 */
export async function watchFolder(watching: Watching): Promise<void> {
  const { folder, out, stopped, deps } = watching;
  const name = await folder.open();
  let isWaiting = false;
  while (!stopped.aborted) {
    try {
      const had = await whileHeld(watching, name, (held) => loadAll(watching, held));
      if (!had && !isWaiting) out.say('Another process watches the folder: this one waits for its end.');
      isWaiting = !had;
    } catch (error) {
      if (stopped.aborted) return;
      deps.log.error('watch-failed', { error });
      out.say(`${error instanceof Error ? error.message : String(error)}; trying again`);
    }
    await sleep(isWaiting ? (watching.lookEveryMs ?? LOOK_EVERY_MS) : PAUSE_MS, undefined, { signal: stopped }).catch(
      () => undefined,
    );
  }
}
