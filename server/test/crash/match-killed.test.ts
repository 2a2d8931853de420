/** kill -9 of the server in the middle of a match job: after a restart it succeeds with the bytes that it would have had. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../support/app.ts';
import { BatchClient, type BatchJobBody } from '../support/file-jobs.ts';
import { loadCsv } from '../support/match-data.ts';
import { ServerProcess } from './server-process.ts';

const TIMEOUT_MS = 240_000;
/** Seconds of work, in a job that a test can catch. */
const ROWS = 60_000;
const PROPERTIES = 2000;
const HEADERS = ['a', 'c', 's', 'z'];
const METADATA = {
  headers: HEADERS,
  mapping: { address_line_1: 'a', address_city: 'c', address_state: 's', address_postal: 'z' },
};

let server: ServerProcess;
beforeEach(async () => {
  // One slow thread and a short lease: a job that takes seconds, and a takeover that does not take half a minute.
  const settings = { CONVEYANCE_LEASE_SECONDS: '3', CONVEYANCE_ENGINE_THREADS: '1' };
  server = await ServerProcess.beside({ ...settings, CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0' }, { demo: false });
});
afterEach(() => server.close());

function properties(): string {
  const lines = Array.from(
    { length: PROPERTIES },
    (_, i) => `${i + 1},${i + 1} Main St,Springfield,IL,62701,commercial`,
  );
  return `property_id,address,city,state,zip_code,asset_category\n${lines.join('\n')}\n`;
}

function rows(): string {
  const lines = Array.from(
    { length: ROWS },
    (_, i) => `${1 + (i % (2 * PROPERTIES))} Mian Street,Springfield,IL,62701`,
  );
  return `${HEADERS.join()}\n${lines.join('\n')}\n`;
}

it('costs time and nothing else', { timeout: TIMEOUT_MS }, async () => {
  await server.work((open) => loadCsv(open, { properties: properties() }));
  const { key } = await server.account();
  const clientOf = (url: string) => new BatchClient({ url }, { key }, TIMEOUT_MS / 2);
  let client = clientOf(await server.serve());
  const { id } = (await (await client.submit('match', rows(), METADATA)).json()) as BatchJobBody;
  const caught = await until(
    () => client.get(id),
    ({ status }) => status !== null && status !== 'PENDING',
  );
  // Control: a job that had ended already would prove nothing.
  expect(caught.status).toBe('STARTED');
  await server.kill();

  client = clientOf(await server.serve());
  const job = await client.ended(id);
  expect(job.status).toBe('SUCCESS');
  const result = await (await fetch(job.result_urls[0] ?? '')).text();
  expect(result.split('\n')).toHaveLength(ROWS + 2);

  // Undisturbed, the same file gives the same bytes.
  const { files } = await client.run('match', rows(), METADATA);
  expect(files[0] === result).toBe(true);
  expect(await readdir(join(server.dataDir, 'objects', '.scratch')).catch(() => [])).toEqual([]);
});
