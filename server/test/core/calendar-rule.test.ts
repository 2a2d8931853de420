/** Calendar rules: what they promise for any rule, zone and instant, and the hours at which clocks are changed. */
import { Temporal } from '@js-temporal/polyfill';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, lastDayOfMonth, monthOf, nextMonth } from '../../src/core/dates.ts';
import {
  type CalendarRule,
  FREQUENCIES,
  firstAfter,
  type Occurrence,
  occurrencesAfter,
  parseTimeZone,
  WEEKDAYS,
  type Weekday,
} from '../../src/core/schedules/calendar-rule.ts';

const MS_PER_DAY = 86_400_000;
const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe', // half an hour of summer time
  'Asia/Kolkata',
  'Pacific/Kiritimati', // +14
  'Pacific/Niue', // -11
  'America/Nuuk', // its clocks skip the hour before midnight
  'America/Havana', // and repeat the one after it
  'Africa/Casablanca', // summer time all year but in Ramadan
] as const;

function take(rule: CalendarRule, after: Date, count: number): readonly Occurrence[] {
  const taken: Occurrence[] = [];
  for (const occurrence of occurrencesAfter(rule, after)) {
    if (taken.length === count) break;
    taken.push(occurrence);
  }
  return taken;
}

function iso(rule: CalendarRule, after: string, count: number): readonly string[] {
  return take(rule, new Date(after), count).map(({ at }) => at.toISOString());
}

const local = {
  time: fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':')),
  timeZone: fc.constantFrom(...ZONES),
};
const daily = fc.record({ frequency: fc.constant('daily' as const), ...local });
const weekly = fc.record({
  frequency: fc.constant('weekly' as const),
  weekday: fc.constantFrom(...WEEKDAYS),
  ...local,
});
const monthly = fc.record({
  frequency: fc.constant('monthly' as const),
  dayOfMonth: fc.integer({ min: 1, max: 31 }),
  ...local,
});
const anyRule: fc.Arbitrary<CalendarRule> = fc.oneof(daily, weekly, monthly);
/** Of whole milliseconds, in years with and without a leap day. */
const anyInstant = fc.date({ min: new Date('2023-01-01'), max: new Date('2040-12-31'), noInvalidDate: true });

/** An occurrence costs a quarter of a millisecond: the zone's rules are looked up each time. */
const RUNS = { numRuns: 150 };
/** Long enough to pass the days on which clocks are changed, wherever one begins. */
const YEAR = 366;
const LONG_RUNS = { numRuns: 15 };

describe('by example', () => {
  const SUNDAY = '2026-03-01T12:00:00Z';
  const at = { time: '06:00', timeZone: 'UTC' };

  it('these are the words of a rule', () => {
    expect(FREQUENCIES).toEqual(['monthly', 'weekly', 'daily']);
  });

  it('a daily rule has the next day when its time has come', () => {
    const rule = { frequency: 'daily', ...at } as const;
    expect(iso(rule, '2026-02-28T05:59:59.999Z', 2)).toEqual(['2026-02-28T06:00:00.000Z', '2026-03-01T06:00:00.000Z']);
    expect(iso(rule, '2026-02-28T06:00:00Z', 1)).toEqual(['2026-03-01T06:00:00.000Z']);
  });

  it.each<[Weekday, string]>([
    ['monday', '2026-03-02'],
    ['tuesday', '2026-03-03'],
    ['wednesday', '2026-03-04'],
    ['thursday', '2026-03-05'],
    ['friday', '2026-03-06'],
    ['saturday', '2026-03-07'],
    ['sunday', '2026-03-08'],
  ])('a weekly rule has its %s on %s', (weekday, day) => {
    const [next] = take({ frequency: 'weekly', weekday, ...at }, new Date(SUNDAY), 1);
    expect(next).toEqual({ day, at: new Date(`${day}T06:00:00Z`) });
  });

  it.each([
    [1, ['2026-04-01', '2026-05-01']],
    [2, ['2026-03-02', '2026-04-02']],
    [31, ['2026-03-31', '2026-04-30']],
  ])('a monthly rule has its day %i on %j', (dayOfMonth, days) => {
    const occurrences = take({ frequency: 'monthly', dayOfMonth, ...at }, new Date(SUNDAY), 2);
    expect(occurrences.map(({ day }) => day)).toEqual(days);
  });

  it.each<CalendarRule>([
    { frequency: 'daily', time: '23:30', timeZone: 'America/Nuuk' },
    { frequency: 'weekly', weekday: 'saturday', time: '23:30', timeZone: 'America/Nuuk' },
    { frequency: 'monthly', dayOfMonth: 28, time: '23:30', timeZone: 'America/Nuuk' },
  ])('where the clocks skip midnight, yesterday is still to come: $frequency', (rule) => {
    const asked = new Date('2026-03-29T01:15:00Z'); // 00:15 on the 29th
    expect(take(rule, asked, 1)).toEqual([{ day: '2026-03-28', at: new Date('2026-03-29T01:30:00Z') }]);
  });
});

