/** What a bucket keeps of deleted objects: which of it is deleted for good, page by page, as a store answers that keeps every version. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connect, type S3Connection } from '../../src/storage/s3/client.ts';
import { purgeVersions } from '../../src/storage/s3/versions.ts';

/** `latest`: what is there. A deleted object has a mark as its latest version. */
interface Kept {
  readonly key: string;
  readonly id: string;
  readonly latest: boolean;
  readonly isMark: boolean;
}

const PAGE = 2;

let kept: readonly Kept[];
let refusal: number | null;
/** `key id` of what was deleted. */
let gone: Set<string>;
let server: Server;
let connection: S3Connection;

function versionXml({ key, id, latest, isMark }: Kept): string {
  const tag = isMark ? 'DeleteMarker' : 'Version';
  return `<${tag}><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${latest}</IsLatest></${tag}>`;
}

/** The versions behind a marker, of a prefix. */
function page(query: URLSearchParams): string {
  const listed = kept.filter(({ key }) => key.startsWith(query.get('prefix') ?? ''));
  const marker = listed.findIndex(
    ({ key, id }) => key === query.get('key-marker') && id === query.get('version-id-marker'),
  );
  const some = listed.slice(marker + 1, marker + 1 + PAGE);
  const last = some.at(-1);
  const isTruncated = marker + 1 + PAGE < listed.length;
  const next =
    isTruncated && last !== undefined
      ? `<NextKeyMarker>${last.key}</NextKeyMarker><NextVersionIdMarker>${last.id}</NextVersionIdMarker>`
      : '';
  return `<ListVersionsResult><IsTruncated>${isTruncated}</IsTruncated>${next}${some.map(versionXml).join('')}</ListVersionsResult>`;
}

beforeEach(async () => {
  refusal = null;
  gone = new Set();
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://bucket');
    if (refusal !== null) {
      response.writeHead(refusal).end('<Error><Code>Refused</Code></Error>');
      return;
    }
    if (request.method === 'DELETE') {
      const [key, id] = [url.pathname.replace('/bucket/', ''), url.searchParams.get('versionId')];
      gone.add(`${key} ${id}`);
      response.writeHead(204).end();
      return;
    }
    // A page may be asked for behind a version that is gone: it is told by its place, as stores do.
    response.writeHead(200, { 'content-type': 'application/xml' }).end(page(url.searchParams));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  connection = connect({
    bucket: 'bucket',
    prefix: 'ours/',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    pathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterEach(async () => {
  connection.client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const version = (key: string, id: string, latest = false, isMark = false): Kept => ({ key, id, latest, isMark });

it('is all that is not the latest of an object of ours, with the marks of what was deleted', async () => {
  kept = [
    version('ours/warehouse/a', '1'),
    version('ours/warehouse/a', '2', true, true),
    version('ours/warehouse/b', '3', true),
    version('ours/warehouse/b', '4'),
    version('ours/warehouse/-no key of ours', '5'),
    version('ours/results/c', '6'),
    version('theirs/warehouse/d', '7'),
  ];
  expect(await purgeVersions(connection, 'warehouse/')).toBe(3);
  expect([...gone].sort()).toEqual(['ours/warehouse/a 1', 'ours/warehouse/a 2', 'ours/warehouse/b 4']);
  expect(await purgeVersions(connection, 'results/')).toBe(1);
  expect(gone).toContain('ours/results/c 6');
});

it('is nothing in a bucket that keeps none', async () => {
  kept = [version('ours/warehouse/a', 'null', true), version('ours/warehouse/b', 'null', true)];
  expect(await purgeVersions(connection, 'warehouse/')).toBe(0);
  expect(gone).toEqual(new Set());
});

it('is nothing where a store does not know the question, and an error where it may not be asked', async () => {
  refusal = 501;
  expect(await purgeVersions(connection, 'warehouse/')).toBe(0);
  refusal = 403;
  await expect(purgeVersions(connection, 'warehouse/')).rejects.toThrow();
});
