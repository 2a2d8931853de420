import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodePropertyIds, PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS } from '../../src/core/job.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import type { NewSchedule } from '../../src/core/ports/database/schedules.ts';
import type {
  PlannedRun,
  RunKey,
  RunOutcome,
  Schedule,
  ScheduleKey,
  SchedulePlan,
} from '../../src/core/schedules/schedule.ts';
import { type OpenSubject, PROPERTY_IDS, World } from './database-world.ts';

const FIRST_PAGE = { page: 1, perPage: 50 };
const NEXT = new Date('2026-03-08T07:30:00Z');
const LATER = new Date('2026-03-09T06:30:00Z');
const PLAN: SchedulePlan = {
  rule: { frequency: 'daily', time: '02:30', timeZone: 'America/New_York' },
  range: { name: 'yesterday' },
  deadlineHours: 48,
  onIncomplete: 'run',
  template: { reportType: 'property', outputFormat: 'csv', ...DEFAULT_FILE_OPTIONS },
  callbackUrl: null,
};

function later(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}

function planned(plannedAt: Date, changes: Partial<PlannedRun> = {}): PlannedRun {
  const deadlineAt = new Date('2026-03-10T07:30:00Z');
  return { plannedAt, deadlineAt, startDate: '2026-03-07', endDate: '2026-03-07', skipped: null, ...changes };
}

