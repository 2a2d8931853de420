/** kill -9 of the server in the middle of a job: after a restart the job ends as succeeded and its file is whole. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Conveyance } from '@conveyance/sdk';
import { downloadExport } from '@conveyance/sdk/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/app.ts';
import { ServerProcess } from './server-process.ts';

const TIMEOUT_MS = 240_000;
const PROPERTIES = 40;

let server: ServerProcess;

beforeEach(async () => {
  // One slow thread and a short lease: a job that takes seconds, and a takeover that does not take half a minute.
  server = await ServerProcess.alone({ CONVEYANCE_LEASE_SECONDS: '3', CONVEYANCE_ENGINE_THREADS: '1' });
});
afterEach(() => server.close());

describe('kill -9 of the server in the middle of a job', () => {
  it(
    'costs time and nothing else',
    async () => {
      const generated = join(server.directory, 'generated');
      const size = ['--size', 'demo', '--properties', String(PROPERTIES), '--end', '2025-12'];
      await server.command('generate', ...size, '--out', generated);
      await server.command('load', generated);
      const { id } = await server.command('accounts', 'create', 'Crash test');
      const { token } = await server.command('tokens', 'create', '--account', String(id));
      let client = new Conveyance({ url: await server.serve(), token: String(token) });
      const { items } = await allProperties(client);
      const request = {
        report_type: 'property',
        output_format: 'csv',
        start_date: '2025-01-01',
        end_date: '2025-12-31',
        property_ids: items,
      } as const;
      const { job_id: jobId } = await client.exports.create(request);
      const caught = await until(
        () => client.exports.get(jobId),
        ({ status, progress }) => status !== 'submitted' || progress?.phase === 'running',
      );
      // Control: a job that had ended already would prove nothing.
      expect(caught.status).toBe('submitted');
      await server.kill();

      client = new Conveyance({ url: await server.serve(), token: String(token) });
      const ended = await client.exports.wait(jobId, { timeoutMs: TIMEOUT_MS / 2 });
      expect(ended.status).toBe('succeeded');
      const path = join(server.directory, 'result.csv');
      await downloadExport(client, jobId, path);
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
      expect(lines.length - 1).toBe(ended.result?.rows);

      // Undisturbed, the same request gives the same bytes.
      const again = await client.exports.wait((await client.exports.create(request)).job_id, {
        timeoutMs: TIMEOUT_MS / 2,
      });
      expect(again.result?.sha256).toBe(ended.result?.sha256);
      expect(await readdir(join(server.dataDir, 'objects', '.scratch')).catch(() => [])).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

async function allProperties(client: Conveyance): Promise<{ items: number[] }> {
  const items: number[] = [];
  for (let page = 1; ; page++) {
    const found = await client.properties.lookup({ page, per_page: 100 });
    items.push(...found.properties.map(({ id }) => id));
    if (page >= found.pagination.total_pages) return { items };
  }
}
