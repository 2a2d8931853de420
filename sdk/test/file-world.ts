/** What a server says in the Reonomy dialect. */
import { createHash } from 'node:crypto';
import type { ScriptedServer, Step } from './scripted-server.ts';

export const FILE_JOB_ID = 'fe9f0c8f-717d-48f7-9974-50430094236c';
export const JOB = `GET /v2/jobs/file/${FILE_JOB_ID}`;

export function fileJob(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: FILE_JOB_ID,
    job_type: 'property-details',
    status: 'PENDING',
    message: null,
    progress: null,
    metadata: { headers: [], labels: [] },
    result_urls: [],
    ...fields,
  };
}

/** The job with files behind the given paths. */
export function succeeded(server: ScriptedServer, ...paths: readonly string[]): Step {
  const result_urls = paths.map((path) => `${server.url}${path}`);
  return { status: 200, body: fileJob({ status: 'SUCCESS', progress: 100, result_urls }) };
}

export function fileHeaders(content: string, filename: string): Record<string, string> {
  const sha256 = createHash('sha256').update(content);
  return {
    etag: `"${sha256.copy().digest('hex')}"`,
    'repr-digest': `sha-256=:${sha256.digest('base64')}:`,
    'content-disposition': `attachment; filename="${filename}"`,
  };
}

/** A file as the server sends it, whole or from a byte on. */
export function sendFile(content: string, filename: string): Step {
  return ({ headers }, response) => {
    const bytes = Buffer.from(content);
    const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
    const rest = bytes.subarray(Number(from ?? 0));
    const range = from === undefined ? {} : { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    const own = { ...fileHeaders(content, filename), 'content-length': rest.length, ...range };
    if (from !== undefined && rest.length === 0) response.writeHead(416).end();
    else response.writeHead(from === undefined ? 200 : 206, own).end(rest);
  };
}

/** Sends the first bytes of the file and breaks off. */
export function sendBroken(content: string, filename: string, bytes: number): Step {
  return (_request, response) => {
    const own = { ...fileHeaders(content, filename), 'content-length': Buffer.byteLength(content) };
    response.writeHead(200, own).write(Buffer.from(content).subarray(0, bytes), () => response.socket?.destroy());
  };
}

export const EXPIRED: Step = { status: 403, body: { error: 'AuthorizationException', message: 'expired' } };
