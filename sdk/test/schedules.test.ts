import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance, NetworkError, type ScheduleRequest } from '../src/index.ts';
import { RESET, ScriptedServer } from './scripted-server.ts';

const ID = '5f0c1d2e-7a41-4b8e-9a55-0c6f2f1f9b10';
const PATH = '/api/v1/bulk_api/schedules';
const REQUEST: ScheduleRequest = {
  report_type: 'property',
  output_format: 'csv',
  property_ids: [1, 2],
  frequency: 'monthly',
  day_of_month: 1,
  time: '06:00',
  time_zone: 'America/New_York',
  range: 'previous_month',
};
const SUMMARY = { schedule_id: ID, state: 'active', next_run_at: '2026-02-01T11:00:00.000Z' };
const SCHEDULE = { ...SUMMARY, property_ids: [1, 2] };
const PAGINATION = { current_page: 1, total_pages: 1, total_count: 1, per_page: 50 };
const BUSY = { status: 503, headers: { 'retry-after': '0' } };

let server: ScriptedServer;
let client: Conveyance;
beforeEach(async () => {
  server = await ScriptedServer.start();
  client = new Conveyance({ url: server.url, token: 't' });
});
afterEach(() => server.stop());

describe('schedules', () => {
  it('are made, once: an answer that is lost is not asked for again', async () => {
    server.on(`POST ${PATH}`, { status: 200, body: SCHEDULE }, RESET);
    expect(await client.schedules.create(REQUEST)).toEqual(SCHEDULE);
    expect(server.seen(`POST ${PATH}`).map(({ body }) => JSON.parse(body))).toEqual([REQUEST]);
    await expect(client.schedules.create(REQUEST)).rejects.toThrow(NetworkError);
    expect(server.seen(`POST ${PATH}`)).toHaveLength(2);
  });

  it('are read, listed, paused and resumed, again where the server is busy', async () => {
    server
      .on(`GET ${PATH}/${ID}`, BUSY, { status: 200, body: SCHEDULE })
      .on(`POST ${PATH}/${ID}/pause`, BUSY, { status: 200, body: SCHEDULE })
      .on(`POST ${PATH}/${ID}/resume`, BUSY, { status: 200, body: SCHEDULE })
      .on(`DELETE ${PATH}/${ID}`, { status: 200, body: SUMMARY });
    expect(await client.schedules.get(ID)).toEqual(SCHEDULE);
    expect(await client.schedules.pause(ID)).toEqual(SCHEDULE);
    expect(await client.schedules.resume(ID)).toEqual(SCHEDULE);
    expect(await client.schedules.delete(ID)).toEqual(SUMMARY);
  });

  it('and their runs come by page', async () => {
    const schedules = { schedules: [SUMMARY], pagination: PAGINATION };
    const runs = { runs: [{ planned_at: SUMMARY.next_run_at, state: 'waiting' }], pagination: PAGINATION };
    server
      .on(`GET ${PATH}`, { status: 200, body: schedules })
      .on(`GET ${PATH}/${ID}/runs`, { status: 200, body: runs });
    expect(await client.schedules.list({ page: 2, perPage: 10 })).toEqual(schedules);
    expect(await client.schedules.runs(ID, { page: 3 })).toEqual(runs);
    expect(server.requests.map(({ url }) => url)).toEqual([`${PATH}?page=2&per_page=10`, `${PATH}/${ID}/runs?page=3`]);
  });

  it('are taken from nothing else', async () => {
    server
      .on(`GET ${PATH}/${ID}`, { status: 200, body: SUMMARY })
      .on(`GET ${PATH}`, { status: 200, body: { schedules: [] } })
      .on(`GET ${PATH}/${ID}/runs`, { status: 200, body: { pagination: PAGINATION } })
      .on(`DELETE ${PATH}/${ID}`, { status: 200, body: {} });
    const unexpected = { error: 'Unexpected answer' };
    await expect(client.schedules.get(ID)).rejects.toMatchObject(unexpected);
    await expect(client.schedules.list()).rejects.toMatchObject(unexpected);
    await expect(client.schedules.runs(ID)).rejects.toMatchObject(unexpected);
    await expect(client.schedules.delete(ID)).rejects.toMatchObject(unexpected);
  });
});
