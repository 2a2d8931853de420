/** Requests from a channel, answers into it: one at a time, each only when the client has room for the previous one. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { ServerChannel } from 'ssh2';
import { MalformedPacket, PacketSplitter } from './packets.ts';
import type { SftpSession } from './session.ts';

/** During a key exchange the library buffers what is written, without a bound. It lasts a few round trips; 64 reads of 32 KiB may arrive meanwhile. */
const MOST_HELD_BYTES = 4_194_304;

/** The window lets a client send 2 MiB ahead of the answers. The library lets it send even more. */
const MOST_WAITING_BYTES = 4_194_304;

interface Line {
  readonly channel: ServerChannel;
  readonly socket: Socket;
  /** Aborted when the connection ends: nobody reads the answers any more. */
  readonly signal: AbortSignal;
}

/** Resolves when the channel's window has taken the bytes. */
function write({ channel, socket, signal }: Line, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener('abort', stop, { once: true });
    // The library writes a packet and its tag separately: together they are one system call.
    socket.cork();
    channel.write(bytes, (error) => {
      signal.removeEventListener('abort', stop);
      if (error) reject(error);
      else resolve();
    });
    socket.uncork();
  });
}

/** The library looks at the channel's window and not at the socket: a client may open the window wide and leave the socket full. */
async function drained({ socket, signal }: Line): Promise<void> {
  if (socket.writableNeedDrain) await once(socket, 'drain', { signal });
}

/** Serves until the client ends the channel. Rejects if the connection breaks, or if what arrives is not SFTP. */
export async function serveChannel(line: Line, session: SftpSession, onRequest: () => void): Promise<void> {
  const { channel, socket } = line;
  const splitter = new PacketSplitter();
  let held = 0;
  const cutFlood = () => {
    if (channel.readableLength > MOST_WAITING_BYTES) socket.destroy();
  };
  socket.on('data', cutFlood);
  channel.once('close', () => socket.off('data', cutFlood));
  for await (const chunk of channel.iterator({ destroyOnReturn: false })) {
    for (const packet of splitter.push(chunk as Uint8Array)) {
      onRequest();
      const answer = await session.answer(packet);
      const before = socket.bytesWritten;
      await write(line, answer);
      held = socket.bytesWritten - before < answer.length ? held + answer.length : 0;
      if (held > MOST_HELD_BYTES) throw new MalformedPacket('a key exchange does not end');
      await drained(line);
    }
  }
  // OpenSSH's client waits for the channel's end before it exits.
  channel.exit(0);
  channel.end();
}
