/** `conveyance load`: operators' files become a new data version, or nothing changes. */

import { ConveyanceError } from '../../core/errors.ts';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { originOf, type VersionOrigin } from '../../core/versions/origin.ts';
import { commitChange } from '../commit-change.ts';
import { DecodedCopies } from '../formats/decode.ts';
import type { FoundFormat } from '../formats/text-format.ts';
import { needsMatchIndex, writeMatchIndex } from '../match-index.ts';
import type { Table, TableName } from '../tables.ts';
import { type Checked, type CheckedFile, type CheckPaths, checkFiles } from './check.ts';
import { checkQuickly } from './check-quickly.ts';
import type { MappedFile } from './column-mapping.ts';
import type { TracedFile } from './line-traits.ts';
import { mergeTable } from './merge.ts';
import type { NewNumbers } from './merged-rows.ts';
import { numberProperties } from './property-numbers.ts';
import { inspectFiles, type ReadOptions, traceDecoded } from './read-files.ts';
import { faultText, type Reject, type RejectSum, writeRejectFile } from './rejects.ts';
import { groupByTable } from './staged-table.ts';

/** Enough for stray rows; a wrong column or a forgotten `--map` exceeds it immediately. */
export const DEFAULT_MAX_REJECTS = 1000;

export interface LoadOptions extends ReadOptions {
  /** All checks and the report; nothing is stored. */
  readonly dryRun: boolean;
  /** More rejected rows than this and the load is refused. */
  readonly maxRejects: number;
  /** Where the rejects go, as CSV. Absolute; written if there are any, even by a dry run and a refused load. Null writes none. */
  readonly rejectFile: string | null;
  /** Where it is written, if it only gets its name afterwards. */
  readonly unnamedRejectFile?: string;
  /** How a path is told where people read it: as it is, if left out. */
  readonly shownPath?: (path: string) => string;
  /** Who loads, and what for: noted with the version. */
  readonly by?: string;
  readonly note?: string;
  /** The name of the file that the mapping is from. */
  readonly mappingName?: string;
}

export const LOAD_STAGES = ['inspecting', 'checking', 'writing', 'indexing', 'committing'] as const;
export type LoadStage = (typeof LOAD_STAGES)[number];

export interface LoadWatch {
  readonly signal: AbortSignal;
  /** `done` of `total` files are inspected, or tables written. */
  readonly onStage?: (stage: LoadStage, done: number, total: number) => void;
}

export interface TableLoad {
  readonly table: TableName;
  readonly loaded: number;
  /** Of the loaded rows, those that replaced a stored row of the same key. */
  readonly replaced: number;
  /** The table's rows in the new version. */
  readonly rows: number;
}

/** How a file of text was read. */
export interface FileFormatFound {
  readonly path: string;
  readonly format: FoundFormat;
}

export interface LoadReport {
  /** The new data version; null after a dry run, if no row was sound, or if nothing is new. */
  readonly version: number | null;
  /** The data version that stays because every loaded row was in it as it is. */
  readonly unchanged: number | null;
  readonly files: readonly CheckedFile[];
  /** Of CSV files. */
  readonly formats: readonly FileFormatFound[];
  /** Empty after a dry run. */
  readonly tables: readonly TableLoad[];
  /** Files of a directory that no table or no format claims. */
  readonly skippedFiles: readonly string[];
  readonly rejected: number;
  /** By column and reason, the most frequent first. */
  readonly rejectSums: readonly RejectSum[];
  /** Null if nothing was rejected, or no file was asked for. */
  readonly rejectFile: string | null;
  /** The first rejects. */
  readonly rejects: readonly Reject[];
}

type Loading = Pick<Deps, 'db' | 'engine' | 'store' | 'files' | 'clock' | 'ids' | 'log'>;

/** How often a load is repeated because another one was committed meanwhile. */
const MAX_TRIES = 5;
const REJECTS_NAMED = 3;

interface Attempt {
  readonly options: LoadOptions;
  readonly files: readonly MappedFile[];
  readonly skipped: readonly string[];
  readonly base: DataVersion | null;
  readonly copies: DecodedCopies;
  readonly watch: LoadWatch;
}

