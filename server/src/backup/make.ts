/** A backup of database and objects, made while the server works. */
import { ConveyanceError, isConveyanceError } from '../core/errors.ts';
import type { BackupSource, CopyObject, DatabaseMoment } from '../core/ports/backup.ts';
import type { Clock, Ids } from '../core/ports/clock.ts';
import type { ObjectStore, SealedObject, SourceFile } from '../core/ports/store.ts';
import { MS_PER_DAY } from '../core/time.ts';
import { uploadKey } from '../jobs/upload-key.ts';
import { COPIES_AT_ONCE, inBatches } from './batches.ts';
import {
  type BackupHeader,
  contentKey,
  FORMAT,
  newBackupId,
  objectLine,
  ownKey,
  readLines,
  textBytes,
  writeBytes,
  writeHeader,
} from './place.ts';
import { dropUnfinished } from './tidy.ts';

/** What the backup is made from and to. */
export interface BackupDeps {
  readonly source: BackupSource;
  /** The server's own. */
  readonly store: ObjectStore;
  readonly place: ObjectStore;
  readonly copy: CopyObject;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly release: string;
  /** The one that seals the keyring, by its id; null for a database of before the keyring. Throws `bad_setting` if it is not at hand. */
  masterKeyOf(id: string | null): { readonly text: string; readonly proof: string };
}

export interface BackupWatch {
  readonly signal: AbortSignal;
  /** Of tables first, then of objects. */
  onProgress(what: 'tables' | 'objects', done: number, total: number): void;
}

export interface FinishedBackup {
  readonly header: BackupHeader;
  /** Those that no backup of the place had. */
  readonly copiedObjects: number;
  readonly copiedBytes: number;
}

/** What a backup that was killed has left in the making: no object takes a day. */
const STALE_MS = MS_PER_DAY;

/** An upload, of which nobody noted size and hash, has none. */
type Wanted = Pick<SourceFile, 'key'> & { readonly expected: SealedObject | null };

async function* wantedLines(moment: DatabaseMoment): AsyncIterable<string> {
  for await (const file of moment.files()) yield objectLine(file);
  for await (const job of moment.waitingJobs()) yield `${uploadKey(job)}\n`;
}

function parseWanted(line: string): Wanted {
  const [key = '', bytes, sha256] = line.split('\t');
  return { key, expected: sha256 === undefined ? null : { bytes: Number(bytes), sha256 } };
}

/** All that is read of the moment: it is let go as soon as possible, since it keeps the database from tidying up. */
async function copyMoment(
  { place, release, masterKeyOf }: BackupDeps,
  moment: DatabaseMoment,
  id: string,
  watch: BackupWatch,
) {
  if (!moment.isCurrent) {
    throw new ConveyanceError(
      'bad_setting',
      `The database is of another release than this one, which is ${release}: make the backup with that release, or start this one first, so that the database is brought up to date`,
    );
  }
  const masterKey = masterKeyOf(await moment.masterKeyId());
  const tables: BackupHeader['tables'] = [];
  for (const [index, table] of moment.tables.entries()) {
    watch.signal.throwIfAborted();
    watch.onProgress('tables', index, moment.tables.length);
    const key = ownKey(id, `tables/${table.name}.copy.gz`);
    const rows = moment.rows(table);
    const packed = await writeBytes(place, key, rows.bytes);
    tables.push({ name: table.name, columns: [...table.columns], key, rows: rows.count(), ...packed });
  }
  let wantedCount = 0;
  async function* counted() {
    for await (const line of wantedLines(moment)) {
      wantedCount++;
      yield line;
    }
  }
  // Kept outside of memory: there may be millions.
  const wantedKey = ownKey(id, 'wanted');
  await writeBytes(place, wantedKey, textBytes(counted()));
  const sequences = [...(await moment.sequences())];
  const erased = [...(await moment.erased())];
  return { steps: [...moment.steps], tables, sequences, erased, wantedKey, wantedCount, masterKey };
}

