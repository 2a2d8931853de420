/** A way to the tests’ PostgreSQL from the network: over TLS as providers have it, in clear text for whoever begins so. */
import { once } from 'node:events';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Authority } from './file-server.ts';

/** What a client sends that wants TLS. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

export interface DatabaseDoor {
  readonly port: number;
  /** Told of what comes from the database, before it is passed on. */
  onBytes: (bytes: number) => Promise<unknown> | unknown;
  connections(): number;
  close(): Promise<void>;
}

export async function openDatabaseDoor(databaseUrl: string, { key, cert }: Authority): Promise<DatabaseDoor> {
  const { hostname, port } = new URL(databaseUrl);
  const path = `${decodeURIComponent(hostname)}/.s.PGSQL.${port}`;
  const sockets = new Set<Socket>();
  let connections = 0;

  function join(client: Socket, head: Buffer | null): void {
    const server = connectSocket(path);
    sockets.add(server);
    if (head !== null) server.write(head);
    client.pipe(server);
    const pass = async (piece: Buffer) => {
      server.pause();
      await door.onBytes(piece.length);
      client.write(piece);
      server.resume();
    };
    server.on('data', (piece: Buffer) => void pass(piece));
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
  }

  const listener = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', (head: Buffer) => {
      socket.pause();
      if (!head.equals(SSL_REQUEST)) {
        join(socket, head);
        return;
      }
      socket.write('S');
      join(new TLSSocket(socket, { isServer: true, key, cert }), null);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the door listens on no port');
  const door: DatabaseDoor = {
    port: address.port,
    onBytes: () => undefined,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
  return door;
}
