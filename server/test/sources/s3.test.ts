/** Objects of a provider’s bucket as a load fetches them: a real S3 server, which judges signatures. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../src/config.ts';
import type { SourceRequest } from '../../src/core/sources/load-sources.ts';
import { openLoadSources } from '../../src/load-sources.ts';
import { FaultProxy, NO_FAULT } from '../support/fault-proxy.ts';
import { connectTo, SWIFT_KEYS, swiftBucket, swiftMissing } from '../support/swift.ts';

const PATIENCE_MS = 240_000;
const TEXT = Buffer.from(`property_id,city\n${Array.from({ length: 50_000 }, (_, id) => `${id},Bangor\n`).join('')}`);

describe.skipIf(swiftMissing !== null)(
  `a bucket${swiftMissing ? ` (${swiftMissing})` : ''}`,
  { timeout: PATIENCE_MS },
  () => {
    let directory: string;
    let store: FaultProxy;
    let bucket: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'conveyance-bucket-'));
      const swift = await swiftBucket();
      bucket = swift.bucket;
      store = await FaultProxy.start(swift.endpoint);
      const { client } = connectTo(swift.endpoint, bucket);
      for (const key of ['feed/units/2025.csv', 'feed/properties.csv', 'feed/a b+%/units.csv', 'other/units.csv']) {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: TEXT }));
      }
      client.destroy();
    }, PATIENCE_MS);
    afterAll(async () => {
      await store?.away();
      await rm(directory, { recursive: true, force: true });
    });
    beforeEach(() => {
      store.decide = NO_FAULT;
      store.seen.length = 0;
    });

    async function fetched(
      key: string,
      settings: Readonly<Record<string, string>> = {},
      request: Partial<SourceRequest> = {},
    ) {
      const given = {
        CONVEYANCE_LOAD_ALLOW: '127.0.0.1',
        CONVEYANCE_LOAD_S3_ENDPOINT: store.url,
        CONVEYANCE_LOAD_S3_KEY_ID: SWIFT_KEYS.accessKeyId,
        CONVEYANCE_LOAD_S3_SECRET: SWIFT_KEYS.secretAccessKey,
        ...settings,
      };
      const sources = await openLoadSources(readSettings(given), { firstPauseMs: 1, environment: {} });
      const folder = join(directory, randomUUID());
      const source = sources.open({ address: `s3://${bucket}/${key}`, ...request });
      const files = await source.fetch(folder, { signal: new AbortController().signal });
      return Promise.all(
        files.map(async (file) => ({ ...file, path: relative(folder, file.path), text: await readFile(file.path) })),
      );
    }

    function refused(...asked: Parameters<typeof fetched>): Promise<{ code: string; message: string }> {
      return fetched(...asked).then(
        () => Promise.reject(new Error('it was fetched')),
        ({ code, message }) => ({ code, message }),
      );
    }

    it('gives an object with its state, and goes on where the line breaks', async () => {
      let cuts = 0;
      store.decide = ({ method }) => (method === 'GET' && cuts++ < 1 ? { kind: 'cut-answer', after: 300_000 } : null);
      const [file] = await fetched('feed/units/2025.csv');
      expect(file).toMatchObject({
        address: `s3://${bucket}/feed/units/2025.csv`,
        bytes: TEXT.length,
        isOneMoment: true,
      });
      expect([file?.text.equals(TEXT), /^"[0-9a-f]{32}"$/.test(file?.etag ?? '')]).toEqual([true, true]);
      expect(file?.path).toMatch(/\/units\/2025\.csv$/);
      expect(store.seen.filter(({ method }) => method === 'GET').length).toBeGreaterThan(1);
    });

    it('gives all that begins with an address that ends with a slash', async () => {
      const files = await fetched('feed/');
      expect(files.map(({ address }) => address.replace(`s3://${bucket}/`, ''))).toEqual([
        'feed/a b+%/units.csv',
        'feed/properties.csv',
        'feed/units/2025.csv',
      ]);
      expect(files.every(({ text }) => text.equals(TEXT))).toBe(true);
      const limit = { CONVEYANCE_LOAD_LIMIT: `${(2 * TEXT.length) / 1000}KB` };
      expect((await refused('feed/', limit)).message).toContain('CONVEYANCE_LOAD_LIMIT');
      expect((await refused('feed')).message).toContain('an address that ends with / stands for all');
      expect((await refused('nothing/')).message).toContain('nothing begins with that');
    });

    it('is asked with the keys that are set for it, or come with the request, and no others', async () => {
      const none = { CONVEYANCE_LOAD_S3_KEY_ID: '', CONVEYANCE_LOAD_S3_SECRET: '' };
      expect((await refused('feed/properties.csv', none)).message).toContain('CONVEYANCE_LOAD_S3_KEY_ID');
      expect(store.seen).toEqual([]);
      const { accessKeyId: user, secretAccessKey: secret } = SWIFT_KEYS;
      expect(await fetched('feed/properties.csv', none, { secret: { user, secret } })).toHaveLength(1);
      const wrong = await refused('feed/properties.csv', { CONVEYANCE_LOAD_S3_SECRET: 'hunter2' });
      expect([wrong.code, wrong.message]).toEqual([
        'load_refused',
        expect.stringContaining('may not be read with this access key'),
      ]);
      expect(wrong.message).not.toContain('hunter2');
    });

    it('is reached where that is allowed', async () => {
      for (const CONVEYANCE_LOAD_ALLOW of ['', '10.0.0.0/8']) {
        const { code, message } = await refused('feed/properties.csv', { CONVEYANCE_LOAD_ALLOW });
        expect([code, message]).toEqual(['load_refused', expect.stringContaining('CONVEYANCE_LOAD_ALLOW')]);
      }
      const metrics = { CONVEYANCE_METRICS_PORT: new URL(store.url).port };
      expect((await refused('feed/properties.csv', metrics)).message).toContain('is a part of this installation');
      expect(store.seen).toEqual([]);
    });
  },
);
