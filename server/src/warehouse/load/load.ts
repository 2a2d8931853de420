/** `conveyance load`: operators' files become a new data version, or nothing changes. */

import { ConveyanceError } from '../../core/errors.ts';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import type { Tables } from '../../core/ports/database/database.ts';
import type { ErasedList } from '../../core/ports/database/erasures.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { originOf, type SourceFacts, type VersionOrigin } from '../../core/versions/origin.ts';
import { commitChange, MAX_TRIES } from '../commit-change.ts';
import { DecodedCopies } from '../formats/decode.ts';
import type { Table } from '../tables.ts';
import { discardNew, holdsAlready, indexed } from './changed-files.ts';
import { type Checked, type CheckedFile, type CheckPaths, checkFiles } from './check.ts';
import { checkQuickly } from './check-quickly.ts';
import type { MappedFile } from './column-mapping.ts';
import { writeKeptRejects } from './kept-rejects.ts';
import type { TracedFile } from './line-traits.ts';
import { mergeTables, type TableLoad } from './merge-all.ts';
import type { NewNumbers } from './merged-rows.ts';
import { numberProperties } from './property-numbers.ts';
import { type FileFormatFound, formatsOf, inspectFiles, type ReadOptions, traceDecoded } from './read-files.ts';
import { type Reject, type RejectSum, refuseTooMany, writeRejectFile } from './rejects.ts';
import { type StagedPaths, sieved } from './sieved-rows.ts';
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
  /** Of those files that were fetched: what was read. */
  readonly sources?: readonly SourceFacts[];
  readonly recorder?: LoadRecorder;
}

export const LOAD_STAGES = ['inspecting', 'checking', 'writing', 'indexing', 'committing'] as const;
export type LoadStage = (typeof LOAD_STAGES)[number];

