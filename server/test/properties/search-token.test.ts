/** Where a search continues: what of a token is proved, and by which key. */
import { describe, expect, it } from 'vitest';
import { oneKey } from '../../src/core/ports/keys.ts';
import { readSearchToken, TOKEN_LIFETIME_SECONDS, writeSearchToken } from '../../src/properties/search-token.ts';
import { createSecrets } from '../../src/storage/secrets.ts';

const TERMS = { accountId: '0b5c1c1e-0000-4000-8000-000000000001', settings: '{"city":["Rome"]}' };
const POSITION = { dataVersion: 12, after: 99001416 };
const NOW = new Date('2026-03-01T12:00:00Z');

function deps(key = 1, now = NOW) {
  return { searchSigner: createSecrets(oneKey(Buffer.alloc(32, key))), clock: () => now };
}

const refusal = expect.objectContaining({ code: 'invalid_parameter' });

describe('a search token', () => {
  const token = writeSearchToken(deps(), TERMS, POSITION);

  it('says where the search continues', () => {
    expect(readSearchToken(deps(), TERMS, token)).toEqual(POSITION);
  });

  it.each([
    ['under another key of the server', deps(2), TERMS],
    ['for another account', deps(), { ...TERMS, accountId: '0b5c1c1e-0000-4000-8000-000000000002' }],
    ['for another search', deps(), { ...TERMS, settings: '{"city":["Nice"]}' }],
    ['after its day', deps(1, new Date(NOW.getTime() + TOKEN_LIFETIME_SECONDS * 1000)), TERMS],
  ])('is refused %s', (_why, given, terms) => {
    expect(() => readSearchToken(given, terms, token)).toThrow(refusal);
  });

  it('is refused in every other spelling of its position', () => {
    for (const at of [0, 2, token.indexOf('.', 2) + 1]) {
      const altered = `${token.slice(0, at)}${token[at] === '1' ? '2' : '1'}${token.slice(at + 1)}`;
      expect(() => readSearchToken(deps(), TERMS, altered), altered).toThrow(refusal);
    }
  });
});
