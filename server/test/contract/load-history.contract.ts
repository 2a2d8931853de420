import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/core/ports/database/database.ts';
import { type LoadEnd, loadState, newLoadRecord } from '../../src/core/versions/load-record.ts';
import type { OpenSubject } from './database-world.ts';

type Asked = Parameters<Database['loads']['list']>[0];

const ALL: Asked = { table: null, from: null, until: null, before: null, limit: 100 };

const counts = { added: 1, replaced: 2, unchanged: 1, deleted: 0, rejected: 3 };
const END: LoadEnd = {
  version: null,
  unchanged: 7,
  tables: [{ table: 'units', ...counts }],
  layouts: [{ file: 'units.csv', encoding: 'utf-8', delimiter: ';', numbers: 'plain', dates: 'iso' }],
  rejected: 3,
  rejectSums: [{ column: 'rent', reason: 'must be a number', rows: 3 }],
  failure: null,
};

export function loadHistoryContract(open: OpenSubject): void {
  describe('LoadHistoryStore', () => {
    let db: Database;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ db, close } = await open());
    });
    afterAll(() => close());

    const begin = (sources = ['units.csv']) =>
      db.loads.begin(newLoadRecord({ origin: 'command', sources, by: 'alice', mapping: 'acme.yaml' }));

    it('has what became of a load, from its beginning to its end, which counts once', async () => {
      const number = await begin();
      const begun = await db.loads.get(number);
      expect(begun).toMatchObject({
        ...{ number, origin: 'command', by: 'alice', note: null, sources: ['units.csv'], sourceCount: 1 },
        ...{ mapping: 'acme.yaml', feed: null, endedAt: null, version: null, tables: [], rejectsKey: null },
      });
      expect(begun && loadState(begun)).toBe('running');
      await db.loads.keepRejects(number, { key: 'load-rejects/1.csv', rows: 2 });
      await db.loads.end(number, END);
      await db.loads.end(number, { ...END, failure: 'too late' });
      const ended = await db.loads.get(number);
      expect(ended).toMatchObject({
        ...END,
        endedAt: expect.any(Date),
        rejectsKey: 'load-rejects/1.csv',
        rejectsKept: 2,
      });
      await db.loads.forgetRejects(['load-rejects/1.csv', 'load-rejects/none.csv']);
      expect((await db.loads.get(number))?.rejectsKey).toBeNull();
      expect(await db.loads.get(number + 1000)).toBeNull();
    });

    it('ends together with what else is done in a transaction, or not at all', async () => {
      const number = await begin();
      const broken = db.transaction(async ({ loads }) => {
        await loads.end(number, { ...END, version: 8, unchanged: null });
        throw new Error('not this time');
      });
      await expect(broken).rejects.toThrow('not this time');
      expect(await db.loads.get(number)).toMatchObject({ version: null, endedAt: null });
    });

    it('lists the newest first, by table, time and place', async () => {
      const first = await begin();
      // A date of ours ends with its millisecond, and two beginnings may fall into one.
      await setTimeout(2);
      const second = await begin();
      await db.loads.end(first, { ...END, tables: [{ table: 'sales', ...counts }] });
      const numbers = async (query: Partial<Asked>) =>
        (await db.loads.list({ ...ALL, ...query })).map(({ number }) => number);
      expect((await numbers({})).slice(0, 2)).toEqual([second, first]);
      expect((await numbers({ table: 'sales' }))[0]).toBe(first);
      expect(await db.loads.list({ ...ALL, before: second, limit: 1 })).toMatchObject([{ number: first }]);
      const at = (await db.loads.get(second))?.beganAt ?? new Date(0);
      expect(await db.loads.list({ ...ALL, from: at })).toMatchObject([{ number: second }]);
      expect((await db.loads.list({ ...ALL, until: at }))[0]?.number).toBe(first);
    });

    it('is heard of, takes other texts, and forgets what is old', async () => {
      const number = await begin(['jane.csv', 'b.csv']);
      await db.loads.beat(number);
      expect((await db.loads.get(number))?.silentSeconds).toBeLessThan(60);
      await db.loads.rewrite(number, { ...END, note: null, sources: ['b.csv'], failure: 'no names' });
      expect(await db.loads.get(number)).toMatchObject({ sources: ['b.csv'], failure: 'no names' });
      expect(await db.loads.deleteOld(new Date('2020-01-01T00:00:00Z'), 10)).toBe(0);
      expect(await db.loads.deleteOld(new Date('2100-01-01T00:00:00Z'), 2)).toBe(2);
      expect(await db.loads.get(number)).not.toBeNull();
    });
  });
}
