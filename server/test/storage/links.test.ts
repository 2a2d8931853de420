import { describe, expect, it } from 'vitest';
import { createLinkSigner } from '../../src/storage/links.ts';

const LINK = { key: 'results/a/b/units.csv', filename: 'units.csv', expiresAt: new Date('2025-06-08T12:00:00.900Z') };
const clock = () => new Date('2025-06-01T12:00:00Z');
const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

function signer(options: Partial<Parameters<typeof createLinkSigner>[0]> = {}) {
  return createLinkSigner({ publicUrl: 'https://data.example.com', key: OLD, keyId: 'old', clock, ...options });
}
function received(url: string) {
  const { pathname, searchParams } = new URL(url);
  return { path: pathname, query: Object.fromEntries(searchParams) };
}

describe('a link of the disk storage', () => {
  it('has the documented form', () => {
    const url = new URL(signer().sign(LINK));
    expect(`${url.origin}${url.pathname}`).toBe('https://data.example.com/files/results/a/b/units.csv');
    expect([...url.searchParams.keys()]).toEqual(['expires', 'filename', 'kid', 'signature']);
    expect(url.searchParams.get('expires')).toBe(String(Date.parse('2025-06-08T12:00:00Z') / 1000));
    expect(url.searchParams.get('signature')).toMatch(/^[\w-]{43}$/);
  });

  it('works behind a proxy that keeps the public path, and behind one that cuts it off', () => {
    const links = signer({ publicUrl: 'https://example.com/conveyance/' });
    const { path, query } = received(links.sign(LINK));
    expect(path).toBe('/conveyance/files/results/a/b/units.csv');
    expect(links.verify({ path, query })).not.toBeNull();
    expect(links.verify({ path: path.slice('/conveyance'.length), query })).not.toBeNull();
    expect(links.verify({ path: `/other${path}`, query })).toBeNull();
  });

  it('is good after a change of keys for as long as the old key is kept', () => {
    const link = received(signer().sign(LINK));
    const rotated = signer({ key: NEW, keyId: 'new', earlierKeys: new Map([['old', OLD]]) });
    expect(rotated.verify(link)).not.toBeNull();
    expect(received(rotated.sign(LINK)).query['kid']).toBe('new');
    expect(signer({ key: NEW, keyId: 'new' }).verify(link)).toBeNull();
  });

  it('of another key is refused, also under the same name', () => {
    expect(signer({ key: NEW }).verify(received(signer().sign(LINK)))).toBeNull();
  });
});