function refuseTooMany({ maxRejects, rejectFile }: LoadOptions, { rejected, sums, sample }: Checked): void {
  if (rejected <= maxRejects) return;
  const errors = sample.map((reject) => `${reject.file}:${reject.line}: ${faultText(reject)}`);
  const first = errors.slice(0, REJECTS_NAMED).join('; ');
  const counted = sums.slice(0, REJECTS_NAMED).map((sum) => `${faultText(sum)}: ${sum.rows}`);
  const listed = rejectFile === null ? '--reject-file FILE writes all of them' : `all are in ${rejectFile}`;
  throw new ConveyanceError(
    'load_refused',
    `${rejected} rows were rejected, more than the ${maxRejects} allowed (--max-rejects raises it); ${listed}. By reason: ${counted.join('; ')}. The first: ${first}`,
    { errors },
  );
}

function shownFiles({ shownPath }: LoadOptions, files: readonly MappedFile[]): readonly Pick<MappedFile, 'path'>[] {
  return shownPath === undefined ? files : files.map(({ path }) => ({ path: shownPath(path) }));
}

function originOfLoad({ options, files }: Attempt, tables: readonly TableLoad[]): VersionOrigin {
  const changes = tables.map(({ table, loaded, replaced }) => [
    table,
    { added: loaded - replaced, replaced, deleted: 0 },
  ]);
  return originOf({
    kind: 'load',
    changes: Object.fromEntries(changes),
    files: shownFiles(options, files).map(({ path }) => path),
    by: options.by ?? null,
    note: options.note ?? null,
    mapping: options.mappingName ?? null,
  });
}

async function commit(
  deps: Loading,
  { base, watch }: Attempt,
  checked: Checked,
  numbers: NewNumbers,
  { changed, origin }: { readonly changed: DataVersion['tables']; readonly origin: VersionOrigin },
): Promise<DataVersion> {
  const known = base === null ? [] : await deps.db.warehouse.propertyIds(base.version);
  const propertyIds = PropertyIdSet.of(new Set([...known, ...checked.newPropertyIds, ...numbers]));
  const tables = { ...base?.tables, ...changed };
  return commitChange(deps, { base: base?.version ?? null, tables, propertyIds, origin }, watch);
}

async function indexed(
  deps: Loading,
  base: DataVersion['tables'],
  changed: DataVersion['tables'],
  watch: LoadWatch,
): Promise<DataVersion['tables']> {
  if (!needsMatchIndex(changed, base)) return {};
  watch.onStage?.('indexing', 0, 1);
  return writeMatchIndex(deps, { ...base, ...changed }, { signal: watch.signal });
}

type Changed = Readonly<Record<string, DataVersion['tables'][string]>>;

const NOTHING_STORED = { version: null, unchanged: null, tables: [] } as const;

/** The same rows are the same bytes: a feed that comes again makes no version. */
function holdsAlready({ tables }: DataVersion, changed: Changed): boolean {
  const sums = (files: Changed[string] = []) => files.map(({ sha256 }) => sha256).join();
  return Object.entries(changed).every(([table, files]) => sums(files) === sums(tables[table]));
}

/** Deletes the objects that no version will have. */
async function discardNew({ store }: Loading, { tables }: DataVersion, changed: Changed): Promise<void> {
  for (const [table, files] of Object.entries(changed)) {
    const held = new Set(tables[table]?.map(({ key }) => key));
    for (const { key } of files) if (!held.has(key)) await store.delete(key);
  }
}

async function store(deps: Loading, attempt: Attempt, checked: Checked, soundPath: (table: Table) => string) {
  const { base, files, watch } = attempt;
  const numbers = await numberProperties(deps, checked, base);
  const changed: Record<string, DataVersion['tables'][string]> = {};
  const tables: TableLoad[] = [];
  const staged = groupByTable(files);
  for (const { table, columns } of staged) {
    watch.onStage?.('writing', tables.length, staged.length);
    const sound = { table, columns, path: soundPath(table) };
    const merged = await mergeTable(deps, sound, numbers, base?.tables[table.name] ?? [], watch);
    changed[table.name] = merged.files;
    const rows = merged.files.reduce((sum, file) => sum + file.rows, 0);
    tables.push({ table: table.name, loaded: merged.loaded, replaced: merged.replaced, rows });
  }
  if (tables.every(({ loaded }) => loaded === 0)) return { version: null, unchanged: null, tables };
  if (base !== null && holdsAlready(base, changed)) {
    await discardNew(deps, base, changed);
    const now = await deps.db.warehouse.current();
    // It begins again: nothing is known of the rows of that version.
    if (now?.version !== base.version) throw new ConveyanceError('load_refused', 'another change came first');
    return { version: null, unchanged: base.version, tables };
  }
  const index = await indexed(deps, base?.tables ?? {}, changed, watch);
  watch.onStage?.('committing', 0, 1);
  watch.signal.throwIfAborted();
  // After this line the load has happened; before it, nothing that anyone reads has changed.
  const origin = originOfLoad(attempt, tables);
  const { version } = await commit(deps, attempt, checked, numbers, { changed: { ...changed, ...index }, origin });
  return { version, unchanged: null, tables };
}

