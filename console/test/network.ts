/** The network between a browser and a server, which can be lost and come back. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Network {
  readonly #open = new Set<Socket>();
  readonly #server: Server;
  #isLost = false;
  #to = 0;

  private constructor() {
    this.#server = createServer((browser) => this.#carry(browser));
  }

  /** On a port of its own, leading nowhere so far. */
  static async start(): Promise<Network> {
    const network = new Network();
    await new Promise<void>((resolve) => {
      network.#server.listen(0, '127.0.0.1', resolve);
    });
    return network;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  leadTo(port: number): void {
    this.#to = port;
  }

  /** Breaks what is open, and whatever is begun from now on. */
  lose(): void {
    this.#isLost = true;
    for (const socket of this.#open) socket.destroy();
  }

  comeBack(): void {
    this.#isLost = false;
  }

  async close(): Promise<void> {
    this.lose();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #carry(browser: Socket): void {
    if (this.#isLost) {
      browser.destroy();
      return;
    }
    const server = connect(this.#to, '127.0.0.1');
    for (const [socket, other] of [
      [browser, server],
      [server, browser],
    ] as const) {
      this.#open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
