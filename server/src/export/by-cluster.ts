/** Exports of many rows by a cluster that finds them; all others by the engine alone. */
import type { Engine, ExportPlan } from '../core/ports/engine.ts';
import type { CellMaker, RowFinder } from '../core/ports/engine-session.ts';

/** The rows of the files that have to be looked through. */
function rowsLookedThrough({ rows, tables }: Pick<ExportPlan, 'rows' | 'tables'>): number {
  return (tables[rows.table]?.files ?? []).reduce((sum, { rows: inFile = 0 }) => sum + inFile, 0);
}

/** The engine with its `write`, which leaves finding to the cluster where files with at least so many rows are to be looked through. */
export function withCluster<Opened extends Engine & CellMaker>(
  engine: Opened,
  finder: RowFinder,
  { minRows }: { readonly minRows: number },
): Opened {
  return {
    ...engine,
    async write(plan, sinks, watch) {
      const found = rowsLookedThrough(plan) >= minRows ? finder.find(plan) : null;
      if (found === null) return engine.write(plan, sinks, watch);
      try {
        return await engine.writeFound(plan, found, sinks, watch);
      } finally {
        await found.close();
      }
    },
  };
}
