import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { WarehouseStore } from '../../src/core/ports/database/warehouse.ts';
import { originOf } from '../../src/core/versions/origin.ts';
import { dataFile, type OpenSubject, World } from './database-world.ts';

const FIRST_ASSIGNED = 100_000_001;

export function warehouseStoreContract(open: OpenSubject): void {
  describe('WarehouseStore', () => {
    let world: World;
    let warehouse: WarehouseStore;
    let close: () => Promise<void>;

    beforeEach(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      warehouse = subject.db.warehouse;
    });
    afterEach(() => close());

    function commit(base: number | null, keys: readonly string[], ids: readonly number[] = [1, 2]) {
      return warehouse.commit({ base, tables: { units: keys.map(dataFile) }, propertyIds: PropertyIdSet.of(ids) });
    }

    it('is empty at first', async () => {
      expect(await warehouse.current()).toBeNull();
      expect(await warehouse.age()).toBeNull();
      expect(await warehouse.get(1)).toBeNull();
      expect(await warehouse.prune()).toEqual([]);
      await expect(warehouse.propertyIds(1)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('makes each committed version current and keeps what it consists of', async () => {
      const first = await commit(null, ['a'], [7, 5]);
      const changesKnownSince = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);
      const tables = { units: [dataFile('a')] };
      expect(first).toEqual({ version: 1, committedAt: expect.any(Date), changesKnownSince, tables });
      const second = await commit(first.version, ['a', 'b'], [9, 5]);
      expect(second.version).toBe(2);
      expect(await warehouse.current()).toEqual(second);
      expect(await warehouse.age()).toEqual({ version: 2, ageSeconds: expect.any(Number) });
      expect(await warehouse.get(1)).toEqual(first);
      expect([...(await warehouse.propertyIds(1))]).toEqual([5, 7]);
      expect([...(await warehouse.propertyIds(2))]).toEqual([5, 9]);
    });

    it('keeps what rules are true of, for each version and as long as there is one', async () => {
      const [rule, other] = ["state = 'GA'", 'unit_count > 9'];
      await commit(null, ['a']);
      expect(await warehouse.matches(1, rule)).toBeNull();
      await warehouse.keepMatches(1, rule, PropertyIdSet.of([2]));
      await warehouse.keepMatches(1, other, PropertyIdSet.of([]));
      // What is found twice is the same; what is there stays.
      await warehouse.keepMatches(1, rule, PropertyIdSet.of([1]));
      expect(await warehouse.matches(1, rule)).toEqual(PropertyIdSet.of([2]));
      expect(await warehouse.matches(1, other)).toEqual(PropertyIdSet.of([]));
      await commit(1, ['b']);
      expect(await warehouse.matches(2, rule)).toBeNull();
      await warehouse.prune();
      expect(await warehouse.matches(1, rule)).toBeNull();
      await warehouse.keepMatches(1, rule, PropertyIdSet.of([2]));
      expect(await warehouse.matches(1, rule)).toBeNull();
    });

    it('refuses a load that another one overtook', async () => {
      await commit(null, ['a']);
      await expect(commit(null, ['b'])).rejects.toMatchObject({ code: 'data_changed' });
      await commit(1, ['b']);
      await expect(commit(1, ['c'])).rejects.toMatchObject({ code: 'data_changed' });
      await warehouse.prune();
      // Version 1 is gone and its number is free, yet a load that began before it is late all the same.
      await expect(commit(null, ['c'])).rejects.toMatchObject({ code: 'data_changed' });
      expect(await warehouse.current()).toMatchObject({ version: 2 });
    });

    it('lets one of two loads at once through', async () => {
      await commit(null, ['a']);
      const loads = await Promise.allSettled(['b', 'c', 'd'].map((key) => commit(1, [key])));
      expect(loads.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await warehouse.current()).toMatchObject({ version: 2 });
    });

    it('commits nothing when the transaction fails', async () => {
      const failing = world.db.transaction(async (tx) => {
        await tx.warehouse.commit({ base: null, tables: {}, propertyIds: PropertyIdSet.of([1]) });
        throw new Error('not now');
      });
      await expect(failing).rejects.toThrow('not now');
      expect(await warehouse.current()).toBeNull();
    });

    it('drops versions that nobody reads and names the objects that no version holds', async () => {
      await commit(null, ['a', 'b']);
      await commit(1, ['b', 'c']);
      await commit(2, ['c', 'd']);
      expect(await warehouse.held(['a', 'e'])).toEqual(new Set(['a']));
      expect((await warehouse.prune()).toSorted()).toEqual(['a', 'b']);
      expect(await warehouse.get(1)).toBeNull();
      expect(await warehouse.get(2)).toBeNull();
      expect(await warehouse.current()).toMatchObject({ version: 3 });
      expect(await warehouse.held(['a', 'b', 'c', 'd', '', '$.*'])).toEqual(new Set(['c', 'd']));
      expect(await warehouse.held([])).toEqual(new Set());
      expect(await warehouse.prune()).toEqual([]);
    });

    it('keeps a version as long as an unfinished job reads it', async () => {
      world.dataVersion = (await commit(null, ['a'])).version;
      const job = await world.insertJob();
      await commit(1, ['b']);
      expect(await warehouse.prune()).toEqual([]);
      expect(await warehouse.get(1)).not.toBeNull();
      await world.db.jobs.finish(job, { outcome: 'cancelled' });
      expect(await warehouse.prune()).toEqual(['a']);
      await expect(world.insertJob()).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('keeps a version for a job that is being accepted while it prunes', async () => {
      world.dataVersion = (await commit(null, ['a'])).version;
      const job = world.newJob(await world.account());
      await commit(1, ['b']);
      let pruning: Promise<readonly string[]> | undefined;
      await world.db.transaction(async (tx) => {
        await tx.jobs.insert(job);
        pruning = warehouse.prune();
        // The pruner has to meet the job's uncommitted row: it answers, or waits for us, while others are answered many times.
        for (let question = 0; question < 50; question++) await warehouse.current();
      });
      expect(await pruning).toEqual([]);
      expect(await warehouse.get(1)).not.toBeNull();
    });

    it('keeps a version for the time it was asked to, and drops it when that is over', async () => {
      await commit(null, ['a']);
      await commit(1, ['b']);
      expect(await warehouse.keep(1, 3600)).toBe(true);
      // Asking for less does not take back what was asked for before.
      expect(await warehouse.keep(1, 0)).toBe(true);
      expect(await warehouse.prune()).toEqual([]);
      expect(await warehouse.get(1)).not.toBeNull();
      await commit(2, ['c']);
      // Over as soon as it has begun.
      expect(await warehouse.keep(2, 0)).toBe(true);
      expect(await warehouse.prune()).toEqual(['b']);
      expect(await warehouse.get(1)).not.toBeNull();
      expect(await warehouse.keep(2, 3600)).toBe(false);
      expect(await warehouse.keep(99, 3600)).toBe(false);
    });

    it('keeps a version that is asked for while it prunes, or says that it is gone', async () => {
      await commit(null, ['a']);
      await commit(1, ['b']);
      const [dropped, isKept] = await Promise.all([warehouse.prune(), warehouse.keep(1, 3600)]);
      expect(dropped).toEqual(isKept ? [] : ['a']);
      expect((await warehouse.get(1)) !== null).toBe(isKept);
    });

    it('keeps old versions as the terms say, and tells what there is of them, the newest first', async () => {
      for (const base of [null, 1, 2, 3]) await commit(base, [`file-${base ?? 0}`, 'shared']);
      const terms = { keptVersions: 2, versionRetentionDays: 0, versionLimitBytes: 1_000_000 };
      expect(await warehouse.prune(terms)).toEqual(['file-0']);
      const kept = await warehouse.versions();
      expect(kept.map(({ version }) => version)).toEqual([4, 3, 2]);
      expect(kept[0]).toMatchObject({ rows: 6, bytes: 2468, origin: null, committedAt: expect.any(Date) });
      // Young ones are kept however many there are, and none beyond the bytes.
      expect(await warehouse.prune({ ...terms, keptVersions: 0, versionRetentionDays: 1 })).toEqual([]);
      expect(await warehouse.prune({ ...terms, versionLimitBytes: 1234 })).toEqual(expect.arrayContaining(['file-1']));
      expect(await warehouse.prune(terms)).toEqual([]);
    });

    it('notes what a version came of', async () => {
      const changes = { units: { added: 3, replaced: 0, deleted: 0 } };
      const origin = originOf({ kind: 'load', by: 'ada', note: 'a “note”', files: ['/in/units.csv'], changes });
      await warehouse.commit({ base: null, tables: {}, propertyIds: PropertyIdSet.of([]), origin });
      expect(await warehouse.versions()).toMatchObject([{ version: 1, rows: 0, bytes: 0, origin }]);
    });

    it('assigns the next integers in the given order and remembers them', async () => {
      const first = await warehouse.assignPropertyIds(['b', 'a', 'b']);
      expect([...first].toSorted()).toEqual([
        ['a', FIRST_ASSIGNED + 1],
        ['b', FIRST_ASSIGNED],
      ]);
      const again = await warehouse.assignPropertyIds(['c', 'a']);
      expect(again.get('a')).toBe(FIRST_ASSIGNED + 1);
      expect(again.get('c')).toBe(FIRST_ASSIGNED + 2);
      expect((await warehouse.assignPropertyIds([])).size).toBe(0);
    });

    it('assigns above every id that it has ever known', async () => {
      await commit(null, ['a'], [99001416, 99004737]);
      expect((await warehouse.assignPropertyIds(['x'])).get('x')).toBe(99004738);
      await warehouse.recordSourceIds(new Map([['y', 500_000_000]]));
      expect((await warehouse.assignPropertyIds(['z'])).get('z')).toBe(500_000_001);
      await commit(1, ['b'], [600_000_000]);
      await commit(2, ['c'], [1]);
      await warehouse.prune();
      expect((await warehouse.assignPropertyIds(['w'])).get('w')).toBe(600_000_001);
    });

    it('assigns each id once, however many loads ask at once', async () => {
      const asked = Array.from({ length: 8 }, (_, load) => ['shared', ...['1', '2', '3'].map((n) => `${load}-${n}`)]);
      const assigned = await Promise.all(asked.map((keys) => warehouse.assignPropertyIds(keys)));
      const pairs = new Map(assigned.flatMap((ids) => [...ids]));
      expect(pairs.size).toBe(25);
      expect(new Set(pairs.values()).size).toBe(25);
      expect(Math.max(...pairs.values())).toBe(FIRST_ASSIGNED + 24);
      for (const ids of assigned) expect(ids.get('shared')).toBe(pairs.get('shared'));
    });

    it('assigns a hundred thousand', async () => {
      const keys = Array.from({ length: 100_000 }, (_, index) => `key ${index}, "quoted" {braced} \\ é`);
      const ids = await warehouse.assignPropertyIds(keys);
      expect(keys.map((key) => ids.get(key))).toEqual(keys.map((_, index) => FIRST_ASSIGNED + index));
    });

    it('records keys that came with an id, and returns those that another id has', async () => {
      expect(
        (
          await warehouse.recordSourceIds(
            new Map([
              ['a', 5],
              ['b', 6],
            ]),
          )
        ).size,
      ).toBe(0);
      const taken = await warehouse.recordSourceIds(
        new Map([
          ['a', 5],
          ['b', 7],
          ['c', 8],
        ]),
      );
      expect([...taken]).toEqual([['b', 6]]);
      const ids = await warehouse.assignPropertyIds(['a', 'b', 'c']);
      expect([...ids].toSorted()).toEqual([
        ['a', 5],
        ['b', 6],
        ['c', 8],
      ]);
      expect((await warehouse.recordSourceIds(new Map())).size).toBe(0);
    });

    it('lets a property have a new key beside its old one', async () => {
      await warehouse.recordSourceIds(new Map([['old', 5]]));
      expect((await warehouse.recordSourceIds(new Map([['new', 5]]))).size).toBe(0);
      expect([...(await warehouse.assignPropertyIds(['old', 'new'])).values()]).toEqual([5, 5]);
    });
  });
}
