/**
 * Where webhooks may go, and where data may come from: public addresses, and what the operator allows besides them. Pure decisions; `connect.ts` asks for them
 * at the moment of connecting. Checking a name once and connecting later would be defeated by DNS rebinding.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { MAX_CALLBACK_URL_CHARACTERS, parseCallbackUrl } from '../core/webhooks/callback-url.ts';
import { isForeignPort } from '../core/webhooks/foreign-ports.ts';
import { parseAllowList, plainName } from './allow-list.ts';
import { nonPublicRange, parseAddress } from './public-address.ts';

export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

export interface EgressGuard {
  /** Form and literal addresses, without DNS: a name that could be public is allowed here and checked when the connection is made. */
  judgeUrl(url: string): Verdict;
  /** Refuses those of other protocols, whatever the operator allows: nothing that listens there takes webhooks. */
  judgePort(port: number): Verdict;
  /** An address as a resolver or a socket spells it. */
  judgeAddress(address: string, port: number): Verdict;
  /** The operator listed this name and so answers for wherever it points. */
  trustsName(hostname: string, port: number): boolean;
  /** The operator listed this name, or this very address. */
  lists(host: string, port: number): boolean;
}

export interface EgressRules {
  readonly allow: readonly string[];
  /** The setting that they are from. */
  readonly variable?: string;
}

const ALLOWED: Verdict = { allowed: true };
/** RFC 6761 reserves `localhost` and all below it; the others are names for the same machine in hosts files. */
const LOOPBACK_NAME = /^(.+\.)?(localhost|localhost\.localdomain|ip6-localhost|ip6-loopback)$/;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

function refused(reason: string): Verdict {
  return { allowed: false, reason };
}

export function portOf(url: URL): number {
  return url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 0) : Number(url.port);
}

/** The host as a resolver takes it: an IPv6 literal without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/[[\]]/g, '');
}

/** Entries are CIDR ranges, addresses and host names, the latter two with an optional port. Throws `bad_setting` for a bad one. */
export function createEgressGuard({ allow, variable = 'CONVEYANCE_CALLBACK_ALLOW' }: EgressRules): EgressGuard {
  const allowList = parseAllowList(allow, variable);

  const judgePort = (port: number) =>
    isForeignPort(port) ? refused(`names the port ${port} of another protocol`) : ALLOWED;

  function judgeAddress(address: string, port: number): Verdict {
    // ipaddr.js also reads `127.1` and octal parts; a resolver or a socket never returns them.
    if (isIP(address) === 0 || !ipaddr.isValid(address)) return refused('is no IP address');
    const parsed = parseAddress(address);
    if (allowList.hasAddress(parsed, port)) return ALLOWED;
    const range = nonPublicRange(parsed);
    return range === null ? ALLOWED : refused(`is no public address (${range})`);
  }

  return {
    judgeUrl(text) {
      // The URL standard's parser turns every spelling of an address (decimal, octal, hex, short, full-width, escaped) into one.
      const url = parseCallbackUrl(text);
      if (url === null) {
        return refused(
          `is no absolute http or https URL of at most ${MAX_CALLBACK_URL_CHARACTERS} characters without user and password`,
        );
      }
      const [host, port] = [hostOf(url), portOf(url)];
      if (isForeignPort(port)) return judgePort(port);
      if (isIP(host) !== 0) return judgeAddress(host, port);
      if (allowList.hasName(host, port)) return ALLOWED;
      return LOOPBACK_NAME.test(plainName(host)) ? refused('names this machine') : ALLOWED;
    },
    judgePort,
    judgeAddress,
    trustsName: (hostname, port) => allowList.hasName(hostname, port),
    lists: (host, port) =>
      isIP(host) === 0 ? allowList.hasName(host, port) : allowList.hasAddress(parseAddress(host), port),
  };
}
