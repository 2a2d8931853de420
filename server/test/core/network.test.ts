import { describe, expect, it } from 'vitest';
import { HOST, isLoopback, networkOf, SITE } from '../../src/core/logins/network.ts';

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1', '192.0.2'],
    ['::ffff:192.0.2.1', '192.0.2.1', '192.0.2'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2', '2001:db8:1'],
    ['2001:db8::6', '2001:db8:0:0', '2001:db8:0'],
    ['2001:db8:1::', '2001:db8:1:0', '2001:db8:1'],
    ['fe80::1%eth0', 'fe80:0:0:0', 'fe80:0:0'],
    ['::1', '0:0:0:0', '0:0:0'],
  ])('%s is %s as a host and %s as a site', (address, host, site) => {
    expect([networkOf(address, HOST), networkOf(address, SITE)]).toEqual([host, site]);
  });

  it('is loopback for this machine alone', () => {
    const own = ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'];
    const others = ['12.7.0.1', '192.0.2.127', '::2', '2001:db8::1', ''];
    expect([...own, ...others].filter(isLoopback)).toEqual(own);
  });
});
