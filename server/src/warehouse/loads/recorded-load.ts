/** A load that is written down: who had it made, of what, and what became of it. */
import { isConveyanceError } from '../../core/errors.ts';
import type { Tables } from '../../core/ports/database/database.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import {
  boundedEnd,
  LOAD_BEAT_SECONDS,
  type LoadEnd,
  type LoadOrigin,
  newLoadRecord,
} from '../../core/versions/load-record.ts';
import { type LoadOptions, type LoadRecorder, type LoadReport, type LoadWatch, loadWarehouse } from '../load/load.ts';
import { rejectsKey } from './kept-rejects.ts';

type Loading = Pick<Deps, 'db' | 'engine' | 'store' | 'files' | 'clock' | 'ids' | 'log' | 'erasureSigner'>;

/** How it came about. */
export interface LoadCause {
  readonly origin: LoadOrigin;
  /** What is told as its sources, in the place of its paths: addresses without a secret. */
  readonly sources?: readonly string[];
  /** The name of the feed. */
  readonly feed?: string;
  /** Tells the same file of a watched folder again. */
  readonly mark?: string;
  /** In the transaction that makes the version current. */
  readonly committed?: (tx: Tables, version: number) => Promise<void>;
}

const NOTHING: Omit<LoadEnd, 'failure'> = {
  version: null,
  unchanged: null,
  tables: [],
  layouts: [],
  rejected: 0,
  rejectSums: [],
};

type Shown = (path: string) => string;

function endOf(report: LoadReport, shown: Shown): LoadEnd {
  const { version, unchanged, tables, files, formats, rejected, rejectSums } = report;
  const rejectedOf = (name: string) =>
    files.filter(({ table }) => table === name).reduce((sum, file) => sum + file.rejected, 0);
  const untouched = files.map(({ table }) => table).filter((name) => tables.every(({ table }) => table !== name));
  const counted = [
    ...tables.map(({ table, loaded, replaced, unchanged: same, deleted }) => ({
      ...{ table, added: loaded - replaced, replaced, unchanged: same, deleted },
      rejected: rejectedOf(table),
    })),
    ...[...new Set(untouched)].map((table) => ({
      ...{ table, added: 0, replaced: 0, unchanged: 0, deleted: 0 },
      rejected: rejectedOf(table),
    })),
  ];
  return {
    ...{ version, unchanged, rejected, failure: null, tables: counted },
    layouts: formats.map(({ path, format: { encoding, separator, forms } }) => ({
      file: shown(path),
      ...{ encoding, delimiter: separator, numbers: forms?.numbers ?? 'plain', dates: forms?.dates ?? 'iso' },
    })),
    rejectSums: rejectSums.map(({ column, reason, rows }) => ({ column, reason, rows })),
  };
}

/** What was known of it when it failed. Where its files lie on this machine is told no more than in its report. */
function failedEnd(last: LoadReport | null, error: unknown, paths: readonly string[], shown: Shown): LoadEnd {
  const known = last === null ? NOTHING : { ...endOf(last, shown), version: null, unchanged: null };
  const message = isConveyanceError(error) ? error.message : 'The program failed; its log says why';
  const failure = paths.reduce((text, path) => text.replaceAll(path, shown(path)), message);
  return { ...known, failure };
}

/** Heard of while it works: whoever looks knows a load whose process died. */
function beating({ db, log }: Loading, number: number): () => void {
  const timer = setInterval(() => {
    db.loads.beat(number).catch((error: unknown) => log.warn('load-not-heard', { load: number, error }));
  }, LOAD_BEAT_SECONDS * MS_PER_SECOND);
  timer.unref();
  return () => clearInterval(timer);
}

type Asked = Pick<LoadOptions, 'by' | 'note' | 'mappingName'>;

function recordOf({ by, note, mappingName }: Asked, { origin, feed, mark }: LoadCause, sources: readonly string[]) {
  return newLoadRecord({
    ...{ origin, sources, by: by ?? null, note: note ?? null },
    ...{ mapping: mappingName ?? null, feed: feed ?? null, mark: mark ?? null },
  });
}

/** Writes down a load that came to nothing before there were files to load: what lies at its addresses could not be fetched. */
export async function recordUnfetched(
  { db, log }: Pick<Deps, 'db' | 'log'>,
  options: Asked & Pick<LoadOptions, 'dryRun'>,
  { cause, error }: { readonly cause: LoadCause & { readonly sources: readonly string[] }; readonly error: unknown },
): Promise<void> {
  if (options.dryRun) return;
  const { sources } = cause;
  try {
    const number = await db.loads.begin(recordOf(options, cause, sources));
    await db.loads.end(number, boundedEnd(failedEnd(null, error, [], (path) => path)));
  } catch (unwritten) {
    // The operator is to be told of the address, and not of this.
    log.warn('load-not-written-down', { error: unwritten });
  }
}

/**
 * Loads as `loadWarehouse` does, and writes it down: the version and its row in the history come in one step. A dry run is no load. Throws
 * what that throws, which is written down too.
 */
export async function loadAndRecord(
  deps: Loading,
  options: LoadOptions,
  cause: LoadCause,
  watch: LoadWatch,
): Promise<LoadReport> {
  if (options.dryRun) return loadWarehouse(deps, options, watch);
  const { shownPath = (path: string) => path, paths } = options;
  const number = await deps.db.loads.begin(recordOf(options, cause, cause.sources ?? paths.map(shownPath)));
  const silence = beating(deps, number);
  let last: LoadReport | null = null;
  const recorder: LoadRecorder = {
    checked(report) {
      last = report;
    },
    async keepRejects(path, rows) {
      const key = rejectsKey(number);
      await deps.store.put(key, path);
      await deps.db.loads.keepRejects(number, { key, rows });
    },
    async committed(tx, report) {
      await tx.loads.end(number, boundedEnd(endOf(report, shownPath)));
      if (report.version !== null) await cause.committed?.(tx, report.version);
    },
  };
  try {
    const report = await loadWarehouse(deps, { ...options, recorder }, watch);
    if (report.version === null) await deps.db.loads.end(number, boundedEnd(endOf(report, shownPath)));
    return report;
  } catch (error) {
    await deps.db.loads
      .end(number, boundedEnd(failedEnd(last, error, paths, shownPath)))
      .catch((unwritten: unknown) => {
        deps.log.warn('load-not-written-down', { load: number, error: unwritten });
      });
    throw error;
  } finally {
    silence();
  }
}
