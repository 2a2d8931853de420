/** The one place where a socket to somebody else’s address is opened, and where the egress guard is enforced. */
import { once } from 'node:events';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectSecurely, rootCertificates } from 'node:tls';
import type { buildConnector } from 'undici';
import { plainName } from './allow-list.ts';
import type { EgressGuard } from './egress.ts';
import type { Lookup } from './resolve.ts';

/** A target that the guard refused, or whose addresses could not be resolved. The message may name an address of an inner network. */
export class EgressRefusal extends Error {
  override readonly name = 'EgressRefusal';
}

export interface Connecting {
  readonly guard: EgressGuard;
  /** For names that anyone can supply. */
  readonly lookup: Lookup;
  /** For names on the allow-list. */
  readonly trustedLookup: Lookup;
  /** PEM; trusted in addition to Node's own authorities. */
  readonly certificateAuthorities: readonly string[];
  /** Whether something of this installation is there that nobody may be led to, whatever the operator lists. */
  readonly isOwn?: (address: string, port: number) => Promise<boolean>;
}

interface Target {
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
}

/** A second address is tried after this long. Node's own 250 ms would give up on a receiver on the far side of the earth. */
const ADDRESS_TIMEOUT_MS = 2000;

async function lookUp(lookup: Lookup, hostname: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await lookup(hostname, signal);
  } catch (error) {
    throw new EgressRefusal(`${hostname} could not be looked up`, { cause: error });
  }
}

/** All addresses or none: a name that points both to the public and inside is an attack or a mistake, and we should not guess which. */
async function checkedAddresses(connecting: Connecting, target: Target, signal: AbortSignal) {
  const { guard, lookup } = connecting;
  const { hostname, port } = target;
  const addresses = isIP(hostname) === 0 ? await lookUp(lookup, hostname, signal) : [hostname];
  for (const address of addresses) {
    const verdict = guard.judgeAddress(address, port);
    if (!verdict.allowed) throw new EgressRefusal(`${hostname} leads to ${address}, which ${verdict.reason}`);
  }
  return addresses;
}

async function refuseOwn(
  { isOwn }: Connecting,
  addresses: readonly string[],
  { hostname, port }: Target,
): Promise<void> {
  for (const address of isOwn === undefined ? [] : addresses) {
    if (await isOwn?.(address, port)) throw new EgressRefusal(`${hostname}:${port} is a part of this installation`);
  }
}

async function openSocket(addresses: readonly string[], { hostname, port }: Target, signal: AbortSignal) {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  const socket = connectSocket({
    host: hostname,
    port,
    noDelay: true,
    // Whatever the name resolves to by now, these checked addresses are the ones connected to.
    lookup: (_hostname, _options, answer) => answer(null, answers),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS,
  });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function secureSocket(socket: Socket, { hostname }: Target, authorities: readonly string[], signal: AbortSignal) {
  const name = plainName(hostname);
  const secure = connectSecurely({
    socket,
    host: name,
    ALPNProtocols: ['http/1.1'],
    // An address is not a server name (RFC 6066); the certificate is then compared with `host`.
    ...(isIP(name) === 0 && { servername: name }),
    ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
  });
  try {
    await once(secure, 'secureConnect', { signal });
    return secure;
  } catch (error) {
    secure.destroy();
    throw error;
  }
}

/** A connection to a place that may be connected to: checked before, and where it arrived. Throws `EgressRefusal`. */
export async function connect(connecting: Connecting, target: Target, signal: AbortSignal): Promise<Socket> {
  const { guard, trustedLookup, certificateAuthorities } = connecting;
  const { hostname, port, secure } = target;
  const onPort = guard.judgePort(port);
  if (!onPort.allowed) throw new EgressRefusal(`${hostname} ${onPort.reason}`);
  const trusted = guard.trustsName(hostname, port);
  const addresses = trusted
    ? await lookUp(trustedLookup, hostname, signal)
    : await checkedAddresses(connecting, target, signal);
  if (addresses.length === 0) throw new EgressRefusal(`${hostname} has no address`);
  await refuseOwn(connecting, addresses, target);
  const socket = await openSocket(addresses, target, signal);
  // The kernel has the last word on where a connection went: `0.0.0.0`, for one, arrives at this machine.
  const verdict = guard.judgeAddress(socket.remoteAddress ?? '', port);
  if (!trusted && !verdict.allowed) {
    socket.destroy();
    throw new EgressRefusal(`${hostname} connected to ${socket.remoteAddress}, which ${verdict.reason}`);
  }
  try {
    await refuseOwn(connecting, [socket.remoteAddress ?? ''], target);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return secure ? await secureSocket(socket, target, certificateAuthorities, signal) : socket;
}

/**
 * undici's way to a socket. Checks literals and every resolved address, connects only to checked ones, and checks the address
 * that the socket reached again before a byte is sent. Aborting the signal ends it in every phase.
 */
export function createConnector(connecting: Connecting, signal: AbortSignal): buildConnector.connector {
  return ({ hostname, port, protocol }, callback) => {
    const secure = protocol === 'https:';
    const target = { hostname, port: Number(port || (secure ? 443 : 80)), secure };
    connect(connecting, target, signal).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}
