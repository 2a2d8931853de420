/** Which addresses are public, and what the others are called. What the guard makes of them is in the security tests. */
import { describe, expect, it } from 'vitest';
import { canonical, nonPublicRange, parseAddress } from '../../src/webhooks/public-address.ts';

function rangeOf(address: string): string | null {
  return nonPublicRange(parseAddress(address));
}

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '168.63.129.15',
    '168.63.129.17',
    '2000::1',
    '2606:4700::1111',
    // Reached as the IPv4 address that they carry.
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ])('%s is public', (address) => {
    expect(rangeOf(address)).toBeNull();
  });

  it.each([
    ['127.0.0.1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['168.63.129.16', 'platform'],
    ['::1', 'loopback'],
    ['fe80::1', 'linkLocal'],
    // Right before and right behind the block that IANA gives out.
    ['1fff:ffff::1', 'unallocated'],
    ['4000::1', 'unallocated'],
    ['2606:4700::1111%eth0', 'zone'],
    ['::1%eth0', 'zone'],
    // Reached as the IPv4 address that they carry.
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:168.63.129.16', 'platform'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['64:ff9b::168.63.129.16', 'platform'],
    // No receiver lives there, whatever they carry.
    ['::8.8.8.8', 'unallocated'],
    ['::8.8.8.8%eth0', 'zone'],
    ['::808:808', 'unallocated'],
    ['64:ff9b:1::8.8.8.8', 'rfc6052'],
    ['2002:808:808::1', '6to4'],
  ])('%s is not: %s', (address, range) => {
    expect(rangeOf(address)).toBe(range);
  });
});

describe('the one form of an address', () => {
  it.each([
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['10.1.2.3', '10.1.2.3'],
    ['2606:4700::1111', '2606:4700::1111'],
    ['64:ff9b::10.1.2.3', '64:ff9b::a01:203'],
    ['::10.1.2.3', '::a01:203'],
    ['::1', '::1'],
  ])('of %s is %s', (address, form) => {
    expect(canonical(parseAddress(address)).toString()).toBe(form);
  });
});
