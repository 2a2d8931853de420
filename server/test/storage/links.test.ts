import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { oneKey } from '../../src/core/ports/keys.ts';
import { createLinkSigner } from '../../src/storage/links.ts';

const LINK = { key: 'results/a/b/units.csv', filename: 'units.csv', expiresAt: new Date('2025-06-08T12:00:00.900Z') };
const clock = () => new Date('2025-06-01T12:00:00Z');
const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

function signer(options: Partial<Parameters<typeof createLinkSigner>[0]> = {}) {
  return createLinkSigner({ publicUrl: 'https://data.example.com', keys: oneKey(OLD, 1), clock, ...options });
}
function received(url: string) {
  const { pathname, searchParams } = new URL(url);
  return { path: pathname, query: Object.fromEntries(searchParams) };
}

/** A link as anybody makes it who has the secret. Links in customers' hands are signed so: the text stays as it is. */
function forge(claims: { key?: string; expires?: string }) {
  const { key = LINK.key, expires = '1749384000' } = claims;
  const text = JSON.stringify(['GET', key, expires, LINK.filename, '1']);
  const signature = createHmac('sha256', OLD).update(text).digest('base64url');
  return { path: `/files/${key}`, query: { expires, filename: LINK.filename, kid: '1', signature } };
}

describe('a link of the disk storage', () => {
  it('has the documented form', () => {
    const url = new URL(signer().sign(LINK));
    expect(`${url.origin}${url.pathname}`).toBe('https://data.example.com/files/results/a/b/units.csv');
    expect([...url.searchParams.keys()]).toEqual(['expires', 'filename', 'kid', 'signature']);
    expect(url.searchParams.get('expires')).toBe(String(Date.parse('2025-06-08T12:00:00Z') / 1000));
    expect(url.searchParams.get('signature')).toMatch(/^[\w-]{43}$/);
  });

  it('says what it gives access to and until when, under its signature', () => {
    const link = received(signer().sign(LINK));
    expect(link).toEqual(forge({}));
    expect(signer().verify(link)).toEqual({ key: LINK.key, filename: LINK.filename, epoch: 0 });
    for (const [name, value] of Object.entries({
      expires: '1749384001',
      filename: 'x.csv',
      kid: '2',
      signature: '',
    })) {
      expect(signer().verify({ ...link, query: { ...link.query, [name]: value } })).toBeNull();
    }
    expect(signer().verify({ ...link, path: '/files/results/a/b/other.csv' })).toBeNull();
    expect(signer().verify({ ...link, path: '/results/a/b/units.csv' })).toBeNull();
  });

  it('carries the account’s epoch from its first revocation on', () => {
    const url = new URL(signer().sign({ ...LINK, epoch: 2 }));
    expect([...url.searchParams.keys()]).toEqual(['expires', 'filename', 'kid', 'signature', 'epoch']);
    expect(signer().verify(received(String(url)))).toMatchObject({ epoch: 2 });
  });

  it('has its four parameters, each once, and no other', () => {
    const link = received(signer().sign(LINK));
    for (const name of ['expires', 'filename', 'kid', 'signature']) {
      const { [name]: value, ...rest } = link.query;
      expect(signer().verify({ ...link, query: rest })).toBeNull();
      const twice: unknown = { ...rest, [name]: [value, value] };
      expect(signer().verify({ ...link, query: twice as Record<string, string> })).toBeNull();
    }
    expect(signer().verify({ ...link, query: { ...link.query, more: '' } })).toBeNull();
    const { filename: empty, ...unnamed } = received(signer().sign({ ...LINK, filename: '' })).query;
    expect(signer().verify({ ...link, query: { ...unnamed, filename: empty ?? 'none' } })).not.toBeNull();
    expect(signer().verify({ ...link, query: unnamed })).toBeNull();
  });

  it('ends at the second that it names', () => {
    const link = received(signer().sign(LINK));
    const at = (time: string) => signer({ clock: () => new Date(time) }).verify(link);
    expect(at('2025-06-08T11:59:59.999Z')).not.toBeNull();
    expect(at('2025-06-08T12:00:00Z')).toBeNull();
  });

  it('opens no other path and no endless time, however well it is signed', () => {
    for (const key of ['../master.key', 'a//b', '']) expect(signer().verify(forge({ key }))).toBeNull();
    for (const expires of ['NaN', 'Infinity', '1e12', '', '01749384000', '8640000000000', '17493840x0']) {
      expect(signer().verify(forge({ expires }))).toBeNull();
    }
    expect(signer().verify(forge({ expires: '999999999999' }))).not.toBeNull();
    expect(() => signer().sign({ ...LINK, key: '../master.key' })).toThrow('an object key is not safe');
  });

  it('works behind a proxy that keeps the public path, and behind one that cuts it off', () => {
    const links = signer({ publicUrl: 'https://example.com/conveyance//' });
    const { path, query } = received(links.sign(LINK));
    expect(path).toBe('/conveyance/files/results/a/b/units.csv');
    expect(links.verify({ path, query })).not.toBeNull();
    expect(links.verify({ path: path.slice('/conveyance'.length), query })).not.toBeNull();
    expect(links.verify({ path: `/other${path}`, query })).toBeNull();
  });

  it('of another key is refused, also under the same name', () => {
    const link = received(signer().sign(LINK));
    expect(signer({ keys: oneKey(NEW, 2) }).verify(link)).toBeNull();
    expect(signer({ keys: oneKey(NEW, 1) }).verify(link)).toBeNull();
    expect(signer({ keys: oneKey(OLD, 2) }).verify(link)).toBeNull();
  });
});
