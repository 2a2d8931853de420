/** A backup put back into an empty place. */
import { ConveyanceError } from '../core/errors.ts';
import type { CopyObject, RestoreTarget } from '../core/ports/backup.ts';
import type { ObjectStore, SourceFile } from '../core/ports/store.ts';
import { COPIES_AT_ONCE, inBatches } from './batches.ts';
import { type BackupHeader, contentKey, readLines } from './place.ts';

export interface RestoreDeps {
  readonly place: ObjectStore;
  readonly target: RestoreTarget;
  /** Of the server that is made. */
  readonly store: ObjectStore;
  readonly copy: CopyObject;
}

export interface RestoreWatch {
  readonly signal: AbortSignal;
  onProgress(what: 'objects' | 'tables', done: number, total: number): void;
}

export interface Restored {
  readonly rows: number;
  readonly objects: number;
  /** Credentials that were revoked, as nothing can recognise them any more; null where the master key is the backup's. */
  readonly revokedCredentials: number | null;
}

function damaged(id: string, what: string): ConveyanceError {
  return new ConveyanceError('backup_unusable', `Backup ${id} is damaged: ${what}`);
}

async function requireEmpty({ target, store }: RestoreDeps, id: string): Promise<void> {
  const state = await target.state();
  if (state === 'used') {
    throw new ConveyanceError(
      'restore_refused',
      'The database has tables already; a restore takes the place of nothing',
    );
  }
  if (state === 'empty') {
    for await (const { key } of store.list('')) {
      throw new ConveyanceError(
        'restore_refused',
        `The store has objects already, such as ${key}; a restore takes the place of nothing`,
      );
    }
    return;
  }
  if (state.unfinished === id) return;
  throw new ConveyanceError(
    'restore_refused',
    `A restore of backup ${state.unfinished} was broken off here: go on with \`--backup ${state.unfinished}\`, or begin in an empty place`,
  );
}

/** What is of the backup alone, read whole: its tables must be right before the first row is written. */
async function judgeOwnObjects({ place }: RestoreDeps, { id, tables, objects }: BackupHeader): Promise<void> {
  for (const { key, bytes, sha256 } of [...tables, objects]) {
    const found = await place.measure(key).catch((cause: unknown) => {
      throw damaged(id, `${key} is missing (${cause instanceof Error ? cause.message : String(cause)})`);
    });
    if (found.bytes !== bytes || found.sha256 !== sha256) throw damaged(id, `${key} has changed`);
  }
}

async function* listed(place: ObjectStore, { objects }: BackupHeader): AsyncIterable<SourceFile> {
  for await (const line of readLines(place, objects.key)) {
    const [key = '', bytes, sha256 = ''] = line.split('\t');
    yield { key, bytes: Number(bytes), sha256 };
  }
}

async function copyBack(deps: RestoreDeps, header: BackupHeader, watch: RestoreWatch): Promise<number> {
  const { place, store, copy } = deps;
  let done = 0;
  async function bring({ key, bytes, sha256 }: SourceFile): Promise<void> {
    watch.signal.throwIfAborted();
    // Left by a restore that was broken off: an object is whole or absent.
    if ((await store.stat(key))?.bytes === bytes) return;
    const from = { store: place, key: contentKey(sha256) };
    if (await copy(from, { store, key }, { bytes, sha256 }, watch.signal)) return;
    throw damaged(header.id, `${from.key}, the content of ${key}, is missing or has changed`);
  }
  for await (const batch of inBatches(listed(place, header), COPIES_AT_ONCE)) {
    await Promise.all(batch.map(bring));
    done += batch.length;
    watch.onProgress('objects', done, header.objects.count);
  }
  if (done !== header.objects.count)
    throw damaged(header.id, `${header.objects.key} has ${done} objects, not ${header.objects.count}`);
  return done;
}

/**
 * Puts the backup back. Broken off at any point it leaves a database that nothing opens but a restore of the same backup, which goes on.
 *
 * @param options.hasMasterKey false where the master key of the backup is lost: what only it could open is forgotten.
 */
export async function restoreBackup(
  deps: RestoreDeps,
  header: BackupHeader,
  { hasMasterKey }: { readonly hasMasterKey: boolean },
  watch: RestoreWatch,
): Promise<Restored> {
  const { place, target } = deps;
  target.judgeSteps(header.steps);
  await requireEmpty(deps, header.id);
  await judgeOwnObjects(deps, header);
  await target.begin(header.id);
  const objects = await copyBack(deps, header, watch);
  let rows = 0;
  let revokedCredentials: number | null = null;
  await target.fill(header.steps, async (filler) => {
    for (const [index, table] of header.tables.entries()) {
      watch.signal.throwIfAborted();
      watch.onProgress('tables', index, header.tables.length);
      const filled = await filler.fill(table, await place.open(table.key));
      if (filled !== table.rows) throw damaged(header.id, `${table.key} has ${filled} rows, not ${table.rows}`);
      rows += filled;
    }
    for (const state of header.sequences) await filler.continueSequence(state);
    if (!hasMasterKey) revokedCredentials = await filler.forgetSecrets();
  });
  return { rows, objects, revokedCredentials };
}

/** Reads all that the backup consists of, and compares it with its sums. Resolves with what is damaged. */
export async function checkBackup(
  deps: Pick<RestoreDeps, 'place'>,
  header: BackupHeader,
  watch: RestoreWatch,
): Promise<readonly string[]> {
  const { place } = deps;
  const faults: string[] = [];
  async function check(key: string, bytes: number, sha256: string): Promise<void> {
    watch.signal.throwIfAborted();
    const found = await place.measure(key).catch(() => null);
    if (found === null) faults.push(`${key} cannot be read`);
    else if (found.bytes !== bytes || found.sha256 !== sha256) faults.push(`${key} has changed`);
  }
  for (const { key, bytes, sha256 } of [...header.tables, header.objects]) await check(key, bytes, sha256);
  if (faults.length > 0) return faults;
  const seen = new Set<string>();
  let done = 0;
  for await (const { bytes, sha256 } of listed(place, header)) {
    if (!seen.has(sha256)) await check(contentKey(sha256), bytes, sha256);
    seen.add(sha256);
    done++;
    watch.onProgress('objects', done, header.objects.count);
  }
  return faults;
}
