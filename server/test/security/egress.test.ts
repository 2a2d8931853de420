/** The egress guard's decisions as a function: no name is resolved and nothing is connected to in this file. */
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { createEgressGuard } from '../../src/webhooks/egress.ts';

const guard = createEgressGuard({ allow: [] });

const REFUSED_URLS: readonly (readonly [url: string, why: string])[] = [
  // Forms.
  ['', 'form'],
  ['hooks.example.com/x', 'form'],
  ['//hooks.example.com/x', 'form'],
  ['/hook', 'form'],
  ['ftp://hooks.example.com/x', 'form'],
  ['file:///etc/passwd', 'form'],
  ['gopher://hooks.example.com/x', 'form'],
  ['data:text/plain,x', 'form'],
  ['javascript:alert(1)', 'form'],
  ['ws://hooks.example.com/', 'form'],
  ['unix:/var/run/docker.sock', 'form'],
  ['https://user:password@hooks.example.com/', 'form'],
  ['https://user@hooks.example.com/', 'form'],
  ['https://127.0.0.1@hooks.example.com/', 'form'],
  ['http://hooks.example.com@127.0.0.1/', 'form'],
  ['http://1.2.3.4.5/', 'form'],
  ['http://256.256.256.256/', 'form'],
  ['http://4294967296/', 'form'],
  ['http://[::1/', 'form'],
  ['http://[fe80::1%25eth0]/', 'form'],
  ['http://hooks.example.com:65536/', 'form'],
  // What the URL parser would repair: it would be another URL to whoever reads the text next.
  ['http:///hooks.example.com/x', 'form'],
  ['http:hooks.example.com/x', 'form'],
  ['http:/hooks.example.com/x', 'form'],
  ['https:\\\\hooks.example.com\\x', 'form'],
  ['https://hooks.example.com\\@other.example.com/', 'form'],
  ['https://hooks.example.com/a b', 'form'],
  ['https://hooks.example.com/x ', 'form'],
  ['https://hooks.example.com/\u00a0x', 'form'],
  ['https://hooks.example.com/\u2028x', 'form'],
  ['https://hooks.example.com/\ud800', 'form'],
  // IPv4 loopback in every spelling that the URL standard knows.
  ['http://127.0.0.1/', 'loopback'],
  ['http://127.0.0.1:8080/x?y', 'loopback'],
  ['https://127.0.0.1/', 'loopback'],
  ['HTTP://127.0.0.1/', 'loopback'],
  ['http:127.0.0.1/', 'form'],
  ['http:\\\\127.0.0.1/', 'form'],
  [' http://127.0.0.1/', 'form'],
  ['http://1\t27.0.0.1/', 'form'],
  ['http://127.0.0.1#@hooks.example.com/', 'loopback'],
  ['http://127.255.255.254/', 'loopback'],
  ['http://127.1/', 'loopback'],
  ['http://127.0.1/', 'loopback'],
  ['http://2130706433/', 'loopback'],
  ['http://0x7f000001/', 'loopback'],
  ['http://0x7f.1/', 'loopback'],
  ['http://0X7F.0X0.0X0.0X1/', 'loopback'],
  ['http://017700000001/', 'loopback'],
  ['http://0177.0.0.1/', 'loopback'],
  ['http://00000000177.1/', 'loopback'],
  ['http://0177.0x0.1/', 'loopback'],
  ['http://127.0.0.1./', 'loopback'],
  ['http://%31%32%37.0.0.1/', 'loopback'],
  ['http://１２７.0.0.1/', 'loopback'],
  ['http://①②⑦.0.0.1/', 'loopback'],
  ['http://127。0。0。1/', 'loopback'],
  // This machine by name.
  ['http://localhost/', 'names this machine'],
  ['http://localhost:3000/', 'names this machine'],
  ['http://LOCALHOST/', 'names this machine'],
  ['http://localhost./', 'names this machine'],
  ['http://localhost../', 'names this machine'],
  ['http://loc%61lhost/', 'names this machine'],
  ['http://ⓛocalhost/', 'names this machine'],
  ['http://a.b.localhost/', 'names this machine'],
  ['http://localhost.localdomain/', 'names this machine'],
  ['http://ip6-localhost/', 'names this machine'],
  ['http://ip6-loopback/', 'names this machine'],
  // A port of another protocol.
  ['http://hooks.example.com:25/', 'names the port 25'],
  ['https://8.8.8.8:22/', 'names the port 22'],
  // Other IPv4 that is not public.
  ['http://0.0.0.0/', 'unspecified'],
  ['http://0/', 'unspecified'],
  ['http://0x/', 'unspecified'],
  ['http://0.1.2.3/', 'unspecified'],
  ['http://10.0.0.1/', 'private'],
  ['http://10.1/', 'private'],
  ['http://172.16.0.1/', 'private'],
  ['http://172.31.255.255/', 'private'],
  ['http://192.168.0.1/', 'private'],
  ['http://3232235521/', 'private'],
  ['http://0300.0250.0.1/', 'private'],
  ['http://169.254.169.254/latest/meta-data/', 'linkLocal'],
  ['http://2852039166/', 'linkLocal'],
  ['http://0xa9fea9fe/', 'linkLocal'],
  ['http://0251.0376.0251.0376/', 'linkLocal'],
  ['http://100.64.0.1/', 'carrierGradeNat'],
  ['http://100.100.100.200/', 'carrierGradeNat'],
  ['http://168.63.129.16/', 'platform'],
  ['http://192.0.0.192/', 'reserved'],
  ['http://192.0.2.1/', 'reserved'],
  ['http://198.18.0.1/', 'reserved'],
  ['http://198.51.100.1/', 'reserved'],
  ['http://203.0.113.1/', 'reserved'],
  ['http://224.0.0.1/', 'multicast'],
  ['http://240.0.0.1/', 'reserved'],
  ['http://255.255.255.255/', 'broadcast'],
  // IPv6 that is not public, and IPv6 that carries IPv4.
  ['http://[::1]/', 'loopback'],
  ['http://[0:0:0:0:0:0:0:1]/', 'loopback'],
  ['http://[0000::0001]:8080/', 'loopback'],
  ['http://[::]/', 'unspecified'],
  ['http://[fe80::1]/', 'linkLocal'],
  ['http://[fec0::1]/', 'deprecatedSiteLocal'],
  ['http://[fc00::1]/', 'uniqueLocal'],
  ['http://[fd00:ec2::254]/', 'uniqueLocal'],
  ['http://[ff02::1]/', 'multicast'],
  ['http://[100::1]/', 'discard'],
  ['http://[2001:db8::1]/', 'reserved'],
  ['http://[3fff::1]/', 'reserved'],
  ['http://[4000::1]/', 'unallocated'],
  ['http://[::127.0.0.1]/', 'unallocated'],
  ['http://[::8.8.8.8]/', 'unallocated'],
  ['http://[::ffff:127.0.0.1]/', 'loopback'],
  ['http://[::ffff:7f00:1]/', 'loopback'],
  ['http://[0:0:0:0:0:FFFF:10.0.0.1]/', 'private'],
  ['http://[::ffff:169.254.169.254]/', 'linkLocal'],
  ['http://[::ffff:0:127.0.0.1]/', 'rfc6145'],
  ['http://[64:ff9b::127.0.0.1]/', 'loopback'],
  ['http://[64:ff9b::a9fe:a9fe]/', 'linkLocal'],
  ['http://[64:ff9b::10.0.0.1]/', 'private'],
  ['http://[64:ff9b:1::8.8.8.8]/', 'rfc6052'],
  ['http://[2002:7f00:1::]/', '6to4'],
  ['http://[2002:808:808::1]/', '6to4'],
  ['http://[2001:0:808:808:0:0:80ff:fffe]/', 'teredo'],
  ['http://[2001:10::1]/', 'deprecatedOrchid'],
];

