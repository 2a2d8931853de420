/** A report and a match job from their submission to a customer's SFTP client, through the whole program. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readSettings } from '../../src/config.ts';
import { openDeps } from '../../src/deps.ts';
import { connectTo } from '../sftp/door.ts';
import { hasProgram, openSsh } from '../sftp/open-ssh.ts';
import { fetched, list } from '../sftp/requests.ts';
import { type TestApp, testApp, until } from '../support/app.ts';
import { BatchClient } from '../support/file-jobs.ts';
import { loadCsv, PROPERTIES } from '../support/match-data.ts';
import { emptyDatabase } from '../support/postgres.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const SFTP = { CONVEYANCE_SFTP_PORT: '0' };
const WITHOUT = !hasProgram('sftp');
if (WITHOUT) console.warn('skipped: there is no sftp on this machine (package openssh-client)');

const apps: TestApp[] = [];
const undo: (() => Promise<unknown>)[] = [];
async function running(settings: Readonly<Record<string, string>>, demo = false): Promise<TestApp> {
  const app = await testApp({ settings, demo });
  apps.push(app);
  return app;
}
/** Of a process beside, with the master key of the running ones. */
async function settingsOf(settings: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-sftp-'));
  const database = await emptyDatabase('test_template');
  undo.push(
    () => rm(directory, { recursive: true, force: true }),
    () => database.close(),
  );
  return readSettings({
    DATABASE_URL: database.url,
    CONVEYANCE_DATA_DIR: directory,
    CONVEYANCE_LOG_LEVEL: 'silent',
    CONVEYANCE_MASTER_KEY: 'a master key that only tests know about',
    ...settings,
  });
}

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  for (const step of undo.splice(0)) await step();
});

describe('a server with SFTP', () => {
  it('shows a report under its id, byte for byte what the link gives, with the key that was announced', async () => {
    const server = await running(SFTP, true);
    const account = await server.account();
    const request = { report_type: 'property', output_format: 'csv', property_ids: [99001416], compression: 'gzip' };
    const days = { start_date: '2025-12-01', end_date: '2025-12-31' };
    const created = await server.as(account, { method: 'POST', url: JOBS, payload: { ...request, ...days } });
    const { job_id: id } = created.json();
    const job = await until(
      async () => (await server.as(account, { url: `${JOBS}/${id}` })).json(),
      ({ status }) => status !== 'submitted',
    );
    expect(job.status).toBe('succeeded');
    const { location } = (await server.as(account, { url: `${JOBS}/${id}/results` })).headers;
    const linked = Buffer.from(await (await fetch(String(location))).arrayBuffer());

    const { port = 0, fingerprint = '' } = server.app.sftp?.address ?? {};
    const shown: string[] = [];
    await using client = await connectTo(port, {
      username: account.key.accessKey,
      password: account.key.secret,
      hostVerifier: (key: Buffer) => {
        shown.push(`SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`);
        return true;
      },
    });
    const sftp = await client.sftp();
    const [entry, ...more] = await list(sftp, '/jobs/reports');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ filename: `${id}.csv.gz`, attrs: { size: linked.length } });
    expect((await fetched(sftp, `/jobs/reports/${id}.csv.gz`)).equals(linked)).toBe(true);
    expect(shown).toEqual([fingerprint]);
  });

  it.skipIf(WITHOUT)(
    'lists the result of a match below /jobs/match, and OpenSSH fetches the bytes of the link',
    async () => {
      const server = await running(SFTP);
      await loadCsv(server.app, { properties: PROPERTIES });
      const account = await server.account();
      const headers = ['Address1', 'City', 'State', 'Zip'];
      const [address_line_1, address_city, address_state, address_postal] = headers;
      const mapping = { address_line_1, address_city, address_state, address_postal };
      // Cells that a text would not keep: bytes that are no UTF-8, quotes, line ends.
      const upload = Buffer.concat([
        Buffer.from(`${headers.join(',')}\r\n767 3rd Ave,New York,NY,10017\r\nCaf`),
        Buffer.of(0xe9),
        Buffer.from(',"Saint ""Paul""\r\nand Minneapolis",MN,55101\r\n'),
      ]);
      const batch = new BatchClient(server, account);
      const { job } = await batch.run('match', new Blob([upload]), { headers, mapping, explain: true });
      const linked = Buffer.from(await (await fetch(job.result_url ?? '')).arrayBuffer());
      expect(linked.includes(upload.subarray(-40, -2))).toBe(true);

      await using client = await openSsh(server.app.sftp?.address?.port ?? 0);
      const commands = ['cd /jobs/match', 'ls -l', `get ${job.id}.csv fetched.csv`];
      const { code, stdout, stderr } = await client.run(account.key, commands);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.match(/^-.*$/gm)).toEqual([
        expect.stringMatching(new RegExp(`^-r--r--r-- .* ${linked.length} .* ${job.id}\\.csv$`)),
      ]);
      expect((await readFile(join(client.directory, 'fetched.csv'))).equals(linked)).toBe(true);
      // Of another account: the folder is there, and nothing in it.
      const other = await client.run((await server.account()).key, [
        'ls -l /jobs/match',
        `-get /jobs/match/${job.id}.csv`,
      ]);
      expect(other.stdout.match(/^-/gm)).toBeNull();
      expect(other.stderr).toMatch(/No such file|not found/);
    },
  );

  it('shows the same key on every node, and the doctor tells it', async () => {
    const one = await running(SFTP);
    const other = await running(SFTP);
    const { fingerprint, port } = one.app.sftp?.address ?? {};
    // Of the tests’ master key: what customers have noted of a server must stay what it is.
    expect(fingerprint).toBe('SHA256:nAXHJkPU+6r4BqNG8QpmjR1JkO6FTw2rk5/dumdexsY');
    expect(other.app.sftp?.address?.fingerprint).toBe(fingerprint);
    expect(other.app.sftp?.address?.port).not.toBe(port);
    const operator = await openDeps(await settingsOf(SFTP), { exportChildren: 0, publicUrl: 'http://127.0.0.1' });
    await operator.close();
    expect(operator.facts.filter(({ name }) => name.startsWith('sftp host key'))).toEqual([
      { name: 'sftp host key, Ed25519', value: fingerprint },
      { name: 'sftp host key, ECDSA', value: 'SHA256:8cRlX7FLLPbrJhoXpQ8HymRvmBlYSjydAuiXiwFe73g' },
    ]);
  });

  it('has it neither unasked nor as a worker', async () => {
    expect((await running({})).app.sftp).toBeNull();
    const worker = await createApp(await settingsOf({ ...SFTP, CONVEYANCE_ROLE: 'worker' }));
    expect(worker.sftp).toBeNull();
    await worker.stop();
  });

  it('says which setting is wrong when it cannot listen', async () => {
    const taken = String((await running(SFTP)).app.sftp?.address?.port);
    const app = await createApp(await settingsOf({ CONVEYANCE_SFTP_PORT: taken, CONVEYANCE_PORT: '0' }));
    await expect(app.start()).rejects.toMatchObject({
      code: 'bad_setting',
      message: expect.stringContaining('CONVEYANCE_SFTP_PORT'),
    });
    await app.stop();
  });
});
