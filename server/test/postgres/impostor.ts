/** A server that speaks just enough of PostgreSQL's protocol to ask for a password, and keeps what it is sent. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export const PASSWORD = 'a password that must not be learnt';

const SALT = Buffer.from('salt');

function message(type: string, ...parts: readonly (number | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => {
      if (typeof part !== 'number') return part;
      const number = Buffer.alloc(4);
      number.writeInt32BE(part);
      return number;
    }),
  );
  const head = Buffer.from(`${type}....`);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const OK = message('R', 0);
const READY = message('Z', Buffer.from('I'));
const CLEAR_TEXT = message('R', 3);
const MD5 = message('R', 5, SALT);
const SASL = message('R', 10, Buffer.from('SCRAM-SHA-256\0\0'));
const WRONG_PROOF = message('R', 12, Buffer.from('v=d3Jvbmc='));

/** What is written to a client that has said who it is. */
export const REQUESTS = {
  'in clear text': CLEAR_TEXT,
  'as an MD5 hash': MD5,
  'in clear text, behind a log-in': Buffer.concat([OK, READY, CLEAR_TEXT]),
  'as an MD5 hash, behind a log-in': Buffer.concat([OK, READY, MD5]),
  'with a log-in': Buffer.concat([OK, READY]),
  'without even a log-in': READY,
  'with a wrong proof': Buffer.concat([SASL, WRONG_PROOF, OK, READY]),
} as const;

export interface Impostor extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Resolves when the next connection is over, with the types of the messages that came behind the start. */
  heard(): Promise<string>;
}

/** Reads the messages of one client. A message of any type ends the connection, so that a client that answers is not left waiting. */
async function converse(socket: Socket, request: Buffer): Promise<string> {
  let bytes = Buffer.alloc(0);
  let asked = false;
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length < 4 || bytes.length < bytes.readInt32BE()) return;
    if (!asked) socket.write(request);
    asked = true;
    if (bytes.length > bytes.readInt32BE()) socket.end();
  });
  await once(socket, 'close');
  const behind = bytes.subarray(bytes.readInt32BE());
  let types = '';
  for (let at = 0; at < behind.length; at += 1 + behind.readInt32BE(at + 1))
    types += String.fromCharCode(behind[at] ?? 0);
  return types;
}

export async function startImpostor(request: Buffer): Promise<Impostor> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `postgres://conveyance:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/conveyance`,
    async heard() {
      const [socket] = (await once(server, 'connection')) as [Socket];
      return converse(socket, request);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}