const ACCEPTED_URLS: readonly string[] = [
  'http://hooks.example.com',
  'https://hooks.example.com/a/b?c=d#e',
  'https://hooks.example.com:8443/x',
  'https://HOOKS.EXAMPLE.COM./x',
  'https://bücher.example/x',
  'https://localhost.example.com/',
  'https://notlocalhost/',
  'https://8.8.8.8/',
  'https://134744072/',
  'https://172.15.0.1/',
  'https://172.32.0.1/',
  'https://100.63.255.255/',
  'https://[2606:4700::1111]/',
  'https://[::ffff:8.8.8.8]/',
  'https://[64:ff9b::8.8.8.8]/',
];

describe('a URL as creation judges it', () => {
  test.each(REFUSED_URLS)('%j is refused: %s', (url, why) => {
    const verdict = guard.judgeUrl(url);
    expect(verdict).toMatchObject({ allowed: false });
    if (!verdict.allowed && why !== 'form') expect(verdict.reason).toContain(why);
    if (!verdict.allowed && why === 'form') expect(verdict.reason).toContain('absolute http or https URL');
  });

  test.each(ACCEPTED_URLS)('%j is accepted', (url) => {
    expect(guard.judgeUrl(url)).toEqual({ allowed: true });
  });

  test('the table is as long as it is published to be', () => {
    expect(REFUSED_URLS.length + ACCEPTED_URLS.length).toBeGreaterThanOrEqual(60);
  });
});

