/** Which addresses are on the public internet. Pure: nothing is resolved, no connection is made. */
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** IANA has given out no other global unicast block; `::a.b.c.d` and the rest of the space are outside it. */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** RFC 6052: how an IPv6-only network reaches a host that has only IPv4. */
const NAT64_PREFIX = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
const NAT64_EMBEDDED_OFFSET = 12;
/** Azure's wire server: numerically a public address, but each virtual machine there reaches its own host's platform on it. */
const PLATFORM_ADDRESSES: readonly string[] = ['168.63.129.16'];

/**
 * An address as text, which must be one. Resolvers and sockets write IPv4-compatible addresses as `::a.b.c.d`, and ipaddr.js mistakes
 * that for the mapped `::ffff:a.b.c.d`, another address; with its zeros written out it is unambiguous.
 */
export function parseAddress(text: string): Address {
  return ipaddr.parse(text.replace(/^::(?=\d+\.)/, '0:0:0:0:0:0:'));
}

/** One address, one form: an IPv4-mapped IPv6 address is the IPv4 address that the kernel connects to. */
export function canonical(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/**
 * Null for a public address; else the name of the range that keeps it from being one.
 *
 * Of the forms that carry an IPv4 address inside, mapped and NAT64 ones count as what they carry, because public hosts are
 * reached through them. 6to4, Teredo, local NAT64 (`64:ff9b:1::/48`) and `::a.b.c.d` are refused whatever they carry:
 * no receiver lives there. A network's own NAT64 prefix cannot be known here; that needs a firewall.
 */
export function nonPublicRange(address: Address): string | null {
  const one = canonical(address);
  if (one instanceof ipaddr.IPv4) {
    if (PLATFORM_ADDRESSES.includes(one.toString())) return 'platform';
    const range = one.range();
    return range === 'unicast' ? null : range;
  }
  if (one.zoneId !== undefined) return 'zone';
  if (one.match(NAT64_PREFIX)) return nonPublicRange(new ipaddr.IPv4(one.toByteArray().slice(NAT64_EMBEDDED_OFFSET)));
  const range = one.range();
  if (range !== 'unicast') return range;
  return one.match(GLOBAL_UNICAST_V6) ? null : 'unallocated';
}

/** An address as a socket spells it, of whatever form. */
export function isLoopback(text: string): boolean {
  return ipaddr.isValid(text) && canonical(parseAddress(text)).range() === 'loopback';
}
