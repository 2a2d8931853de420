/** A name server on loopback whose answers a test makes up anew for every question: what a rebinding attacker runs. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' };
const HEADER_BYTES = 12;
const RESPONSE_FLAGS = 0x8180;
const NAME_ERROR = 3;
/** RFC 1035: a pointer to the name at the end of the header. */
const NAME_POINTER = 0xc00c;

export interface Question {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'other';
}

/** Addresses of the asked type; `null` says that there is no such name; `'silence'` says nothing. */
export type Answer = (question: Question) => readonly string[] | null | 'silence';

export interface NameServer {
  /** As `createDnsLookup` takes it. */
  readonly address: string;
  readonly questions: Question[];
  close(): Promise<void>;
}

function readQuestion(query: Buffer): { question: Question; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length !== 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = TYPES[query.readUInt16BE(at + 1)] ?? 'other';
  return { question: { name: labels.join('.'), type }, end: at + 5 };
}

function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const [first, last] = [head, tail].map((half) => half.split(':').filter((part) => part !== ''));
  const parts = [...(first ?? []), ...Array(8 - (first?.length ?? 0) - (last?.length ?? 0)).fill('0'), ...(last ?? [])];
  return Buffer.from(parts.map((part) => part.padStart(4, '0')).join(''), 'hex');
}

function record(address: string): Buffer {
  const bytes = addressBytes(address);
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt16BE(NAME_POINTER, 0);
  head.writeUInt16BE(bytes.length === 4 ? 1 : 28, 2);
  head.writeUInt16BE(1, 4);
  // The four bytes of the TTL stay zero: the answer may be another one the next moment.
  head.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([head, bytes]);
}

function respond(query: Buffer, end: number, addresses: readonly string[] | null): Buffer {
  const response = Buffer.from(query.subarray(0, end));
  response.writeUInt16BE(RESPONSE_FLAGS | (addresses === null ? NAME_ERROR : 0), 2);
  response.writeUInt16BE(addresses?.length ?? 0, 6);
  response.writeUInt32BE(0, 8);
  return Buffer.concat([response, ...(addresses ?? []).map(record)]);
}

export async function startNameServer(answer: Answer): Promise<NameServer> {
  const questions: Question[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { question, end } = readQuestion(query);
    questions.push(question);
    const addresses = answer(question);
    if (addresses !== 'silence') socket.send(respond(query, end, addresses), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}
