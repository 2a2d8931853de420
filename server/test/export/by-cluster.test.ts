import { describe, expect, it } from 'vitest';
import type { Column } from '../../src/core/columns.ts';
import type { Engine, ExportPlan } from '../../src/core/ports/engine.ts';
import type { CellMaker, FoundRows, RowFinder } from '../../src/core/ports/engine-session.ts';
import { withCluster } from '../../src/export/by-cluster.ts';
import { storedPlan } from '../duckdb/plans.ts';

const COLUMNS: readonly Column[] = [
  { name: 'property_id', type: 'id', nullable: false, unit: null, pii: 'none', description: 'A number.', since: '1.0' },
];

function planOver(...rows: readonly number[]): ExportPlan {
  const plan = storedPlan(COLUMNS, []);
  const files = rows.map((each, index) => ({ key: `t/${index}`, bytes: 1, sha256: '', rows: each }));
  return { ...plan, tables: { t: { columns: COLUMNS, files } } };
}

/** What was done, in order. */
function stage(findsRows: boolean, maker: CellMaker['writeFound'] = async () => [2]) {
  const done: string[] = [];
  const found: FoundRows = {
    found: [],
    shown: [],
    async *counts() {},
    fetch: async () => undefined,
    close: async () => void done.push('closed'),
  };
  const finder: RowFinder = { find: () => (findsRows ? found : null), close: async () => undefined };
  const refuse = () => Promise.reject(new Error('not asked for here'));
  const engine: Engine & CellMaker = {
    run: refuse,
    lookUp: refuse,
    async write() {
      done.push('alone');
      return [1];
    },
    async writeFound(...given) {
      done.push('found');
      return maker(...given);
    },
  };
  return { done, engine: withCluster(engine, finder, { minRows: 100 }) };
}

const watch = { signal: new AbortController().signal };

describe('an export', () => {
  it('goes to the cluster from so many rows on that its files hold together', async () => {
    const { done, engine } = stage(true);
    expect(await engine.write(planOver(60, 39), [], watch)).toEqual([1]);
    expect(await engine.write(planOver(60, 40), [], watch)).toEqual([2]);
    expect(done).toEqual(['alone', 'found', 'closed']);
  });

  it('stays with the engine where the cluster cannot find its rows', async () => {
    const { done, engine } = stage(false);
    expect(await engine.write(planOver(1000), [], watch)).toEqual([1]);
    expect(done).toEqual(['alone']);
  });

  it('that fails leaves nothing working for it', async () => {
    const fault = new Error('a machine is gone');
    const { done, engine } = stage(true, () => Promise.reject(fault));
    await expect(engine.write(planOver(1000), [], watch)).rejects.toBe(fault);
    expect(done).toEqual(['found', 'closed']);
  });
});
