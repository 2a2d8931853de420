/**
 * Each day exactly once: over a month in which the clocks change, through an outage of three days, with two processes that tick at the
 * same moments. Two things keep a run from being made twice, the claim and the hold. Controls, each run: without the condition on
 * `check_at` in `claimRun` and with `return true` at the end of `holdRun` (postgres/schedules.ts) there are more jobs than runs; with
 * `due.splice(0, 1, occurrence)` for `due.push(occurrence)` in `planRuns` (core/schedule.ts) two days of the outage are missing; with
 * `disambiguation: 'later'` (core/calendar-rule.ts) 1 November runs an hour late.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/core/dates.ts';
import { isReport } from '../../src/core/job.ts';
import { tickSchedules } from '../../src/jobs/schedules/tick.ts';
import { ScheduleWorld } from '../jobs/schedule-world.ts';

const HOUR_MS = 3_600_000;
const TIMEOUT_MS = 120_000;

let world: ScheduleWorld;
beforeAll(async () => {
  world = await ScheduleWorld.open();
});
afterAll(() => world?.close());

interface Month {
  readonly from: string;
  readonly until: string;
  readonly time: string;
  readonly outage: readonly [string, string];
  /** The hours at which runs are planned, in UTC: until the clocks change, on that day, and from then on. */
  readonly changes: readonly [day: string, before: string, on: string, after: string];
}

const SPRING = {
  from: '2026-02-20T12:00:00Z',
  until: '2026-03-23T12:00:00Z',
  time: '02:30', // which 8 March does not have
  changes: ['2026-03-08', '07:30', '07:30', '06:30'],
} as const;
const AUTUMN = {
  from: '2026-10-15T12:00:00Z',
  until: '2026-11-15T12:00:00Z',
  time: '01:30', // which 1 November has twice
  changes: ['2026-11-01', '05:30', '05:30', '06:30'],
} as const;
const AUTUMN_LATER = { ...AUTUMN, time: '02:30', changes: ['2026-11-01', '06:30', '07:30', '07:30'] } as const;

const MONTHS: readonly (readonly [string, Month])[] = [
  ['spring, out before the change', { ...SPRING, outage: ['2026-02-24T00:00:00Z', '2026-02-27T00:00:00Z'] }],
  ['spring, out over the change', { ...SPRING, outage: ['2026-03-06T12:00:00Z', '2026-03-09T12:00:00Z'] }],
  ['autumn, out after the change', { ...AUTUMN, outage: ['2026-11-04T01:00:00Z', '2026-11-07T01:00:00Z'] }],
  ['autumn, out over the change', { ...AUTUMN, outage: ['2026-10-30T12:00:00Z', '2026-11-02T12:00:00Z'] }],
  ['autumn at half past two', { ...AUTUMN_LATER, outage: ['2026-10-31T12:00:00Z', '2026-11-03T12:00:00Z'] }],
];

/** Every planned instant of the month, as a person would write them down. */
function expected({ from, until, changes: [change, before, on, after] }: Month): readonly string[] {
  const instants: string[] = [];
  for (let day = from.slice(0, 10); day <= until.slice(0, 10); day = addDays(day, 1)) {
    const hour = day < change ? before : day === change ? on : after;
    instants.push(`${day}T${hour}:00.000Z`);
  }
  return instants.filter((instant) => instant > from && instant <= until);
}

/** Both processes tick at each hour's begin, but during the outage. */
async function live({ from, until, outage: [out, back] }: Month): Promise<number> {
  let ticks = 0;
  for (let at = Date.parse(from); at <= Date.parse(until); at += HOUR_MS) {
    if (at > Date.parse(out) && at < Date.parse(back)) continue;
    world.now = new Date(at);
    await Promise.all([tickSchedules(world.process()), tickSchedules(world.process(world.other))]);
    ticks += 2;
  }
  return ticks;
}

describe('a month of daily runs', { timeout: TIMEOUT_MS }, () => {
  it.each(MONTHS)('in %s has each day exactly once', async (_name, month) => {
    const { schedule } = await world.schedule(month.from, { time: month.time });
    const ticks = await live(month);
    const runs = await world.runs(schedule);
    const instants = expected(month);
    expect(instants).toHaveLength(31);
    expect(ticks).toBe(2 * (31 * 24 + 1 - 71));
    expect(runs.map(({ plannedAt }) => plannedAt.toISOString())).toEqual(instants);
    const days = instants.map((instant) => addDays(instant.slice(0, 10), -1));
    expect(runs.map(({ startDate, endDate }) => [startDate, endDate])).toEqual(days.map((day) => [day, day]));
    expect(new Set(runs.map(({ state }) => state))).toEqual(new Set(['submitted']));
    const jobs = await world.jobs(schedule);
    expect(jobs.map(({ id }) => id).sort()).toEqual(runs.map(({ jobId }) => jobId).sort());
    expect(
      jobs
        .filter(isReport)
        .map(({ spec }) => spec.startDate)
        .sort(),
    ).toEqual(days);
    expect(world.log).toEqual([]);
    // The next month is not this one's.
    await world.db.schedules.delete(schedule);
  });
});

describe('many schedules at one instant', () => {
  it('are shared between the processes, each once', async () => {
    const schedules = [];
    for (let count = 0; count < 25; count++) {
      schedules.push(
        (await world.schedule('2026-06-01T00:00:00Z', { frequency: 'weekly', weekday: 'tuesday' })).schedule,
      );
    }
    world.now = new Date('2026-06-02T12:00:00Z');
    const both = [world.process(), world.process(world.other)];
    const tallies = await Promise.all([...both, ...both].map((deps) => tickSchedules(deps)));
    expect(tallies.reduce((sum, { planned }) => sum + planned, 0)).toBe(25);
    expect(tallies.reduce((sum, { submitted }) => sum + submitted, 0)).toBe(25);
    for (const schedule of schedules) {
      expect(await world.runs(schedule)).toMatchObject([{ state: 'submitted' }]);
      expect(await world.jobs(schedule)).toHaveLength(1);
      await world.db.schedules.delete(schedule);
    }
  });
});
