import { describe, expect, it } from 'vitest';
import { formatPath, parsePath } from '../../src/sftp/paths.ts';

describe('a path', () => {
  it.each([
    ['', '/'],
    ['.', '/'],
    ['/', '/'],
    ['//', '/'],
    ['jobs', '/jobs'],
    ['/jobs/match/', '/jobs/match'],
    ['/jobs//match', '/jobs/match'],
    ['/jobs/./match', '/jobs/match'],
    ['/jobs/match/..', '/jobs'],
    ['/jobs/../..', '/'],
    ['../../../../etc/passwd', '/etc/passwd'],
    ['/jobs/match/../../../etc/passwd', '/etc/passwd'],
    ['/jobs/%2e%2e/etc', '/jobs/%2e%2e/etc'],
    ['/jobs\\..\\etc', '/jobs\\..\\etc'],
    ['/jobs/...', '/jobs/...'],
    ['/jobs/．．/etc', '/jobs/．．/etc'],
    ['~', '/~'],
  ])('%j is %s', (text, path) => {
    expect(formatPath(parsePath(text) ?? ['null'])).toBe(path);
  });

  it.each([
    ['with a NUL', '/jobs\0/match'],
    ['that is no UTF-8', null],
    ['longer than any name', `/${'a'.repeat(1024)}`],
  ])('%s is none', (_what, text) => {
    expect(parsePath(text)).toBeNull();
  });

  it('of a thousand characters is one still', () => {
    expect(parsePath(`/${'a'.repeat(1023)}`)).toHaveLength(1);
  });
});
