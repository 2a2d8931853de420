/** Stands between a test's server and its S3 server, and does to the requests what networks and stores do to them. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';

export type Fault =
  | { readonly kind: 'late'; readonly ms: number }
  /** The connection ends without an answer, or stays without one. */
  | { readonly kind: 'refuse' | 'hang' }
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  /** After so many bytes of the request's body, or of the answer's. */
  | { readonly kind: 'cut-request' | 'cut-answer'; readonly after: number }
  /** Each piece of an answer's body after a pause: kernels hold more of it than many a file has. */
  | { readonly kind: 'slow-answer'; readonly pauseMs: number }
  /** One bit of a body. */
  | { readonly kind: 'alter-request' | 'alter-answer' };

/** The fault of this request; null passes it on. */
export type Decide = (request: { readonly method: string; readonly url: string }) => Fault | null;

export const NO_FAULT: Decide = () => null;

function altering(): Transform {
  let isDone = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const altered = Buffer.from(chunk);
      if (!isDone && altered.length > 0) altered[0] = (altered[0] ?? 0) ^ 1;
      isDone = true;
      done(null, altered);
    },
  });
}

function slowed(pauseMs: number): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      setTimeout(() => done(null, chunk), pauseMs);
    },
  });
}

/** Ends the connection where it stands. */
function cutting(after: number, cut: () => void): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      if (passed <= after) return done(null, chunk);
      this.push(chunk.subarray(0, Math.max(0, chunk.length - (passed - after))));
      // What was pushed is on its way first.
      setImmediate(cut);
    },
  });
}

export class FaultProxy {
  decide: Decide = NO_FAULT;
  /** Of all requests: method, path, and the fault that they met. */
  readonly seen: { readonly method: string; readonly url: string; readonly fault: string | null }[] = [];
  readonly #target: URL;
  readonly #server = createServer((incoming, answer) => void this.#handle(incoming, answer));
  #port = 0;

  private constructor(target: string) {
    this.#target = new URL(target);
    // A client that waits for leave to send its body gets it.
    this.#server.on('checkContinue', (incoming: IncomingMessage, answer: ServerResponse) => {
      answer.writeContinue();
      void this.#handle(incoming, answer);
    });
  }

  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.back();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Nothing listens any more. */
  async away(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens again, on the port of before. */
  async back(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url = '' } = incoming;
    const fault = this.decide({ method, url });
    this.seen.push({ method, url, fault: fault?.kind ?? null });
    incoming.on('error', () => undefined);
    answer.on('error', () => undefined);
    if (fault?.kind === 'late') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'refuse') {
      incoming.destroy();
      return;
    }
    if (fault?.kind === 'answer') {
      incoming.resume();
      answer.writeHead(fault.status, { 'content-type': 'application/xml' });
      answer.end(`<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>by the test</Message></Error>`);
      return;
    }
    this.#pass(incoming, answer, fault);
  }

  #pass(incoming: IncomingMessage, answer: ServerResponse, fault: Fault | null): void {
    const { method, url, headers } = incoming;
    const { expect: _leave, ...rest } = headers;
    const { hostname, port } = this.#target;
    // The Host as it came: the signature covers it.
    const outgoing = request({ hostname, port, method, path: url, headers: rest, agent: false });
    outgoing.on('error', () => incoming.destroy());
    incoming.on('close', () => {
      if (!incoming.complete) outgoing.destroy();
    });
    outgoing.on('response', (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.on('error', () => answer.destroy());
      if (fault?.kind === 'alter-answer') given.pipe(altering()).pipe(answer);
      else if (fault?.kind === 'slow-answer') given.pipe(slowed(fault.pauseMs)).pipe(answer);
      else if (fault?.kind === 'cut-answer') given.pipe(cutting(fault.after, () => answer.destroy())).pipe(answer);
      else given.pipe(answer);
      answer.on('close', () => given.destroy());
    });
    if (fault?.kind === 'alter-request') incoming.pipe(altering()).pipe(outgoing);
    else if (fault?.kind === 'cut-request') {
      const cut = () => {
        outgoing.destroy();
        incoming.destroy();
      };
      incoming.pipe(cutting(fault.after, cut)).pipe(outgoing);
    } else incoming.pipe(outgoing);
  }
}
