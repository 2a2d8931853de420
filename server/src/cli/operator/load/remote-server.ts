/** A server that operators reach over HTTP: files go to it in pieces, and go on where they broke off. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stages, usage } from '@conveyance/cli/terminal';
import { ConveyanceError } from '../../../core/errors.ts';
import { MIB } from '../../../core/size.ts';
import { MS_PER_SECOND } from '../../../core/time.ts';
import { TUS_BODY, TUS_VERSION } from '../../../wire/admin/upload.ts';

/** Of one request: below what proxies take by default of those who allow uploads at all. */
const PIECE_BYTES = 8 * MIB;
/** In a row, without a byte that arrived. */
const MOST_TRIES = 8;
const LONGEST_PAUSE_SECONDS = 30;
const LOAD_POLL_MS = 1000;
/** A refusal of ours is shorter. */
const MOST_REFUSAL_CHARACTERS = 65_536;

interface Progress {
  progress(done: number, total: number | null, note: string): void;
}

export interface RemoteFile {
  readonly path: string;
  /** What the server knows it by. */
  readonly name: string;
}

interface UploadBody {
  readonly upload_id: string;
  readonly filename: string;
  readonly length: number;
  readonly offset: number;
  readonly sha256: string | null;
}

export interface LoadBody {
  readonly load_id: string;
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed';
  readonly stage: string | null;
  readonly failure: string | null;
  readonly has_rejects: boolean;
  readonly report: unknown;
}

/** Passes: the server or the way to it was away. */
class Passing extends Error {
  readonly afterSeconds: number | null;

  constructor(message: string, afterSeconds: number | null, cause?: unknown) {
    super(message, { cause });
    this.afterSeconds = afterSeconds;
  }
}

function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return url.replace(/(?<!\/)\/+$/, '');
  throw usage(`--server must be the address of a server, such as https://data.example.com; got "${url}"`);
}

export class RemoteServer {
  readonly #base: string;
  readonly #token: string;
  readonly #signal: AbortSignal;

  constructor({ url, token, signal }: { readonly url: string; readonly token: string; readonly signal: AbortSignal }) {
    this.#base = baseOf(url);
    this.#token = token;
    this.#signal = signal;
  }

  /** Resolves with a good answer. Throws `Passing`, or what the server says. */
  async #ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, 'tus-resumable': TUS_VERSION, ...init.headers };
    const request = { ...init, headers, signal: this.#signal };
    const answer = await fetch(`${this.#base}/admin/v1${path}`, request).catch((error: unknown) => {
      this.#signal.throwIfAborted();
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new Passing(`${this.#base} does not answer: ${reason}`, null, error);
    });
    if (answer.ok) return answer;
    const text = await beginningOf(answer);
    const message = messageOf(text) ?? `${this.#base} answers ${answer.status}`;
    if (answer.status === 429 || answer.status >= 500 || answer.status === 408) {
      throw new Passing(message, Number(answer.headers.get('retry-after') ?? Number.NaN) || null);
    }
    if (answer.status === 409) throw new Passing(message, 0);
    throw new ConveyanceError(answer.status === 401 || answer.status === 403 ? 'forbidden' : 'load_refused', message);
  }

