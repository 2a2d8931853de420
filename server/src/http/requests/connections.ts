/** How many connections there are, and whose they are: each costs memory and a descriptor, also one that is kept alive and says nothing. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ConveyanceError } from '../../core/errors.ts';
import { HOST, isLoopback, networkOf } from '../../core/logins/network.ts';
import { Admission, NONE_WAITS, type Release, UNBOUNDED } from '../../core/turns/admission.ts';

export interface ConnectionCaps {
  readonly connections: number;
  /** Of one address; the machine’s own and those of proxies are left out, which have all clients behind them. */
  readonly ofAddress: number;
}

/** For requests, beside the event streams: keep-alive lets a browser or an SDK hold some between its requests. */
const BESIDE_STREAMS = 3000;
/** Two addresses are needed to take all places. */
const PART_OF_ADDRESS = 1 / 2;
/** In addition: to be refused in words, a connection has to be taken. */
const REFUSED_AT_ONCE = 100;
/** From here on those that say nothing between two requests give way. */
const NEARLY_FULL = 9 / 10;
const CONNECTION_RETRY_SECONDS = 5;

export function connectionCaps(eventStreams: number): ConnectionCaps {
  const connections = eventStreams + BESIDE_STREAMS;
  return { connections, ofAddress: Math.floor(connections * PART_OF_ADDRESS) };
}

function admissionOf(perHolder: number, inAll: number): Admission {
  return new Admission({
    name: 'connections',
    perHolder,
    inAll,
    ...NONE_WAITS,
    retryAfterSeconds: CONNECTION_RETRY_SECONDS,
  });
}

/** Refuses the connections beyond, with 429 to an address that has its share, and 503 when there are no more for anyone. */
export function limitConnections(
  app: FastifyInstance,
  { connections, ofAddress, isProxy }: ConnectionCaps & { readonly isProxy: (address: string) => boolean },
  refuse: (error: ConveyanceError, socket: Socket) => void,
): void {
  const { server } = app;
  const all = admissionOf(UNBOUNDED, connections);
  const ofAddresses = admissionOf(ofAddress, UNBOUNDED);
  server.maxConnections = connections + REFUSED_AT_ONCE;

  function enter(address: string): Release {
    const host = networkOf(address, HOST);
    const leaveAddress = isLoopback(address) || isProxy(address) ? () => undefined : ofAddresses.enter(host);
    try {
      const leave = all.enter(host);
      return () => {
        leave();
        leaveAddress();
      };
    } catch (error) {
      leaveAddress();
      throw error;
    }
  }

  server.on('connection', (socket: Socket) => {
    if (all.counts.used >= connections * NEARLY_FULL) server.closeIdleConnections();
    try {
      // Without an address it is gone already.
      socket.once('close', enter(socket.remoteAddress ?? ''));
    } catch (error) {
      if (!(error instanceof ConveyanceError)) throw error;
      refuse(error, socket);
    }
  });
}
