import { afterEach, describe, expect, it } from 'vitest';
import { type EngineWorld, never, openEngineWorld } from './engine-world.ts';

const MIB = 1_048_576;

let world: EngineWorld;
afterEach(() => world.close());

/** About 75 MB of rows. */
const KEEP = `CREATE TABLE kept AS SELECT hash(n) AS h, md5(n::VARCHAR) || md5(h::VARCHAR) AS text FROM range(700000) t(n) ORDER BY h`;

function run(sql: string) {
  return world.engine.run(
    { tables: {}, inputs: {}, directories: [], steps: [{ sql }] },
    { lane: 'load' },
    { signal: never },
  );
}

describe('limits', () => {
  it('spills what does not fit into memory', async () => {
    world = await openEngineWorld({ memoryLimit: '60MB' });
    const steps = [{ sql: KEEP }, { sql: 'SELECT count(*) AS n, count(DISTINCT h) AS different FROM kept' }];
    const program = { tables: {}, inputs: {}, directories: [], steps };
    const [, counted] = await world.engine.run(program, { lane: 'load' }, { signal: never });
    expect(counted).toEqual([{ n: 700_000, different: 700_000 }]);
  });

  it('reports a full spill directory as lack of disk', async () => {
    world = await openEngineWorld({ memoryLimit: '60MB', maxSpillBytes: 10 * MIB });
    await expect(run(KEEP)).rejects.toMatchObject({ name: 'EngineError', kind: 'disk' });
  });

  it('reports what cannot be spilled as lack of memory, and works on', async () => {
    world = await openEngineWorld({ memoryLimit: '60MB' });
    await expect(run('SELECT len(list(n)) FROM range(20000000) t(n)')).rejects.toMatchObject({ kind: 'memory' });
    expect(await run('SELECT 1 AS one')).toEqual([[{ one: 1 }]]);
  });
});
