/** Requests as bytes on a socket of their own: half of one, or one that comes slowly, is nothing that a client library would send. */
import { connect, type Socket } from 'node:net';

/** How the bytes come: at once, half of them and then nothing more, or as slowly as the server still allows. */
export type Pace = 'whole' | 'half' | 'slow';

export interface RawRequest {
  /** Request line and headers, with the empty line behind them. */
  readonly head: string;
  readonly body: Uint8Array;
  readonly pace: Pace;
}

export interface Line {
  readonly port: number;
  /** The client's address, on loopback too. */
  readonly from: string;
  /** The client hangs up after that, whatever came. */
  readonly holdMs: number;
}

export interface RawAnswer {
  /** `held`: the connection was still open when the client hung up; there may have been an answer before, as of a stream of events. */
  readonly outcome: 'answered' | 'cut' | 'held';
  readonly status: number | null;
  readonly hasRetryAfter: boolean;
  readonly ms: number;
}

/** A little more than what is cut off as too slow. */
const SLOW_BYTES_PER_SECOND = 20 * 1024;
/** A head has ten seconds: it comes in eight. */
const SLOW_HEAD_MS = 8_000;
const DRIP_MS = 200;
/** A head is no longer than 16 KiB. */
const MOST_KEPT_CHARACTERS = 20_000;

/** Writes a piece at a time. Returns how to stop. */
function drip(socket: Socket, bytes: Uint8Array, bytesPerDrip: number): () => void {
  let at = 0;
  const timer = setInterval(() => {
    if (at >= bytes.length || !socket.writable) return clearInterval(timer);
    socket.write(bytes.subarray(at, at + bytesPerDrip));
    at += bytesPerDrip;
  }, DRIP_MS);
  return () => clearInterval(timer);
}

function speak(socket: Socket, { head, body, pace }: RawRequest): () => void {
  const headBytes = Buffer.from(head, 'latin1');
  const isHeadAlone = body.length === 0;
  if (pace === 'whole') {
    socket.write(headBytes);
    socket.write(body);
    return () => undefined;
  }
  if (pace === 'half') {
    if (isHeadAlone) socket.write(headBytes.subarray(0, headBytes.length / 2));
    else {
      socket.write(headBytes);
      socket.write(body.subarray(0, body.length / 2));
    }
    return () => undefined;
  }
  if (isHeadAlone) return drip(socket, headBytes, Math.ceil(headBytes.length / (SLOW_HEAD_MS / DRIP_MS)));
  socket.write(headBytes);
  return drip(socket, body, (SLOW_BYTES_PER_SECOND * DRIP_MS) / 1_000);
}

/** Says the request and hears the answer to its end. Never rejects: a connection that breaks is one that was cut. */
export function send(request: RawRequest, { port, from, holdMs }: Line): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let heard = '';
    let isHeld = false;
    let stop: () => void = () => undefined;
    const socket = connect({ host: '127.0.0.1', port, localAddress: from }, () => {
      stop = speak(socket, request);
    });
    socket.setNoDelay(true);
    const hangUp = setTimeout(() => {
      isHeld = true;
      socket.destroy();
    }, holdMs);
    socket.setEncoding('latin1').on('data', (text: string) => {
      if (heard.length < MOST_KEPT_CHARACTERS) heard += text;
      stop();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(hangUp);
      stop();
      const [head = ''] = heard.split('\r\n\r\n', 1);
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
      resolve({
        outcome: isHeld ? 'held' : status === undefined ? 'cut' : 'answered',
        status: status === undefined ? null : Number(status),
        hasRetryAfter: /^retry-after:/im.test(head),
        ms: performance.now() - startedAt,
      });
    });
  });
}
