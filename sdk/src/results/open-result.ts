/** The bytes of a result file: behind links that expire, and resumed where a connection broke. */
import { ApiError, IntegrityError } from '../contract/errors.ts';
import { type OpenBody, unexpectedAnswer } from '../transport/exchange.ts';
import { persist, retryDelayMs, sleep } from '../transport/retry.ts';
import type { Transport } from '../transport/transport.ts';

export interface OpenResult {
  /** The name that the server gives the file; null if it gives none. */
  readonly filename: string | null;
  /** Of the whole file; null if the server does not say. */
  readonly bytes: number | null;
  /** Of the whole file, in hex; null if the server does not say. */
  readonly sha256: string | null;
  /** Identifies exactly these bytes; null if the server gives none. */
  readonly etag: string | null;
  /** Where the body begins: the requested byte, or 0 if the file is not the one that the ETag names. */
  readonly offset: number;
  /** The bytes as they arrive, across broken connections too. Read them to the end or cancel. */
  readonly body: ReadableStream<Uint8Array>;
}

/** Bytes already present. */
export interface ResumePoint {
  readonly offset: number;
  readonly etag: string;
}

export interface OpenOptions {
  /** Byte to start from; needs the ETag of the bytes already present. */
  readonly from?: ResumePoint | undefined;
  /** Aborting it ends the opening and the reading with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Returns a link to the file. @param expired true if the last one was refused: then it must be a fresh one. */
export type FindLink = (expired: boolean, signal: AbortSignal | undefined) => Promise<string>;

const FORBIDDEN = 403;
const PARTIAL = 206;

/** Opens one file for reading, from a given byte if requested. A refused link is replaced once per opening. */
export async function openResult(
  transport: Transport,
  findLink: FindLink,
  { from, signal }: OpenOptions,
): Promise<OpenResult> {
  const { maxTries } = transport;
  const open = (point: ResumePoint | undefined) => openOnce(transport, findLink, point, signal);
  const first = await persist({ maxTries, repeatable: true, signal }, () => open(from));
  const offset = await requireRange(first, from);
  const { headers } = first.response;
  const length = headers.get('content-length');
  const etag = headers.get('etag');
  const bytes = length === null ? null : offset + Number(length);
  const resuming = resumingBody(first, { offset, bytes, etag, maxTries, signal, open });
  return { filename: filenameOf(headers), bytes, sha256: digestOf(first.response), etag, offset, body: resuming };
}

/** Not every store of files looks at `If-Range`: the rest of another file is not taken for the rest of this one. */
async function openOnce(
  transport: Transport,
  findLink: FindLink,
  from: ResumePoint | undefined,
  signal: AbortSignal | undefined,
): Promise<OpenBody> {
  const opened = await openLink(transport, findLink, from, signal);
  const etag = opened.response.headers.get('etag');
  if (from === undefined || opened.response.status !== PARTIAL || etag === null || etag === from.etag) return opened;
  await opened.body.cancel();
  return openLink(transport, findLink, undefined, signal);
}

async function openLink(
  transport: Transport,
  findLink: FindLink,
  from: ResumePoint | undefined,
  signal: AbortSignal | undefined,
): Promise<OpenBody> {
  const range = from && { range: `bytes=${from.offset}-`, 'if-range': from.etag };
  // A transparently decompressed body has other bytes than the file.
  const headers = { 'accept-encoding': 'identity', ...range };
  try {
    return await transport.open(await findLink(false, signal), headers, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== FORBIDDEN) throw error;
    return await transport.open(await findLink(true, signal), headers, signal);
  }
}

interface Resuming extends Pick<OpenResult, 'offset' | 'bytes' | 'etag'> {
  readonly maxTries: number;
  readonly signal: AbortSignal | undefined;
  readonly open: (from: ResumePoint) => Promise<OpenBody>;
}

function resumingBody({ body }: OpenBody, resuming: Resuming): ReadableStream<Uint8Array> {
  const { offset, bytes, etag, maxTries, signal, open } = resuming;
  let reader = body.getReader();
  /** The count of tries restarts whenever bytes have arrived. */
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    let at = offset;
    for (let tries = 1, isBroken = false; ; tries++) {
      try {
        if (isBroken) reader = (await reopen(open, { offset: at, etag: etag ?? '' })).getReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          at += value.byteLength;
          tries = 1;
          yield value;
        }
      } catch (error) {
        // After the last byte there is nothing to request.
        if (at === bytes) return;
        const delay = etag === null ? null : retryDelayMs(error, { tries, maxTries, repeatable: true });
        if (delay === null) throw error;
        await sleep(delay, signal);
        isBroken = true;
      }
    }
  }
  const source = chunks();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** The rest of exactly the file whose beginning has been read. */
async function reopen(open: Resuming['open'], from: ResumePoint): Promise<ReadableStream<Uint8Array>> {
  const opened = await open(from);
  await requireRange(opened, from);
  const { response, body } = opened;
  if (response.status === PARTIAL) return body;
  await body.cancel();
  const actual = response.headers.get('etag') ?? 'none';
  throw new IntegrityError('the file behind the link', { expected: from.etag, actual });
}

/** The byte at which the body begins. Throws if it is neither the first nor the requested one. */
async function requireRange({ response, body }: OpenBody, from: ResumePoint | undefined): Promise<number> {
  if (response.status !== PARTIAL) return 0;
  const [, start] = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '') ?? [];
  if (from !== undefined && Number(start) === from.offset) return from.offset;
  await body.cancel();
  const fault =
    start === undefined
      ? 'a partial answer without Content-Range'
      : `the range begins at ${start}, not at the byte asked for`;
  throw unexpectedAnswer(response, fault);
}

/** RFC 6266, as far as a server like ours writes it. */
function filenameOf(headers: Headers): string | null {
  const [, name] = /filename="([^"/\\]+)"/.exec(headers.get('content-disposition') ?? '') ?? [];
  return name ?? null;
}

/** Of the whole file: RFC 9530's `sha-256=:<base64>:`; or from the link, where it leads to a store that does not know the digest. */
function digestOf({ headers, url }: Response): string | null {
  const [, base64] = /sha-256=:([A-Za-z0-9+/=]+):/.exec(headers.get('repr-digest') ?? '') ?? [];
  if (base64 !== undefined) {
    return Array.from(atob(base64), (letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  }
  return /[?&]x-sha256=([0-9a-f]{64})(?:&|$)/.exec(url)?.[1] ?? null;
}
