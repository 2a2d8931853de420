import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  isCalendarDay,
  lastDayOfMonth,
  monthOf,
  nextMonth,
  startOfDay,
  toDayNumber,
  utcDay,
  weekdayOf,
} from '../../src/core/dates.ts';

const anyDay = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map(utcDay);

describe('calendar days', () => {
  it.each(['2025-01-01', '2024-02-29', '0001-01-01', '9999-12-31'])('%s exists', (day) => {
    expect(isCalendarDay(day)).toBe(true);
  });

  it.each([
    '2025-02-30',
    '2025-02-29',
    '2025-04-31',
    '2025-01-32',
    '2025-01-99',
    '2025-01-00',
    '2025-13-01',
    '2025-99-01',
    '2025-00-10',
    '2025-1-1',
    '2025-01-1',
    '2025-1-01',
    '025-01-01',
    '12025-01-01',
    '2025-01-011',
    '2025-O1-01',
    '2025-01-O1',
    'year-01-01',
    '20250101',
    '2025-01-01T00:00:00Z',
    ' 2025-01-01',
    '2025-01-01\n',
    '',
    '0000-01-01',
  ])('%j does not', (text) => {
    expect(isCalendarDay(text)).toBe(false);
  });

  it('are every day that a clock can show', () => {
    fc.assert(fc.property(anyDay, (day) => isCalendarDay(day)));
  });

  it('add up', () => {
    const near = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map(utcDay);
    fc.assert(
      fc.property(near, fc.integer({ min: 0, max: 5000 }), (day, days) => {
        expect(toDayNumber(addDays(day, days)) - toDayNumber(day)).toBe(days);
      }),
    );
  });

  it('are counted from 1970-01-01, and begin at midnight in UTC', () => {
    expect(['1970-01-01', '1970-02-01', '1969-12-31', '2000-03-01'].map(toDayNumber)).toEqual([0, 31, -1, 11_017]);
    expect(startOfDay('2024-02-29')).toEqual(new Date('2024-02-29T00:00:00Z'));
    expect(utcDay(new Date('2024-02-29T23:59:59.999Z'))).toBe('2024-02-29');
    expect(utcDay(new Date('2024-02-29T23:59:59-01:00'))).toBe('2024-03-01');
  });

  it('have weekdays from 0 for Monday, before 1970 too', () => {
    const week = ['1969-12-29', '1969-12-30', '1969-12-31', '1970-01-01', '1970-01-02', '1970-01-03', '1970-01-04'];
    expect(week.map(weekdayOf)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(['1969-12-28', '1969-12-22', '1900-01-02'].map(weekdayOf)).toEqual([6, 0, 1]);
    expect(['1970-01-05', '2026-03-01', '2024-02-29'].map(weekdayOf)).toEqual([0, 6, 3]);
  });
});

describe('months', () => {
  it.each([
    ['2026-03', -13, '2025-02'],
    ['2026-01', -1, '2025-12'],
    ['2025-12', 1, '2026-01'],
    ['2025-05', 0, '2025-05'],
    ['0099-12', 1, '0100-01'],
  ])('%s and %i months are %s', (month, months, expected) => {
    expect(addMonths(month, months)).toBe(expected);
  });

  it.each([
    ['2024-02', '2024-02-29'],
    ['2025-02', '2025-02-28'],
    ['1900-02', '1900-02-28'],
    ['2000-02', '2000-02-29'],
    ['2025-04', '2025-04-30'],
    ['2025-12', '2025-12-31'],
    ['9999-12', '9999-12-31'],
    ['0096-02', '0096-02-29'],
  ])('%s ends on %s', (month, day) => {
    expect(lastDayOfMonth(month)).toBe(day);
  });

  it.each([
    ['2024-02', '2024-03'],
    ['2025-12', '2026-01'],
  ])('after %s comes %s', (month, next) => {
    expect(nextMonth(month)).toBe(next);
  });

  it('are those of their days', () => {
    expect(monthOf('2024-02-10')).toBe('2024-02');
  });
});
