/**
 * The client of the downloads, in a process of its own: gets an address as often as it is told, reads into the same memory, counts bytes.
 * It knows only as much of HTTP as an answer with a length needs, so that the servers are measured and not the client.
 */
import { connect } from 'node:net';

const READ_BYTES = 1_048_576;
const MS_PER_SECOND = 1000;

export interface Order {
  readonly url: string;
  readonly times: number;
}

export interface Delivery {
  readonly bytes: number;
  readonly seconds: number;
}

/** Bytes of the body; the connection is the request's own. */
function download(url: URL): Promise<number> {
  return new Promise((resolve, reject) => {
    let head = '';
    let left = -1;
    let bytes = 0;
    const take = (length: number, buffer: Uint8Array): boolean => {
      let body = length;
      if (left < 0) {
        head += Buffer.from(buffer.buffer, buffer.byteOffset, length).toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return true;
        const [, declared] = /\r\ncontent-length: (\d+)\r\n/i.exec(head.slice(0, end + 2)) ?? [];
        if (!head.startsWith('HTTP/1.1 200 ') || declared === undefined) {
          reject(new Error(`answered with ${head.slice(0, 300)}`));
          return false;
        }
        left = Number(declared);
        body = head.length - end - 4;
      }
      bytes += body;
      left -= body;
      if (left === 0) {
        resolve(bytes);
        socket.destroy();
      }
      return true;
    };
    const socket = connect({
      host: url.hostname,
      port: Number(url.port),
      onread: { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: take },
    });
    socket.once('error', reject).once('close', () => reject(new Error(`the connection ended after ${bytes} bytes`)));
    socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\n\r\n`);
  });
}

process.on('message', (order: Order) => {
  const work = async (): Promise<Delivery> => {
    const start = performance.now();
    let bytes = 0;
    for (let time = 0; time < order.times; time++) bytes += await download(new URL(order.url));
    return { bytes, seconds: (performance.now() - start) / MS_PER_SECOND };
  };
  work().then(
    (delivery) => process.send?.(delivery),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
