/** kill -9 of the server between the upload of a file job and its end: the job ends after a restart, and its key is not blocked. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Conveyance, type FileJob } from '@conveyance/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GUIDE_IDS, type TestAccount, until } from '../support/app.ts';
import { uuidOf } from '../support/file-jobs.ts';
import { ServerProcess } from './server-process.ts';

const TIMEOUT_MS = 240_000;
const IDS = GUIDE_IDS.map(uuidOf);
/** Unknown ids take their time too: they are looked for. */
const MANY_IDS = 300_000;

let server: ServerProcess;
let credentials: TestAccount['key'];

beforeEach(async () => {
  // A short lease: a takeover that does not take half a minute.
  server = await ServerProcess.beside(
    { CONVEYANCE_LEASE_SECONDS: '3', CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0' },
    { demo: true },
  );
  credentials = (await server.account()).key;
}, TIMEOUT_MS);
afterEach(() => server.close(), TIMEOUT_MS);

async function open(role?: 'api'): Promise<Conveyance> {
  const { accessKey, secret } = credentials;
  return new Conveyance({ url: await server.serve(role && { role }), accessKey, secret });
}

async function idsOf(client: Conveyance, { id }: FileJob): Promise<string[]> {
  const ids: string[] = [];
  for await (const line of client.files.lines(id, { timeoutMs: TIMEOUT_MS / 2 })) ids.push(line.id);
  return ids;
}

/** What an upload or a run leaves on disk until it has ended. */
async function unfinishedFiles(): Promise<readonly string[]> {
  return readdir(join(server.dataDir, 'objects', '.scratch')).catch(() => []);
}

describe('kill -9 of the server', () => {
  it(
    'after a batch job was accepted costs time and nothing else',
    async () => {
      // Nobody works, so that the job waits to be killed with its server.
      const accepting = await open('api');
      const created = await accepting.files.submitDetails({ detail_type: ['basic', 'sales'], property_ids: IDS });
      expect(await accepting.files.get(created.id)).toMatchObject({ status: 'PENDING' });
      await server.kill();

      const client = await open();
      expect(await idsOf(client, created)).toEqual(IDS);
      const next = await client.files.submitSearch({});
      expect((await client.files.wait(next.id, { timeoutMs: TIMEOUT_MS / 2 })).status).toBe('SUCCESS');
    },
    TIMEOUT_MS,
  );

  it(
    'at any moment of a job’s run leaves a job that ends, and a free key',
    async () => {
      let client = await open();
      // At once, while it is claimed, and while it runs or has just ended.
      for (const pauseMs of [0, 50, 200]) {
        const created = await client.files.submitDetails({ detail_type: ['basic', 'sales'], property_ids: IDS });
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        await server.kill();
        client = await open();
        expect(await idsOf(client, created)).toEqual(IDS);
        expect(await unfinishedFiles()).toEqual([]);
      }
      const { items } = await client.files.list();
      expect(items.map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    },
    TIMEOUT_MS,
  );

  it(
    'before a job was accepted leaves none, and a free key',
    async () => {
      let client = await open('api');
      async function* ids() {
        for (let index = 0; index < MANY_IDS; index++) {
          yield `51e2200a-5160-5ab1-8f98-${String(index).padStart(12, '0')}`;
        }
      }
      const submitting = client.files.submitDetails({ detail_type: ['basic'], property_ids: ids() });
      const refused = expect(submitting).rejects.toMatchObject({ name: 'NetworkError' });
      // The upload is on its way to disk.
      await until(unfinishedFiles, (files) => files.length > 0);
      await server.kill();
      await refused;

      client = await open();
      expect(await client.files.list()).toEqual({ count: 0, items: [] });
      const created = await client.files.submitDetails({ detail_type: ['basic'], property_ids: IDS });
      expect(await idsOf(client, created)).toEqual(IDS);
    },
    TIMEOUT_MS,
  );
});