/** The rows, and the files as they had to be read. */
async function check(deps: Loading, attempt: Attempt, paths: CheckPaths) {
  const { files, base, watch } = attempt;
  const sound = await checkQuickly(deps, files, base, paths, watch);
  if (sound !== null) return { checked: sound, files };
  const traced: TracedFile[] = [];
  for (const file of files) traced.push(await traceDecoded(deps, file, attempt.options, attempt.copies, watch));
  return { checked: await checkFiles(deps, traced, base, paths, watch), files: traced };
}

function formatsOf(files: readonly MappedFile[]): readonly FileFormatFound[] {
  const text = files.filter(({ format }) => format === 'csv');
  return text.map(({ path, encoding, separator, quote, headerLine, forms, guesses }) => ({
    path,
    format: { encoding, separator, quote, headerLine, forms, guesses },
  }));
}

async function loadOnto(deps: Loading, attempt: Attempt): Promise<LoadReport> {
  const { options, files, watch } = attempt;
  const name = `load-${deps.ids()}`;
  const tables = groupByTable(files).map(({ table }) => table);
  const scratches = [`${name}-rejects.parquet`, ...tables.map((table) => `${name}-${table.name}.parquet`)];
  try {
    const [rejects = '', ...paths] = await Promise.all(scratches.map((scratch) => deps.store.scratch(scratch)));
    const soundPath = (table: Table) => paths[tables.indexOf(table)] ?? '';
    watch.onStage?.('checking', 0, files.length);
    const { checked, files: read } = await check(deps, attempt, { sound: soundPath, rejects });
    const rejectFile = checked.rejected > 0 ? options.rejectFile : null;
    if (rejectFile !== null) {
      const target = options.unnamedRejectFile ?? rejectFile;
      await writeRejectFile(deps, rejects, shownFiles(options, files), target, watch);
    }
    refuseTooMany(options, checked);
    const stored = options.dryRun ? NOTHING_STORED : await store(deps, attempt, checked, soundPath);
    return {
      ...stored,
      files: checked.files,
      formats: formatsOf(read),
      skippedFiles: attempt.skipped,
      rejected: checked.rejected,
      rejectSums: checked.sums,
      rejectFile,
      rejects: checked.sample,
    };
  } finally {
    for (const scratch of scratches) await deps.store.discard(scratch);
  }
}

/**
 * Checks the files' rows and commits the sound ones, all tables in one new data version. A loaded row replaces the stored row of
 * its key and keeps, for columns that no file brings, what is stored; other rows stay. A load that is interrupted at any point
 * leaves the version unchanged, and at most objects that nothing refers to (`sweepWarehouse`).
 *
 * Throws `load_refused` when a file cannot be read or has no column for the key, or when too many rows are rejected.
 */
export async function loadWarehouse(deps: Loading, options: LoadOptions, watch: LoadWatch): Promise<LoadReport> {
  const copies = new DecodedCopies(deps, `load-${deps.ids()}`);
  try {
    return await loadFiles(deps, options, copies, watch);
  } finally {
    await copies.discard();
  }
}

async function loadFiles(
  deps: Loading,
  options: LoadOptions,
  copies: DecodedCopies,
  watch: LoadWatch,
): Promise<LoadReport> {
  const onInspecting = (done: number, total: number) => watch.onStage?.('inspecting', done, total);
  const inspected = await inspectFiles(deps, options, copies, { signal: watch.signal, onInspecting });
  for (let tries = 1; ; tries++) {
    const base = await deps.db.warehouse.current();
    try {
      const report = await loadOnto(deps, { options, ...inspected, base, copies, watch });
      deps.log.info('warehouse-loaded', { version: report.version, rejected: report.rejected, tables: report.tables });
      return report;
    } catch (error) {
      watch.signal.throwIfAborted();
      const now = await deps.db.warehouse.current();
      // Another load was committed on the same base, and may have let go of files that this one was reading.
      if (now?.version === base?.version || tries === MAX_TRIES) throw error;
      deps.log.info('load-restarted', { tries, base: base?.version ?? null, current: now?.version ?? null });
    }
  }
}
