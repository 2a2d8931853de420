import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResultReader } from '../../src/sftp/result-reader.ts';

const MIB = 1_048_576;
const READ = 32_768;

/** A file in memory that counts its streams and what was taken from them. */
function fileOf(content: Buffer, { chunk = 65_536, endsAt = content.length } = {}) {
  const seen = { opened: 0, closed: 0, streamed: 0 };
  const source = {
    bytes: content.length,
    modifiedAt: new Date(0),
    async readFrom(offset: number) {
      seen.opened += 1;
      return (async function* () {
        try {
          for (let at = offset; at < endsAt; at += chunk) {
            const piece = content.subarray(at, Math.min(endsAt, at + chunk));
            seen.streamed += piece.length;
            yield piece;
          }
        } finally {
          seen.closed += 1;
        }
      })();
    },
  };
  return { seen, reader: new ResultReader(source) };
}

async function bytesAt(reader: ResultReader, offset: number, length: number): Promise<Buffer> {
  return Buffer.concat(await reader.read(offset, length));
}

describe('reading a stored file', () => {
  it('gives every byte of every range, in any order and size', async () => {
    const content = randomBytes(3 * MIB);
    const range = fc.record({ offset: fc.nat({ max: content.length + READ }), length: fc.nat({ max: 300_000 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(range, { maxLength: 12 }),
        fc.integer({ min: 5_000, max: 100_000 }),
        async (ranges, chunk) => {
          const { reader } = fileOf(content, { chunk });
          for (const { offset, length } of ranges) {
            const wanted = content.subarray(offset, offset + length);
            expect((await bytesAt(reader, offset, length)).equals(wanted)).toBe(true);
          }
          await reader.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('in order takes one stream and reads nothing twice', async () => {
    const content = randomBytes(2 * MIB + 5);
    const { reader, seen } = fileOf(content);
    for (let at = 0; at < content.length; at += READ) {
      expect((await bytesAt(reader, at, READ)).equals(content.subarray(at, at + READ))).toBe(true);
    }
    expect(seen).toMatchObject({ opened: 1, streamed: content.length });
  });

  it('slightly out of order takes one stream, too', async () => {
    const content = randomBytes(2 * MIB);
    const { reader, seen } = fileOf(content);
    // Groups of eight, each backwards: as several threads of a client may send them.
    for (let group = 0; group < content.length; group += 8 * READ) {
      for (let place = 7; place >= 0; place--) {
        const at = group + place * READ;
        expect((await bytesAt(reader, at, READ)).equals(content.subarray(at, at + READ))).toBe(true);
      }
    }
    expect(seen).toMatchObject({ opened: 1, streamed: content.length });
  });

  it('far ahead opens a stream there instead of reading up to it', async () => {
    const content = randomBytes(4 * MIB);
    const { reader, seen } = fileOf(content);
    await bytesAt(reader, 0, READ);
    await bytesAt(reader, 3 * MIB, READ);
    expect(seen.opened).toBe(2);
    expect(seen.closed).toBe(1);
    expect(seen.streamed).toBeLessThan(4 * READ + 1);
  });

  it('keeps no more than a mebibyte of what was jumped over', async () => {
    const content = randomBytes(4 * MIB);
    const { reader, seen } = fileOf(content, { chunk: READ });
    // Every second block: the other ones are what would pile up.
    for (let at = READ; at < content.length; at += 2 * READ) await bytesAt(reader, at, READ);
    expect(seen.opened).toBe(1);
    // The newest mebibyte of them is at hand, the ones before cost a stream.
    await bytesAt(reader, content.length - 2 * READ, READ);
    expect(seen.opened).toBe(1);
    await bytesAt(reader, 0, READ);
    expect(seen.opened).toBe(2);
  });

  it('closes the stream that is open', async () => {
    const { reader, seen } = fileOf(randomBytes(MIB));
    await bytesAt(reader, 0, READ);
    await reader.close();
    expect(seen.closed).toBe(1);
  });

  it('of an empty file asks for it all the same, so that the download is written down', async () => {
    const { reader, seen } = fileOf(Buffer.alloc(0));
    expect(await reader.read(0, READ)).toEqual([]);
    expect(seen.opened).toBe(1);
  });

  it('fails when the file is shorter than was recorded, and gives no wrong bytes', async () => {
    const content = randomBytes(MIB);
    const { reader } = fileOf(content, { endsAt: 100_000 });
    expect((await bytesAt(reader, 0, READ)).equals(content.subarray(0, READ))).toBe(true);
    await expect(reader.read(90_000, READ)).rejects.toThrow('the stored file ends after 100000 of 1048576 bytes');
  });
});
