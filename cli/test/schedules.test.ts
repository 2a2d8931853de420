/** The commands around schedules, against the whole program. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tickSchedules } from '../../server/src/jobs/schedules/tick.ts';
import { type TestAccount, type TestApp, testApp } from '../../server/test/support/app.ts';
import { cli, type Situation } from './cli-world.ts';

const MONTHLY = ['--every', 'monthly', '--day', '31', '--at', '06:00', '--zone', 'America/New_York'];
const IDS = ['--ids', '99001416,99001470'];

let app: TestApp;
let account: TestAccount;
beforeAll(async () => {
  app = await testApp();
  account = await app.account();
});
afterAll(() => app?.close());

function customer(argv: readonly string[], situation: Situation = {}) {
  const env = { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: account.token };
  return cli(['schedules', ...argv], { env, ...situation });
}

async function json(argv: readonly string[], situation: Situation = {}) {
  const { code, stdout, stderr } = await customer([...argv, '--json'], situation);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('schedules create', () => {
  it('makes one and shows it', async () => {
    const { code, stdout } = await customer(['create', ...MONTHLY, ...IDS, '--name', 'Monthly sync']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^state {5}active$/m);
    expect(stdout).toMatch(/^when {6}monthly on day 31 at 06:00 America\/New_York$/m);
    expect(stdout).toMatch(/^exports {3}property, parquet, previous_month, 2 properties$/m);
    expect(stdout).toMatch(/^data {6}waited for up to 48 h, then run$/m);
  });

  it('sends all that it was told', async () => {
    const all = [
      ...['--every', 'weekly', '--weekday', 'friday', '--at', '23:30', '--zone', 'UTC', '--days', '14'],
      ...['--deadline-hours', '6', '--on-incomplete', 'skip', '--report', 'units', '--format', 'csv'],
      ...['--columns', 'unit_id, rent', '--compression', 'gzip', '--csv-profile', 'excel'],
      ...['--callback-url', 'https://example.com/webhook', '--ids-file', '-'],
    ];
    expect(await json(['create', ...all], { stdin: ['99001416\n99004737\n'] })).toMatchObject({
      frequency: 'weekly',
      weekday: 'friday',
      day_of_month: null,
      time: '23:30',
      time_zone: 'UTC',
      range: 'trailing_n_days',
      days: 14,
      data_deadline_hours: 6,
      on_incomplete: 'skip',
      report_type: 'units',
      output_format: 'csv',
      columns: ['unit_id', 'rent'],
      compression: 'gzip',
      csv_profile: 'excel',
      callback_url: 'https://example.com/webhook',
      property_ids: [99001416, 99004737],
    });
  });

  it('exports what is usual for the frequency, in the zone of this machine', async () => {
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(await json(['create', '--every', 'daily', '--at', '07:00', ...IDS])).toMatchObject({
      range: 'yesterday',
      time_zone: zone,
    });
  });

  it('says what is missing, and what the server refuses', async () => {
    expect(await customer(['create'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('missing: --every, --at, --ids, --ids-file or --list'),
    });
    expect(await customer(['create', '--every', 'monthly', '--at', '06:00', ...IDS])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--day must be an integer between 1 and 31'),
    });
  });
});

describe('a schedule', () => {
  it('is listed, shown, paused, resumed, and deleted', async () => {
    const { schedule_id: id, property_ids: ids } = await json(['create', ...MONTHLY, ...IDS]);
    const { stdout } = await customer(['list', '--per-page', '1']);
    const [header, row, ...more] = stdout.trimEnd().split('\n');
    expect(header).toMatch(/^SCHEDULE +STATE +WHEN +REPORT +FORMAT +DAYS +NEXT RUN +NAME$/);
    expect(row).toMatch(new RegExp(`^${id} +active +monthly on day 31 .* property +parquet +previous_month +.*Z +-$`));
    expect(more).toEqual([]);
    expect(await json(['show', id])).toMatchObject({ schedule_id: id, property_ids: ids });
    expect(await json(['pause', id])).toMatchObject({ state: 'paused', next_run_at: null });
    expect(await json(['resume', id])).toMatchObject({ state: 'active' });
    expect(await json(['delete', id])).toMatchObject({ schedule_id: id });
    expect((await customer(['show', id])).code).toBe(3);
  });

  it('tells what became of its runs', async () => {
    const { schedule_id: id, next_run_at: next } = await json(['create', ...MONTHLY, ...IDS, '--deadline-hours', '0']);
    await tickSchedules({ ...app.app.deps, clock: () => new Date(next) });
    const { runs } = await json(['runs', id, '--page', '1']);
    expect(runs).toMatchObject([{ planned_at: next, state: 'submitted', data_complete: false }]);
    const { stdout } = await customer(['runs', id]);
    const [header, row] = stdout.trimEnd().split('\n');
    expect(header).toMatch(/^PLANNED +STATE +FROM +TO +JOB$/);
    expect(row).toMatch(new RegExp(`^${next} +submitted +.* ${runs[0].job_id} +made without all of its data$`));
    await customer(['delete', id]);
  });
});
