/**
 * The finished results that exist for a caller, the account's reports and its own file jobs, as a tree of files, for doors that show files: `/jobs/<folder>/<job id>[_<part>].<extension>`. It
 * contains only what can be downloaded, and nothing in it can be changed. A path is the list of its names, from the root.
 */
import { type Caller, may, PermissionDenied } from '../../core/access.ts';
import { entryBy } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import type { Job, JobKind, ResultFile } from '../../core/job.ts';
import type { JobOwner } from '../../core/ports/database/jobs.ts';
import type { Deps } from '../../core/ports/deps.ts';

export type TreeEntry =
  | { readonly kind: 'directory'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: number; readonly modifiedAt: Date };

/** A directory that is being read: a place in its list, and never the list. */
export interface OpenDirectory {
  /** The next entries, at most so many; none at the end. Must not be called again before it resolves. */
  next(most: number): Promise<readonly TreeEntry[]>;
}

/** A result that is being read. */
export interface OpenResult {
  readonly bytes: number;
  readonly modifiedAt: Date;
  /** Streams from the offset to the end. The first call records the download. Throws `not_found` if the file was deleted meanwhile. */
  readFrom(offset: number): Promise<AsyncIterable<Uint8Array>>;
}

const JOBS = 'jobs';
/** A map, not an object: the names come from customers, and `constructor` is not a folder. */
const FOLDERS: ReadonlyMap<string, JobKind> = new Map([
  ['match', 'match'],
  ['property-details', 'property-details'],
  ['reports', 'report'],
  ['search', 'search'],
]);

/** What one listing may cost, however many jobs an account has. Older files are still found by their names. */
const MOST_LISTED_JOBS = 2_000;
const MOST_LISTED_FILES = 10_000;
/** Read at once: some of them have forty files. */
const JOBS_AT_ONCE = 25;

/** The last extension, followed by the compression's: `.csv.gz`. */
const EXTENSION = /\.[^.]+(?:\.(?:gz|zst))?$/;
const FILE_NAME = /^(?<id>[0-9a-f-]{36})(?:_\d{1,6})?(?:\.|$)/;

const NO_BYTES: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} };

type Reading = Pick<Deps, 'db' | 'clock'>;

interface NamedFile {
  readonly name: string;
  readonly file: ResultFile;
}

/** A job with several files numbers them from 0; a details job always does, so that its files have the names that their links give them. */
function namedFiles({ id, kind, results }: Job): readonly NamedFile[] {
  const isNumbered = kind === 'property-details' || results.length > 1;
  return results.map((file, part) => {
    const [extension = ''] = EXTENSION.exec(file.filename) ?? [];
    return { name: `${id}${isNumbered ? `_${part}` : ''}${extension}`, file };
  });
}

function sealedAt({ finishedAt, updatedAt }: Job): Date {
  return finishedAt ?? updatedAt;
}

function toEntry(job: Job, { name, file }: NamedFile): TreeEntry {
  return { kind: 'file', name, bytes: file.bytes, modifiedAt: sealedAt(job) };
}

function requireReading(caller: Caller): void {
  if (may(caller, 'exports:read')) return;
  throw new PermissionDenied('download results', 'This key may not read results: it lacks the scope exports:read');
}

function nothingThere(): ConveyanceError {
  return new ConveyanceError('not_found', 'There is no such file');
}

function directory(path: readonly string[]): TreeEntry | null {
  const [top, folder, ...rest] = path;
  const exists =
    top === undefined || (top === JOBS && (folder === undefined || FOLDERS.has(folder)) && rest.length === 0);
  return exists ? { kind: 'directory', name: path.at(-1) ?? '' } : null;
}

/** The caller's own file of exactly that path. Throws `not_found`, for another account's or key's or an expired file as for one that never existed. */
async function findFile({ db, clock }: Reading, caller: Caller, path: readonly string[]) {
  const [top, folder = '', name = '', ...rest] = path;
  const kind = FOLDERS.get(folder);
  const id = FILE_NAME.exec(name)?.groups?.['id'] ?? '';
  if (top !== JOBS || kind === undefined || rest.length > 0 || !isUuid(id)) throw nothingThere();
  const job = await db.jobs.visibleTo(caller, id);
  if (job === null || job.kind !== kind || job.status !== 'succeeded') throw nothingThere();
  const found = namedFiles(job).find((named) => named.name === name);
  if (found === undefined || (job.expiresAt !== null && job.expiresAt <= clock())) throw nothingThere();
  return { job, found };
}