describe('any rule', () => {
  it('comes later each time, first after the instant asked about, one for each of its days', () => {
    fc.assert(
      fc.property(anyRule, anyInstant, (rule, after) => {
        const times = take(rule, after, 8);
        const instants = [after.getTime(), ...times.map(({ at }) => at.getTime())];
        expect(instants).toEqual([...new Set(instants)].sort((left, right) => left - right));
        expect(new Set(times.map(({ day }) => day)).size).toBe(times.length);
        expect(firstAfter(rule, after)).toEqual(times[0]?.at);
      }),
      RUNS,
    );
  });

  it('is the same wherever one begins to ask: none is left out and none is added', () => {
    fc.assert(
      fc.property(anyRule, anyInstant, fc.integer({ min: 0, max: 6 }), (rule, after, index) => {
        const times = take(rule, after, 8);
        const from = times[index];
        if (from === undefined) throw new Error('a rule ended');
        expect(take(rule, from.at, 7 - index)).toEqual(times.slice(index + 1));
        expect(take(rule, new Date(from.at.getTime() - 1), 8 - index)).toEqual(times.slice(index));
      }),
      RUNS,
    );
  });

  it('shows its time on the clocks of its zone, but where they skip it', () => {
    fc.assert(
      fc.property(anyRule, anyInstant, (rule, after) => {
        for (const { day, at } of take(rule, after, 4)) {
          const shown = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(rule.timeZone);
          const wanted = Temporal.PlainDateTime.from(`${day}T${rule.time}`);
          if (shown.toPlainDateTime().equals(wanted)) {
            // Of a time that comes twice, the first: an hour or less before, the clocks did not show it.
            for (const minutes of [30, 60]) {
              expect(shown.subtract({ minutes }).toPlainDateTime().equals(wanted)).toBe(false);
            }
            continue;
          }
          const late = wanted.until(shown.toPlainDateTime(), { largestUnit: 'minutes' }).minutes;
          expect([30, 60]).toContain(late);
          // There is no instant at which they show it.
          expect(() => wanted.toZonedDateTime(rule.timeZone, { disambiguation: 'reject' })).toThrow(RangeError);
        }
      }),
      RUNS,
    );
  });
});

describe('a daily rule', () => {
  it('has every day once, and each later than the one before', () => {
    fc.assert(
      fc.property(daily, anyInstant, (rule, after) => {
        const year = take(rule, after, YEAR);
        const [first] = year;
        expect(year.map(({ day }) => day)).toEqual(year.map((_, index) => addDays(first?.day ?? '', index)));
        for (const [index, { at }] of year.entries()) expect(at > (year[index - 1]?.at ?? after)).toBe(true);
      }),
      LONG_RUNS,
    );
  });
});

describe('a weekly rule', () => {
  it('has its weekday every seven days', () => {
    fc.assert(
      fc.property(weekly, anyInstant, (rule, after) => {
        const [first = '', ...more] = take(rule, after, 4).map(({ day }) => day);
        expect(new Date(`${first}T00:00:00Z`).getUTCDay()).toBe((WEEKDAYS.indexOf(rule.weekday) + 1) % 7);
        expect(more).toEqual([addDays(first, 7), addDays(first, 14), addDays(first, 21)]);
      }),
      RUNS,
    );
  });
});

