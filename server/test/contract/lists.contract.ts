import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePropertyIds, encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS } from '../../src/core/job.ts';
import { type ChosenList, EVERYTHING, type ListContent, type SavedList } from '../../src/core/lists/saved-list.ts';
import { type OpenSubject, PROPERTY_IDS, World } from './database-world.ts';

const IDS: ListContent = {
  kind: 'ids',
  propertyIds: encodePropertyIds(PROPERTY_IDS, PROPERTY_IDS.length),
  propertyCount: PROPERTY_IDS.length,
};
const FILTER: ListContent = { kind: 'filter', filter: "state = 'TX'" };

export function listStoreContract(open: OpenSubject): void {
  describe('SavedListStore', () => {
    let world: World;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      await world.prepare();
    });
    afterAll(() => close());

    function insert(accountId: string, name: string, content: ListContent = IDS, most?: number): Promise<SavedList> {
      return world.db.lists.insert({ accountId, id: randomUUID(), name, content }, most);
    }

    async function schedule(owner: { accountId: string; credentialId: string }, list: ChosenList) {
      return world.db.schedules.insert({
        ...owner,
        id: randomUUID(),
        rule: { frequency: 'daily', time: '02:30', timeZone: 'America/New_York' },
        range: { name: 'yesterday' },
        deadlineHours: 48,
        onIncomplete: 'run',
        template: { reportType: 'property', outputFormat: 'csv', ...DEFAULT_FILE_OPTIONS },
        callbackUrl: null,
        propertyIds: new Uint8Array(),
        propertyCount: 3,
        list,
        nextAt: new Date('2026-03-08T07:30:00Z'),
      });
    }

    async function idsOf(list: SavedList): Promise<readonly number[] | null> {
      const ids = await world.db.lists.propertyIds(list);
      return ids && [...decodePropertyIds(ids)];
    }

    it('keeps ids in their order, or a filter', async () => {
      const { accountId } = await world.account();
      const ids = await insert(accountId, 'Three');
      expect(ids).toMatchObject({ accountId, name: 'Three', filter: null, propertyCount: 3 });
      expect(ids.createdAt).toBeInstanceOf(Date);
      expect(await idsOf(ids)).toEqual(PROPERTY_IDS);
      const filter = await insert(accountId, 'Texas', FILTER);
      expect(filter).toMatchObject({ name: 'Texas', filter: "state = 'TX'", propertyCount: null });
      expect(await idsOf(filter)).toBeNull();
    });

    it('finds a list by its id, or by its name in whatever case, for its own account', async () => {
      const { accountId } = await world.account();
      const other = await world.account();
      const list = await insert(accountId, 'Köln, groß');
      for (const name of [list.id, list.id.toUpperCase(), 'Köln, groß', 'KÖLN, groß', 'Ko\u0308ln, groß']) {
        expect(await world.db.lists.find(accountId, name)).toEqual(list);
        expect(await world.db.lists.find(other.accountId, name)).toBeNull();
      }
      for (const name of ['', 'Köln', randomUUID(), 'nul\0', '\ud800']) {
        expect(await world.db.lists.find(accountId, name)).toBeNull();
      }
    });

    it('lists them by name, a page at a time', async () => {
      const { accountId } = await world.account();
      for (const name of ['b', 'C', 'a']) await insert(accountId, name, FILTER);
      const { items, totalCount } = await world.db.lists.list(accountId, { page: 1, perPage: 2 });
      expect([items.map(({ name }) => name), totalCount]).toEqual([['a', 'b'], 3]);
      expect((await world.db.lists.list(accountId, { page: 2, perPage: 2 })).items).toHaveLength(1);
      expect(await world.db.lists.names(accountId, 2)).toEqual(['a', 'b']);
    });

    it('gives no name twice, and no more lists than there may be, however many come at once', async () => {
      const { accountId } = await world.account();
      const made = await Promise.allSettled([
        insert(accountId, 'Twice', IDS),
        insert(accountId, 'twice', FILTER),
        insert(accountId, 'TWICE', IDS),
      ]);
      expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(made.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'invalid_parameter' } });
      const bounded = await Promise.allSettled(['a', 'b', 'c'].map((name) => insert(accountId, name, IDS, 2)));
      expect(bounded.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(bounded.filter(({ status }) => status === 'rejected')).toMatchObject([
        { reason: { code: 'rate_limited' } },
        { reason: { code: 'rate_limited' } },
      ]);
      const other = await world.account();
      expect(await insert(other.accountId, 'Twice')).toMatchObject({ name: 'Twice' });
    });

    it('changes what it is told to', async () => {
      const { accountId } = await world.account();
      const list = await insert(accountId, 'Before');
      await insert(accountId, 'Taken');
      const renamed = await world.db.lists.change(list, { name: 'After' });
      expect(renamed).toMatchObject({ id: list.id, name: 'After', propertyCount: 3, createdAt: list.createdAt });
      expect(await world.db.lists.find(accountId, 'Before')).toBeNull();
      expect(await world.db.lists.change(list, { name: 'AFTER' })).toMatchObject({ name: 'AFTER' });
      await expect(world.db.lists.change(list, { name: 'taken' })).rejects.toMatchObject({ code: 'invalid_parameter' });
      const other = await world.db.lists.change(list, { content: FILTER });
      expect(other).toMatchObject({ name: 'AFTER', filter: "state = 'TX'", propertyCount: null });
      expect(await idsOf(list)).toBeNull();
      expect(await world.db.lists.change(list, { content: IDS })).toMatchObject({ filter: null, propertyCount: 3 });
      expect(await world.db.lists.change({ ...list, id: randomUUID() }, { name: 'Nobody' })).toBeNull();
    });

    it('deletes a list once, and not while a schedule uses it', async () => {
      const owner = await world.account();
      const list = await insert(owner.accountId, 'Used');
      const { id } = await schedule(owner, list);
      const { id: ofAll } = await schedule(owner, EVERYTHING);
      await world.db.lists.change(list, { name: 'Renamed' });
      expect(await world.db.schedules.get({ ...owner, id })).toMatchObject({ list: { id: list.id, name: 'Renamed' } });
      expect(await world.db.schedules.get({ ...owner, id: ofAll })).toMatchObject({ list: { id: null, name: '@all' } });
      await expect(world.db.lists.delete(list)).rejects.toMatchObject({
        code: 'invalid_operation',
        message: expect.stringContaining(`used by the schedule ${id}`),
      });
      await world.db.schedules.delete({ ...owner, id });
      expect(await world.db.lists.delete(list)).toMatchObject({ id: list.id, name: 'Renamed' });
      expect(await world.db.lists.delete(list)).toBeNull();
      await expect(schedule(owner, list)).rejects.toMatchObject({ code: 'invalid_parameter' });
    });

    it('goes with its account', async () => {
      const owner = await world.account();
      const list = await insert(owner.accountId, 'Last');
      await schedule(owner, list);
      await world.db.accounts.delete(owner.accountId);
      expect(await world.db.lists.find(owner.accountId, 'Last')).toBeNull();
    });
  });
}