async function measured(store: ObjectStore, key: string): Promise<SealedObject | null> {
  try {
    return await store.measure(key);
  } catch (error) {
    if (isConveyanceError(error, 'not_found')) return null;
    throw error;
  }
}

/** One pass over the objects of the moment. */
class ObjectCopies {
  readonly #deps: BackupDeps;
  readonly #signal: AbortSignal;
  readonly lost: string[] = [];
  copiedObjects = 0;
  copiedBytes = 0;
  count = 0;
  contentBytes = 0;

  constructor(deps: BackupDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** The object's line in the backup's list; none if it is not there, or not what it must be. */
  async copy({ key, expected }: Wanted): Promise<string> {
    const { store, place, copy } = this.#deps;
    this.#signal.throwIfAborted();
    const sealed = expected ?? (await measured(store, key));
    // Searches have no upload, and a job that ended meanwhile needs none.
    if (sealed === null) return '';
    const to = { store: place, key: contentKey(sealed.sha256) };
    if ((await place.stat(to.key))?.bytes !== sealed.bytes) {
      if (!(await copy({ store, key }, to, sealed, this.#signal))) {
        this.lost.push(key);
        return '';
      }
      this.copiedObjects++;
      this.copiedBytes += sealed.bytes;
    }
    this.count++;
    this.contentBytes += sealed.bytes;
    return objectLine({ key, ...sealed });
  }
}

async function copyObjects(
  deps: BackupDeps,
  { id, wantedKey, wantedCount }: { id: string; wantedKey: string; wantedCount: number },
  watch: BackupWatch,
) {
  const { place, source } = deps;
  const copies = new ObjectCopies(deps, watch.signal);
  const listKey = ownKey(id, 'objects');
  async function* lines() {
    let done = 0;
    for await (const batch of inBatches(readLines(place, wantedKey), COPIES_AT_ONCE)) {
      yield* await Promise.all(batch.map((line) => copies.copy(parseWanted(line))));
      done += batch.length;
      watch.onProgress('objects', done, wantedCount);
    }
  }
  const list = await writeBytes(place, listKey, textBytes(lines()));
  await place.delete(wantedKey);
  const { count, contentBytes, copiedObjects, copiedBytes, lost } = copies;
  // What retention deleted between the moment's reading and our hold is nobody's loss.
  const named = await source.stillNamed(lost);
  const missing = lost.filter((key) => named.has(key));
  return { objects: { key: listKey, count, contentBytes, ...list }, missing, copiedObjects, copiedBytes };
}

/** Makes a backup. Broken off at any point it leaves no backup, and what it copied is used by the next. */
export async function makeBackup(
  deps: BackupDeps,
  { withMasterKey }: { readonly withMasterKey: boolean },
  watch: BackupWatch,
): Promise<FinishedBackup> {
  const { source, place, clock, ids, release } = deps;
  const startedAt = clock();
  const id = newBackupId(startedAt, ids());
  await place.sweepScratch({ olderThan: new Date(startedAt.getTime() - STALE_MS), suffix: '' });
  await dropUnfinished(place);
  const read = await source.moment((moment) => copyMoment(deps, moment, id, watch));
  const { wantedKey, wantedCount, masterKey, ...database } = read;
  const { objects, missing, ...copied } = await copyObjects(deps, { id, wantedKey, wantedCount }, watch);
  const keyKey = withMasterKey ? ownKey(id, 'master.key') : null;
  if (keyKey !== null) await writeBytes(place, keyKey, textBytes([`${masterKey.text}\n`]));
  await source.requireHold();
  const header: BackupHeader = {
    format: FORMAT,
    id,
    release,
    startedAt: startedAt.toISOString(),
    finishedAt: clock().toISOString(),
    ...database,
    objects,
    missing,
    masterKey: { proof: masterKey.proof, key: keyKey },
  };
  await writeHeader(place, header);
  return { header, ...copied };
}
