/** Whom a link leads to, and what it holds. That a store honours it is tried with a real one. */
import { describe, expect, it } from 'vitest';
import { presetVariable } from '../../src/config.ts';
import { SDK_SILENCE } from '../../src/objects.ts';
import { connect } from '../../src/storage/s3/client.ts';
import { createStoreLinks } from '../../src/storage/s3/links.ts';

const NOW = new Date('2026-01-01T12:00:00Z');
const FILE = {
  key: 'results/a/b/1/x.csv',
  filename: 'Élan.csv',
  contentType: 'text/csv',
  sha256: 'ab'.repeat(32),
  expiresAt: new Date(NOW.getTime() + 604_800_000),
};
const LASTING = { accessKeyId: 'key', secretAccessKey: 'secret' };

presetVariable(...SDK_SILENCE);

function linksBy(credentials: object, place: { endpoint?: string; pathStyle?: boolean } = {}) {
  const { endpoint, pathStyle = false } = place;
  const given = { ...LASTING, ...credentials };
  const where = { bucket: 'exports', prefix: 'p/', region: 'eu-central-1', endpoint, pathStyle };
  return createStoreLinks({
    connection: connect({ ...where, credentials: async () => given }),
    server: { sign: ({ key }) => `of the server: ${key}`, verify: () => null },
    clock: () => NOW,
  });
}

describe('a link', () => {
  it('leads to the bucket, for as long as was said, with name, type and digest', async () => {
    const url = new URL(await linksBy({}).sign(FILE));
    expect(url.origin + url.pathname).toBe('https://exports.s3.eu-central-1.amazonaws.com/p/results/a/b/1/x.csv');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      'X-Amz-Date': '20260101T120000Z',
      'X-Amz-Expires': '604800',
      'X-Amz-SignedHeaders': 'host',
      'response-content-disposition': "attachment; filename*=UTF-8''%C3%89lan.csv",
      'response-content-type': 'text/csv',
      'x-sha256': FILE.sha256,
    });
    expect(url.searchParams.has('X-Amz-Security-Token')).toBe(false);
  });

  it('has the bucket in its path where that is asked for', async () => {
    const links = linksBy({}, { endpoint: 'http://127.0.0.1:9', pathStyle: true });
    expect(await links.sign(FILE)).toMatch(/^http:\/\/127\.0\.0\.1:9\/exports\/p\/results\/a\/b\/1\/x\.csv\?/);
  });

  it.each([
    ['of a session', { sessionToken: 'token' }],
    ['that end', { expiration: new Date(NOW.getTime() + 3_600_000) }],
  ])('leads to the server while the credentials are ones %s', async (_what, credentials) => {
    expect(await linksBy(credentials).sign(FILE)).toBe(`of the server: ${FILE.key}`);
  });

  it('leads a page of the console to the server, whose policy forbids it any other origin', async () => {
    const links = linksBy({});
    expect(await links.sign({ ...FILE, isForPage: true })).toBe(`of the server: ${FILE.key}`);
    expect(await links.sign({ ...FILE, isForPage: false })).toMatch(/^https:\/\/exports\.s3\./);
  });

  it('is not made of an unsafe key', async () => {
    await expect(linksBy({}).sign({ ...FILE, key: '../x' })).rejects.toThrow('an object key is not safe');
  });
});
