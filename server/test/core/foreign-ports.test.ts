import { describe, expect, it } from 'vitest';
import { foreignPortOf, isForeignPort } from '../../src/core/webhooks/foreign-ports.ts';

describe('ports of other protocols', () => {
  it.each([1, 21, 22, 23, 25, 53, 110, 143, 389, 465, 587, 636, 993, 995, 2049, 5060, 6000, 6667, 10_080])(
    '%i is one',
    (port) => expect(isForeignPort(port)).toBe(true),
  );

  it.each([80, 443, 3000, 5000, 8000, 8080, 8443, 9000, 49_152, 65_535])('%i is none', (port) => {
    expect(isForeignPort(port)).toBe(false);
  });
});

describe('the foreign port of a URL', () => {
  it.each([
    ['http://hooks.example.com:25/', 25],
    ['https://hooks.example.com:0022/', 22],
    ['http://hooks.example.com/', null],
    ['https://hooks.example.com:443/', null],
    ['https://hooks.example.com:8443/', null],
    ['no URL', null],
  ])('%s is %s', (url, port) => expect(foreignPortOf(url)).toBe(port));
});
