/** A second S3 server, of another make: what the first one lets pass, this one may not. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createStoreLinks } from '../../src/storage/s3/links.ts';
import { CEPH_KEYS, CEPH_START_MS, cephMissing, startCeph, stopCeph } from '../support/ceph.ts';
import { connectTo } from '../support/swift.ts';
import { bucketStore } from './bucket-store.ts';
import { storeContract } from './store.contract.ts';

const HOUR_MS = 3_600_000;
const TEXT = 'a,b\n1,2\n';

let directory: string;
let endpoint: string;

async function newBucket() {
  const connection = connectTo(endpoint, `test-${randomUUID()}`, 'some/prefix/', CEPH_KEYS);
  await connection.client.send(new CreateBucketCommand({ Bucket: connection.bucket }));
  return connection;
}

describe.skipIf(cephMissing !== null)(
  `a bucket of Ceph is an ObjectStore${cephMissing ? ` (${cephMissing})` : ''}`,
  () => {
    beforeAll(async () => {
      directory = join(inject('runDirectory'), 'ceph');
      endpoint = await startCeph(directory);
    }, CEPH_START_MS);
    afterAll(() => stopCeph(directory));

    storeContract(async () => bucketStore(await newBucket()));

    describe('a link', () => {
      it('gives the file with its name and type, and is refused altered, expired, foreign, or with HEAD', async () => {
        const connection = await newBucket();
        const { store, close } = await bucketStore(connection);
        const writer = await store.create('results/file.csv');
        await writer.write(new TextEncoder().encode(TEXT));
        const { sha256 } = await writer.finish();
        const server = { sign: () => 'no', verify: () => null };
        const signed = (at: number, seconds: number) => {
          const links = createStoreLinks({ connection, server, clock: () => new Date(at) });
          const expiresAt = new Date(at + seconds * 1000);
          return links.sign({
            key: 'results/file.csv',
            filename: 'units.csv',
            contentType: 'text/csv',
            sha256,
            expiresAt,
          });
        };
        const link = new URL(await signed(Date.now(), 600));
        const answer = await fetch(link);
        expect([answer.status, await answer.text()]).toEqual([200, TEXT]);
        expect(answer.headers.get('content-disposition')).toBe('attachment; filename="units.csv"');
        expect(answer.headers.get('content-type')).toBe('text/csv');
        const changed = (name: string, value: string) => {
          const url = new URL(link);
          url.searchParams.set(name, value);
          return url;
        };
        const credential = link.searchParams.get('X-Amz-Credential') ?? '';
        const refused = {
          'another name': changed('response-content-disposition', 'inline'),
          'a longer life': changed('X-Amz-Expires', '601'),
          'another digest': changed('x-sha256', '0'.repeat(64)),
          'another’s credential': changed('X-Amz-Credential', credential.replace(CEPH_KEYS.accessKeyId, 'other')),
          'its time over': await signed(Date.now() - HOUR_MS, 60),
        };
        for (const [what, url] of Object.entries(refused)) expect((await fetch(url)).status, what).toBe(403);
        expect((await fetch(link, { method: 'HEAD' })).status).toBe(403);
        expect((await fetch(link, { headers: { range: 'bytes=4-6' } })).status, 'the control').toBe(206);
        await close();
      });
    });
  },
);
