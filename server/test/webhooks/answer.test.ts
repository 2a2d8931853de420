import { describe, expect, test } from 'vitest';
import { parseRetryAfter, readHead } from '../../src/webhooks/answer.ts';

const NOW = new Date('1994-11-06T08:49:07Z');

describe('Retry-After', () => {
  test.each<[string | string[] | undefined, number | null]>([
    [undefined, null],
    ['', null],
    ['0', 0],
    ['5', 5],
    [' 120 ', 120],
    ['007', 7],
    ['99999999999999999999', 2_147_483_647],
    ['9'.repeat(400), 2_147_483_647],
    ['-5', null],
    ['1.5', null],
    ['1e3', null],
    ['0x10', null],
    ['soon', null],
    [['5', '6'], null],
    // The three forms of RFC 9110, each the same instant.
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30],
    ['Sun Nov  6 08:49:37 1994', 30],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 2_147_483_647],
    ['Sun, 66 Nov 1994 08:49:37 GMT', null],
    ['Sun, 06 Nov 1994 08:49:37 +0100', null],
    ['1994-11-06T08:49:37Z', null],
  ])('%j is %j seconds', (header, seconds) => {
    expect(parseRetryAfter(header, NOW)).toBe(seconds);
  });
});

describe('the head of an answer', () => {
  async function* chunks(...texts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
    for (const text of texts) yield Buffer.from(text);
  }

  test('is the whole of a short one, over its chunks', async () => {
    expect(await readHead(chunks('a', 'b', 'ü'), 65_536)).toBe('abü');
  });

  test('ends after 1024 bytes, between characters', async () => {
    expect(await readHead(chunks('é'.repeat(600)), 65_536)).toBe('é'.repeat(512));
    expect(await readHead(chunks('x', 'é'.repeat(600)), 65_536)).toBe(`x${'é'.repeat(511)}`);
    expect(await readHead(chunks('x'.repeat(1024)), 65_536)).toBe('x'.repeat(1024));
  });

  test('shows bytes that are no text, and characters that the database does not take', async () => {
    expect(await readHead(chunks(Uint8Array.of(0x61, 0x00, 0xff, 0x62, 0xc3)), 65_536)).toBe('a\uFFFD\uFFFDb\uFFFD');
  });

  test('stops at the limit and lets the sender know', async () => {
    let [given, ended] = [0, false];
    async function* endless() {
      try {
        for (;;) {
          given++;
          yield Buffer.alloc(1000, 'x');
        }
      } finally {
        ended = true;
      }
    }
    expect(await readHead(endless(), 65_536)).toBe('x'.repeat(1024));
    expect([given, ended]).toEqual([66, true]);
  });

  test('is what came before the connection broke', async () => {
    async function* broken() {
      yield Buffer.from('half');
      throw new Error('reset');
    }
    expect(await readHead(broken(), 65_536)).toBe('half');
  });
});
