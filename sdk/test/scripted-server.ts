import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the server does with one request: a status with a JSON body, or anything with the raw response. */
export type Step =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | ((request: SeenRequest, response: ServerResponse) => void);

export const RESET: Step = (_request, response) => {
  response.socket?.destroy();
};
export const SILENT: Step = () => undefined;

/** A real HTTP server on loopback that answers each `METHOD path` with its steps in order; the last one stays. */
export class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  readonly #script = new Map<string, Step[]>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<ScriptedServer> {
    const scripted = new ScriptedServer();
    await new Promise<void>((resolve) => scripted.#server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  on(call: string, ...steps: Step[]): this {
    this.#script.set(call, steps);
    return this;
  }

  seen(call: string): SeenRequest[] {
    return this.requests.filter(({ method, url }) => `${method} ${url.split('?')[0]}` === call);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body };
    this.requests.push(seen);
    const steps = this.#script.get(`${method} ${url.split('?')[0]}`) ?? [];
    const step = steps.length > 1 ? steps.shift() : steps[0];
    if (step === undefined) send(response, 404, { error: 'Not Found', message: `no step for ${method} ${url}` });
    else if (typeof step === 'function') step(seen, response);
    else send(response, step.status, step.body, step.headers);
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

export const JOB_ID = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';

export function jobBody(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { job_id: JOB_ID, status: 'submitted', report_type: 'property', output_format: 'csv', ...fields };
}
