/** From a host name to its addresses: all of them, because each has to be checked. */
import { NODATA, NOTFOUND } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';

/** Every address of the name, IPv4 first; empty if there is none. Rejects if the look-up fails, or with the signal's reason. */
export type Lookup = (hostname: string, signal: AbortSignal) => Promise<readonly string[]>;

/** Two tries leave most of a webhook's 15 s to the receiver. */
const QUERY_TIMEOUT_MS = 2000;
const QUERY_TRIES = 2;
const NO_RECORDS: readonly unknown[] = [NODATA, NOTFOUND];

function hasNoRecords(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_RECORDS.includes(error.code);
}

/**
 * Queries the name servers directly. getaddrinfo would hold one of libuv's four threads for as long as a name's server likes,
 * and file operations wait for the same threads: four names with a silent server would stop every export of the process.
 *
 * @param servers `address` or `address:port`; by default those of the system.
 */
export function createDnsLookup({ servers }: { readonly servers?: readonly string[] } = {}): Lookup {
  return async (hostname, signal) => {
    signal.throwIfAborted();
    // A resolver for each name: cancelling ends every query of a resolver, and one may keep answers longer than their TTL.
    const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: QUERY_TRIES });
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
      signal.throwIfAborted();
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      const failure = answers.find((answer) => answer.status === 'rejected' && !hasNoRecords(answer.reason));
      if (addresses.length === 0 && failure?.status === 'rejected') throw failure.reason;
      return addresses;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

/** Asks the system, hosts file and search domains included: only for names that the operator has listed. */
export const systemLookup: Lookup = async (hostname, signal) => {
  signal.throwIfAborted();
  const found = await lookup(hostname, { all: true, order: 'ipv4first' });
  signal.throwIfAborted();
  return found.map(({ address }) => address);
};
