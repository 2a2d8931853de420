/**
 * Sends the same request again and again over some connections, each of which waits for its answer: in a process of its own, and with as
 * little work as possible, so that its processor time is not taken for the server's. The parent sends rounds, and gets their times.
 */
import { connect, type Socket } from 'node:net';
import type { Round, RoundResult } from './request-rounds.ts';

const END_OF_HEAD = '\r\n\r\n';

class Connection {
  readonly #socket: Socket;
  #received = '';
  #answered: (status: number) => void = () => undefined;

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port }).setNoDelay(true).setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#take(text));
  }

  ask(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#socket.once('error', reject);
      this.#socket.write(request, () => this.#socket.off('error', reject));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(this.#received.slice(0, end)) ?? [];
    if (this.#received.length < end + END_OF_HEAD.length + Number(length)) return;
    const status = Number(this.#received.slice(9, 12));
    this.#received = '';
    this.#answered(status);
  }
}

function requestText({ method, url, headers, body }: Round): string {
  const { host, pathname } = new URL(url);
  const fields = Object.entries({
    host,
    ...headers,
    ...(body === '' ? {} : { 'content-length': String(body.length) }),
  });
  return `${method} ${pathname} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

async function run(round: Round): Promise<RoundResult> {
  const { hostname, port } = new URL(round.url);
  const text = requestText(round);
  const connections = Array.from({ length: round.connections }, () => new Connection(hostname, Number(port)));
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  let left = round.requests;
  const start = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (left-- > 0) {
        const asked = performance.now();
        const status = await connection.ask(text);
        times.push(performance.now() - asked);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    }),
  );
  const ms = performance.now() - start;
  for (const connection of connections) connection.close();
  return { ms, times, statuses };
}

process.on('message', (round: Round) => {
  void run(round).then((result) => process.send?.(result));
});
process.once('disconnect', () => process.exit(0));
