import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LookUpSize, Program } from '../../src/core/ports/engine.ts';
import type { TimeLimit } from '../../src/core/turns/time-limit.ts';
import { column, type EngineWorld } from '../duckdb/engine-world.ts';

const LONG: TimeLimit = { ms: 60_000, tooLong: 'It took too long' };
const ONE: Program = { tables: {}, inputs: {}, directories: [], steps: [{ sql: 'SELECT 1 AS one' }] };
/** Two works in progress, and twenty that wait. */
const MOST_OF_ACCOUNT = 22;

/** Is at work until the gate opens: its rows do not come before. */
function gated(): { readonly program: Program; readonly open: () => void } {
  let release: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    release = resolve;
  });
  async function* rows() {
    await opened;
    yield [[1]];
  }
  const inputs = { given: { columns: [column('id', 'id')], batches: rows() } };
  return { program: { ...ONE, inputs }, open: () => release() };
}

/** How every engine shares what is looked up for customers. */
export function engineLookUpsContract(open: () => Promise<EngineWorld>): void {
  let world: EngineWorld;
  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  function lookUp(accountId: string, program = ONE, limit = LONG, size: LookUpSize = 'small') {
    return world.engine.lookUp({ accountId, size }, (ask) => ask(program, limit));
  }

  describe.each<LookUpSize>(['small', 'large'])('a %s look-up', (size) => {
    it('is answered with each step’s rows', async () => {
      expect(await lookUp('a', ONE, LONG, size)).toEqual([[{ one: 1 }]]);
    });

    it('whose time is over is stopped, and is to be tried again', async () => {
      const endless = { ...ONE, steps: [{ sql: 'SELECT count(*) FROM range(100000000000)' }] };
      await expect(lookUp('a', endless, { ms: 100, tooLong: 'Narrow it' }, size)).rejects.toMatchObject({
        code: 'unavailable',
        message: 'Narrow it',
        retryAfterSeconds: 5,
      });
      expect(await lookUp('a', ONE, LONG, size)).toEqual([[{ one: 1 }]]);
    });

    it('has all of its time when it begins, however long it waited', async () => {
      await Promise.all([lookUp('a', ONE, LONG, size), lookUp('b', ONE, LONG, size)]);
      const { program, open: release } = gated();
      const first = lookUp('a', program, LONG, size);
      const limit = { ms: 1_000, tooLong: 'It waited too long' };
      const second = lookUp('a', ONE, limit, size);
      await delay(limit.ms * 2);
      release();
      expect(await second).toEqual([[{ one: 1 }]]);
      await first;
    });
  });

  describe('look-ups of an account', () => {
    it('that take long hold up none of another', async () => {
      const long = [gated(), gated()];
      const held = long.map(({ program }) => lookUp('a', program));
      expect(await lookUp('b')).toEqual([[{ one: 1 }]]);
      for (const { open: release } of long) release();
      await Promise.all(held);
    });

    it('take turns with those of another, however many there are', async () => {
      const { program, open: release } = gated();
      const order: string[] = [];
      const note = (name: string) => () => void order.push(name);
      const [first, blocker] = [gated(), lookUp('x', program)];
      const many = [lookUp('a', first.program), ...Array.from({ length: MOST_OF_ACCOUNT - 1 }, () => lookUp('a'))];
      const ended = many.map((each) => each.then(note('a')));
      const other = lookUp('b').then(note('b'));
      first.open();
      await Promise.all([...ended, other]);
      release();
      await blocker;
      expect(order.indexOf('b')).toBeLessThanOrEqual(2);
    });

    it('beyond two at work and twenty that wait are refused, those of others not', async () => {
      const { program, open: release } = gated();
      const held = [lookUp('a', program), ...Array.from({ length: MOST_OF_ACCOUNT - 1 }, () => lookUp('a'))];
      await expect(lookUp('a')).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 1 });
      expect(await lookUp('b')).toEqual([[{ one: 1 }]]);
      release();
      expect(await Promise.all(held)).toHaveLength(MOST_OF_ACCOUNT);
    });

    it('that work begin only when it is their turn: what waits holds nothing', async () => {
      const { program, open: release } = gated();
      let begun = 0;
      const held = Array.from({ length: MOST_OF_ACCOUNT }, (_, index) =>
        world.engine.lookUp({ accountId: 'a', size: 'small' }, (ask) => {
          begun += 1;
          return ask(index === 0 ? program : ONE, LONG);
        }),
      );
      expect(await lookUp('b')).toEqual([[{ one: 1 }]]);
      expect(begun).toBe(2);
      release();
      await Promise.all(held);
      expect(begun).toBe(MOST_OF_ACCOUNT);
    });
  });

  it('a large one holds up no small one', async () => {
    const { program, open: release } = gated();
    const large = lookUp('a', program, LONG, 'large');
    expect(await lookUp('a')).toEqual([[{ one: 1 }]]);
    release();
    await large;
  });
}
