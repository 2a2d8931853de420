/** What a finished result holds, for whoever may download it. Costs no quota: it tells nothing that is not in the files, or in a look-up. */
import { type Caller, may, PERMISSIONS } from '../../core/access.ts';
import { entryBy } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { FileJob, Job } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { LookUpSize } from '../../core/ports/engine.ts';
import { MIB } from '../../core/size.ts';
import type { ResultSummary } from '../../reports/charts/summary.ts';
import { onCurrentData, readVersion } from '../../warehouse/on-current-data.ts';
import { readInTurn, visibleAt } from '../../warehouse/visible.ts';
import { readFileResult, readResult } from '../results/download.ts';
import { askSummary, type Visible } from './ask-summary.ts';
import { matchTable } from './match-table.ts';
import { detailsTable, type ResultTable, reportTable, searchTable } from './result-table.ts';
import { SummaryCache } from './summary-cache.ts';

type Summarising = Pick<Deps, 'db' | 'engine' | 'store' | 'intake' | 'clock'>;

interface Size {
  readonly bytes: number;
  readonly cells: number;
}

const MILLION = 1_000_000;
/** What is summarised in a few seconds. */
const MOST: Size = { bytes: 256 * MIB, cells: 100 * MILLION };
/** Up to here it is as quick as a look-up, and takes its turn among them. */
const SMALL: Size = { bytes: 8 * MIB, cells: 2 * MILLION };

function isWithin({ bytes, cells }: Size, most: Size): boolean {
  return bytes <= most.bytes && cells <= most.cells;
}

function sizeOf({ results }: Job, { columns }: ResultTable): Size {
  const rows = results.reduce((sum, file) => sum + file.rows, 0);
  return { bytes: results.reduce((sum, file) => sum + file.bytes, 0), cells: rows * columns.length };
}

function requireBounded({ bytes, cells }: Size): void {
  if (isWithin({ bytes, cells }, MOST)) return;
  const told = (size: Size) =>
    `${Math.ceil(size.bytes / MIB)} MiB with ${Math.ceil(size.cells / MILLION)} million values`;
  throw new ConveyanceError(
    'invalid_operation',
    `The result is too large to be summarised, ${told({ bytes, cells })}; the most is ${told(MOST)}: download it, or export fewer days or columns`,
  );
}

function turnOf(size: Size): LookUpSize {
  return isWithin(size, SMALL) ? 'small' : 'large';
}

export class Summaries {
  readonly #deps: Summarising;
  readonly #kept: SummaryCache;
  /** Of those that are being made: who asks meanwhile waits for the same. */
  readonly #making = new Map<string, Promise<ResultSummary>>();

  constructor(deps: Summarising) {
    this.#deps = deps;
    this.#kept = new SummaryCache(deps.clock);
  }

  /** Of a report of the caller’s account. Throws what a download of it would throw, and `invalid_operation` for one that is too large. */
  async ofReport(caller: Caller, jobId: string): Promise<ResultSummary> {
    const job = await readResult(this.#deps, caller, jobId);
    return this.#summary(caller, job, reportTable(job));
  }

  /** The same of a file job of the caller’s credential. */
  async ofFileJob(caller: Caller, jobId: string): Promise<ResultSummary> {
    const job = await readFileResult(this.#deps, caller, jobId);
    return this.#summary(caller, job, this.#tableOf(job));
  }

  #tableOf(job: FileJob): ResultTable {
    switch (job.kind) {
      case 'property-details':
        return detailsTable(job);
      case 'search':
        return searchTable(job);
      case 'match':
        return matchTable(this.#deps, job);
    }
  }

  async #summary(caller: Caller, job: Job, table: ResultTable): Promise<ResultSummary> {
    const size = sizeOf(job, table);
    requireBounded(size);
    await this.#deps.db.audit.append(entryBy(caller, 'result-summarised', job.id));
    return onCurrentData(async () => {
      const visible = table.uuid === null ? null : await this.#visibleTo(caller);
      const make = () => this.#make(job, table, { size, visible });
      // What an account may see can change at any time.
      const isKept = visible === null || visible.grants === 'all';
      return isKept ? this.#keptOr(`${job.id}/${visible?.version.version ?? ''}`, job, make) : make();
    });
  }

  async #keptOr(key: string, { expiresAt }: Job, make: () => Promise<ResultSummary>): Promise<ResultSummary> {
    const kept = this.#kept.get(key);
    if (kept !== null) return kept;
    const making = this.#making.get(key) ?? make().finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    const summary = await making;
    this.#kept.keep(key, summary, expiresAt);
    return summary;
  }

  #make(
    { accountId }: Job,
    table: ResultTable,
    { size, visible }: { readonly size: Size; readonly visible: Visible | null },
  ): Promise<ResultSummary> {
    const { db, engine } = this.#deps;
    return engine.lookUp({ accountId, size: turnOf(size) }, (ask) => {
      const asked = () => askSummary(ask, table, visible);
      return visible === null ? asked() : readVersion({ db }, visible.version, asked);
    });
  }

  /** Null for a caller who may look nothing up, or where there is no data. */
  async #visibleTo(caller: Caller): Promise<Visible | null> {
    if (!may(caller, PERMISSIONS['look up properties'])) return null;
    const { db } = this.#deps;
    const [version, given] = await Promise.all([db.warehouse.current(), db.accounts.grants(caller.accountId)]);
    if (version === null) return null;
    const read = readInTurn(this.#deps, caller);
    return { version, grants: await readVersion({ db }, version, () => visibleAt({ db }, given, version, read)) };
  }
}
