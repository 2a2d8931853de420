/** The customer's way and the operator's where the objects lie in a bucket: a real S3 server, which judges signatures. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conveyance } from '@conveyance/sdk';
import { downloadExport, downloadFiles } from '@conveyance/sdk/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStoreLinks } from '../../src/storage/s3/links.ts';
import { connectTo as connectSftp } from '../sftp/door.ts';
import { fetched, opened, read } from '../sftp/requests.ts';
import { GUIDE_IDS, type TestAccount, until } from '../support/app.ts';
import { NO_FAULT } from '../support/fault-proxy.ts';
import { BatchClient, uuidOf } from '../support/file-jobs.ts';
import { loadCsv, PROPERTIES } from '../support/match-data.ts';
import { type S3App, s3App } from '../support/s3-app.ts';
import { connectTo, swiftMissing } from '../support/swift.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const REQUEST = {
  report_type: 'property',
  output_format: 'csv',
  start_date: '2025-12-01',
  end_date: '2025-12-31',
  property_ids: [...GUIDE_IDS],
} as const;

interface Finished {
  readonly id: string;
  readonly result: { readonly bytes: number; readonly sha256: string; readonly filename: string };
  readonly key: string;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function submit(server: S3App, account: TestAccount): Promise<string> {
  return (await server.as(account, { method: 'POST', url: JOBS, payload: REQUEST })).json().job_id;
}

async function finished(server: S3App, account: TestAccount, id: string): Promise<Finished> {
  const job = await until(
    async () => (await server.as(account, { url: `${JOBS}/${id}` })).json(),
    ({ status }) => status !== 'submitted',
  );
  expect(job.status).toBe('succeeded');
  const stored = await server.app.deps.db.jobs.get({ accountId: account.id, id });
  return { id, result: job.result, key: stored?.results[0]?.key ?? '' };
}

async function linkOf(server: S3App, account: TestAccount, id: string): Promise<URL> {
  const { statusCode, headers } = await server.as(account, { url: `${JOBS}/${id}/results` });
  expect(statusCode).toBe(302);
  return new URL(String(headers.location));
}

describe.skipIf(swiftMissing !== null)(`objects in a bucket${swiftMissing ? ` (${swiftMissing})` : ''}`, () => {
  let server: S3App;
  let account: TestAccount;
  let client: Conveyance;
  let job: Finished;
  let directory: string;

  beforeAll(async () => {
    server = await s3App({ settings: { CONVEYANCE_SFTP_PORT: '0' } });
    account = await server.account();
    client = new Conveyance({ url: server.url, accessKey: account.key.accessKey, secret: account.key.secret });
    directory = await mkdtemp(join(tmpdir(), 'conveyance-flow-s3-'));
    job = await finished(server, account, await submit(server, account));
  }, 120_000);
  afterAll(async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });
  beforeEach(() => {
    server.store.decide = NO_FAULT;
    server.store.seen.length = 0;
  });

  describe('a link', () => {
    it('leads to the bucket for seven days, and gives the file with its name and type', async () => {
      const link = await linkOf(server, account, job.id);
      expect(link.origin).toBe(server.store.url);
      expect(link.searchParams.get('X-Amz-Expires')).toBe('604800');
      const answer = await fetch(link);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${job.result.filename}"`);
      expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
      expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(job.result.sha256);
      const rest = await fetch(link, { headers: { range: 'bytes=10-19' } });
      expect([rest.status, (await rest.arrayBuffer()).byteLength]).toEqual([206, 10]);
    });

    it('that is altered, expired or foreign is refused by the store', async () => {
      const link = await linkOf(server, account, job.id);
      const changed = (change: (url: URL) => void) => {
        const url = new URL(link);
        change(url);
        return url;
      };
      const connection = connectTo(server.store.url, server.bucket, 'conveyance/');
      const file = { key: job.key, filename: 'x.csv', contentType: 'text/csv', sha256: job.result.sha256 };
      const longAgo = Date.now() - 3_600_000;
      const past = createStoreLinks({
        connection,
        server: { sign: () => 'no', verify: () => null },
        clock: () => new Date(longAgo),
      });
      const expired = await past.sign({ ...file, expiresAt: new Date(longAgo + 60_000) });
      const other = link.searchParams.get('X-Amz-Credential')?.replace('test:tester', 'test:other') ?? '';
      const refused = {
        'another file name': changed(({ searchParams }) => searchParams.set('response-content-disposition', 'inline')),
        'another object': changed((url) => {
          url.pathname += 'x';
        }),
        'a longer life': changed(({ searchParams }) => searchParams.set('X-Amz-Expires', '604799')),
        'another digest': changed(({ searchParams }) => searchParams.set('x-sha256', '0'.repeat(64))),
        'no signature': changed(({ searchParams }) => searchParams.delete('X-Amz-Signature')),
        'another’s credential': changed(({ searchParams }) => searchParams.set('X-Amz-Credential', other)),
        'its time over': expired,
      };
      for (const [what, url] of Object.entries(refused)) expect((await fetch(url)).status, what).toBe(403);
      expect((await fetch(link)).status, 'the control').toBe(200);
      connection.client.destroy();
    });

    it('of a file job lives ten minutes, and tells the digest', async () => {
      const batch = new BatchClient(server, account);
      const spec = { detail_type: ['basic'], property_ids: GUIDE_IDS.map(uuidOf) };
      const { job: details } = await batch.run('property-details', JSON.stringify(spec));
      const link = new URL(details.result_urls[0] ?? '');
      expect([link.origin, link.searchParams.get('X-Amz-Expires')]).toEqual([server.store.url, '600']);
      const [file] = await downloadFiles(client, details.id, directory);
      expect(file?.sha256).toBe(link.searchParams.get('x-sha256'));
      expect(sha256(await readFile(file?.path ?? ''))).toBe(file?.sha256);
    });
  });

  describe('a summary', () => {
    it('is made of a result in the bucket as of one on a disk, and leaves no copy of it', async () => {
      const cache = join(server.dataDir, 'cache');
      const copies = async () => {
        const entries = await readdir(cache, { recursive: true, withFileTypes: true });
        const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
        // One that is let go meanwhile is no copy any more.
        const digests = files.map(async (path) => sha256(await readFile(path).catch(() => Buffer.alloc(0))));
        return Promise.all(digests);
      };
      const summary = await client.exports.summary(job.id);
      expect(summary.rows).toBe(93);
      expect(summary.charts.map(({ name }) => name)).toContain('rent');
      // Control: the copies are there, those of the warehouse’s files.
      await until(copies, (digests) => digests.length > 0 && !digests.includes(job.result.sha256));
    });
  });

  describe('the SDK', () => {
    const isDownload = ({ method, url }: { method: string; url: string }) =>
      method === 'GET' && url.includes('X-Amz-Signature');

    it('downloads, and asks for no headers alone', async () => {
      const path = join(directory, 'whole.csv');
      expect(await downloadExport(client, job.id, path)).toMatchObject({ sha256: job.result.sha256 });
      expect(server.store.seen.filter(isDownload)).toHaveLength(1);
      expect(server.store.seen.filter(({ method, url }) => method === 'HEAD' && url.includes('X-Amz'))).toEqual([]);
    });

    it('goes on where the connection broke, with a new link where the old one has expired', async () => {
      let downloads = 0;
      server.store.decide = (request) => {
        if (!isDownload(request)) return null;
        downloads++;
        if (downloads === 1) return { kind: 'cut-answer', after: 2000 };
        return downloads === 2 ? { kind: 'answer', status: 403, code: 'AccessDenied' } : null;
      };
      const path = join(directory, 'resumed.csv');
      expect(await downloadExport(client, job.id, path)).toMatchObject({ sha256: job.result.sha256 });
      expect(downloads).toBe(3);
    });
  });

  it('SFTP reads the file, and any range of it', async () => {
    await using connection = await connectSftp(server.app.sftp?.address?.port ?? 0, {
      username: account.key.accessKey,
      password: account.key.secret,
    });
    const sftp = await connection.sftp();
    const path = `/jobs/reports/${job.id}.csv`;
    const whole = await fetched(sftp, path);
    expect(sha256(whole)).toBe(job.result.sha256);
    const handle = await opened(sftp, path);
    expect(await read(sftp, handle, 1000, 100)).toEqual(whole.subarray(1000, 1100));
    expect(await read(sftp, handle, 50, 10)).toEqual(whole.subarray(50, 60));
  });

  it('a store that takes two seconds for every answer makes a job slow, and nothing else', async () => {
    server.store.decide = () => ({ kind: 'late', ms: 2_000 });
    expect((await finished(server, account, await submit(server, account))).key).toMatch(/\/1\/[^/]+$/);
  });

  it('a store that is away is named by readiness, costs a running job no attempt, and is found again', async () => {
    const ready = async () => (await server.http.inject({ url: '/readyz' })).json();
    expect(await ready()).toEqual({ ready: true, checks: { database: true, disk: true, store: true, serving: true } });
    await server.store.away();
    const id = await submit(server, account);
    await until(ready, ({ checks }) => !checks.store);
    expect(await ready()).toEqual({
      ready: false,
      checks: { database: true, disk: true, store: false, serving: true },
    });
    const isExcused = async () => (await server.as(account, { url: `${JOBS}/${id}` })).json();
    await until(isExcused, ({ status, progress }) => status === 'submitted' && progress.phase === 'queued');
    await server.store.back();
    const { key } = await finished(server, account, id);
    expect(key).toMatch(new RegExp(`/${id}/1/`));
    await until(ready, ({ ready: isReady }) => isReady);
    server.store.decide = () => ({ kind: 'hang' });
    await until(ready, ({ checks }) => !checks.store);
    server.store.decide = NO_FAULT;
    await until(ready, ({ ready: isReady }) => isReady);
  });
});

describe.skipIf(swiftMissing !== null)('a bucket behind links of the server', () => {
  let server: S3App;
  let account: TestAccount;
  let job: Finished;

  beforeAll(async () => {
    server = await s3App({ settings: { CONVEYANCE_LINKS: 'server', CONVEYANCE_LINK_TTL_SECONDS: '700000' } });
    account = await server.account();
    job = await finished(server, account, await submit(server, account));
  }, 120_000);
  afterAll(() => server.close());
  beforeEach(() => {
    server.store.decide = NO_FAULT;
  });

  it('streams with range, tag and digest, and refuses what was altered', async () => {
    const link = await linkOf(server, account, job.id);
    expect(link.origin).toBe(server.url);
    const whole = await fetch(link);
    expect(whole.headers.get('etag')).toBe(`"${job.result.sha256}"`);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    expect(sha256(bytes)).toBe(job.result.sha256);
    const part = await fetch(link, { headers: { range: 'bytes=100-199' } });
    expect(part.status).toBe(206);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.subarray(100, 200));
    expect((await fetch(`${link}x`)).status).toBe(403);
  });

  it('answers 503 with the time to come back while the store is away', async () => {
    const link = await linkOf(server, account, job.id);
    server.store.decide = () => ({ kind: 'answer', status: 503, code: 'SlowDown' });
    const answer = await fetch(link);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    server.store.decide = NO_FAULT;
    expect((await fetch(link)).status).toBe(200);
  });

  it('loads into the bucket, and matches with the index that lies there', async () => {
    await loadCsv(server.app, { properties: PROPERTIES });
    const [address_line_1, address_city, address_state, address_postal] = ['Address1', 'City', 'State', 'Zip'];
    const headers = [address_line_1, address_city, address_state, address_postal];
    const upload = `${headers.join(',')}\n767 3rd Ave,New York,NY,10017\n`;
    const mapping = { address_line_1, address_city, address_state, address_postal };
    const batch = new BatchClient(server, account);
    server.store.decide = ({ method }) => (method === 'PUT' ? { kind: 'refuse' } : null);
    const refused = await batch.submit('match', new Blob([upload]), { headers, mapping });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    server.store.decide = NO_FAULT;
    const { job: match, files } = await batch.run('match', new Blob([upload]), { headers, mapping });
    expect(match.status).toBe('SUCCESS');
    expect(files[0]?.split('\n')[1]).toMatch(/^[0-9a-f-]{36},OK,.*,767 3rd Ave,/);
  });
});
