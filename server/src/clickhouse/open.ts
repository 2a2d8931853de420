/** A cluster of ClickHouse as the finder of rows: what is loaded where a setting names one, and nowhere else. */
import { randomUUID } from 'node:crypto';
import type { ColumnType } from '../core/columns.ts';
import { inTwoSteps } from '../core/plan/found-rows.ts';
import type { ExportPlan, Origin } from '../core/ports/engine.ts';
import type { FoundRows, RowFinder } from '../core/ports/engine-session.ts';
import type { Logger } from '../core/ports/logger.ts';
import type { ObjectStore } from '../core/ports/store.ts';
import { ClusterRows, type Finding } from './found-rows.ts';
import { Machine, type MachineOptions } from './machine.ts';
import { CannotPrint } from './print/expression.ts';
import { printCensus, printPart } from './print/rows.ts';
import type { Warehouse } from './print/sources.ts';
import { probeCluster } from './probe.ts';

export interface ClusterOptions extends Warehouse, Omit<MachineOptions, 'url'> {
  /** Of the machines that are asked, each its own. */
  readonly urls: readonly string[];
  readonly log: Logger;
}

export interface OpenCluster extends RowFinder {
  /** Before the first job. Throws `bad_setting` with the reason if the cluster does not let us read the store’s objects as jobs need it. */
  probe(store: ObjectStore): Promise<void>;
}

/** The type of a column that is stored; null of one that a join makes. */
function storedType({ rows, tables }: ExportPlan, of: string, name: string): ColumnType | null {
  const table = of === rows.as ? rows.table : rows.joins.find(({ as }) => as === of)?.table;
  return (
    (table === undefined ? undefined : tables[table]?.columns.find((column) => column.name === name))?.type ?? null
  );
}

/** Of the ids of a job’s statements. */
function idsOf(origin: Origin | undefined): Pick<Finding, 'prefix' | 'ofJob'> {
  // Of a slot that lost its lease and does not know it yet, the same attempt may have an id already.
  const own = `${randomUUID()}.`;
  if (origin === undefined) return { prefix: `conveyance.${own}`, ofJob: null };
  const ofJob = `conveyance.${origin.jobId}.`;
  return { prefix: `${ofJob}${origin.attempt}.${own}`, ofJob };
}

export function openCluster({ urls, user, password, log, ...warehouse }: ClusterOptions): OpenCluster {
  const machines = urls.map((url) => new Machine({ url, user, password }));

  function find(plan: ExportPlan, origin?: Origin): FoundRows | null {
    const steps = inTwoSteps(plan.rows, (of, name) => storedType(plan, of, name));
    if (steps === null || steps.found.length === 0) return null;
    try {
      // What cannot be said is noticed before anything is asked.
      printCensus(warehouse, plan);
      printPart(warehouse, plan, steps.found, { from: 1, to: 0 });
    } catch (error) {
      if (error instanceof CannotPrint) return null;
      throw error;
    }
    return new ClusterRows({ plan, warehouse, ...steps, machines, ...idsOf(origin), inputs: plan.inputs, log });
  }

  return {
    find,
    async check() {
      await Promise.all(machines.map((machine) => machine.see(warehouse.cluster)));
    },
    probe: (store) => probeCluster({ store, machines, warehouse, log }),
    async close() {
      await Promise.all(machines.map((machine) => machine.close()));
    },
  };
}
