/** Which of the machines that open connections are the operator's own proxies. */
import { BlockList, isIP } from 'node:net';

const FAMILIES = { 4: 'ipv4', 6: 'ipv6' } as const;

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  return version === 4 || version === 6 ? FAMILIES[version] : null;
}

/**
 * True for addresses in the ranges. Judges the other end of a socket, never a header: those a client writes itself.
 *
 * @param ranges addresses and CIDRs, as the setting has checked them.
 */
export function trustedProxies(ranges: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = familyOf(address);
    if (family === null) throw new TypeError(`${range} is neither an address nor a CIDR`);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address = '') => {
    // A link-local peer has its zone behind it, which no range names.
    const family = familyOf(address);
    return family !== null && list.check(address.split('%', 1)[0] ?? '', family);
  };
}
