/** `conveyance schedules create`. */
import {
  COMPRESSIONS,
  DEFAULT_DEADLINE_HOURS,
  ON_INCOMPLETE,
  OUTPUT_FORMATS,
  SCHEDULE_FREQUENCIES,
  SCHEDULE_RANGES,
  WEEKDAYS,
} from '@conveyance/sdk';
import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { choice, text, wholeNumber } from '../../terminal/options.ts';
import { CSV_PROFILE, EXPORT_FIELDS, NAMING, REPORT, SELECTION } from '../exports/request-options.ts';
import { sayWarnings } from '../exports/warnings.ts';
import { readScheduleRequest } from './schedule-plan.ts';
import { printSchedule } from './schedule-view.ts';

export const schedulesCreate = defineCommand({
  name: 'schedules create',
  summary: 'Repeat an export on a calendar',
  details:
    'Each run is a job like any other, made for the credentials that created the schedule, once the warehouse has reached the last day of ' +
    'its range. After an outage of the server, missed runs are made up for, each once. See docs/schedules.md.',
  fields: {
    ...EXPORT_FIELDS,
    frequency: '--every',
    day_of_month: '--day',
    weekday: '--weekday',
    time: '--at',
    time_zone: '--zone',
    range: '--range',
    days: '--days',
    data_deadline_hours: '--deadline-hours',
    on_incomplete: '--on-incomplete',
  },
  arguments: {},
  options: {
    every: choice(SCHEDULE_FREQUENCIES, { description: 'How often.' }),
    day: wholeNumber('<n>', 1, { description: 'With monthly: the day, 1 to 31; a shorter month’s last.' }),
    weekday: choice(WEEKDAYS, { description: 'With weekly.' }),
    at: text('<HH:MM>', { description: 'The time on the clocks of the zone.' }),
    zone: text('<name>', { description: 'An IANA time zone, e.g. America/New_York. Default: this machine’s.' }),
    range: choice(SCHEDULE_RANGES, {
      description: 'Which days. Default: the month, week or day before; with --days, that many.',
    }),
    days: wholeNumber('<n>', 1, { description: 'With trailing_n_days: how many, up to yesterday.' }),
    deadlineHours: wholeNumber('<n>', 0, {
      description: `How long to wait for the data. Default: ${DEFAULT_DEADLINE_HOURS}.`,
    }),
    onIncomplete: choice(ON_INCOMPLETE, { description: 'What to do if it is still missing then. Default: run.' }),
    report: REPORT,
    format: choice(OUTPUT_FORMATS, { description: 'Default: parquet.' }),
    ...SELECTION,
    compression: choice(COMPRESSIONS, { description: 'Of a CSV or JSONL file. Default: none.' }),
    csvProfile: CSV_PROFILE,
    ...NAMING,
  },
  examples: [
    {
      line: 'conveyance schedules create --every monthly --day 1 --at 06:00 --zone America/New_York --ids-file portfolio.txt',
      meaning: 'The month before, on the first of each',
    },
    {
      line: 'conveyance schedules create --every monthly --day 1 --at 06:00 --list Texas',
      meaning: 'The month before, of whatever the list holds by then',
    },
    {
      line: 'conveyance schedules create --every daily --at 07:30 --zone UTC --days 7 --report units --format csv --ids 99001416',
      meaning: 'The last seven days, every morning',
    },
  ],
  async run({ options, out, world }) {
    const client = openClient(world);
    const request = await readScheduleRequest(client, options, world);
    const schedule = await client.schedules.create(request, { signal: world.interrupt });
    printSchedule(out, schedule);
    sayWarnings(out, schedule.warnings);
  },
});
