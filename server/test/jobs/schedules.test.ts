/** What becomes of runs: when they wait, for whom they run, and why they come to nothing. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { Database } from '../../src/core/ports/database/database.ts';
import type { Schedule } from '../../src/core/schedules/schedule.ts';
import { pauseSchedule, resumeSchedule } from '../../src/jobs/schedules/schedules.ts';
import { tickSchedules } from '../../src/jobs/schedules/tick.ts';
import { withClient } from '../support/postgres.ts';
import { daysUpTo, KNOWN, ScheduleWorld } from './schedule-world.ts';

const MADE = '2026-06-01T00:00:00Z';
const UTC = { time: '06:00', time_zone: 'UTC' };

let world: ScheduleWorld;
beforeEach(async () => {
  await world?.close();
  world = await ScheduleWorld.open();
});
afterAll(() => world?.close());

function tick(at: string, db?: Database) {
  world.now = new Date(at);
  return tickSchedules(world.process(db));
}

async function states(schedule: Schedule) {
  return (await world.runs(schedule)).map(({ state, reason }) => [state, reason?.code ?? null]);
}

describe('a run', () => {
  it('becomes an ordinary job: its range, its ids, its options, its quota, its line in the audit log', async () => {
    const body = { ...UTC, name: 'June', compression: 'gzip', columns: ['avg_rent'], range: 'previous_month' };
    const { schedule, caller } = await world.schedule(MADE, { ...body, frequency: 'monthly', day_of_month: 2 });
    expect(await tick('2026-06-02T05:59:59Z')).toMatchObject({ planned: 0, submitted: 0 });
    expect(await tick('2026-06-02T06:00:00Z')).toMatchObject({ planned: 1, submitted: 1 });
    expect(await tick('2026-06-02T06:00:05Z')).toMatchObject({ planned: 0, submitted: 0 });
    const [run] = await world.runs(schedule);
    const [job] = await world.jobs(schedule);
    expect(run).toMatchObject({ state: 'submitted', jobId: job?.id, dataComplete: true, reason: null });
    expect(job).toMatchObject({
      status: 'submitted',
      spec: {
        reportType: 'property',
        startDate: '2026-05-01',
        endDate: '2026-05-31',
        name: 'June',
        compression: 'gzip',
      },
      propertyCount: KNOWN.length,
    });
    expect(await world.db.quota.usage(caller.accountId, '2026-06')).toMatchObject({ usage: KNOWN.length });
    const audited = await world.db.audit.last({ accountId: caller.accountId, from: null, until: null, limit: 10 });
    expect(audited).toMatchObject([{ event: 'job-created', jobId: job?.id, credentialId: caller.credentialId }]);
    const claim = { workerId: 'w', leaseSeconds: 30, accountConcurrency: 1 };
    expect(await world.db.queue.claim(claim)).toMatchObject({ job: { id: job?.id } });
  });

  it('and its job are made together or not at all', async () => {
    const { schedule } = await world.schedule(MADE, UTC);
    let fail = true;
    const failing: Database = {
      ...world.db,
      transaction: (work) =>
        world.db.transaction(async (tx) => {
          const result = await work(tx);
          const { items } = await tx.jobs.list(schedule.accountId, { page: 1, perPage: 1 });
          if (fail && items.length > 0) {
            fail = false;
            throw new Error('the power went just before the commit');
          }
          return result;
        }),
    };
    await tick('2026-06-01T06:00:00Z', failing);
    expect(await states(schedule)).toEqual([['waiting', 'internal']]);
    expect(await world.jobs(schedule)).toEqual([]);
    expect(world.log).toEqual(['schedule-run-error']);
    await tick('2026-06-01T06:01:00Z', failing);
    expect(await states(schedule)).toEqual([['submitted', null]]);
    expect(await world.jobs(schedule)).toHaveLength(1);
  });
});

describe('data that is late', () => {
  async function late(body: object = {}) {
    await world.load([daysUpTo('2026-05-30')]);
    const { schedule } = await world.schedule(MADE, { ...UTC, ...body });
    await tick('2026-06-01T06:00:00Z');
    return schedule;
  }

  it('is waited for, until it is there', async () => {
    const schedule = await late();
    expect(await world.runs(schedule)).toMatchObject([
      {
        state: 'waiting',
        jobId: null,
        dataComplete: null,
        endDate: '2026-05-31',
        deadlineAt: new Date('2026-06-03T06:00:00Z'),
        reason: { code: 'data_incomplete', message: 'Waits until the data reaches 2026-05-31' },
      },
    ]);
    await tick('2026-06-01T09:00:00Z');
    expect(await states(schedule)).toEqual([['waiting', 'data_incomplete']]);
    await world.load([daysUpTo('2026-05-31')]);
    await tick('2026-06-01T09:00:59Z');
    expect(await states(schedule)).toEqual([['waiting', 'data_incomplete']]);
    await tick('2026-06-01T09:01:00Z');
    expect(await world.runs(schedule)).toMatchObject([{ state: 'submitted', dataComplete: true, reason: null }]);
    const [job] = await world.jobs(schedule);
    expect(job?.dataVersion).toBe((await world.db.warehouse.current())?.version);
  });

  it('is gone without at the deadline, and the run says so', async () => {
    const schedule = await late({ data_deadline_hours: 2 });
    await tick('2026-06-01T07:59:30Z');
    expect(await states(schedule)).toEqual([['waiting', 'data_incomplete']]);
    // Not a minute later: the last look is at the deadline itself.
    await tick('2026-06-01T08:00:00Z');
    expect(await world.runs(schedule)).toMatchObject([{ state: 'submitted', dataComplete: false }]);
  });

  it('makes a run skipped at the deadline, where that was asked for', async () => {
    const schedule = await late({ data_deadline_hours: 2, on_incomplete: 'skip' });
    await tick('2026-06-01T08:00:00Z');
    expect(await states(schedule)).toEqual([['skipped', 'data_incomplete']]);
    expect(await world.jobs(schedule)).toEqual([]);
    await world.load([daysUpTo('2026-06-01')]);
    await tick('2026-06-02T06:00:00Z');
    expect(await states(schedule)).toEqual([
      ['skipped', 'data_incomplete'],
      ['submitted', null],
    ]);
  });

  it('is not waited for at all with a deadline of nought', async () => {
    expect(await states(await late({ data_deadline_hours: 0, on_incomplete: 'skip' }))).toEqual([
      ['skipped', 'data_incomplete'],
    ]);
  });

  it('is that of the report, and of files that may hold the properties', async () => {
    const { schedule: units } = await world.schedule(MADE, { ...UTC, report_type: 'units' });
    const { schedule: one } = await world.schedule(MADE, { ...UTC, property_ids: [99004737] });
    const { schedule: all } = await world.schedule(MADE, UTC);
    await world.load([daysUpTo('2026-05-31', { maxPropertyId: 99001470 }), daysUpTo('2026-05-30')]);
    await tick('2026-06-01T06:00:00Z');
    expect(await states(units)).toEqual([['waiting', 'data_incomplete']]);
    expect(await states(one)).toEqual([['waiting', 'data_incomplete']]);
    expect(await states(all)).toEqual([['submitted', null]]);
  });

  it('is waited for from the end of an outage on, not from the instant that was missed', async () => {
    await world.load([daysUpTo('2026-05-31')]);
    const { schedule } = await world.schedule(MADE, { ...UTC, data_deadline_hours: 12, on_incomplete: 'skip' });
    await tick('2026-06-04T05:00:00Z');
    expect(await states(schedule)).toEqual([
      ['submitted', null],
      ['waiting', 'data_incomplete'],
      ['waiting', 'data_incomplete'],
    ]);
    await world.load([daysUpTo('2026-06-02')]);
    await tick('2026-06-04T05:01:00Z');
    expect(await world.runs(schedule)).toMatchObject([
      { endDate: '2026-05-31', state: 'submitted' },
      { endDate: '2026-06-01', state: 'submitted' },
      { endDate: '2026-06-02', state: 'submitted' },
    ]);
  });
});

describe('a run that may not become a job', () => {
  it('fails when the quota is not enough, and the next month’s does not', async () => {
    const { schedule, caller } = await world.schedule('2026-06-29T12:00:00Z', UTC);
    await world.db.quota.setLimit(caller.accountId, 2);
    await tick('2026-06-30T06:00:00Z');
    expect(await world.runs(schedule)).toMatchObject([
      { state: 'failed', jobId: null, reason: { code: 'quota_exceeded', message: expect.stringContaining('2026-06') } },
    ]);
    expect(await world.db.quota.usage(caller.accountId, '2026-06')).toEqual({ limit: 2, usage: 0 });
    await world.db.quota.setLimit(caller.accountId, 3);
    await tick('2026-07-01T06:00:00Z');
    expect(await states(schedule)).toEqual([
      ['failed', 'quota_exceeded'],
      ['submitted', null],
    ]);
  });

  it('fails once its credential is revoked, until another one resumes the schedule', async () => {
    const { schedule, caller } = await world.schedule(MADE, UTC);
    await world.db.credentials.revoke(caller.credentialId);
    await tick('2026-06-01T06:00:00Z');
    const [failed] = await world.runs(schedule);
    expect(failed).toMatchObject({ state: 'failed', reason: { code: 'unauthorized' } });
    expect(failed?.reason?.message).toContain('resume the schedule with another one');
    const successor = await world.credential(caller.accountId);
    await resumeSchedule(world.process(), successor, schedule.id);
    await tick('2026-06-02T06:00:00Z');
    expect((await world.runs(schedule))[1]).toMatchObject({ state: 'submitted' });
    const [entry] = await world.db.audit.last({ accountId: caller.accountId, from: null, until: null, limit: 1 });
    expect(entry?.credentialId).toBe(successor.credentialId);
  });

  it('fails when the account may no longer see a property', async () => {
    const { schedule, caller } = await world.schedule(MADE, UTC);
    await world.db.accounts.setGrants(caller.accountId, PropertyIdSet.of(KNOWN.slice(1)));
    await tick('2026-06-01T06:00:00Z');
    expect(await states(schedule)).toEqual([['failed', 'forbidden']]);
    expect(world.log).toEqual([]);
  });

  it('waits while the server takes no work', async () => {
    const { schedule } = await world.schedule(MADE, UTC);
    world.freeBytes = 0;
    await tick('2026-06-01T06:00:00Z');
    expect(await states(schedule)).toEqual([['waiting', 'unavailable']]);
    world.freeBytes = 1;
    await tick('2026-06-01T06:00:29Z');
    expect(await states(schedule)).toEqual([['waiting', 'unavailable']]);
    await tick('2026-06-01T06:00:30Z');
    expect(await states(schedule)).toEqual([['submitted', null]]);
  });

  it('holds up no other', async () => {
    const { schedule: sick } = await world.schedule(MADE, UTC);
    const { schedule: healthy } = await world.schedule(MADE, { ...UTC, time: '07:00' });
    await withClient(world.database.url, (client) =>
      client.query(`update schedules set time_zone = 'Mars/Olympus' where id = $1`, [sick.id]),
    );
    await tick('2026-06-01T08:00:00Z');
    expect(await states(healthy)).toEqual([['submitted', null]]);
    expect(await states(sick)).toEqual([]);
    expect(new Set(world.log)).toEqual(new Set(['schedule-failed']));
  });
});

describe('a process that is overtaken', () => {
  // Control, run: with `return true` at the end of `holdRun` (postgres/schedules.ts) there are two jobs.
  it('makes no second job, however late it goes on', async () => {
    const { schedule } = await world.schedule(MADE, UTC);
    let overtaken = false;
    const slow = world.process();
    const store = {
      ...slow.store,
      async freeBytes() {
        if (!overtaken) {
          overtaken = true;
          expect(await tick('2026-06-01T06:00:59Z', world.other)).toMatchObject({ submitted: 0 });
          expect(await tick('2026-06-01T06:01:00Z', world.other)).toMatchObject({ submitted: 1 });
        }
        return null;
      },
    };
    world.now = new Date('2026-06-01T06:00:00Z');
    expect(await tickSchedules({ ...slow, store })).toMatchObject({ planned: 1, submitted: 0 });
    expect(await states(schedule)).toEqual([['submitted', null]]);
    expect((await world.jobs(schedule)).map(({ id }) => id)).toEqual([(await world.runs(schedule))[0]?.jobId]);
  });
});

describe('a process that stops', () => {
  it('leaves the rest to another', async () => {
    const { schedule } = await world.schedule(MADE, UTC);
    const { schedule: other } = await world.schedule(MADE, UTC);
    const stop = new AbortController();
    world.now = new Date('2026-06-01T06:00:00Z');
    const stopping = world.process();
    const ids = () => {
      stop.abort();
      return stopping.ids();
    };
    expect(await tickSchedules({ ...stopping, ids }, stop.signal)).toMatchObject({ planned: 2, submitted: 1 });
    expect(await tickSchedules(world.process(), stop.signal)).toMatchObject({ planned: 0, submitted: 0 });
    expect(await tickSchedules(world.process(world.other))).toMatchObject({ planned: 0, submitted: 1 });
    expect([await states(schedule), await states(other)]).toEqual([[['submitted', null]], [['submitted', null]]]);
  });
});

describe('an outage', () => {
  it('of more than a month of days: the latest 31 are made up for, the older ones are recorded', async () => {
    const { schedule } = await world.schedule(MADE, UTC);
    expect(await tick('2026-09-30T12:00:00Z')).toMatchObject({ planned: 122, submitted: 31 });
    const runs = await world.runs(schedule);
    expect(runs.slice(0, 91).map(({ state, reason }) => [state, reason?.code])).toEqual(
      new Array(91).fill(['skipped', 'catch_up_limit']),
    );
    expect(runs.slice(91).map(({ state }) => state)).toEqual(new Array(31).fill('submitted'));
    expect([runs[0]?.endDate, runs.at(-1)?.endDate]).toEqual(['2026-05-31', '2026-09-29']);
    expect(await tick('2026-09-30T12:00:05Z')).toMatchObject({ planned: 0, submitted: 0 });
  });
});

describe('a pause', () => {
  it('ends what waits, makes up for nothing, and ends with the next instant', async () => {
    await world.load([daysUpTo('2026-05-30')]);
    const { schedule, caller } = await world.schedule(MADE, UTC);
    await tick('2026-06-01T06:00:00Z');
    const paused = await pauseSchedule(world.process(), caller, schedule.id);
    expect(paused).toMatchObject({ state: 'paused', nextAt: null });
    await world.load([daysUpTo('2026-12-31')]);
    expect(await tick('2026-06-05T12:00:00Z')).toMatchObject({ planned: 0, submitted: 0 });
    const resumed = await resumeSchedule(world.process(), caller, schedule.id);
    expect(resumed).toMatchObject({ state: 'active', nextAt: new Date('2026-06-06T06:00:00Z') });
    await tick('2026-06-06T06:00:00Z');
    expect((await world.runs(schedule)).map(({ endDate, state, reason }) => [endDate, state, reason?.code])).toEqual([
      ['2026-05-31', 'skipped', 'paused'],
      ['2026-06-05', 'submitted', undefined],
    ]);
  });

  it('that a slower clock ends does not run an instant twice', async () => {
    const { schedule, caller } = await world.schedule(MADE, UTC);
    await tick('2026-06-01T06:00:00Z');
    await pauseSchedule(world.process(), caller, schedule.id);
    world.now = new Date('2026-06-01T05:59:58Z');
    await resumeSchedule(world.process(), caller, schedule.id);
    await tick('2026-06-01T06:00:02Z');
    expect(await states(schedule)).toEqual([['submitted', null]]);
    expect(await world.jobs(schedule)).toHaveLength(1);
    expect((await world.db.schedules.get(schedule))?.nextAt).toEqual(new Date('2026-06-02T06:00:00Z'));
  });
});
