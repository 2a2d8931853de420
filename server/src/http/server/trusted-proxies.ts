/** Which of the machines that open connections are the operator's own proxies, and whom a request comes from that one of them passes on. */
import { BlockList, isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whoever asks: the other end of the connection, or whom one of the operator's own proxies asks for. */
    clientAddress: string;
  }
}

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

/** Some proxies tell the port too. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/;

function addressIn(word: string): string | null {
  const plain = word.trim();
  const bare =
    isIP(plain) > 0
      ? plain
      : (WITH_PORT.exec(plain)
          ?.slice(1)
          .find((part) => part !== undefined) ?? '');
  return isIP(bare) > 0 ? bare : null;
}

/**
 * From the right, as each proxy adds whom it was asked by: the first that is no proxy of ours. What stands left of it anybody can write. Where
 * that is no address, the last proxy that is known.
 */
export function clientAddressOf(
  peer: string,
  forwardedFor: string | undefined,
  isTrusted: (address: string) => boolean,
): string {
  let known = peer;
  for (const word of (forwardedFor ?? '').split(',').reverse()) {
    if (!isTrusted(known)) return known;
    const next = addressIn(word);
    if (next === null) return known;
    known = next;
  }
  return known;
}

/** Before everything that counts, slows down or writes down by the address. */
export function tellClientAddresses(app: FastifyInstance, isTrusted: (address: string | undefined) => boolean): void {
  app.decorateRequest('clientAddress', '');
  app.addHook('onRequest', (request: FastifyRequest, _reply, done) => {
    const forwardedFor = request.headers['x-forwarded-for'];
    const header = typeof forwardedFor === 'string' ? forwardedFor : forwardedFor?.join();
    request.clientAddress = clientAddressOf(request.ip, header, isTrusted);
    done();
  });
}
