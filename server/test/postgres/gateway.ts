/** A port in front of the database: a database that goes away, for those behind it, and comes back. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/**
 * `drops the answer` lets the next query through, and breaks off when its answer comes. `gone` refuses connections and resets those that are there. `resets` and `ends` wait for a query and break off under it, as a server
 * that dies and one that is stopped do.
 */
export type Behaviour = 'there' | 'gone' | 'resets' | 'ends' | 'drops the answer';
export const AWAY = ['gone', 'resets', 'ends'] as const satisfies readonly Behaviour[];

export interface Gateway extends AsyncDisposable {
  /** The database's, by way of the gateway. */
  readonly url: string;
  become(behaviour: Behaviour): Promise<void>;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export async function openGateway(databaseUrl: string): Promise<Gateway> {
  const database = new URL(databaseUrl);
  const clients = new Set<Socket>();
  let behaviour: Behaviour = 'there';
  const server = createServer((client) => {
    const upstream = connect(join(decodeURIComponent(database.hostname), `.s.PGSQL.${database.port}`));
    clients.add(client);
    client.once('close', () => {
      clients.delete(client);
      upstream.destroy();
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    upstream.once('close', () => client.destroy());
    upstream.on('data', (chunk) => {
      if (behaviour === 'drops the answer') client.resetAndDestroy();
      else client.write(chunk);
    });
    client.on('data', (chunk) => {
      if (behaviour === 'resets') client.resetAndDestroy();
      else if (behaviour === 'ends') client.destroy();
      else upstream.write(chunk);
    });
  });
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(await listen(server, 0));
  async function become(next: Behaviour): Promise<void> {
    behaviour = next;
    if (next === 'gone' && server.listening) {
      const closed = once(server, 'close');
      server.close();
      for (const client of clients) client.resetAndDestroy();
      await closed;
    } else if (next !== 'gone' && !server.listening) await listen(server, Number(url.port));
  }
  return { url: url.href, become, [Symbol.asyncDispose]: () => become('gone') };
}
