/** A collector of OpenTelemetry traces on loopback: takes OTLP over HTTP and reads as much of the protobuf as tests ask about. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

export interface CollectedSpan {
  readonly name: string;
  /** Hex. */
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 2 is an error. */
  readonly statusCode: number;
}

export interface Collector {
  readonly url: string;
  /** Path and content type of each request. */
  readonly requests: readonly string[];
  readonly spans: readonly CollectedSpan[];
  /** Of the resource of the last request. */
  readonly resource: Readonly<Record<string, string | number | boolean>>;
  close(): Promise<void>;
}

type Fields = ReadonlyMap<number, readonly (Buffer | number)[]>;

/** One message by field numbers: length-delimited fields as bytes, the others as numbers. */
function readMessage(bytes: Buffer): Fields {
  const fields = new Map<number, (Buffer | number)[]>();
  let at = 0;
  function varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  }
  function value(wireType: number): Buffer | number {
    if (wireType === 0) return varint();
    const length = wireType === 2 ? varint() : wireType === 1 ? 8 : 4;
    at += length;
    const found = bytes.subarray(at - length, at);
    return wireType === 2 ? found : wireType === 1 ? found.readDoubleLE() : found.readFloatLE();
  }
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    fields.set(number, [...(fields.get(number) ?? []), value(tag % 8)]);
  }
  return fields;
}

function messages(fields: Fields, number: number): readonly Fields[] {
  return (fields.get(number) ?? []).flatMap((value) => (typeof value === 'number' ? [] : [readMessage(value)]));
}

function bytesAt(fields: Fields | undefined, number: number): Buffer {
  const [value] = fields?.get(number) ?? [];
  return value === undefined || typeof value === 'number' ? Buffer.alloc(0) : value;
}

function numberAt(fields: Fields | undefined, number: number): number | undefined {
  const [value] = fields?.get(number) ?? [];
  return typeof value === 'number' ? value : undefined;
}

function attributesAt(fields: Fields, number: number) {
  return Object.fromEntries(
    messages(fields, number).map((pair) => {
      const [any] = messages(pair, 2);
      const flag = numberAt(any, 2);
      const plain = flag === undefined ? (numberAt(any, 3) ?? numberAt(any, 4)) : flag === 1;
      return [bytesAt(pair, 1).toString(), plain ?? bytesAt(any, 1).toString()];
    }),
  );
}

function toSpan(span: Fields): CollectedSpan {
  const hex = (number: number, of = span) => bytesAt(of, number).toString('hex');
  return {
    name: bytesAt(span, 5).toString(),
    traceId: hex(1),
    spanId: hex(2),
    parentSpanId: hex(4),
    attributes: attributesAt(span, 9),
    links: messages(span, 13).map((link) => ({ traceId: hex(1, link), spanId: hex(2, link) })),
    statusCode: numberAt(messages(span, 15)[0], 3) ?? 0,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @param hang takes requests and never answers. */
export async function startCollector({ hang = false } = {}): Promise<Collector> {
  const requests: string[] = [];
  const spans: CollectedSpan[] = [];
  let resource: CollectedSpan['attributes'] = {};
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
    if (hang) return;
    void bodyOf(request).then((body) => {
      for (const resourceSpans of messages(readMessage(body), 1)) {
        for (const found of messages(resourceSpans, 1)) resource = attributesAt(found, 1);
        for (const scope of messages(resourceSpans, 2)) spans.push(...messages(scope, 2).map(toSpan));
      }
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    spans,
    get resource() {
      return resource;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
