/** What happens to the bytes when the store, or the way to it, fails: on a real S3 server behind a proxy that injects each fault. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoreAway } from '../../src/core/passing-fault.ts';
import type { ObjectStore } from '../../src/core/ports/store.ts';
import { NO_METER } from '../../src/core/ports/telemetry.ts';
import { MIB } from '../../src/core/size.ts';
import { ObjectCache } from '../../src/storage/cache/cache.ts';
import type { S3Connection } from '../../src/storage/s3/client.ts';
import { openObject } from '../../src/storage/s3/object-reader.ts';
import { probeBucket } from '../../src/storage/s3/probe.ts';
import { createS3Store } from '../../src/storage/s3/s3.ts';
import { unfinishedUploads } from '../../src/storage/s3/unfinished.ts';
import { type Fault, FaultProxy, NO_FAULT } from '../support/fault-proxy.ts';
import { connectTo, swiftBucket, swiftMissing } from '../support/swift.ts';

const CONTENT = randomBytes(20 * MIB);
const SEALED = { bytes: CONTENT.length, sha256: createHash('sha256').update(CONTENT).digest('hex') };

let proxy: FaultProxy;
let connection: S3Connection;
let store: ObjectStore;
let root: string;
let made = 0;
let key = '';

async function write(): Promise<typeof SEALED> {
  const writer = await store.create(key);
  try {
    for (let at = 0; at < CONTENT.length; at += MIB) await writer.write(CONTENT.subarray(at, at + MIB));
    return await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

async function read(range?: { start: number; end: number }): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of await store.open(key, range)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function unfinished(): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const { Key } of unfinishedUploads(connection, '')) found.push(Key);
  return found;
}

const isPart = (url: string) => url.includes('partNumber=');

/** Of the first requests that are meant, each meets the fault. */
function first(times: number, fault: Fault, isMeant: (request: { method: string; url: string }) => boolean): void {
  let left = times;
  proxy.decide = (request) => (isMeant(request) && left-- > 0 ? fault : null);
}

function faults(): readonly string[] {
  return proxy.seen.flatMap(({ fault }) => fault ?? []);
}

