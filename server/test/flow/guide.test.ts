/** The published guide's own commands, with origin, token, ids and callback host replaced and nothing else. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';

const GUIDE = resolve(import.meta.dirname, '../../../../shared/seeds/apartmentiq-bulk-export-guide.md');
const present = existsSync(GUIDE);
const run = promisify(execFile);

function commandsOf(markdown: string): string[] {
  return [...markdown.matchAll(/```bash[^\n]*\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
}

/** Says in the test's name that it skips where the vendor's guide is not beside the checkout. */
describe.skipIf(!present)(
  `the guide’s curl commands (${present ? 'as published' : 'skipped: the guide is not here'})`,
  () => {
    const commands = present ? commandsOf(readFileSync(GUIDE, 'utf8')) : [];
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
      await new Promise((closed) => sink?.close(closed));
      await rm(directory, { recursive: true, force: true });
      await server?.close();
      await idle?.close();
    });

    function sinkUrl(): string {
      const address = sink.address();
      if (address === null || typeof address === 'string') throw new Error('the sink does not listen');
      return `http://127.0.0.1:${address.port}`;
    }

    function find(...parts: readonly string[]): string {
      const command = commands.find((text) => parts.every((part) => text.includes(part)));
      if (command === undefined) throw new Error(`the guide has no command with ${parts.join(' and ')}`);
      return command;
    }

    async function curl(
      command: string,
      { url, token, jobId = '' }: { url: string; token: string; jobId?: string },
    ): Promise<string> {
      const text = command
        .replaceAll('https://data.apartmentiq.io', url)
        .replaceAll('<your_api_key>', token)
        .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, jobId)
        .replaceAll(/https:\/\/your-(?:domain\.com|etl\.example\.com)/g, sinkUrl())
        .replace(/\/\* your portfolio property IDs \*\//, GUIDE_IDS.join(', '))
        .replaceAll('curl ', 'curl -sS ');
      const { stdout } = await run('bash', ['-c', text], { cwd: directory });
      return stdout;
    }

    async function succeeded(jobId: string): Promise<Record<string, unknown>> {
      const to = { url: server.url, token: account.token, jobId };
      return until(
        async () => JSON.parse(await curl(find('bulk_api/jobs/ed49987b', 'curl -H'), to)),
        (job) => job.status !== 'submitted',
      );
    }

    it('are all there', () => {
      expect(commands).toHaveLength(6);
    });

    it('create a job, tell its status and download its file', async () => {
      const to = { url: server.url, token: account.token };
      const created = JSON.parse(await curl(find('-X POST', '"jsonl"'), to));
      expect(created).toMatchObject({
        status: 'submitted',
        report_type: 'property',
        output_format: 'jsonl',
        property_ids: GUIDE_IDS,
      });
      const jobId: string = created.job_id;
      expect(await succeeded(jobId)).toMatchObject({ job_id: jobId, status: 'succeeded' });

      await curl(find('-L', '/results'), { ...to, jobId });
      const lines = (await readFile(join(directory, 'property_data.jsonl'), 'utf8')).trimEnd().split('\n');
      const ids = new Set(lines.map((line) => JSON.parse(line).id));
      expect(ids).toEqual(new Set(GUIDE_IDS));
      expect(lines.length).toBeGreaterThan(200);
    });

    it('run the monthly export', async () => {
      const to = { url: server.url, token: account.token };
      const created = JSON.parse(await curl(find('"parquet"', '2025-01-31'), to));
      // January lies before the demo data: a range without data succeeds with no rows.
      expect(await succeeded(created.job_id)).toMatchObject({ status: 'succeeded', result: { rows: 0 } });
    });

    it('list the jobs', async () => {
      const listed = JSON.parse(await curl(find('page=1&per_page=50'), { url: server.url, token: account.token }));
      expect(listed.pagination).toMatchObject({ current_page: 1, per_page: 50 });
      expect(listed.jobs.length).toBe(listed.pagination.total_count);
    });

    it('cancel a job', async () => {
      const { token } = await idle.account();
      const to = { url: idle.url, token };
      const created = JSON.parse(await curl(find('-X POST', '"jsonl"'), to));
      const cancelled = JSON.parse(await curl(find('-X DELETE'), { ...to, jobId: created.job_id }));
      expect(cancelled).toMatchObject({ job_id: created.job_id, status: 'cancelled' });
    });
  },
);
