/**
 * Statistics of the warehouse, so that an estimate need not read it. They are kept in memory, made in the background when the first
 * estimate needs them, and made again only for new files.
 */

import { encodePropertyIds } from '../../core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS, type ReportSpec, type ReportType } from '../../core/job.ts';
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Program } from '../../core/ports/engine.ts';
import { REPORTS } from '../../reports/catalogue.ts';
import { compileReport } from '../../reports/compile.ts';
import { widthsByProperty } from '../../reports/measure.ts';
import { runsSql, sampleSql } from '../../warehouse/day-runs.ts';
import { FileCounts } from './row-counts.ts';

/** Of a day table, over all files: reading more would cost more than many estimates save. */
const MOST_ROWS = 25_000_000;
/** Of a day table, over all files: 20 MB. */
const MOST_RUNS = 1_000_000;
/** Between two days whose rows are measured: rows change slowly. */
const STRIDE_DAYS = 8;
/** How many are measured in each file: 0.2 s on two cores. */
const MEASURED_ROWS = 10_000;
/** After a failure. */
const PAUSE_MS = 60_000;

interface Made {
  readonly version: number;
  /** Null: the table is too large. */
  readonly files: readonly FileCounts[] | null;
}

type Needs = Pick<Deps, 'engine' | 'clock' | 'log'>;

function dayFiles(type: ReportType, { tables }: DataVersion): readonly DataFile[] {
  return tables[REPORTS[type].tables.d] ?? [];
}

/** Widths depend on the joined files too. */
function identity(type: ReportType, { tables }: DataVersion, file: DataFile): string {
  const { d: _day, ...joined } = REPORTS[type].tables;
  const others = Object.values(joined).flatMap((table) => (tables[table] ?? []).map(({ key }) => key));
  return [file.key, ...others].join('\n');
}

/** The files with rows of the properties of the file, by table; of its own table only itself. */
function filesFor(type: ReportType, { tables }: DataVersion, file: DataFile, table: string): readonly DataFile[] {
  if (table === REPORTS[type].tables.d) return [file];
  return (tables[table] ?? []).filter(
    (other) => other.minPropertyId <= file.maxPropertyId && other.maxPropertyId >= file.minPropertyId,
  );
}

/** What the engine is asked about one file: its runs, and the widths of as many of its properties as the bound allows, evenly spread. */
function programFor(type: ReportType, version: DataVersion, file: DataFile): Program {
  const report = REPORTS[type];
  const spec: ReportSpec = {
    ...DEFAULT_FILE_OPTIONS,
    reportType: type,
    outputFormat: 'csv',
    startDate: file.minDate ?? '',
    endDate: file.maxDate ?? '',
  };
  const plan = compileReport(spec, version, encodePropertyIds([], 0));
  const tables = Object.entries(plan.tables).map(([name, { columns }]) => [
    name,
    { columns, files: filesFor(type, version, file, name) },
  ]);
  const range = { from: file.minPropertyId, to: file.maxPropertyId };
  return {
    tables: Object.fromEntries(tables),
    inputs: plan.inputs,
    directories: [],
    steps: [
      { sql: runsSql(report.tables.d) },
      { sql: sampleSql(report.tables.d), parameters: { every: Math.ceil(file.rows / STRIDE_DAYS / MEASURED_ROWS) } },
      widthsByProperty(plan, report, { range, stride: STRIDE_DAYS }),
    ],
  };
}

export class RowStatistics {
  readonly #deps: Needs;
  readonly #made = new Map<ReportType, Made>();
  readonly #files = new Map<ReportType, ReadonlyMap<string, FileCounts>>();
  /** One at a time: they share the engine's child for loads and the like. */
  #making: Promise<void> = Promise.resolve();
  readonly #wanted = new Set<ReportType>();
  #notBefore = 0;
  readonly #closing = new AbortController();

  constructor(deps: Needs) {
    this.#deps = deps;
  }

  /** What is known about the files of the report's day table in this version; null while it is being made, or if it is too large to keep. */
  of(type: ReportType, version: DataVersion): readonly FileCounts[] | null {
    const made = this.#made.get(type);
    if (made?.version === version.version) return made.files;
    this.#want(type, version);
    return null;
  }

  /** Resolves when everything requested so far is made. */
  made(): Promise<void> {
    return this.#making;
  }

  /** Makes no more. Resolves when nothing is in progress. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#making;
  }

  #want(type: ReportType, version: DataVersion): void {
    const { clock } = this.#deps;
    if (this.#wanted.has(type) || this.#closing.signal.aborted || clock().getTime() < this.#notBefore) return;
    this.#wanted.add(type);
    this.#making = this.#making.then(() => this.#make(type, version)).finally(() => this.#wanted.delete(type));
  }

  async #make(type: ReportType, version: DataVersion): Promise<void> {
    const { log, clock } = this.#deps;
    try {
      this.#made.set(type, { version: version.version, files: await this.#look(type, version) });
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      // A load may have removed the files meanwhile. Estimates continue without statistics.
      this.#notBefore = clock().getTime() + PAUSE_MS;
      log.warn('row-statistics-not-made', { reportType: type, dataVersion: version.version, error });
    }
  }

  async #look(type: ReportType, version: DataVersion): Promise<readonly FileCounts[] | null> {
    const files = dayFiles(type, version);
    if (files.reduce((sum, { rows }) => sum + rows, 0) > MOST_ROWS) return null;
    const known = this.#files.get(type);
    const counts = new Map<string, FileCounts>();
    let runs = 0;
    for (const file of files) {
      const key = identity(type, version, file);
      const count = known?.get(key) ?? (await this.#count(programFor(type, version, file)));
      counts.set(key, count);
      runs += count.runs;
      if (runs > MOST_RUNS) return null;
    }
    this.#files.set(type, counts);
    return [...counts.values()];
  }

  async #count(program: Program): Promise<FileCounts> {
    const [runs = [], , widths = []] = await this.#deps.engine.run(
      program,
      { lane: 'load' },
      { signal: this.#closing.signal },
    );
    return new FileCounts(runs[0], widths);
  }
}
