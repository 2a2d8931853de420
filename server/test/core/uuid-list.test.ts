import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packUuid, UUID_BYTES, UUIDS_PER_BATCH, UuidListBuilder } from '../../src/core/ids/uuid-list.ts';

const ID = '51e2200a-5160-5ab1-8f98-20a17fedbb87';
const pack = (text: string, before = '') => {
  const target = new Uint8Array(UUID_BYTES);
  return packUuid(Buffer.from(before + text), before.length, target, 0) ? Buffer.from(target).toString('hex') : null;
};

describe('packUuid', () => {
  it('takes the digits of a UUID, wherever it stands and in either case', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), fc.string(), (id, isUpper, before) => {
        expect(pack(isUpper ? id.toUpperCase() : id, Buffer.from(before).toString('hex'))).toBe(id.replaceAll('-', ''));
      }),
    );
  });

  it('refuses a text that differs from one in a single character', () => {
    const others = fc.constantFrom('g', 'G', '-', ' ', '/', ':', '@', '`', '\0', '"', 'é');
    fc.assert(
      fc.property(fc.nat(ID.length - 1), others, (at, other) => {
        fc.pre(ID[at] !== other);
        expect(pack(ID.slice(0, at) + other + ID.slice(at + 1))).toBeNull();
      }),
    );
  });

  it('refuses a text that ends early', () => {
    for (let length = 0; length < ID.length; length++) expect(pack(ID.slice(0, length))).toBeNull();
  });
});

describe('a list of UUIDs', () => {
  it('gives them in the order in which they were added, in full batches and a last one', () => {
    const texts = Array.from({ length: UUIDS_PER_BATCH + 2 }, (_, at) => ID.slice(0, -6) + String(at).padStart(6, '0'));
    const builder = new UuidListBuilder();
    for (const text of texts) {
      expect(builder.add(Buffer.from(text), 0)).toBe(true);
      if (builder.size % 10_000 === 0) expect(builder.add(Buffer.from('no UUID'), 0)).toBe(false);
    }
    const list = builder.finish();
    expect(list.size).toBe(texts.length);
    expect(list.batches.map(({ length }) => length / UUID_BYTES)).toEqual([UUIDS_PER_BATCH, 2]);
    expect([...list]).toEqual(texts);
  });

  it('may be empty, or end with a full batch', () => {
    expect(new UuidListBuilder().finish()).toMatchObject({ size: 0, batches: [] });
    const builder = new UuidListBuilder();
    for (let count = 0; count < UUIDS_PER_BATCH; count++) builder.add(Buffer.from(ID), 0);
    expect(builder.finish().batches.map(({ length }) => length)).toEqual([UUIDS_PER_BATCH * UUID_BYTES]);
  });
});