describe('a monthly rule', () => {
  it('has every month once, on its day or on the last there is', () => {
    fc.assert(
      fc.property(monthly, anyInstant, (rule, after) => {
        const days = take(rule, after, 14).map(({ day }) => day);
        for (const [index, day] of days.entries()) {
          const last = lastDayOfMonth(monthOf(day));
          expect(Number(day.slice(8))).toBe(Math.min(rule.dayOfMonth, Number(last.slice(8))));
          const before = days[index - 1];
          if (before !== undefined) expect(monthOf(day)).toBe(nextMonth(monthOf(before)));
        }
      }),
      RUNS,
    );
  });

  it('ends February where February ends', () => {
    const rule = { frequency: 'monthly', dayOfMonth: 31, time: '06:00', timeZone: 'UTC' } as const;
    const days = (year: string) => take(rule, new Date(`${year}-01-15T00:00:00Z`), 4).map(({ day }) => day.slice(5));
    expect(days('2024')).toEqual(['01-31', '02-29', '03-31', '04-30']);
    expect(days('2025')).toEqual(['01-31', '02-28', '03-31', '04-30']);
    // 2000 was a leap year, 2100 will be none.
    expect(days('2000')).toEqual(['01-31', '02-29', '03-31', '04-30']);
    expect(days('2100')).toEqual(['01-31', '02-28', '03-31', '04-30']);
  });
});

describe('when the clocks change', () => {
  const newYork = (time: string): CalendarRule => ({ frequency: 'daily', time, timeZone: 'America/New_York' });

  it('a time that they skip is an hour later', () => {
    expect(iso(newYork('02:30'), '2026-03-07T00:00:00Z', 3)).toEqual([
      '2026-03-07T07:30:00.000Z',
      '2026-03-08T07:30:00.000Z', // 03:30 by the clocks
      '2026-03-09T06:30:00.000Z',
    ]);
  });

  it('a time that comes twice is the first', () => {
    expect(iso(newYork('01:30'), '2026-10-31T00:00:00Z', 3)).toEqual([
      '2026-10-31T05:30:00.000Z',
      '2026-11-01T05:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ]);
  });

  it('a day whose time they skip past midnight keeps its own run', () => {
    const rule = { frequency: 'daily', time: '23:30', timeZone: 'America/Nuuk' } as const;
    expect(take(rule, new Date('2026-03-28T03:00:00Z'), 2)).toEqual([
      { day: '2026-03-28', at: new Date('2026-03-29T01:30:00Z') }, // 00:30 on the 29th
      { day: '2026-03-29', at: new Date('2026-03-30T00:30:00Z') },
    ]);
  });

  it('a day that an island skips has no run of its own', () => {
    // Samoa went from 29 to 31 December 2011.
    const rule = { frequency: 'daily', time: '06:00', timeZone: 'Pacific/Apia' } as const;
    const instants = take(rule, new Date('2011-12-28T00:00:00Z'), 5).map(({ at }) => at.getTime());
    for (const [index, at] of instants.entries()) {
      if (index > 0) expect(at - (instants[index - 1] ?? 0)).toBe(MS_PER_DAY);
    }
  });
});

describe('a time zone', () => {
  it.each([
    ['America/New_York', 'America/New_York'],
    ['america/new_york', 'America/New_York'],
    ['UTC', 'UTC'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
  ])('%s is one', (text, name) => {
    expect(parseTimeZone(text)).toBe(name);
  });

  it.each([
    '',
    '+05:00',
    '-08',
    'Z',
    '2026-03-01T00:00Z',
    '2026-03-01T00:00Z[Europe/Berlin]',
    'Mars/Olympus',
    'America/New_York\u0000',
    'America',
    'x'.repeat(100),
    'America/',
  ])('%j is none', (text) => {
    expect(parseTimeZone(text)).toBeNull();
  });
});
