/** Whose address it is, as far as one can tell: an address alone is as cheap as its owner's provider makes it. */

/** How much of an address names its owner. */
interface NetworkSize {
  /** Of the four numbers of an IPv4 address. */
  readonly v4: number;
  /** Of the eight groups of an IPv6 address. */
  readonly v6: number;
}

/** One machine or one router: a customer's IPv6 network of 2^64 addresses counts as one. For whoever is locked out with it. */
export const HOST: NetworkSize = { v4: 4, v6: 4 };
/**
 * One site: an IPv4 /24 is the smallest block that is routed, an IPv6 /48 the largest that a site is given, which has 65,536 networks of
 * 2^64. For shares: neighbours that have one in common lose little.
 */
export const SITE: NetworkSize = { v4: 3, v6: 3 };

const MAPPED_V4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8;

/** The network of that size in which the address lies, as text that is equal for all of its addresses. */
export function networkOf(address: string, { v4, v6 }: NetworkSize): string {
  const plain = MAPPED_V4.exec(address)?.[1] ?? address;
  if (!plain.includes(':')) return plain.split('.').slice(0, v4).join('.');
  const [head = '', tail] = (plain.split('%', 1)[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, GROUPS - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right].slice(0, v6).join(':');
}

/** True for this machine itself: a proxy on it, or whoever operates it. */
export function isLoopback(address: string): boolean {
  const plain = MAPPED_V4.exec(address)?.[1] ?? address;
  return plain === '::1' || plain.startsWith('127.');
}
