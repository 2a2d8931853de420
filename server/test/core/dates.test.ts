import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  daysInRange,
  isCalendarDay,
  lastDayOfMonth,
  monthOf,
  utcDay,
} from '../../src/core/dates.ts';

const anyDay = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map(utcDay);

describe('calendar days', () => {
  it.each(['2025-01-01', '2024-02-29', '0001-01-01', '9999-12-31'])('%s exists', (day) => {
    expect(isCalendarDay(day)).toBe(true);
  });

  it.each([
    '2025-02-30',
    '2025-13-01',
    '2025-00-10',
    '2025-1-1',
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

  it('count both ends of a range', () => {
    expect(daysInRange('2025-01-01', '2025-12-31')).toBe(365);
    expect(daysInRange('2025-01-01', '2025-01-01')).toBe(1);
  });

  it('add up', () => {
    const near = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map(utcDay);
    fc.assert(
      fc.property(near, fc.integer({ min: 0, max: 5000 }), (day, days) => {
        expect(daysInRange(day, addDays(day, days))).toBe(days + 1);
      }),
    );
  });

  it.each([
    ['2026-03', -13, '2025-02'],
    ['2026-01', -1, '2025-12'],
    ['2025-12', 1, '2026-01'],
    ['2025-05', 0, '2025-05'],
  ])('month %s and %i months are %s', (month, months, expected) => {
    expect(addMonths(month, months)).toBe(expected);
  });

  it('know their month', () => {
    expect(monthOf('2024-02-10')).toBe('2024-02');
    expect(lastDayOfMonth('2024-02')).toBe('2024-02-29');
    expect(lastDayOfMonth('2025-12')).toBe('2025-12-31');
  });
});