export function scheduleStoreContract(open: OpenSubject): void {
  describe('ScheduleStore', () => {
    let world: World;
    let close: () => Promise<void>;
    const made: ScheduleKey[] = [];

    beforeAll(async () => {
      const subject = await open();
      close = subject.close;
      world = new World(subject.db);
      await world.prepare();
    });
    afterAll(() => close());
    // What is due is asked for over all accounts: each test begins with nothing.
    beforeEach(async () => {
      for (const key of made.splice(0)) await world.db.schedules.delete(key);
    });

    async function insert(changes: Partial<NewSchedule> = {}, most?: number): Promise<Schedule> {
      const owner = changes.accountId === undefined ? await world.account() : {};
      const schedule = await world.db.schedules.insert(
        {
          accountId: '',
          credentialId: '',
          ...owner,
          ...PLAN,
          id: randomUUID(),
          propertyIds: encodePropertyIds(PROPERTY_IDS, PROPERTY_IDS.length),
          propertyCount: PROPERTY_IDS.length,
          nextAt: NEXT,
          ...changes,
        },
        most,
      );
      made.push(schedule);
      return schedule;
    }

    function runKey({ accountId, id }: ScheduleKey, plannedAt = NEXT): RunKey {
      return { accountId, scheduleId: id, plannedAt };
    }

    async function withRun(): Promise<{ schedule: Schedule; key: RunKey }> {
      const schedule = await insert();
      await world.db.schedules.plan(schedule, [planned(NEXT)], LATER);
      return { schedule, key: runKey(schedule) };
    }

    async function runs(key: ScheduleKey) {
      return (await world.db.schedules.runs(key, FIRST_PAGE)).items;
    }

    it('are no more than an account may have, also when several are made at once', async () => {
      const owner = await world.account();
      const most = 3;
      const tried = await Promise.allSettled(Array.from({ length: 8 }, () => insert(owner, most)));
      const refused = tried.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
      expect(tried.length - refused.length).toBe(most);
      for (const error of refused) expect(error).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 3600 });
      // Another account has places of its own, and one that is deleted is free again.
      await insert({}, most);
      const { items } = await world.db.schedules.list(owner.accountId, FIRST_PAGE);
      expect(items).toHaveLength(most);
      if (items[0] !== undefined) await world.db.schedules.delete(items[0]);
      await insert(owner, most);
      await expect(insert(owner, most)).rejects.toMatchObject({
        message: expect.stringContaining('as it may have, 3;'),
      });
    });

    it('keeps a schedule as it was made, of every kind, and its ids', async () => {
      const owner = await world.account();
      const plans: Partial<SchedulePlan>[] = [
        {},
        { rule: { frequency: 'weekly', weekday: 'sunday', time: '23:59', timeZone: 'UTC' }, onIncomplete: 'skip' },
        {
          rule: { frequency: 'monthly', dayOfMonth: 31, time: '00:00', timeZone: 'Asia/Kolkata' },
          range: { name: 'trailing_n_days', days: 90 },
          deadlineHours: 0,
          template: {
            reportType: 'units',
            outputFormat: 'jsonl',
            columns: ['unit_id', 'rent'],
            compression: 'gzip',
            csvProfile: 'excel',
            name: 'Ende des Monats \u{1F4C6}',
          },
          callbackUrl: 'https://hooks.example.com/in',
        },
      ];
      for (const plan of plans) {
        const schedule = await insert({ ...owner, ...plan });
        expect(schedule).toEqual({
          ...owner,
          ...PLAN,
          ...plan,
          id: schedule.id,
          propertyCount: 3,
          list: null,
          credentialRevoked: false,
          withheld: 0,
          state: 'active',
          nextAt: NEXT,
          createdAt: expect.any(Date),
          updatedAt: expect.any(Date),
        });
        expect(await world.db.schedules.get(schedule)).toEqual(schedule);
        expect(await world.db.schedules.propertyIds(schedule)).toEqual(encodePropertyIds(PROPERTY_IDS, 3));
      }
    });

    it('tells whose credential was revoked, and names all schedules that act for it', async () => {
      const owner = await world.account();
      const [first, second, other] = [await insert(owner), await insert(owner), await insert()];
      expect((await world.db.schedules.ofCredential(owner.credentialId)).map(({ id }) => id)).toEqual([
        second.id,
        first.id,
      ]);
      await world.db.credentials.revoke(owner.credentialId);
      const revoked = async (key: ScheduleKey) => (await world.db.schedules.get(key))?.credentialRevoked;
      expect([await revoked(first), await revoked(second), await revoked(other)]).toEqual([true, true, false]);
      const listed = await world.db.schedules.list(owner.accountId, FIRST_PAGE);
      expect(listed.items.map(({ credentialRevoked }) => credentialRevoked)).toEqual([true, true]);
      expect(await world.db.schedules.ofCredential(randomUUID())).toEqual([]);
      expect(await world.db.schedules.ofCredential('no-uuid')).toEqual([]);
    });

    it('counts which of its ids the account may not see, whenever that changes', async () => {
      const owner = await world.account();
      const schedule = await insert(owner);
      const other = await insert();
      const [seen = 0] = PROPERTY_IDS;
      const count = (grants: Grants) => world.db.schedules.countWithheld(owner.accountId, grants);
      const some = await count(PropertyIdSet.of([seen, 123_456_789]));
      expect(some.map(({ id, withheld }) => [id, withheld])).toEqual([[schedule.id, 2]]);
      expect(await world.db.schedules.get(schedule)).toMatchObject({ withheld: 2, updatedAt: schedule.updatedAt });
      expect(await count(PropertyIdSet.of(PROPERTY_IDS))).toEqual([]);
      expect((await count(PropertyIdSet.of([])))[0]).toMatchObject({ withheld: 3 });
      expect(await count('all')).toEqual([]);
      expect(await world.db.schedules.get(other)).toMatchObject({ withheld: 0 });
    });

    it('knows nothing of another account’s', async () => {
      const { schedule } = await withRun();
      const { accountId, credentialId } = await world.account();
      for (const key of [
        { accountId, id: schedule.id },
        { accountId: schedule.accountId, id: randomUUID() },
        { accountId: schedule.accountId, id: 'no-uuid' },
      ]) {
        expect(await world.db.schedules.get(key)).toBeNull();
        expect(await world.db.schedules.propertyIds(key)).toBeNull();
        expect(await world.db.schedules.pause(key)).toBeNull();
        expect(await world.db.schedules.resume(key, { nextAt: NEXT, credentialId })).toBeNull();
        expect(await world.db.schedules.delete(key)).toBeNull();
        expect(await runs(key)).toEqual([]);
      }
      expect(await world.db.schedules.get(schedule)).toMatchObject({ state: 'active', nextAt: LATER });
      expect((await runs(schedule)).map(({ state }) => state)).toEqual(['waiting']);
      expect(await world.db.schedules.list(accountId, FIRST_PAGE)).toMatchObject({ items: [], totalCount: 0 });
    });

    it('lists by page, newest first', async () => {
      const owner = await world.account();
      const ids: string[] = [];
      for (let count = 0; count < 3; count++) ids.unshift((await insert(owner)).id);
      const page = await world.db.schedules.list(owner.accountId, { page: 2, perPage: 2 });
      expect([page.items.map(({ id }) => id), page.totalCount]).toEqual([ids.slice(2), 3]);
    });

    it('says what is due, the earliest first, and not what is paused', async () => {
      const [late, early, paused] = [await insert({ nextAt: LATER }), await insert(), await insert()];
      await world.db.schedules.pause(paused);
      const due = async (at: Date, limit = 10) => (await world.db.schedules.due(at, limit)).map(({ id }) => id);
      expect(await due(later(NEXT, -1))).toEqual([]);
      expect(await due(NEXT)).toEqual([early.id]);
      expect(await due(LATER)).toEqual([early.id, late.id]);
      expect(await due(LATER, 1)).toEqual([early.id]);
      expect(await world.db.schedules.take(early, later(NEXT, -1))).toBeNull();
      expect(await world.db.schedules.take(paused, LATER)).toBeNull();
      expect(await world.db.schedules.take(early, NEXT)).toEqual(early);
    });

    it('gives a schedule to one transaction at a time, and says at once that it is taken', async () => {
      const schedule = await insert();
      await world.db.transaction(async (tx) => {
        expect(await tx.schedules.take(schedule, NEXT)).toEqual(schedule);
        expect(await world.db.schedules.take(schedule, NEXT)).toBeNull();
        await tx.schedules.plan(schedule, [planned(NEXT)], LATER);
      });
      // Not because it is held: it is no longer due.
      expect(await world.db.schedules.take(schedule, NEXT)).toBeNull();
      expect(await world.db.schedules.take(schedule, LATER)).toMatchObject({ nextAt: LATER });
    });

    it('keeps runs as planned, the latest first, and nothing of a plan that is rolled back', async () => {
      const schedule = await insert();
      const skipped = { code: 'catch_up_limit', message: 'too long ago' };
      const all = [planned(NEXT, { skipped }), planned(LATER)];
      const failing = world.db.transaction(async (tx) => {
        await tx.schedules.plan(schedule, all, later(LATER, 1));
        throw new Error('not now');
      });
      await expect(failing).rejects.toThrow('not now');
      expect(await runs(schedule)).toEqual([]);
      expect((await world.db.schedules.get(schedule))?.nextAt).toEqual(NEXT);
      await world.db.schedules.plan(schedule, all, later(LATER, 1));
      const common = {
        accountId: schedule.accountId,
        scheduleId: schedule.id,
        startDate: '2026-03-07',
        endDate: '2026-03-07',
        deadlineAt: new Date('2026-03-10T07:30:00Z'),
        jobId: null,
        dataComplete: null,
      };
      expect(await runs(schedule)).toEqual([
        { ...common, plannedAt: LATER, state: 'waiting', reason: null },
        { ...common, plannedAt: NEXT, state: 'skipped', reason: skipped },
      ]);
      expect((await world.db.schedules.runs(schedule, { page: 2, perPage: 1 })).items).toMatchObject([
        { plannedAt: NEXT },
      ]);
      expect((await world.db.schedules.get(schedule))?.nextAt).toEqual(later(LATER, 1));
    });

    it('has one run of an instant: the first stays as it is', async () => {
      const { schedule, key } = await withRun();
      const outcome = { state: 'failed', reason: { code: 'forbidden', message: 'no' } } as const;
      await world.db.schedules.settleRun(key, outcome);
      await world.db.schedules.plan(schedule, [planned(NEXT), planned(LATER)], later(LATER, 1));
      expect((await runs(schedule)).map(({ state }) => state)).toEqual(['waiting', 'failed']);
    });

    it('gives a due run to one process until the time given', async () => {
      const { schedule, key } = await withRun();
      expect(await world.db.schedules.dueRuns(later(NEXT, -1), 10)).toEqual([]);
      expect(await world.db.schedules.dueRuns(NEXT, 10)).toEqual([key]);
      const claim = (now: Date) => world.db.schedules.claimRun(key, { now, until: later(now, 60_000) });
      expect(await claim(later(NEXT, -1))).toBeNull();
      const claims = await Promise.all(Array.from({ length: 8 }, () => claim(NEXT)));
      const [run] = await runs(schedule);
      expect(claims.filter((claimed) => claimed !== null)).toEqual([{ run, schedule: { ...schedule, nextAt: LATER } }]);
      expect(await world.db.schedules.dueRuns(later(NEXT, 59_999), 10)).toEqual([]);
      expect(await claim(later(NEXT, 59_999))).toBeNull();
      // Whoever had it died: it is given again.
      expect(await world.db.schedules.dueRuns(later(NEXT, 60_000), 10)).toEqual([key]);
      expect(await claim(later(NEXT, 60_000))).toMatchObject({ run: { state: 'waiting' } });
    });

    it('lets one transaction at a time settle a run, and tells the next that it does not wait any more', async () => {
      const { schedule, key } = await withRun();
      const settled: boolean[] = [];
      const settle = () =>
        world.db.transaction(async (tx) => {
          const holds = await tx.schedules.holdRun(key);
          settled.push(holds);
          if (!holds) return;
          expect(await world.db.schedules.take(schedule, LATER)).toBeNull();
          const reason = { code: 'data_incomplete', message: 'no data' };
          expect(await tx.schedules.settleRun(key, { state: 'skipped', reason })).toBe(true);
        });
      await Promise.all(Array.from({ length: 4 }, settle));
      expect(settled).toEqual([true, false, false, false]);
      const reason = { code: 'forbidden', message: 'too late' };
      expect(await world.db.schedules.settleRun(key, { state: 'failed', reason })).toBe(false);
      expect(await runs(schedule)).toMatchObject([{ state: 'skipped', reason: { code: 'data_incomplete' } }]);
      expect(await world.db.schedules.claimRun(key, { now: LATER, until: LATER })).toBeNull();
      expect(await world.db.schedules.dueRuns(LATER, 10)).toEqual([]);
      expect(await world.db.schedules.holdRun({ ...key, scheduleId: randomUUID() })).toBe(false);
    });

    it('keeps what became of a run', async () => {
      const owner = await world.account();
      const job = await world.insertJob(owner);
      const reason = { code: 'quota_exceeded', message: 'used up' };
      const outcomes: [RunOutcome, object][] = [
        [
          { state: 'waiting', checkAt: LATER, reason },
          { state: 'waiting', jobId: null, dataComplete: null, reason },
        ],
        [
          { state: 'submitted', jobId: job.id, dataComplete: false },
          { state: 'submitted', jobId: job.id, dataComplete: false, reason: null },
        ],
        [
          { state: 'skipped', reason },
          { state: 'skipped', jobId: null, reason },
        ],
        [
          { state: 'failed', reason },
          { state: 'failed', jobId: null, reason },
        ],
      ];
      for (const [outcome, expected] of outcomes) {
        const schedule = await insert(owner);
        await world.db.schedules.plan(schedule, [planned(NEXT)], LATER);
        await world.db.schedules.settleRun(runKey(schedule), outcome);
        expect(await runs(schedule)).toMatchObject([expected]);
        const waits = outcome.state === 'waiting' ? [runKey(schedule)] : [];
        expect(await world.db.schedules.dueRuns(later(LATER, -1), 10)).toEqual([]);
        expect(await world.db.schedules.dueRuns(LATER, 10)).toEqual(waits);
        await world.db.schedules.delete(schedule);
      }
    });

    it('when paused skips what waits and leaves the rest', async () => {
      const schedule = await insert();
      const failed = { code: 'forbidden', message: 'no' };
      await world.db.schedules.plan(schedule, [planned(NEXT), planned(LATER)], later(LATER, 1));
      await world.db.schedules.settleRun(runKey(schedule), { state: 'failed', reason: failed });
      const paused = await world.db.schedules.pause(schedule);
      expect(paused).toEqual({ ...schedule, state: 'paused', nextAt: null, updatedAt: expect.any(Date) });
      expect((await runs(schedule)).map(({ state, reason }) => [state, reason?.code])).toEqual([
        ['skipped', 'paused'],
        ['failed', 'forbidden'],
      ]);
      expect(await world.db.schedules.pause(schedule)).toEqual(paused);
    });

    it('goes on from the instant given, for the credential that resumes it; one that was not paused keeps its own', async () => {
      const schedule = await insert();
      const { credentialId } = await world.account();
      const active = await world.db.schedules.resume(schedule, { nextAt: LATER, credentialId });
      expect(active).toEqual({ ...schedule, credentialId, updatedAt: expect.any(Date) });
      await world.db.schedules.pause(schedule);
      const resumed = await world.db.schedules.resume(schedule, { nextAt: LATER, credentialId });
      expect(resumed).toMatchObject({ state: 'active', nextAt: LATER, credentialId });
    });

    it('removes a schedule with its runs, and leaves the jobs', async () => {
      const owner = await world.account();
      const job = await world.insertJob(owner);
      const schedule = await insert(owner);
      await world.db.schedules.plan(schedule, [planned(NEXT), planned(LATER)], later(LATER, 1));
      await world.db.schedules.settleRun(runKey(schedule), { state: 'submitted', jobId: job.id, dataComplete: true });
      expect(await world.db.schedules.delete(schedule)).toEqual({ ...schedule, nextAt: later(LATER, 1) });
      expect(await world.db.schedules.get(schedule)).toBeNull();
      expect(await world.db.schedules.dueRuns(LATER, 10)).toEqual([]);
      expect(await world.db.jobs.get(job)).toEqual(job);
    });
  });
}
