import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedPacket, PacketSplitter, parseRequest } from '../../src/sftp/packets.ts';
import { requestBytes } from './requests.ts';

function parse(
  type: number,
  ...fields: Parameters<typeof requestBytes> extends [number, ...infer Rest] ? Rest : never
) {
  return parseRequest(requestBytes(type, ...fields).subarray(4));
}

function split(chunks: readonly Uint8Array[]): string[] {
  const splitter = new PacketSplitter();
  return chunks.flatMap((chunk) => [...splitter.push(chunk)].map((packet) => Buffer.from(packet).toString('hex')));
}

describe('a request', () => {
  it('is read with its fields', () => {
    expect(parse(3, 7, '/jobs/é', 1, 0)).toEqual({ kind: 'open', id: 7, path: '/jobs/é', flags: 1 });
    const handle = Buffer.of(0, 0, 1, 0);
    expect(parse(5, 8, handle, 2n ** 40n, 32_768)).toEqual({
      kind: 'read',
      id: 8,
      handle: 256,
      offset: 2n ** 40n,
      length: 32_768,
    });
    expect(parse(16, 9, '.')).toEqual({ kind: 'realpath', id: 9, path: '.' });
  });

  it('has no path where the bytes are no UTF-8, and no handle where it is none of ours', () => {
    expect(parse(17, 1, Buffer.of(0x2f, 0xff))).toEqual({ kind: 'stat', id: 1, path: null });
    expect(parse(4, 1, 'a handle of another kind')).toEqual({ kind: 'close', id: 1, handle: null });
  });

  it.each([6, 9, 10, 13, 14, 15, 18, 20])('of type %i wants to change something, whatever follows', (type) => {
    expect(parse(type, 5)).toEqual({ kind: 'change', id: 5 });
  });

  it.each([0, 2, 21, 101, 200, 255])('of type %i is not known', (type) => {
    expect(parse(type, 5)).toEqual({ kind: 'unknown', id: 5 });
  });

  it('that ends too early is malformed, wherever it is cut', () => {
    const whole = requestBytes(5, 8, Buffer.of(0, 0, 0, 1), 0n, 1).subarray(4);
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseRequest(whole.subarray(0, length))).toThrow(MalformedPacket);
    }
    expect(() => parse(17, 1, 0xffff_ffff)).toThrow(MalformedPacket);
  });

  it('made of any bytes is read or malformed, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        try {
          expect(parseRequest(bytes)).toHaveProperty('kind');
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedPacket);
        }
      }),
    );
  });
});

describe('a stream of requests', () => {
  it('is cut at the same places however the bytes arrive', () => {
    const packets = [requestBytes(1, 3), requestBytes(16, 1, '.'), requestBytes(17, 2, '/jobs')];
    const bytes = Buffer.concat(packets);
    const expected = packets.map((packet) => packet.subarray(4).toString('hex'));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(split(chunks)).toEqual(expected);
      }),
    );
  });

  it('takes a packet of 256 KiB, and none longer or empty', () => {
    const largest = Buffer.alloc(4 + 262_144);
    largest.writeUInt32BE(262_144);
    expect(split([largest])).toHaveLength(1);
    largest.writeUInt32BE(262_145);
    expect(() => split([largest])).toThrow(MalformedPacket);
    expect(() => split([Buffer.alloc(4)])).toThrow(MalformedPacket);
  });
});

// Positive control, run: joined to what came before at each piece, ten packets took more than two minutes.
it('packets of the largest size are put together from pieces of a byte', () => {
  const packet = requestBytes(3, 1, Buffer.alloc(256 * 1_024 - 20), 1, 0);
  const splitter = new PacketSplitter();
  let packets = 0;
  for (let round = 0; round < 10; round++) {
    for (const byte of packet) packets += [...splitter.push(Uint8Array.of(byte))].length;
  }
  expect(packets).toBe(10);
});
