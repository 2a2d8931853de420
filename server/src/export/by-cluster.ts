/** Exports of many rows by a cluster that finds them, while it is there; all others by the engine alone. */
import { ClusterAway } from '../core/passing-fault.ts';
import type { Engine, ExportPlan, Sink, Watch } from '../core/ports/engine.ts';
import type { CellMaker, FoundRows, RowFinder } from '../core/ports/engine-session.ts';
import type { Logger } from '../core/ports/logger.ts';
import type { ClusterMeter } from '../core/ports/telemetry.ts';

/** Which exports go to the cluster. */
export interface ClusterRules {
  /** Those that have to look through files with at least so many rows. */
  readonly minRows: number;
  /** Those of these accounts, however many rows that are. */
  readonly accounts: readonly string[];
  /** With so many rows only the cluster does them: while it is away, they wait. Null where the engine alone can do any. */
  readonly onlyRows: number | null;
}

interface Beside {
  readonly finder: RowFinder;
  readonly rules: ClusterRules;
  readonly log: Logger;
  readonly meter: ClusterMeter;
}

/** The rows of the files that have to be looked through. */
function rowsLookedThrough({ rows, tables }: Pick<ExportPlan, 'rows' | 'tables'>): number {
  return (tables[rows.table]?.files ?? []).reduce((sum, { rows: inFile = 0 }) => sum + inFile, 0);
}

/** The sinks, of which the first that gets something, or ends without, is told of. */
function toldOf(sinks: readonly Sink[], onFirst: () => void): readonly Sink[] {
  let isTold = false;
  const tell = () => {
    if (!isTold) onFirst();
    isTold = true;
  };
  return sinks.map((sink) => {
    const { target } = sink;
    const write = (piece: Uint8Array) => {
      tell();
      return target.write(piece);
    };
    const end = () => {
      tell();
      return target.end();
    };
    return { ...sink, target: { write, end } };
  });
}

/** The engine with its `write`, which leaves finding to the cluster where the rules say so. */
export function withCluster<Opened extends Engine & CellMaker>(
  engine: Opened,
  { finder, rules: { minRows, accounts, onlyRows }, log, meter }: Beside,
): Opened {
  async function writeFound(plan: ExportPlan, found: FoundRows, sinks: readonly Sink[], watch: Watch) {
    try {
      const name = await found.begin(watch.signal);
      const told = toldOf(sinks, () => watch.onFinder?.(name));
      const rows = await engine.writeFound(plan, found, told, watch);
      meter.clusterAsked('found');
      return rows;
    } finally {
      await found.close();
    }
  }

  return {
    ...engine,
    async write(plan, sinks, watch) {
      const { origin } = watch;
      const rows = rowsLookedThrough(plan);
      const isItsOwn = rows >= minRows || (origin !== undefined && accounts.includes(origin.accountId));
      const found = isItsOwn ? finder.find(plan, origin) : null;
      if (found === null) return engine.write(plan, sinks, watch);
      let isBegun = false;
      const began = toldOf(sinks, () => {
        isBegun = true;
      });
      try {
        return await writeFound(plan, found, began, watch);
      } catch (error) {
        if (!(error instanceof ClusterAway)) throw error;
        const { refusal } = error;
        log.warn('cluster-away', { jobId: origin?.jobId, attempt: origin?.attempt, refusal, error });
        // What is written of a file stays as it is written, and the next attempt begins anew.
        const waits = isBegun || (onlyRows !== null && rows >= onlyRows);
        meter.clusterAsked(waits ? 'put_back' : 'done_alone');
        if (waits) throw error;
        return engine.write(plan, sinks, watch);
      }
    },
  };
}
