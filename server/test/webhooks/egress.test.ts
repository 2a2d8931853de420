/** What of a URL is judged and connected to. What the guard decides is in the security tests. */
import { describe, expect, it } from 'vitest';
import { createEgressGuard, hostOf, portOf } from '../../src/webhooks/egress.ts';

describe('of a URL', () => {
  it.each([
    ['http://hooks.example.com/', 'hooks.example.com', 80],
    ['https://hooks.example.com/', 'hooks.example.com', 443],
    ['https://hooks.example.com:8443/', 'hooks.example.com', 8443],
    ['http://hooks.example.com:443/', 'hooks.example.com', 443],
    ['https://[2606:4700::1111]/', '2606:4700::1111', 443],
    ['http://[::1]:8080/', '::1', 8080],
    // Of no protocol that webhooks have.
    ['ws-like://hooks.example.com/', 'hooks.example.com', 0],
  ])('%s the host is %s and the port %i', (text, host, port) => {
    const url = new URL(text);
    expect([hostOf(url), portOf(url)]).toEqual([host, port]);
  });
});

it('an entry with a port opens the URLs that have it by their protocol', () => {
  const guard = createEgressGuard({ allow: ['10.0.0.1:80', '10.0.0.1:443'] });
  expect(guard.judgeUrl('http://10.0.0.1/').allowed).toBe(true);
  expect(guard.judgeUrl('https://10.0.0.1/').allowed).toBe(true);
  expect(guard.judgeUrl('http://10.0.0.1:8080/').allowed).toBe(false);
});
