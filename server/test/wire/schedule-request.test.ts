import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { parseScheduleRequest } from '../../src/wire/apartmentiq/schedule-request.ts';

const VALID = {
  report_type: 'property',
  output_format: 'csv',
  property_ids: [99001416, 99001470, 99001416],
  frequency: 'monthly',
  day_of_month: 31,
  time: '06:30',
  time_zone: 'America/New_York',
  range: 'previous_month',
};
const columnNames = () => ['id', 'avg_rent'];

function parse(body: unknown) {
  return parseScheduleRequest(body, (url) => !url.includes('127.0.0.1'), columnNames);
}

function faultsOf(body: unknown): readonly string[] {
  try {
    parse(body);
  } catch (error) {
    if (!isConveyanceError(error, 'invalid_parameter')) throw error;
    expect(error.message).toBe(error.errors?.[0]);
    return error.errors ?? [];
  }
  return [];
}

const DAY = 'day_of_month must be an integer between 1 and 31';
const NO_DAY = 'day_of_month must be left out unless frequency is monthly';
const WEEKDAY = 'weekday must be one of: monday, tuesday, wednesday, thursday, friday, saturday, sunday';
const NO_WEEKDAY = 'weekday must be left out unless frequency is weekly';
const DAYS = 'days must be an integer between 1 and 3660';
const NO_DAYS = 'days must be left out unless range is trailing_n_days';
const TIME = 'time must be in HH:MM format, from 00:00 to 23:59';
const ZONE = 'time_zone must be the name of an IANA time zone, e.g. America/New_York';
const FREQUENCY = 'frequency must be one of: monthly, weekly, daily';
const RANGE = 'range must be one of: previous_month, previous_week, yesterday, trailing_n_days';
const DEADLINE = 'data_deadline_hours must be an integer between 0 and 744';
const INCOMPLETE = 'on_incomplete must be one of: run, skip';

describe('the body of a schedule', () => {
  it('is read, with what it leaves open', () => {
    expect(parse({ ...VALID, callback_url: null, unknown: 1 })).toEqual({
      rule: { frequency: 'monthly', dayOfMonth: 31, time: '06:30', timeZone: 'America/New_York' },
      range: { name: 'previous_month' },
      deadlineHours: 48,
      onIncomplete: 'run',
      template: {
        reportType: 'property',
        outputFormat: 'csv',
        columns: null,
        compression: 'none',
        csvProfile: 'standard',
        name: null,
      },
      callbackUrl: null,
      propertyIds: new Set([99001416, 99001470]),
    });
  });

  it('is read, with all that it may say', () => {
    const chosen = {
      frequency: 'weekly',
      day_of_month: null,
      weekday: 'friday',
      time_zone: 'europe/berlin',
      range: 'trailing_n_days',
      days: 90,
      data_deadline_hours: 0,
      on_incomplete: 'skip',
      start_date: null,
      columns: ['avg_rent'],
      compression: 'gzip',
      csv_profile: 'excel',
      name: 'Fridays',
      callback_url: 'https://example.com/hook',
    };
    expect(parse({ ...VALID, ...chosen })).toMatchObject({
      rule: { frequency: 'weekly', weekday: 'friday', time: '06:30', timeZone: 'Europe/Berlin' },
      range: { name: 'trailing_n_days', days: 90 },
      deadlineHours: 0,
      onIncomplete: 'skip',
      template: { columns: ['avg_rent'], compression: 'gzip', csvProfile: 'excel', name: 'Fridays' },
      callbackUrl: 'https://example.com/hook',
    });
    const daily = parse({ ...VALID, frequency: 'daily', day_of_month: undefined, range: 'yesterday' });
    expect(daily.rule).toEqual({ frequency: 'daily', time: '06:30', timeZone: 'America/New_York' });
  });

  it.each<[object, readonly string[]]>([
    [{ frequency: 'yearly' }, [FREQUENCY]],
    [{ frequency: undefined }, [FREQUENCY]],
    [{ day_of_month: undefined }, [DAY]],
    [{ day_of_month: null }, [DAY]],
    [{ day_of_month: 0 }, [DAY]],
    [{ day_of_month: 32 }, [DAY]],
    [{ day_of_month: 1.5 }, [DAY]],
    [{ day_of_month: '1' }, [DAY]],
    [{ frequency: 'daily' }, [NO_DAY]],
    [{ frequency: 'weekly' }, [NO_DAY, WEEKDAY]],
    [{ frequency: 'weekly', day_of_month: null, weekday: 'Monday' }, [WEEKDAY]],
    [{ weekday: 'monday' }, [NO_WEEKDAY]],
    [{ time: '6:30' }, [TIME]],
    [{ time: '24:00' }, [TIME]],
    [{ time: '06:30:00' }, [TIME]],
    [{ time: '06:30\n' }, [TIME]],
    [{ time: undefined }, [TIME]],
    [{ time_zone: '+05:00' }, [ZONE]],
    [{ time_zone: 'Mars/Olympus' }, [ZONE]],
    [{ time_zone: 5 }, [ZONE]],
    [{ range: 'today' }, [RANGE]],
    [{ range: 'trailing_n_days' }, [DAYS]],
    [{ range: 'trailing_n_days', days: 0 }, [DAYS]],
    [{ range: 'trailing_n_days', days: 3661 }, [DAYS]],
    [{ days: 7 }, [NO_DAYS]],
    [{ data_deadline_hours: -1 }, [DEADLINE]],
    [{ data_deadline_hours: 745 }, [DEADLINE]],
    [{ on_incomplete: 'wait' }, [INCOMPLETE]],
    [{ start_date: '2026-01-01' }, ['start_date must be left out: range says which days each run exports']],
    [{ end_date: '2026-01-01' }, ['end_date must be left out: range says which days each run exports']],
    [{ property_ids: [] }, ['property_ids is required and must be a non-empty array']],
    [{ callback_url: 'http://127.0.0.1/' }, ['callback_url must be a public http or https URL']],
    [{ columns: ['avg_rents'] }, ['columns contains unknown column avg_rents (nearest: avg_rent)']],
    [
      { output_format: 'parquet', compression: 'gzip' },
      ['compression must be none for output_format parquet, which is compressed within'],
    ],
  ])('with %j says what is wrong', (change, faults) => {
    expect(faultsOf({ ...VALID, ...change })).toEqual(faults);
  });

  it('tells all faults at once, in the order of the fields', () => {
    const body = { report_type: 'x', frequency: 'weekly', time: 'noon', range: 'yesterday', days: 1, name: 7 };
    expect(faultsOf(body)).toEqual([
      'report_type must be one of: floorplans, property, units',
      'output_format must be one of: csv, jsonl, parquet',
      WEEKDAY,
      TIME,
      ZONE,
      NO_DAYS,
      'property_ids is required and must be a non-empty array',
      'name must be text of at most 255 characters, none of them a control character',
    ]);
  });

  it('never fails with anything but its own errors', () => {
    const fields = [...Object.keys(VALID), 'weekday', 'days', 'data_deadline_hours', 'on_incomplete', 'start_date'];
    const body = fc.dictionary(
      fc.constantFrom(...fields),
      fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(VALID))),
    );
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), body), (value) => void faultsOf(value)));
  });
});
