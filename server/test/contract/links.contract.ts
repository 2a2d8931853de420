import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/ports/clock.ts';
import type { ServerLinks } from '../../src/core/ports/links.ts';

/** A signer whose time is the test's. */
export type OpenSigner = (clock: Clock) => ServerLinks;

const KEY = 'results/0b6f1c1e/7a2d/1/units_2025-01-01_2025-01-31.csv';
const FILENAME = 'Élan & "Süd" – 100%.csv';
const NOW = new Date('2025-06-01T12:00:00Z');
const EXPIRES_AT = new Date('2025-06-08T12:00:00Z');

/** A link's parts as the server receives them. */
function received(url: string): { path: string; query: Record<string, string> } {
  const { pathname, searchParams } = new URL(url);
  return { path: pathname, query: Object.fromEntries(searchParams) };
}

/** What the links that this server itself verifies must do. */
export function linkSignerContract(open: OpenSigner): void {
  let now = NOW;
  let links: ServerLinks;
  beforeEach(() => {
    now = NOW;
    links = open(() => now);
  });
  const sign = (expiresAt = EXPIRES_AT) => links.sign({ key: KEY, filename: FILENAME, expiresAt });

  it('gives back what was signed', () => {
    expect(links.verify(received(sign()))).toEqual({ key: KEY, filename: FILENAME, epoch: 0 });
  });

  it('tells the epoch under which it was signed, and no other', () => {
    const link = received(links.sign({ key: KEY, filename: FILENAME, expiresAt: EXPIRES_AT, epoch: 41 }));
    expect(links.verify(link)).toEqual({ key: KEY, filename: FILENAME, epoch: 41 });
    const { epoch: _, ...without } = link.query;
    expect(links.verify({ ...link, query: without })).toBeNull();
    const earliest = received(sign());
    for (const epoch of ['42', '4', '0', '041', '-1', '41.0', '', 'x']) {
      expect(links.verify({ ...link, query: { ...link.query, epoch } }), epoch).toBeNull();
      expect(links.verify({ ...earliest, query: { ...earliest.query, epoch } }), epoch).toBeNull();
    }
  });

  it('makes an absolute URL', () => {
    expect(new URL(sign()).protocol).toMatch(/^https?:$/);
  });

  it('ends at its time', () => {
    const link = received(sign());
    now = new Date(EXPIRES_AT.getTime() - 1000);
    expect(links.verify(link)).not.toBeNull();
    for (const late of [0, 1, 1000, 10 ** 10]) {
      now = new Date(EXPIRES_AT.getTime() + late);
      expect(links.verify(link)).toBeNull();
    }
  });

  it('does not sign unsafe keys', () => {
    for (const key of ['../master.key', '.scratch/x', 'a//b', '']) {
      expect(() => links.sign({ key, filename: 'x', expiresAt: EXPIRES_AT })).toThrow(
        expect.objectContaining({ code: 'internal' }),
      );
    }
  });

  it('is read whatever the file is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (filename) => {
        const link = received(links.sign({ key: KEY, filename, expiresAt: EXPIRES_AT }));
        expect(links.verify(link)).toEqual({ key: KEY, filename, epoch: 0 });
      }),
    );
  });

  describe('a link that was altered is refused:', () => {
    const parts = ['path', 'expires', 'filename', 'kid', 'signature'] as const;
    type Part = (typeof parts)[number];
    const partOf = (link: ReturnType<typeof received>, part: Part) =>
      part === 'path' ? link.path : (link.query[part] ?? '');

    const edit = fc.oneof(
      fc.record({
        kind: fc.constant('replace' as const),
        at: fc.nat(),
        text: fc.string({ minLength: 1, maxLength: 1 }),
      }),
      fc.record({
        kind: fc.constant('insert' as const),
        at: fc.nat(),
        text: fc.string({ minLength: 1, maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), text: fc.constant('') }),
      fc.record({
        kind: fc.constant('flip-bit' as const),
        at: fc.nat(),
        text: fc.constantFrom('\u0001', '\u0002', '\u0004', '\u0020'),
      }),
    );

    function altered(value: string, { kind, at, text }: { kind: string; at: number; text: string }): string {
      const place = value.length === 0 ? 0 : at % value.length;
      const [before, here, after] = [value.slice(0, place), value.charAt(place), value.slice(place + 1)];
      if (kind === 'insert') return before + text + here + after;
      if (kind === 'cut') return before + after;
      if (kind === 'replace') return before + text + after;
      return before + String.fromCharCode(here.charCodeAt(0) ^ text.charCodeAt(0)) + after;
    }

    it('in one place, in 2,000 ways', () => {
      const link = received(sign());
      fc.assert(
        fc.property(fc.constantFrom(...parts), edit, (part, change) => {
          const value = partOf(link, part);
          const next = altered(value, change);
          fc.pre(next !== value);
          const mutant =
            part === 'path' ? { ...link, path: next } : { ...link, query: { ...link.query, [part]: next } };
          expect(links.verify(mutant)).toBeNull();
        }),
        { numRuns: 2000 },
      );
    });

    it('in every character and every bit of its signature', () => {
      const link = received(sign());
      const { signature = '' } = link.query;
      for (let at = 0; at < signature.length; at++) {
        for (let bit = 1; bit < 128; bit *= 2) {
          const text = String.fromCharCode(signature.charCodeAt(at) ^ bit);
          const next = signature.slice(0, at) + text + signature.slice(at + 1);
          expect(links.verify({ ...link, query: { ...link.query, signature: next } })).toBeNull();
        }
      }
    });

    it('by parts of another link that is good', () => {
      const link = received(sign());
      const other = received(
        links.sign({ key: 'results/other/1/x.csv', filename: 'x.csv', expiresAt: new Date('2025-07-01T00:00:00Z') }),
      );
      for (const part of parts) {
        if (partOf(link, part) === partOf(other, part)) continue;
        const mutant =
          part === 'path'
            ? { ...link, path: other.path }
            : { ...link, query: { ...link.query, [part]: partOf(other, part) } };
        expect(links.verify(mutant), part).toBeNull();
      }
    });

    it('by moving text across the border between two parts', () => {
      const link = received(links.sign({ key: 'results/ab', filename: 'cd', expiresAt: EXPIRES_AT }));
      expect(
        links.verify({ path: link.path.replace('/ab', '/abc'), query: { ...link.query, filename: 'd' } }),
      ).toBeNull();
    });

    it('by leaving a part out, adding one, or giving one twice', () => {
      const link = received(sign());
      for (const part of parts.slice(1)) {
        const { [part]: _, ...rest } = link.query;
        expect(links.verify({ ...link, query: rest })).toBeNull();
        const twice: unknown = { ...link.query, [part]: [link.query[part], link.query[part]] };
        expect(links.verify({ ...link, query: twice as Record<string, string> })).toBeNull();
      }
      expect(links.verify({ ...link, query: { ...link.query, filename2: 'x' } })).toBeNull();
    });

    it('by other spellings of the same', () => {
      const link = received(sign());
      const { expires = '', signature = '' } = link.query;
      for (const spelling of [
        `0${expires}`,
        `+${expires}`,
        ` ${expires}`,
        `${expires}.0`,
        `${expires}e0`,
        Number(expires).toExponential(),
      ]) {
        expect(links.verify({ ...link, query: { ...link.query, expires: spelling } })).toBeNull();
      }
      for (const spelling of [
        `${signature}=`,
        signature.toUpperCase(),
        ` ${signature}`,
        encodeURIComponent(`${signature}=`),
      ]) {
        expect(links.verify({ ...link, query: { ...link.query, signature: spelling } })).toBeNull();
      }
      for (const path of [
        link.path.replace('results', '%72esults'),
        link.path.replace('/results', '//results'),
        `${link.path}/`,
        link.path.replace('results', 'x/../results'),
      ]) {
        expect(links.verify({ ...link, path })).toBeNull();
      }
    });
  });
}