describe('an address as a resolver or a socket tells it', () => {
  test.each([
    ['', 'no IP address'],
    ['localhost', 'no IP address'],
    ['127.1', 'no IP address'],
    ['010.0.0.1', 'no IP address'],
    ['[::1]', 'no IP address'],
    ['fe80::1%eth-0', 'no IP address'],
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::FFFF:7F00:1', 'loopback'],
    ['fe80::1%eth0', 'zone'],
    ['2606:4700::1111%eth0', 'zone'],
    ['169.254.169.254', 'linkLocal'],
  ])('%j is refused: %s', (address, why) => {
    expect(guard.judgeAddress(address, 443)).toMatchObject({ allowed: false, reason: expect.stringContaining(why) });
  });

  const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
  const hex = ([a, b, c, d]: readonly number[]) =>
    `${(((a ?? 0) << 8) | (b ?? 0)).toString(16)}:${(((c ?? 0) << 8) | (d ?? 0)).toString(16)}`;

  test('an IPv4 address is judged the same in every form that is connected to as that address', () => {
    fc.assert(
      fc.property(octets, (parts) => {
        const allowed = guard.judgeAddress(parts.join('.'), 443).allowed;
        expect(guard.judgeAddress(`::ffff:${parts.join('.')}`, 443).allowed).toBe(allowed);
        expect(guard.judgeAddress(`::ffff:${hex(parts)}`, 443).allowed).toBe(allowed);
        expect(guard.judgeAddress(`64:ff9b::${hex(parts)}`, 443).allowed).toBe(allowed);
        expect(guard.judgeUrl(`http://${parts.reduce((number, part) => number * 256 + part, 0)}/`).allowed).toBe(
          allowed,
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('6to4, Teredo, compatible and local NAT64 addresses are refused whatever they carry', () => {
    fc.assert(
      fc.property(octets, (parts) => {
        for (const address of [
          `2002:${hex(parts)}::1`,
          `2001::${hex(parts)}`,
          `::${hex(parts)}`,
          `::${parts.join('.')}`,
          `64:ff9b:1::${hex(parts)}`,
        ]) {
          expect(guard.judgeAddress(address, 443).allowed).toBe(false);
        }
      }),
    );
  });

  test('no address outside of IPv6’s global unicast block is public, but for mapped and NAT64 ones', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = ipaddr.IPv6.parse(text);
        const global = ((address.parts[0] ?? 0) & 0xe000) === 0x2000;
        const carrier = /^(::ffff:|64:ff9b::)/.test(address.toRFC5952String());
        if (!global && !carrier) expect(guard.judgeAddress(text, 443).allowed).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