  /** Again and again while what keeps it from its end passes. @param tell is told what it waits for. */
  async #patiently<Result>(work: () => Promise<Result>, tell: (message: string) => void): Promise<Result> {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Passing)) throw error;
        if (tries === MOST_TRIES) throw new ConveyanceError('unavailable', error.message, { cause: error });
        tell(error.message);
        const seconds = Math.min(error.afterSeconds ?? 2 ** (tries - 1), LONGEST_PAUSE_SECONDS);
        await sleep(seconds * MS_PER_SECOND, undefined, { signal: this.#signal });
      }
    }
  }

  /** An upload of the same file that somebody began, or a new one. */
  async #uploadOf({ name }: RemoteFile, length: number, sha256: string): Promise<UploadBody> {
    const { uploads } = (await (await this.#ask('/uploads')).json()) as { readonly uploads: readonly UploadBody[] };
    const begun = uploads.find((each) => each.filename === name && each.length === length && each.sha256 === sha256);
    if (begun !== undefined) return begun;
    const metadata = { filename: name, sha256 };
    const pairs = Object.entries(metadata).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`);
    const headers = { 'upload-length': String(length), 'upload-metadata': pairs.join(',') };
    return (await (await this.#ask('/uploads', { method: 'POST', headers })).json()) as UploadBody;
  }

  async #offsetOf(id: string): Promise<number> {
    const { offset } = (await (await this.#ask(`/uploads/${id}`)).json()) as UploadBody;
    return offset;
  }

  /** Sends the file, from where an earlier try broke off. Resolves with its upload. */
  send(file: RemoteFile, stages: Stages): Promise<string> {
    return stages.run(`Send ${file.name}`, async (stage) => {
      const { size } = await stat(file.path);
      const sha256 = await hashOf(file.path);
      const tell = (message: string) => stage.progress(0, size, message);
      const upload = await this.#patiently(() => this.#uploadOf(file, size, sha256), tell);
      const source = await open(file.path);
      try {
        for (let at = upload.offset; at < size; ) at = await this.#sendNext(source, upload, at, stage);
      } finally {
        await source.close();
      }
      stage.result(upload.offset === 0 ? `${size} bytes` : `${size} bytes, of which ${upload.offset} were there`);
      return upload.upload_id;
    });
  }

  /** The piece at this place; after one that failed, whatever is next by what the server has. Resolves with the offset behind it. */
  async #sendNext(source: FileHandle, upload: UploadBody, at: number, stage: Progress): Promise<number> {
    let from = at;
    const tell = (message: string) => stage.progress(from, upload.length, message);
    const sent = await this.#patiently(async () => {
      try {
        return await this.#sendPiece(source, upload, from);
      } catch (error) {
        if (error instanceof Passing) from = await this.#offsetOf(upload.upload_id).catch(() => from);
        // All of it arrived, and only the answer did not.
        if (from >= upload.length) return from;
        throw error;
      }
    }, tell);
    stage.progress(sent, upload.length, 'sending');
    return sent;
  }

  /** Resolves with the offset behind it. */
  async #sendPiece(source: FileHandle, upload: UploadBody, offset: number): Promise<number> {
    const { upload_id: id, length } = upload;
    const piece = new Uint8Array(Math.min(PIECE_BYTES, length - offset));
    const { bytesRead } = await source.read(piece, 0, piece.length, offset);
    if (bytesRead < piece.length)
      throw new ConveyanceError('load_refused', 'the file became shorter while it was sent');
    const headers = { 'content-type': TUS_BODY, 'upload-offset': String(offset) };
    const answer = await this.#ask(`/uploads/${id}`, { method: 'PATCH', headers, body: piece });
    return Number(answer.headers.get('upload-offset'));
  }

  /** Has the uploads loaded, and waits for it. */
  load(uploadIds: readonly string[], request: object, title: string, stages: Stages): Promise<LoadBody> {
    return stages.run(title, async (stage) => {
      const tell = (message: string) => stage.progress(0, 1, message);
      const body = JSON.stringify({ upload_ids: uploadIds, ...request });
      const headers = { 'content-type': 'application/json' };
      // Not again by itself: whether the first request arrived cannot be told, and the same rows twice cost a look.
      let load = (await (await this.#ask('/loads', { method: 'POST', headers, body })).json()) as LoadBody;
      while (load.state === 'waiting' || load.state === 'running') {
        await sleep(LOAD_POLL_MS, undefined, { signal: this.#signal });
        const path = `/loads/${load.load_id}`;
        load = await this.#patiently(async () => (await (await this.#ask(path)).json()) as LoadBody, tell);
        stage.progress(0, 1, load.stage ?? load.state);
      }
      return load;
    });
  }

  /** All rejected rows. */
  async rejects({ load_id: id }: LoadBody): Promise<Response> {
    return this.#ask(`/loads/${id}/rejects`);
  }
}

/** Whoever answers may not be the server that was meant, and never come to an end. */
async function beginningOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  // What broke off is judged by what there is of it.
  const pieces = body === null ? [] : Readable.fromWeb(body);
  try {
    for await (const piece of pieces) {
      text += decoder.decode(piece as Uint8Array, { stream: true });
      if (text.length >= MOST_REFUSAL_CHARACTERS) break;
    }
  } catch {
    return text;
  }
  return text;
}

function messageOf(text: string): string | null {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : null;
  } catch {
    return null;
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}
