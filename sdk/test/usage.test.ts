import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance, type ReportRequest } from '../src/index.ts';
import { ScriptedServer } from './scripted-server.ts';

const REQUEST: ReportRequest = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-12-01',
  end_date: '2025-12-31',
  property_ids: [1, 2],
};
const ESTIMATE = { estimated_rows: 62, estimated_bytes_by_format: { csv: 1, jsonl: 2, parquet: 3 } };
const USAGE = { quota_limit: null, quota_usage: 2, period_start: '2025-12-01', period_end: '2025-12-31' };
const NOW = { 'retry-after': '0' };

let server: ScriptedServer;
let client: Conveyance;
beforeEach(async () => {
  server = await ScriptedServer.start();
  client = new Conveyance({ url: server.url, token: 't' });
});
afterEach(() => server.stop());

describe('estimate', () => {
  it('sends the request, again when the server is busy: it makes nothing', async () => {
    const call = 'POST /api/v1/bulk_api/jobs/estimate';
    server.on(call, { status: 503, headers: NOW }, { status: 200, body: ESTIMATE });
    expect(await client.exports.estimate(REQUEST)).toEqual(ESTIMATE);
    expect(server.seen(call).map(({ body }) => JSON.parse(body))).toEqual([REQUEST, REQUEST]);
  });

  it('takes nothing else for an estimate', async () => {
    server.on('POST /api/v1/bulk_api/jobs/estimate', { status: 200, body: { job_id: 'x' } });
    await expect(client.exports.estimate(REQUEST)).rejects.toMatchObject({ error: 'Unexpected answer' });
  });
});

describe('usage', () => {
  it('is read', async () => {
    server.on('GET /api/v1/usage', { status: 200, body: USAGE });
    expect(await client.usage()).toEqual(USAGE);
  });

  it('takes nothing else for usage', async () => {
    server.on('GET /api/v1/usage', { status: 200, body: {} });
    await expect(client.usage()).rejects.toMatchObject({ error: 'Unexpected answer' });
  });
});
