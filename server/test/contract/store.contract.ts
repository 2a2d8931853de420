import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../src/core/ports/store.ts';

export interface StoreSubject {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

const CONTENT = 'id,name\n1,Élan\n';
/** More than a part that a store sends on its own. */
const SENT_BYTES = 9_000_000;
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** What every ObjectStore must do. */
export function storeContract(open: () => Promise<StoreSubject>): void {
  let store: ObjectStore;
  let close: () => Promise<void>;
  let made = 0;
  let key = '';

  beforeAll(async () => {
    ({ store, close } = await open());
  });
  afterAll(() => close());
  beforeEach(() => {
    key = `results/account-1/job-${++made}/1/units.csv`;
  });

  async function put(objectKey: string, content = CONTENT) {
    const path = await store.scratch('upload.csv');
    await writeFile(path, content);
    return store.put(objectKey, path);
  }

  describe('objects', () => {
    it('are sealed with their size and digest, and read back', async () => {
      const sealed = await put(key);
      expect(sealed).toEqual({ bytes: Buffer.byteLength(CONTENT), sha256: SHA256 });
      expect(await textOf(await store.open(key))).toBe(CONTENT);
      expect(await store.measure(key)).toEqual({ bytes: Buffer.byteLength(CONTENT), sha256: SHA256 });
      await expect(store.measure(`${key}.other`)).rejects.toMatchObject({ code: 'not_found' });
      const release = await store.hold([{ key, ...sealed }]);
      expect(await readFile(await store.localize(key), 'utf8')).toBe(CONTENT);
      release();
      const found = await store.stat(key);
      expect(found?.bytes).toBe(Buffer.byteLength(CONTENT));
      expect(Math.abs(Date.now() - Number(found?.modifiedAt))).toBeLessThan(60_000);
    });

    it('move: the local file is gone', async () => {
      const path = await store.scratch('moved.csv');
      await writeFile(path, CONTENT);
      await store.put(key, path);
      expect(existsSync(path)).toBe(false);
    });

    it('may be empty', async () => {
      expect(await put(key, '')).toMatchObject({ bytes: 0 });
      expect(await textOf(await store.open(key))).toBe('');
    });

    it('are replaced whole', async () => {
      await put(key, 'a longer content than the next');
      const reader = await store.open(key);
      await put(key, 'short');
      expect(await textOf(await store.open(key))).toBe('short');
      expect(await textOf(reader)).toBe('a longer content than the next');
    });

    it('are read by inclusive ranges', async () => {
      await put(key, '0123456789');
      expect(await textOf(await store.open(key, { start: 0, end: 0 }))).toBe('0');
      expect(await textOf(await store.open(key, { start: 3, end: 5 }))).toBe('345');
      expect(await textOf(await store.open(key, { start: 8, end: 9 }))).toBe('89');
    });

    it('are lent piece by piece, whole or by ranges, each piece until the next', async () => {
      const content = Buffer.alloc(5_000_001, '0123456789abcdefghijklmnopqrs');
      const path = await store.scratch('lent');
      await writeFile(path, content);
      await store.put(key, path);
      const ranges = fc.tuple(fc.nat(content.length - 1), fc.nat(content.length - 1));
      await fc.assert(
        fc.asyncProperty(fc.option(ranges), async (ends) => {
          const [start, end] = ends === null ? [0, content.length - 1] : ends.toSorted((one, other) => one - other);
          const pieces = await store.lend(key, ends === null ? undefined : { start: start ?? 0, end: end ?? 0 });
          const copies: Buffer[] = [];
          for (let piece = await pieces.next(); piece !== null; piece = await pieces.next()) {
            expect(piece.length).toBeGreaterThan(0);
            copies.push(Buffer.from(piece));
          }
          expect(Buffer.concat(copies).equals(content.subarray(start, (end ?? 0) + 1))).toBe(true);
          expect(await pieces.next()).toBeNull();
          await pieces.close();
        }),
        { numRuns: 20 },
      );
    });

    it('are lent to several at a time, and to the end when they are deleted meanwhile', async () => {
      const contents = ['x', 'y', 'z'].map((letter) => Buffer.alloc(5_000_000, letter));
      const readers = [];
      for (const [index, content] of contents.entries()) {
        const path = await store.scratch('lent');
        await writeFile(path, content);
        await store.put(`${key}.${index}`, path);
        readers.push({ content, pieces: await store.lend(`${key}.${index}`), copies: [] as Buffer[] });
        await store.delete(`${key}.${index}`);
      }
      for (let left = true; left; ) {
        left = false;
        // All of them hold a piece before any is looked at.
        const held = [];
        for (const { pieces } of readers) held.push(await pieces.next());
        for (const [index, piece] of held.entries()) {
          if (piece === null) continue;
          left = true;
          readers[index]?.copies.push(Buffer.from(piece));
        }
      }
      for (const { content, copies } of readers) expect(Buffer.concat(copies).equals(content)).toBe(true);
    });

    it('that are empty are lent in no piece', async () => {
      await put(key, '');
      expect(await (await store.lend(key)).next()).toBeNull();
    });

    it('are given up in the middle, however often, and give nothing more', async () => {
      await put(key, 'x'.repeat(5_000_000));
      const pieces = await store.lend(key);
      await pieces.next();
      await pieces.close();
      await pieces.close();
      expect(await pieces.next()).toBeNull();
      await (await store.lend(key)).close();
    });

    it('are absent before they are put and after they are deleted', async () => {
      const absent = async () => {
        expect(await store.stat(key)).toBeNull();
        await expect(store.open(key)).rejects.toMatchObject({ code: 'not_found' });
        await expect(store.lend(key)).rejects.toMatchObject({ code: 'not_found' });
        await expect(store.localize(key)).rejects.toMatchObject({ code: 'not_found' });
      };
      await absent();
      await put(key);
      await store.delete(key);
      await absent();
      await store.delete(key);
    });

    it('that are there stay when what was deleted or replaced is purged', async () => {
      await put(key);
      await put(key);
      await store.purge('');
      expect(await store.stat(key)).not.toBeNull();
      await store.delete(key);
      await store.purge('');
      expect(await store.stat(key)).toBeNull();
      expect(await store.purge('')).toBe(0);
    });

    it('are not their directories', async () => {
      await put(key);
      expect(await store.stat('results/account-1')).toBeNull();
      expect(await store.stat(`${key}/below`)).toBeNull();
    });

    it('are finished for a reader who has begun when they are deleted', async () => {
      await put(key);
      const reader = await store.open(key);
      await store.delete(key);
      expect(await textOf(reader)).toBe(CONTENT);
    });

    it('survive puts and deletes of their neighbours at the same time', async () => {
      const rounds = Array.from({ length: 40 }, async (_, round) => {
        const path = await store.scratch(`neighbour-${round}`);
        await writeFile(path, String(round));
        await store.put(`many/one/${round}`, path);
        if (round % 2 === 1) await store.delete(`many/one/${round}`);
      });
      await Promise.all(rounds);
      const keys: string[] = [];
      for await (const found of store.list('many/')) keys.push(found.key);
      expect(keys.sort()).toEqual(Array.from({ length: 20 }, (_, n) => `many/one/${n * 2}`).sort());
    });
  });

  describe('an object in the making', () => {
    it('is sealed with the size and digest of its pieces, and not seen before', async () => {
      const writer = await store.create(key);
      await writer.write(Buffer.from(CONTENT.slice(0, 3)));
      await writer.write(Buffer.from(CONTENT.slice(3)));
      expect(await store.stat(key)).toBeNull();
      const listed: string[] = [];
      for await (const found of store.list(key)) listed.push(found.key);
      expect(listed).toEqual([]);
      expect(await writer.finish()).toEqual({ bytes: Buffer.byteLength(CONTENT), sha256: SHA256 });
      expect(await textOf(await store.open(key))).toBe(CONTENT);
      await writer.abort();
      expect(await textOf(await store.open(key))).toBe(CONTENT);
    });

    it('may be empty, and replaces what was there', async () => {
      await put(key, 'earlier');
      expect(await (await store.create(key)).finish()).toMatchObject({ bytes: 0 });
      expect(await textOf(await store.open(key))).toBe('');
    });

    it('leaves nothing when it is aborted, however often', async () => {
      const writer = await store.create(key);
      await writer.write(Buffer.alloc(SENT_BYTES, 'x'));
      await writer.abort();
      await writer.abort();
      expect(await store.stat(key)).toBeNull();
      expect(await store.sweepScratch({ olderThan: new Date(Date.now() + 60_000), suffix: '.part' })).toBe(0);
    });

    it('that is aborted while it is finished is whole or absent', async () => {
      for (const size of [1, SENT_BYTES]) {
        const writer = await store.create(key);
        await writer.write(Buffer.alloc(size, 'x'));
        const finishing = writer.finish().then(
          ({ bytes }) => bytes,
          () => null,
        );
        await writer.abort();
        const sealed = await finishing;
        // A store may take it although nobody waits any more; of a part of it, nothing is ever seen.
        if (sealed !== null) expect((await store.stat(key))?.bytes).toBe(size);
        expect([undefined, size]).toContain((await store.stat(key))?.bytes);
        await store.delete(key);
      }
    });

    it('has the bytes of pieces of any size in their order', async () => {
      const pieces = fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 100 }),
          fc.nat(3).map((n) => new Uint8Array(n * 700_000).fill(n)),
        ),
      );
      await fc.assert(
        fc.asyncProperty(pieces, async (given) => {
          const writer = await store.create(key);
          for (const piece of given) await writer.write(Buffer.from(piece));
          const whole = Buffer.concat(given);
          const sha256 = createHash('sha256').update(whole).digest('hex');
          expect(await writer.finish()).toEqual({ bytes: whole.length, sha256 });
          const read: Uint8Array[] = [];
          for await (const chunk of await store.open(key)) read.push(chunk);
          expect(Buffer.concat(read).equals(whole)).toBe(true);
        }),
        { numRuns: 20 },
      );
    });

    it('is abandoned with its directory, and no other is', async () => {
      const dead = await store.create(key);
      await dead.write(Buffer.alloc(SENT_BYTES));
      const other = await store.create(key.replace('/1/', '/2/'));
      await other.write(Buffer.from('x'));
      await store.abandon(key.slice(0, key.lastIndexOf('/')));
      await expect(dead.finish()).rejects.toThrow();
      expect(await store.stat(key)).toBeNull();
      expect(await other.finish()).toMatchObject({ bytes: 1 });
    });

    it('that nobody finished is swept by its age', async () => {
      const writer = await store.create(key);
      await writer.write(Buffer.alloc(SENT_BYTES));
      expect(await store.sweepScratch({ olderThan: new Date(Date.now() - 60_000), suffix: '.part' })).toBe(0);
      expect(await store.sweepScratch({ olderThan: new Date(Date.now() + 60_000), suffix: '.part' })).toBe(1);
      await writer.abort();
    });
  });

  describe('list', () => {
    it('gives the objects under a prefix, and no scratch', async () => {
      await put('listed/a/1', 'x');
      await put('listed/a/2', 'xy');
      await put('listed/ab/1', 'xyz');
      await put('listed2/1', '');
      await store.scratch('not-listed');
      const list = async (prefix: string) => {
        const found: [string, number][] = [];
        for await (const { key: name, bytes, modifiedAt } of store.list(prefix)) {
          expect(modifiedAt).toBeInstanceOf(Date);
          found.push([name, bytes]);
        }
        return found.sort(([left], [right]) => (left < right ? -1 : 1));
      };
      const all: [string, number][] = [
        ['listed/a/1', 1],
        ['listed/a/2', 2],
        ['listed/ab/1', 3],
      ];
      expect(await list('listed/')).toEqual(all);
      expect(await list('listed/a')).toEqual(all);
      expect(await list('listed/a/')).toEqual(all.slice(0, 2));
      expect(await list('listed/ab/1')).toEqual(all.slice(2));
      expect(await list('absent/')).toEqual([]);
      expect((await list('')).map(([name]) => name)).toEqual(expect.arrayContaining(['listed2/1', 'listed/a/1']));
      expect((await list('')).filter(([name]) => name.includes('scratch'))).toEqual([]);
    });
  });

  describe('keys', () => {
    const BAD = [
      '',
      '/',
      'a//b',
      '/etc/passwd',
      'a/',
      '..',
      '../x',
      'a/../b',
      'a/..',
      '.',
      'a/./b',
      '.scratch/x',
      'a/.hidden',
      'a\\b',
      'a\0b',
      'a b',
      'a\nb',
      'é',
      'a%2fb',
      'C:x',
      `a/${'x'.repeat(201)}`,
      `${'a/'.repeat(600)}b`,
      '~',
      '-rf',
    ];

    it.each(BAD)('%j is refused by every method', async (bad) => {
      const path = await store.scratch('kept.csv');
      await writeFile(path, CONTENT);
      for (const attempt of [
        () => store.put(bad, path),
        () => store.open(bad),
        () => store.lend(bad),
        () => store.stat(bad),
        () => store.delete(bad),
        () => store.localize(bad),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'internal' });
      }
      expect(await readFile(path, 'utf8')).toBe(CONTENT);
    });

    it('are refused whenever a segment is not plain', async () => {
      const segment = fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', '%2e%2e', 'ok'), fc.string({ maxLength: 5 }));
      await fc.assert(
        fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 4 }), async (segments) => {
          const candidate = segments.join('/');
          const plain = candidate.split('/').every((part) => /^\w[\w.=-]*$/.test(part));
          const answer: unknown = await store.stat(candidate).catch((error: unknown) => error);
          if (plain) expect(answer).toBeNull();
          else expect(answer).toMatchObject({ code: 'internal' });
        }),
        { numRuns: 500 },
      );
    });

    it('are judged also where only their beginning is given', async () => {
      for (const prefix of ['../', '/', '.scratch/', 'a/../']) {
        await expect(store.list(prefix)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'internal' });
      }
    });
  });

  describe('scratch', () => {
    it('gives a path in a directory that exists, to a file that does not', async () => {
      const path = await store.scratch('job.1.part');
      await writeFile(path, 'left by an earlier attempt');
      expect(await store.scratch('job.1.part')).toBe(path);
      expect(existsSync(path)).toBe(false);
      await writeFile(path, 'x');
    });

    it('discards the file and what is beside it under its name, and nothing else', async () => {
      const [mine, other] = [await store.scratch('job-7'), await store.scratch('job-77')];
      await Promise.all([mine, `${mine}.part`, other].map((path) => writeFile(path, 'x')));
      await mkdir(`${mine}.d`);
      await store.discard('job-7');
      expect([mine, `${mine}.part`, `${mine}.d`, other].map((path) => existsSync(path))).toEqual([
        false,
        false,
        false,
        true,
      ]);
      await store.discard('job-7');
    });

    it('refuses names that lead elsewhere', async () => {
      for (const name of ['../x', 'a/b', '', '.', '..', '/etc/x']) {
        await expect(store.scratch(name)).rejects.toMatchObject({ code: 'internal' });
        await expect(store.discard(name)).rejects.toMatchObject({ code: 'internal' });
      }
    });

    it('sweeps what nobody has touched', async () => {
      const old = new Date('2020-01-01T00:00:00Z');
      const [stale, fresh, directory] = await Promise.all(
        ['stale', 'fresh', 'directory'].map((name) => store.scratch(name)),
      );
      if (!stale || !fresh || !directory) throw new Error('no scratch paths');
      await Promise.all([writeFile(stale, 'x'), writeFile(fresh, 'x'), mkdir(directory)]);
      await writeFile(join(directory, 'in-use'), 'x');
      await utimes(stale, old, old);
      await utimes(directory, old, old);
      expect(await store.sweepScratch({ olderThan: new Date('2021-01-01T00:00:00Z'), suffix: '' })).toBe(1);
      expect([stale, fresh, directory].map((path) => existsSync(path))).toEqual([false, true, true]);
      for (const name of ['fresh', 'directory']) await store.discard(name);
    });
  });

  it('knows how much room there is, or that it does not know', async () => {
    const free = await store.freeBytes();
    expect(free === null || free > 0).toBe(true);
  });
}
