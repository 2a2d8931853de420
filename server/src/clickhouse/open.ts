/** A cluster of ClickHouse as the finder of rows: what is loaded where a setting names one, and nowhere else. */
import { randomUUID } from 'node:crypto';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ColumnType } from '../core/columns.ts';
import { inTwoSteps } from '../core/plan/found-rows.ts';
import type { ExportPlan } from '../core/ports/engine.ts';
import type { FoundRows, RowFinder } from '../core/ports/engine-session.ts';
import { MS_PER_DAY } from '../core/time.ts';
import { ClusterRows } from './found-rows.ts';
import { CannotPrint } from './print/expression.ts';
import { printCensus, printPart } from './print/rows.ts';
import type { Warehouse } from './print/sources.ts';
import { PlanSession } from './session.ts';

export interface ClusterOptions extends Warehouse {
  /** Of the machines that are asked, each its own. */
  readonly urls: readonly string[];
  readonly user: string;
  readonly password: string;
}

/** The type of a column that is stored; null of one that a join makes. */
function storedType({ rows, tables }: ExportPlan, of: string, name: string): ColumnType | null {
  const table = of === rows.as ? rows.table : rows.joins.find(({ as }) => as === of)?.table;
  return (
    (table === undefined ? undefined : tables[table]?.columns.find((column) => column.name === name))?.type ?? null
  );
}

export function openCluster({ urls, user, password, ...warehouse }: ClusterOptions): RowFinder {
  const clients = urls.map((url) => ({
    url,
    client: createClient({
      url,
      username: user,
      password,
      application: 'conveyance',
      // Nothing comes while rows are sorted: how long that may take is the job’s time limit.
      request_timeout: MS_PER_DAY,
      log: { level: ClickHouseLogLevel.OFF },
    }),
  }));

  function find(plan: ExportPlan): FoundRows | null {
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
    const prefix = `conveyance.${randomUUID()}.`;
    const { inputs } = plan;
    const sessions = clients.map(({ url, client }) => new PlanSession({ url, client, prefix, inputs }));
    return new ClusterRows({ plan, warehouse, ...steps, sessions });
  }

  return {
    find,
    async close() {
      await Promise.all(clients.map(({ client }) => client.close()));
    },
  };
}