describe.skipIf(swiftMissing !== null)(`a store that fails${swiftMissing ? ` (${swiftMissing})` : ''}`, () => {
  beforeAll(async () => {
    const { endpoint, bucket } = await swiftBucket();
    proxy = await FaultProxy.start(endpoint);
    root = await mkdtemp(join(tmpdir(), 'conveyance-s3-'));
    const directory = join(root, 'cache');
    await mkdir(directory);
    connection = connectTo(proxy.url, bucket);
    const fetch = (wanted: string) => openObject(connection, wanted);
    const copies = await ObjectCache.open({ directory, maxBytes: 64 * MIB, fetch, meter: NO_METER });
    store = createS3Store({ connection, scratchDirectory: join(root, 'scratch'), copies });
  });
  afterAll(async () => {
    connection.client.destroy();
    await proxy.away();
    await rm(root, { recursive: true });
  });
  beforeEach(() => {
    proxy.decide = NO_FAULT;
    proxy.seen.length = 0;
    key = `results/a/${++made}`;
  });

  const passing: readonly (readonly [string, Fault])[] = [
    ['is told to slow down', { kind: 'answer', status: 503, code: 'SlowDown' }],
    ['meets a full store', { kind: 'answer', status: 507, code: 'InsufficientStorage' }],
    ['is refused', { kind: 'refuse' }],
    ['is cut in the middle', { kind: 'cut-request', after: 3 * MIB }],
    ['arrives altered', { kind: 'alter-request' }],
    ['comes late', { kind: 'late', ms: 2_000 }],
  ];
  it.each(passing)('a part that %s is sent again', async (_what, fault) => {
    first(2, fault, ({ url }) => isPart(url));
    expect(await write()).toEqual(SEALED);
    expect(faults()).toEqual([fault.kind, fault.kind]);
    proxy.decide = NO_FAULT;
    expect(
      createHash('sha256')
        .update(await read())
        .digest('hex'),
    ).toBe(SEALED.sha256);
    expect(await unfinished()).toEqual([]);
  });

  it('a small object that arrives altered is sent again', async () => {
    first(1, { kind: 'alter-request' }, ({ method }) => method === 'PUT');
    const writer = await store.create(key);
    await writer.write(Buffer.from('small'));
    await writer.finish();
    expect(faults()).toEqual(['alter-request']);
    expect(String(await read())).toBe('small');
  });

  it('a part that never arrives ends the object as the store’s fault, and nothing is left', async () => {
    first(1000, { kind: 'answer', status: 503, code: 'SlowDown' }, ({ url }) => isPart(url));
    await expect(write()).rejects.toBeInstanceOf(StoreAway);
    proxy.decide = NO_FAULT;
    expect(await store.stat(key)).toBeNull();
    expect(await unfinished()).toEqual([]);
  });

  // The SDK asks three times by itself, and a store may answer the second time: only after three losses do we have to look.
  it.each([1, 3])('a completion whose answer is lost is recognised, after %i losses', async (times) => {
    first(times, { kind: 'cut-answer', after: 0 }, ({ method, url }) => method === 'POST' && url.includes('uploadId='));
    expect(await write()).toEqual(SEALED);
    expect(faults()).toEqual(Array.from({ length: times }, () => 'cut-answer'));
    expect((await store.stat(key))?.bytes).toBe(CONTENT.length);
  });

  it('reading goes on where the connection broke', async () => {
    await write();
    first(2, { kind: 'cut-answer', after: 5 * MIB }, ({ method }) => method === 'GET');
    expect((await read({ start: 1000, end: CONTENT.length - 1 })).equals(CONTENT.subarray(1000))).toBe(true);
    expect(faults()).toEqual(['cut-answer', 'cut-answer']);
  });

  it('one who stops reading frees the connection', async () => {
    await write();
    for (let times = 0; times < 80; times++) {
      for await (const piece of await store.open(key)) if (piece.length > 0) break;
    }
    expect(await store.stat(key)).not.toBeNull();
  });

  it('an object that is away, refusing or overloaded is a passing fault for every call', async () => {
    const path = join(root, 'local');
    const calls = {
      stat: () => store.stat(key),
      open: () => store.open(key),
      delete: () => store.delete(key),
      list: () => store.list('a')[Symbol.asyncIterator]().next(),
      abandon: () => store.abandon('results/a'),
      hold: () => store.hold([{ key, ...SEALED }]),
      sweep: () => store.sweepScratch({ olderThan: new Date(0), suffix: '.part' }),
      put: async () => {
        await writeFile(path, 'x');
        return store.put(key, path);
      },
    };
    // Side by side: each is tried several times, with pauses.
    const everyCall = (judge: (call: Promise<unknown>, name: string) => Promise<void>) =>
      Promise.all(Object.entries(calls).map(([name, call]) => judge(call(), name)));
    for (const fault of [{ kind: 'refuse' }, { kind: 'answer', status: 503, code: 'SlowDown' }] as const) {
      proxy.decide = () => fault;
      await everyCall((call, name) =>
        expect(call, name).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 }),
      );
    }
    proxy.decide = NO_FAULT;
    await proxy.away();
    await everyCall((call, name) => expect(call, name).rejects.toBeInstanceOf(StoreAway));
    await proxy.back();
    expect(await store.stat(key)).toBeNull();
  });

  it('an object that arrives altered in the cache is fetched again, and one that stays so is not used', async () => {
    await write();
    first(1, { kind: 'alter-answer' }, ({ method }) => method === 'GET');
    const release = await store.hold([{ key, ...SEALED }]);
    expect(faults()).toEqual(['alter-answer']);
    release();
    const other = { key, bytes: SEALED.bytes, sha256: '0'.repeat(64) };
    await expect(store.hold([other])).rejects.toBeInstanceOf(StoreAway);
    await expect(store.localize(key)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('a start is refused with what cannot be done, and why', async () => {
    await probeBucket(store, 's3://b/');
    const refusals = [
      ['PUT', 'cannot write in s3://b/: 403 AccessDenied by the test'],
      ['GET', 'cannot read in s3://b/: 403 AccessDenied by the test'],
      ['DELETE', 'cannot delete in s3://b/: 403 AccessDenied by the test'],
    ] as const;
    for (const [refused, message] of refusals) {
      proxy.decide = ({ method }) =>
        method === refused ? { kind: 'answer', status: 403, code: 'AccessDenied' } : null;
      await expect(probeBucket(store, 's3://b/')).rejects.toMatchObject({ code: 'bad_setting' });
      await expect(probeBucket(store, 's3://b/')).rejects.toThrow(message);
    }
    const refusedList = ({ url }: { url: string }) => url.includes('list-type=2');
    proxy.decide = (request) => (refusedList(request) ? { kind: 'answer', status: 403, code: 'AccessDenied' } : null);
    await expect(probeBucket(store, 's3://b/')).rejects.toThrow('cannot list in');
  });
});
