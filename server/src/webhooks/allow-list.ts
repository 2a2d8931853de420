/** What an operator allows besides the public internet: the entries of a setting, such as CONVEYANCE_CALLBACK_ALLOW. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';
import { ConveyanceError } from '../core/errors.ts';
import { type Address, canonical, parseAddress } from './public-address.ts';

/** Without a port, an entry allows all ports. */
type Entry =
  | { readonly kind: 'range'; readonly base: Address; readonly bits: number; readonly port: number | null }
  | { readonly kind: 'name'; readonly name: string; readonly port: number | null };

export interface AllowList {
  hasAddress(address: Address, port: number): boolean;
  hasName(hostname: string, port: number): boolean;
}

/** `host`, `host:port`, `[ipv6]` or `[ipv6]:port`. */
const HOST_AND_PORT = /^(?:\[(?<bracketed>[^\]]*)\]|(?<plain>[^:[\]]+))(?::(?<port>\d{1,5}))?$/;
const NAME_FORM = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/;
const HIGHEST_PORT = 65_535;

/** Names compare without case and without the dot that marks them as complete. */
export function plainName(hostname: string): string {
  return hostname.toLowerCase().replace(/(?<!\.)\.+$/, '');
}

/** Its text is about the entry: whoever knows the setting puts its name before it. */
class EntryFault extends Error {}

function refuse(text: string, fault: string): never {
  throw new EntryFault(
    `"${text}" ${fault}. Entries look like 10.0.0.0/8, 10.1.2.3:8443, [fd00::5]:443 or hooks.example.com.`,
  );
}

/** Bits beyond the prefix are refused: in `10.1.2.3/8` either part may be a slip, and the wrong guess opens a network. */
function parseRange(text: string): Entry {
  const [address = '', prefix = ''] = text.split('/');
  if (isIP(address) === 0 || !ipaddr.isValidCIDR(text) || !/^\d+$/.test(prefix)) refuse(text, 'is not a CIDR range');
  const [base, bits] = ipaddr.parseCIDR(text);
  if (canonical(base) !== base) refuse(text, 'is an IPv4-mapped range: write it as IPv4');
  const family = base instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6;
  const first = family.networkAddressFromCIDR(text).toString();
  if (first !== base.toString()) refuse(text, `has bits beyond its prefix: did you mean ${first}/${bits}?`);
  return { kind: 'range', base, bits, port: null };
}

function parsePort(text: string, port: string | undefined): number | null {
  if (port === undefined) return null;
  const number = Number(port);
  return number >= 1 && number <= HIGHEST_PORT ? number : refuse(text, 'has no port from 1 to 65535');
}

function parseOne(text: string, port: number | null): Entry {
  const base = canonical(parseAddress(text));
  return { kind: 'range', base, bits: base.toByteArray().length * 8, port };
}

function parseEntry(text: string): Entry {
  if (text.includes('%')) refuse(text, 'has a zone, which differs from machine to machine');
  if (text.includes('/')) return parseRange(text);
  if (isIP(text) !== 0) return parseOne(text, null);
  const { bracketed, plain = '', port } = HOST_AND_PORT.exec(text)?.groups ?? {};
  const number = parsePort(text, port);
  if (bracketed !== undefined) {
    return isIP(bracketed) === 6 ? parseOne(bracketed, number) : refuse(text, 'is not an IPv6 address in brackets');
  }
  if (isIP(plain) === 4) return parseOne(plain, number);
  const name = plainName(domainToASCII(plain));
  // `10.1` is a host name to nobody and 10.0.0.1 to some: addresses must be written in full.
  if (!NAME_FORM.test(name) || isIP(name) !== 0) refuse(text, 'is not a CIDR range, address or host name');
  return { kind: 'name', name, port: number };
}

function parseEntries(texts: readonly string[], variable: string): readonly Entry[] {
  try {
    return texts.map((text) => parseEntry(text.trim()));
  } catch (error) {
    if (!(error instanceof EntryFault)) throw error;
    throw new ConveyanceError('bad_setting', `${variable}: ${error.message}`);
  }
}

/** Throws `bad_setting` for the first bad entry. @param variable the name of the setting. */
export function parseAllowList(texts: readonly string[], variable: string): AllowList {
  const entries = parseEntries(texts, variable);
  const opens = (entry: Entry, port: number) => entry.port === null || entry.port === port;
  return {
    hasAddress(address, port) {
      const one = canonical(address);
      return entries.some(
        (entry) =>
          entry.kind === 'range' &&
          opens(entry, port) &&
          entry.base.kind() === one.kind() &&
          one.match(entry.base, entry.bits),
      );
    },
    hasName(hostname, port) {
      const name = plainName(hostname);
      return entries.some((entry) => entry.kind === 'name' && opens(entry, port) && entry.name === name);
    },
  };
}