/** What is at the path. Throws `not_found`, and `forbidden` without the scope. */
export async function readEntry(deps: Reading, caller: Caller, path: readonly string[]): Promise<TreeEntry> {
  requireReading(caller);
  const there = directory(path);
  if (there !== null) return there;
  const { job, found } = await findFile(deps, caller, path);
  return toEntry(job, found);
}

function listOf(names: Iterable<string>): OpenDirectory {
  let entries: readonly TreeEntry[] = [...names].map((name) => ({ kind: 'directory', name }));
  return {
    async next(most) {
      const told = entries.slice(0, most);
      entries = entries.slice(most);
      return told;
    },
  };
}

/** The files of a folder, from the newest job on. */
class OpenFolder implements OpenDirectory {
  readonly #db: Reading['db'];
  readonly #owner: JobOwner;
  readonly #kind: JobKind;
  /** The last job of which every file was told. */
  #after: string | null = null;
  /** The job behind it, if some of its files were told already, and how many. */
  #partly: { readonly id: string; readonly told: number } | null = null;
  #jobs = 0;
  #files = 0;
  #isOver = false;

  constructor(db: Reading['db'], owner: JobOwner, kind: JobKind) {
    this.#db = db;
    this.#owner = owner;
    this.#kind = kind;
  }

  async next(most: number): Promise<readonly TreeEntry[]> {
    const entries: TreeEntry[] = [];
    while (entries.length < most && !this.#isOver) {
      const jobs = await this.#db.jobs.withFiles(this.#owner, this.#kind, JOBS_AT_ONCE, this.#after);
      for (const job of jobs) {
        entries.push(...this.#filesOf(job, most - entries.length));
        if (entries.length === most || this.#isOver) break;
      }
      if (jobs.length < JOBS_AT_ONCE && entries.length < most) this.#isOver = true;
    }
    return entries;
  }

  /** As many of the job's files that were not told yet. */
  #filesOf(job: Job, most: number): readonly TreeEntry[] {
    const files = namedFiles(job);
    const from = this.#partly?.id === job.id ? this.#partly.told : 0;
    const told = files.slice(from, from + Math.min(most, MOST_LISTED_FILES - this.#files));
    this.#files += told.length;
    const isWhole = from + told.length >= files.length;
    this.#partly = isWhole ? null : { id: job.id, told: from + told.length };
    if (isWhole) {
      this.#after = job.id;
      this.#jobs++;
    }
    this.#isOver = this.#jobs === MOST_LISTED_JOBS || this.#files === MOST_LISTED_FILES;
    return told.map((named) => toEntry(job, named));
  }
}

/** Opens the directory. Throws `not_found` if the path is not one, and `forbidden` without the scope. */
export async function openDirectory(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  path: readonly string[],
): Promise<OpenDirectory> {
  requireReading(caller);
  if (directory(path) === null) throw nothingThere();
  const [top, folder] = path;
  if (top === undefined) return listOf([JOBS]);
  const kind = FOLDERS.get(folder ?? '');
  return kind === undefined ? listOf(FOLDERS.keys()) : new OpenFolder(db, caller, kind);
}

/** Opens the file at the path. Throws `not_found`, and `forbidden` without the scope. */
export async function openResult(
  deps: Reading & Pick<Deps, 'store'>,
  caller: Caller,
  path: readonly string[],
): Promise<OpenResult> {
  requireReading(caller);
  const { job, found } = await findFile(deps, caller, path);
  const { key, bytes } = found.file;
  let writtenDown: Promise<void> | undefined;
  return {
    bytes,
    modifiedAt: sealedAt(job),
    async readFrom(offset) {
      writtenDown ??= deps.db.audit.append(entryBy(caller, 'file-downloaded', job.id));
      await writtenDown;
      return offset < bytes ? deps.store.open(key, { start: offset, end: bytes - 1 }) : NO_BYTES;
    },
  };
}
