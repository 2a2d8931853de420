import { describe, expect, it } from 'vitest';
import type { Column } from '../../src/core/columns.ts';
import { ClusterAway } from '../../src/core/passing-fault.ts';
import type { Engine, ExportPlan, Sink, Watch } from '../../src/core/ports/engine.ts';
import type { CellMaker, FoundRows, RowFinder } from '../../src/core/ports/engine-session.ts';
import { NO_METER } from '../../src/core/ports/telemetry.ts';
import { type ClusterRules, withCluster } from '../../src/export/by-cluster.ts';
import { recordingLog } from '../duckdb/engine-world.ts';
import { storedPlan } from '../duckdb/plans.ts';

const COLUMNS: readonly Column[] = [
  { name: 'property_id', type: 'id', nullable: false, unit: null, pii: 'none', description: 'A number.', since: '1.0' },
];
const AWAY = new ClusterAway(new Error('connect ECONNREFUSED'));

function planOver(...rows: readonly number[]): ExportPlan {
  const plan = storedPlan(COLUMNS, []);
  const files = rows.map((each, index) => ({ key: `t/${index}`, bytes: 1, sha256: '', rows: each }));
  return { ...plan, tables: { t: { columns: COLUMNS, files } } };
}

interface Staged {
  readonly findsRows?: boolean;
  readonly begin?: FoundRows['begin'];
  readonly maker?: CellMaker['writeFound'];
  readonly rules?: Partial<ClusterRules>;
}

const oneByte: CellMaker['writeFound'] = async (_plan, _found, sinks) => {
  await sinks[0]?.target.write(Buffer.from('a'));
  return [2];
};

/** What was done, in order. */
function stage({ findsRows = true, begin = async () => 'finder 1.0', maker = oneByte, rules = {} }: Staged = {}) {
  const done: string[] = [];
  const counted: string[] = [];
  const found: FoundRows = {
    found: [],
    shown: [],
    begin,
    async *counts() {},
    fetch: async () => undefined,
    close: async () => void done.push('closed'),
  };
  const finder: RowFinder = {
    find: () => (findsRows ? found : null),
    check: async () => undefined,
    close: async () => undefined,
  };
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
  const log = recordingLog();
  const meter = { ...NO_METER, clusterAsked: (result: string) => void counted.push(result) };
  const both = { minRows: 100, accounts: [], onlyRows: null, ...rules };
  const sink: Sink = {
    format: 'csv',
    compression: 'none',
    csvProfile: 'standard',
    metadata: {},
    target: { write: async () => void done.push('byte'), end: async () => undefined },
  };
  const watch: Watch = {
    signal: new AbortController().signal,
    onFinder: (name) => void done.push(`found by ${name}`),
    origin: { accountId: 'a-1', jobId: 'j-1', attempt: 1 },
  };
  const cluster = withCluster(engine, { finder, rules: both, log, meter });
  const write = (plan: ExportPlan) => cluster.write(plan, [sink], watch);
  return { done, counted, log, write };
}

describe('an export', () => {
  it('goes to the cluster from so many rows on that its files hold together, which is told before its first byte', async () => {
    const { done, counted, write } = stage();
    expect(await write(planOver(60, 39))).toEqual([1]);
    expect(await write(planOver(60, 40))).toEqual([2]);
    expect(done).toEqual(['alone', 'found', 'found by finder 1.0', 'byte', 'closed']);
    expect(counted).toEqual(['found']);
  });

  it('of an account that is named goes there however small it is', async () => {
    const named = stage({ rules: { accounts: ['a-1'] } });
    expect(await named.write(planOver(1))).toEqual([2]);
    const other = stage({ rules: { accounts: ['a-2'] } });
    expect(await other.write(planOver(1))).toEqual([1]);
  });

  it('stays with the engine where the cluster cannot find its rows', async () => {
    const { done, write } = stage({ findsRows: false });
    expect(await write(planOver(1000))).toEqual([1]);
    expect(done).toEqual(['alone']);
  });

  it('that fails leaves nothing working for it', async () => {
    const fault = new Error('a statement is wrong');
    const { done, write } = stage({ maker: () => Promise.reject(fault) });
    await expect(write(planOver(1000))).rejects.toBe(fault);
    expect(done).toEqual(['found', 'closed']);
  });
});

describe('while the cluster is away, an export', () => {
  it('is done by the engine alone, and the log says why', async () => {
    const { done, counted, log, write } = stage({ begin: () => Promise.reject(AWAY) });
    expect(await write(planOver(1000))).toEqual([1]);
    expect(done).toEqual(['closed', 'alone']);
    expect(counted).toEqual(['done_alone']);
    expect(log.lines).toMatchObject([{ event: 'cluster-away', fields: { jobId: 'j-1', error: AWAY } }]);
  });

  it('is done so too when it was begun there, and nothing is written yet', async () => {
    const { done, write } = stage({ maker: () => Promise.reject(AWAY) });
    expect(await write(planOver(1000))).toEqual([1]);
    expect(done).toEqual(['found', 'closed', 'alone']);
  });

  it('is put back once there is a byte of it', async () => {
    const { done, counted, write } = stage({
      maker: async (...given) => {
        await oneByte(...given);
        throw AWAY;
      },
    });
    await expect(write(planOver(1000))).rejects.toBe(AWAY);
    expect(done).toEqual(['found', 'found by finder 1.0', 'byte', 'closed']);
    expect(counted).toEqual(['put_back']);
  });

  it('that only the cluster does waits for it', async () => {
    const { done, write } = stage({ begin: () => Promise.reject(AWAY), rules: { onlyRows: 1000 } });
    await expect(write(planOver(1000))).rejects.toBe(AWAY);
    expect(await write(planOver(999))).toEqual([1]);
    expect(done).toEqual(['closed', 'closed', 'alone']);
  });
});
