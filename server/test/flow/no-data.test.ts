/** A job without a row is no silent success: the job, its manifest and the dictionary say what there is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const TYPES = '/api/v1/bulk_api/report_types';

let server: TestApp;
let account: TestAccount;

beforeAll(async () => {
  server = await testApp();
  account = await server.account();
});
afterAll(() => server.close());

async function get(url: string) {
  return (await server.as(account, { url })).json();
}

async function run(startDate: string, endDate: string) {
  const payload = {
    report_type: 'property',
    output_format: 'csv',
    start_date: startDate,
    end_date: endDate,
    property_ids: [GUIDE_IDS[0]],
  };
  const created = (await server.as(account, { method: 'POST', url: JOBS, payload })).json();
  const ended = await until(
    () => get(`${JOBS}/${created.job_id}`),
    ({ status }) => status === 'succeeded',
  );
  return { created, ended, manifest: await get(`${JOBS}/${created.job_id}/manifest`) };
}

test('a range outside the data is told at once, at the end and in the manifest; one within it is not', async () => {
  const { report_types: types } = await get(TYPES);
  const { first_day: first, last_day: last } = types.find(
    (each: { report_type: string }) => each.report_type === 'property',
  );
  expect([first, last]).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
  ]);
  expect(await get(`${TYPES}/property`)).toMatchObject({ first_day: first, last_day: last });

  const outside = await run('2019-01-01', '2019-01-31');
  const atOnce = `there is no data from 2019-01-01 to 2019-01-31: the data of report property begins on ${first} and ends on ${last}; the file will be empty`;
  expect(outside.created.warnings).toEqual([atOnce]);
  expect(outside.ended.result.rows).toBe(0);
  const warnings = [
    atOnce,
    'The property has no row in report property from 2019-01-01 to 2019-01-31: the file is empty; GET …/bulk_api/report_types tells the days that exist',
  ];
  expect(outside.ended.warnings).toEqual(warnings);
  expect(outside.manifest.warnings).toEqual(warnings);

  const within = await run(last, last);
  expect(within.ended.result.rows).toBe(1);
  expect([within.created.warnings, within.ended.warnings, within.manifest.warnings]).toEqual([[], [], []]);
});

test('before anything is loaded there are no days', async () => {
  const empty = await testApp({ demo: false });
  try {
    const own = await empty.account();
    const { report_types: types } = (await empty.as(own, { url: TYPES })).json();
    expect(types).toHaveLength(3);
    for (const type of types) expect(type).toMatchObject({ first_day: null, last_day: null });
  } finally {
    await empty.close();
  }
});
