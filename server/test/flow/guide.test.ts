/** The requests of the vendor's guide, sent by curl as it shows them, with origin, token and callback host replaced and nothing else. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PublishedRequest, REQUESTS } from '../golden/apartmentiq-requests.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';

const run = promisify(execFile);

interface Sender {
  readonly url: string;
  readonly token: string;
  readonly jobId?: string;
}

describe('the guide’s requests, by curl', () => {
  let server: TestApp;
  let idle: TestApp;
  let sink: Server;
  let account: TestAccount;
  let directory: string;

  beforeAll(async () => {
    const settings = { CONVEYANCE_CALLBACK_ALLOW: '127.0.0.0/8' };
    server = await testApp({ settings });
    // Nothing runs here, so a job can be cancelled before it has ended.
    idle = await testApp({ settings: { ...settings, CONVEYANCE_ROLE: 'api' } });
    account = await server.account();
    directory = await mkdtemp(join(tmpdir(), 'conveyance-guide-'));
    sink = createServer((request, response) => {
      request.resume();
      response.end();
    });
    await new Promise<void>((listening) => sink.listen(0, '127.0.0.1', listening));
  });

  afterAll(async () => {
    if (sink) await new Promise((closed) => sink.close(closed));
    await rm(directory, { recursive: true, force: true });
    await server?.close();
    await idle?.close();
  });

  function sinkUrl(path: string): string {
    const address = sink.address();
    if (address === null || typeof address === 'string') throw new Error('the sink does not listen');
    return `http://127.0.0.1:${address.port}${path}`;
  }

  async function curl({ method, path, body, flags }: PublishedRequest, { url, token, jobId = '' }: Sender) {
    const sent = body && { ...body, callback_url: sinkUrl(new URL(body.callback_url).pathname) };
    const args = [
      ...['-sS', ...flags],
      ...(method === 'GET' ? [] : ['-X', method]),
      ...['-H', `Authorization: Bearer ${token}`],
      ...(sent === undefined ? [] : ['-H', 'Content-Type: application/json', '-d', JSON.stringify(sent)]),
      url + path.replace('JOB', jobId),
    ];
    const { stdout } = await run('curl', args, { cwd: directory });
    return stdout;
  }

  async function succeeded(jobId: string): Promise<Record<string, unknown>> {
    const to = { url: server.url, token: account.token, jobId };
    return until(
      async () => JSON.parse(await curl(REQUESTS.status, to)),
      (job) => job.status !== 'submitted',
    );
  }

  it('create a job, tell its status and download its file', async () => {
    const to = { url: server.url, token: account.token };
    const created = JSON.parse(await curl(REQUESTS.create, to));
    expect(created).toMatchObject({
      status: 'submitted',
      report_type: 'property',
      output_format: 'jsonl',
      property_ids: GUIDE_IDS,
    });
    const jobId: string = created.job_id;
    expect(await succeeded(jobId)).toMatchObject({ job_id: jobId, status: 'succeeded' });

    await curl(REQUESTS.download, { ...to, jobId });
    const lines = (await readFile(join(directory, 'property_data.jsonl'), 'utf8')).trimEnd().split('\n');
    const ids = new Set(lines.map((line) => JSON.parse(line).id));
    expect(ids).toEqual(new Set(GUIDE_IDS));
    expect(lines.length).toBeGreaterThan(200);
  });

  it('run the monthly export', async () => {
    const to = { url: server.url, token: account.token };
    const created = JSON.parse(await curl(REQUESTS.month, to));
    // January lies before the demo data: a range without data succeeds with no rows.
    expect(await succeeded(created.job_id)).toMatchObject({ status: 'succeeded', result: { rows: 0 } });
  });

  it('list the jobs', async () => {
    const listed = JSON.parse(await curl(REQUESTS.list, { url: server.url, token: account.token }));
    expect(listed.pagination).toMatchObject({ current_page: 1, per_page: 50 });
    expect(listed.jobs.length).toBe(listed.pagination.total_count);
  });

  it('cancel a job', async () => {
    const { token } = await idle.account();
    const to = { url: idle.url, token };
    const created = JSON.parse(await curl(REQUESTS.create, to));
    const cancelled = JSON.parse(await curl(REQUESTS.cancel, { ...to, jobId: created.job_id }));
    expect(cancelled).toMatchObject({ job_id: created.job_id, status: 'cancelled' });
  });
});