export interface LoadWatch {
  readonly signal: AbortSignal;
  /** `done` of `total` files are inspected, or tables written. */
  readonly onStage?: (stage: LoadStage, done: number, total: number) => void;
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
  /** Rows in which something was that a person has had erased: it was left out. */
  readonly erased: number;
  readonly sources: readonly SourceFacts[];
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

/** Who writes down what becomes of a load. All of it is told again if the load begins again on another version. */
export interface LoadRecorder {
  /** What is known before anything is stored. */
  checked(report: LoadReport): void;
  /** The first rejected rows, as CSV at the path: the file is the recorder’s. */
  keepRejects(path: string, rows: number): Promise<void>;
  /** In the transaction that makes the version current. */
  committed(tables: Tables, report: LoadReport): Promise<void>;
}

type Loading = Pick<Deps, 'db' | 'engine' | 'store' | 'files' | 'clock' | 'ids' | 'log' | 'erasureSigner'>;

interface Attempt {
  readonly options: LoadOptions;
  readonly files: readonly MappedFile[];
  readonly skipped: readonly string[];
  readonly base: DataVersion | null;
  readonly erased: ErasedList;
  readonly copies: DecodedCopies;
  readonly watch: LoadWatch;
}

function shownFiles({ shownPath }: LoadOptions, files: readonly MappedFile[]): readonly Pick<MappedFile, 'path'>[] {
  return shownPath === undefined ? files : files.map(({ path }) => ({ path: shownPath(path) }));
}

function originOfLoad({ options, files }: Attempt, tables: readonly TableLoad[]): VersionOrigin {
  const changes = tables.map(({ table, loaded, replaced, deleted }) => [
    table,
    { added: loaded - replaced, replaced, deleted },
  ]);
  return originOf({
    kind: 'load',
    changes: Object.fromEntries(changes),
    files: shownFiles(options, files).map(({ path }) => path),
    by: options.by ?? null,
    note: options.note ?? null,
    mapping: options.mappingName ?? null,
    sources: options.sources ?? [],
  });
}

interface Commit {
  readonly changed: DataVersion['tables'];
  readonly origin: VersionOrigin;
  readonly together: (tables: Tables, version: number) => Promise<void>;
}

async function commit(
  deps: Loading,
  { base, erased, watch }: Attempt,
  checked: Checked,
  numbers: NewNumbers,
  { changed, origin, together }: Commit,
): Promise<DataVersion> {
  const known = base === null ? [] : await deps.db.warehouse.propertyIds(base.version);
  const propertyIds = new Set([...known, ...checked.newPropertyIds, ...numbers]);
  for (const id of checked.deletedPropertyIds) propertyIds.delete(id);
  const change = {
    base: base?.version ?? null,
    erasures: erased.generation,
    tables: { ...base?.tables, ...changed },
    propertyIds: PropertyIdSet.of(propertyIds),
    origin,
  };
  return commitChange(deps, change, watch, together);
}

const NOTHING_STORED = { version: null, unchanged: null, tables: [], erased: 0 } as const;

async function store(deps: Loading, attempt: Attempt, checked: Checked, paths: StagedPaths, told: Told) {
  const { base, files, watch } = attempt;
  const { erased, soundPath } = await sieved(deps, attempt, paths);
  const numbers = await numberProperties(deps, checked, base);
  const onWriting = (done: number, total: number) => watch.onStage?.('writing', done, total);
  const loaded = { files, base, soundPath, numbers };
  const { files: changed, tables } = await mergeTables(deps, loaded, checked, { signal: watch.signal, onWriting });
  const isNothing = checked.files.every(({ rows, rejected }) => rows === rejected);
  if (isNothing || (base === null && Object.values(changed).every(({ length }) => length === 0)))
    return { version: null, unchanged: null, tables, erased };
  if (base !== null && holdsAlready(base, changed)) {
    await discardNew(deps, base, changed);
    const now = await deps.db.warehouse.current();
    // It begins again: nothing is known of the rows of that version.
    if (now?.version !== base.version)
      throw new ConveyanceError('data_changed', 'Another change came first. Do it again');
    return { version: null, unchanged: base.version, tables, erased };
  }
  const index = await indexed(deps, base?.tables ?? {}, changed, watch);
  watch.onStage?.('committing', 0, 1);
  watch.signal.throwIfAborted();
  // After this line the load has happened; before it, nothing that anyone reads has changed.
  const origin = originOfLoad(attempt, tables);
  const stored = { unchanged: null, tables, erased };
  const together = async (tx: Tables, version: number) =>
    attempt.options.recorder?.committed(tx, { ...told, ...stored, version });
  const all = { ...changed, ...index };
  const { version } = await commit(deps, attempt, checked, numbers, { changed: all, origin, together });
  return { ...stored, version };
}

type Told = Omit<LoadReport, keyof typeof NOTHING_STORED>;

async function record(
  deps: Loading,
  { options, files, erased, watch }: Attempt,
  told: Told,
  { rejects, kept }: { readonly rejects: string; readonly kept: string },
): Promise<void> {
  const { recorder } = options;
  recorder?.checked({ ...NOTHING_STORED, ...told });
  if (recorder === undefined || told.rejected === 0) return;
  const asked = { rejects, target: kept, files: shownFiles(options, files), tables: groupByTable(files) };
  const isSilent = erased.values.length > 0;
  await recorder.keepRejects(kept, await writeKeptRejects(deps, { ...asked, isSilent }, watch));
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

async function loadOnto(deps: Loading, attempt: Attempt): Promise<LoadReport> {
  const { options, files, watch } = attempt;
  const name = `load-${deps.ids()}`;
  const tables = groupByTable(files).map(({ table }) => table);
  const staged = ['', '-clean'].flatMap((kind) => tables.map((table) => `${name}-${table.name}${kind}.parquet`));
  const scratches = [`${name}-rejects.parquet`, `${name}-rejects.csv`, ...staged];
  try {
    const [rejects = '', kept = '', ...paths] = await Promise.all(
      scratches.map((scratch) => deps.store.scratch(scratch)),
    );
    const sound = (table: Table) => paths[tables.indexOf(table)] ?? '';
    const clean = (table: Table) => paths[tables.length + tables.indexOf(table)] ?? '';
    watch.onStage?.('checking', 0, files.length);
    const { checked, files: read } = await check(deps, attempt, { sound, rejects });
    const rejectFile = checked.rejected > 0 ? options.rejectFile : null;
    if (rejectFile !== null) {
      const target = options.unnamedRejectFile ?? rejectFile;
      await writeRejectFile(deps, rejects, shownFiles(options, files), target, watch);
    }
    const told: Told = {
      files: checked.files,
      formats: formatsOf(read),
      sources: options.sources ?? [],
      skippedFiles: attempt.skipped,
      rejected: checked.rejected,
      rejectSums: checked.sums,
      rejectFile,
      rejects: checked.sample,
    };
    await record(deps, attempt, told, { rejects, kept });
    refuseTooMany(options, checked);
    return {
      ...told,
      ...(options.dryRun ? NOTHING_STORED : await store(deps, attempt, checked, { sound, clean }, told)),
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
 * Throws `load_refused` when a file cannot be read or has no column for the key, or when too many rows are rejected; `data_changed` when
 * other changes came first time and again.
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
    const erased = await deps.db.erasures.list();
    const base = await deps.db.warehouse.current();
    try {
      const report = await loadOnto(deps, { options, ...inspected, base, erased, copies, watch });
      deps.log.info('warehouse-loaded', { version: report.version, rejected: report.rejected, tables: report.tables });
      return report;
    } catch (error) {
      watch.signal.throwIfAborted();
      const now = await deps.db.warehouse.current();
      const { generation } = await deps.db.erasures.list();
      // Another load was committed on the same base, and may have let go of files that this one was reading; or somebody was erased.
      const isSame = now?.version === base?.version && generation === erased.generation;
      if (isSame || tries === MAX_TRIES) throw error;
      deps.log.info('load-restarted', { tries, base: base?.version ?? null, current: now?.version ?? null });
    }
  }
}
