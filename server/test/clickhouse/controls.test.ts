/** That the comparison of engines would notice a printer that is wrong: each of these statements answers, and each answer is wrong. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { column as cell } from '../../src/core/plan/expression.ts';
import type { Engine, ExportPlan } from '../../src/core/ports/engine.ts';
import { column, never } from '../duckdb/engine-world.ts';
import { rowsOf } from '../duckdb/plans.ts';
import { fileSink } from '../support/file-sink.ts';
import { type Alter, alteringProxy } from './altered-statements.ts';
import { type ClusterWorld, clusterWorld, manyRows, requesting } from './cluster-world.ts';
import { clusterMissing } from './machines.ts';

const WRONG: Readonly<Record<string, Alter>> = {
  'a join that is an inner one': (sql) => sql.replaceAll(/(?<!SEMI )LEFT JOIN/g, 'INNER JOIN'),
  'rows in no order': (sql) =>
    sql.replace(/ORDER BY [^,]+(, [^,]+)+ FORMAT Parquet$/, 'ORDER BY rand() FORMAT Parquet'),
  'values in place of nulls': (sql) => sql.replaceAll(/(\w+\.`\w+`) AS (`c\d+`)/g, 'assumeNotNull($1) AS $2'),
  'the requested ids by IN': (sql) =>
    sql.replace(
      / SEMI LEFT JOIN (`\w+`) AS asked ON asked\.property_id = (\w+)\.property_id(.*?)(?= GROUP BY| ORDER BY)/,
      '$3 WHERE $2.property_id IN (SELECT property_id FROM $1)',
    ),
};

describe.skipIf(clusterMissing !== null)(`a cluster${clusterMissing ? ` (${clusterMissing})` : ''}`, () => {
  let world: ClusterWorld;
  let plan: ExportPlan;
  let files = 0;

  beforeAll(async () => {
    world = await clusterWorld();
    const many = await manyRows(world, 'controls', 9_000);
    const other = [column('property_id', 'id'), column('more', 'count')];
    const rows = `SELECT CAST(id AS BIGINT) AS property_id, CAST(id AS INTEGER) AS more FROM range(1, 1001) ids(id) WHERE id % 3 > 0`;
    const joined = { name: 'more', type: 'count', value: cell('o', 'more') } as const;
    plan = {
      ...many,
      tables: {
        ...many.tables,
        others: { columns: other, files: [await world.store('warehouse/more/1.parquet', rows)] },
      },
      rows: {
        ...many.rows,
        joins: [{ kind: 'same-key', table: 'others', as: 'o', key: ['property_id'] }],
        columns: [...many.rows.columns, joined],
      },
      columns: [...many.columns, column('more', 'count')],
    };
  }, 240_000);
  afterAll(() => world?.close());

  async function written(engine: Pick<Engine, 'write'>): Promise<string> {
    const sink = fileSink(join(world.directory, `${files++}`), { format: 'csv' });
    await engine.write(plan, [sink], { signal: never });
    return readFile(sink.path, 'utf8');
  }

  /** What the cluster makes of the statements; null where it refused. */
  async function writtenWith(alter: Alter): Promise<{ readonly text: string | null; readonly altered: number }> {
    const [machine] = world.machines;
    const proxy = await alteringProxy(machine?.url ?? '', alter);
    const { engine, log, close } = world.behind([proxy.url]);
    try {
      const text = await written(engine).catch(() => null);
      // Done by the cluster, and not by the engine alone in its place.
      expect(log.lines).toEqual([]);
      return { text, altered: proxy.altered() };
    } finally {
      await close();
      await proxy.close();
    }
  }

  it('that is asked what was printed finds what the engine alone finds', async () => {
    const { text } = await writtenWith((sql) => sql);
    expect(text).toBe(await written(world.alone));
  });

  it.each(Object.entries(WRONG))('is found out by %s', async (_, alter) => {
    const { text, altered } = await writtenWith(alter);
    expect(altered).toBeGreaterThan(0);
    expect(text).not.toBe(await written(world.alone));
  });
});
