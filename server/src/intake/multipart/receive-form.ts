/** Uploads: a multipart form is read once, its file goes to scratch, its fields to memory. */
import { type FileHandle, open } from 'node:fs/promises';
import { ConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import {
  type IncomingForm,
  MAX_FIELD_BYTES,
  MAX_FORM_BYTES,
  UPLOAD_LIMIT_BYTES,
  UPLOAD_SUFFIX,
  type Upload,
} from '../../core/ports/intake.ts';
import { DISK_RETRY_SECONDS, PRIVATE_FILE_MODE } from '../../core/ports/store.ts';
import { KIB } from '../../core/size.ts';
import { ByteWindow } from '../bytes/byte-window.ts';
import { describeParts, formBoundary, type SeenPart } from './form-faults.ts';
import { FormReader } from './form-reader.ts';
import { decodeText } from './parameters.ts';
import type { PartHeaders } from './part-headers.ts';
import { decodeTransfer } from './transfer-encoding.ts';

const MAX_FILE_BYTES = Math.max(...Object.values(UPLOAD_LIMIT_BYTES));
const MAX_PARTS = 100;
/** The fields that are read: they are held in memory. `_charset_` says what charset the others are in (RFC 7578 §4.6). */
const FIELD_LIMIT_BYTES: ReadonlyMap<string, number> = new Map([
  ['metadata', MAX_FIELD_BYTES],
  ['job_type', KIB],
  ['_charset_', KIB],
]);
/** Lines that look like boundaries cut a file into small pieces. Each written by itself would cost a system call. */
const WRITTEN_AT_ONCE = 64 * 1024;
const MOST_PENDING = 1_000;
const NO_ROOM = 'The server has no room for the upload; try again later';
const CRLF = Buffer.from('\r\n');

function tooLarge(what: string, limit: number): ConveyanceError {
  return new ConveyanceError('payload_too_large', `${what} is larger than ${limit} bytes`);
}

/** The size limit for a file of a job of that type; the largest limit if the type is not known yet, or not a type. */
function fileLimit(jobType: string | null): { readonly what: string; readonly bytes: number } {
  const limits: Readonly<Record<string, number>> = UPLOAD_LIMIT_BYTES;
  const bytes = jobType !== null && Object.hasOwn(limits, jobType) ? limits[jobType] : undefined;
  return bytes === undefined
    ? { what: 'the file', bytes: MAX_FILE_BYTES }
    : { what: `the file of a ${jobType} job`, bytes };
}

async function* withinForm(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_FORM_BYTES) throw tooLarge('the form', MAX_FORM_BYTES);
    yield chunk;
  }
}

/** Takes the form apart. Can be used once: `read`, then `upload`. */
class FormReceipt {
  readonly #file: FileHandle;
  readonly #seen: SeenPart[] = [];
  readonly #fields = new Map<string, { readonly bytes: Uint8Array; readonly charset: string | null }>();
  #filePart: SeenPart | null = null;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async read(reader: FormReader): Promise<void> {
    for (let part = await reader.next(); part !== null; part = await reader.next()) {
      if (this.#seen.length === MAX_PARTS) {
        throw new ConveyanceError('invalid_parameter', `the form has more than ${MAX_PARTS} parts`);
      }
      const content = decodeTransfer(reader.content(), part);
      const isKnown = part.name === 'file' || part.name === 'job_type' || part.name === 'metadata';
      if (isKnown && this.#seen.some(({ name }) => name === part.name)) {
        throw new ConveyanceError('invalid_parameter', `the form has the part ${part.name} twice; send it once`);
      }
      this.#seen.push(await this.#take(part, content));
    }
  }

  async #take(part: PartHeaders, content: AsyncIterable<Uint8Array>): Promise<SeenPart> {
    if (part.name === 'file') {
      this.#filePart = { ...part, bytes: await this.#spool(part, content) };
      return this.#filePart;
    }
    const limit = FIELD_LIMIT_BYTES.get(part.name);
    return { ...part, bytes: limit === undefined ? await count(content) : await this.#keep(part, content, limit) };
  }

  async #spool({ contentType }: PartHeaders, content: AsyncIterable<Uint8Array>): Promise<number> {
    if (contentType?.startsWith('multipart/')) {
      throw new ConveyanceError('invalid_parameter', 'the part file holds several files; send one');
    }
    const limit = fileLimit(this.#jobType());
    let bytes = 0;
    let pending: Uint8Array[] = [];
    let pendingBytes = 0;
    const write = async () => {
      await this.#file.appendFile(Buffer.concat(pending));
      pending = [];
      pendingBytes = 0;
    };
    for await (const piece of content) {
      bytes += piece.length;
      if (bytes > limit.bytes) throw tooLarge(limit.what, limit.bytes);
      pending.push(piece);
      pendingBytes += piece.length;
      if (pendingBytes >= WRITTEN_AT_ONCE || pending.length >= MOST_PENDING) await write();
    }
    await write();
    return bytes;
  }

  async #keep({ name, charset }: PartHeaders, content: AsyncIterable<Uint8Array>, limit: number): Promise<number> {
    let pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of content) {
      bytes += piece.length;
      if (bytes > limit) throw tooLarge(`the part ${name} of the form`, limit);
      pieces.push(piece);
      if (pieces.length >= MOST_PENDING) pieces = [Buffer.concat(pieces)];
    }
    this.#fields.set(name, { bytes: Buffer.concat(pieces), charset });
    return bytes;
  }

  #text(name: string): string | null {
    const field = this.#fields.get(name);
    if (field === undefined) return null;
    const common = this.#fields.get('_charset_');
    const charset = field.charset ?? (common && decodeText(common.bytes, 'utf-8')) ?? 'utf-8';
    const text = decodeText(field.bytes, charset);
    if (text !== null) return text;
    throw new ConveyanceError(
      'invalid_parameter',
      `the part ${name} of the form is not text in the charset ${charset.slice(0, 40)}; send it in UTF-8`,
    );
  }

  #jobType(): string | null {
    return this.#text('job_type')?.trim() ?? null;
  }

  /** Checks the form as a whole. */
  finish(): Omit<Upload, 'dispose' | 'file'> & { readonly file: Omit<Upload['file'], 'path'> } {
    const part = this.#filePart;
    if (part === null || part.bytes === 0) throw describeParts(this.#seen);
    const jobType = this.#jobType();
    const limit = fileLimit(jobType);
    if (part.bytes > limit.bytes) throw tooLarge(limit.what, limit.bytes);
    const { bytes, filename, contentType } = part;
    return { jobType, metadata: this.#text('metadata'), file: { bytes, filename: filename || null, contentType } };
  }
}

async function count(content: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const piece of content) bytes += piece.length;
  return bytes;
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** `Intake.receiveForm`. */
export async function receiveForm(
  { store, ids }: Pick<Deps, 'store' | 'ids'>,
  { contentType, contentLength, body }: IncomingForm,
): Promise<Upload> {
  const boundary = formBoundary(contentType);
  if (contentLength !== undefined && contentLength > MAX_FORM_BYTES) throw tooLarge('the form', MAX_FORM_BYTES);
  const name = `${ids()}${UPLOAD_SUFFIX}`;
  const path = await store.scratch(name);
  const dispose = () => store.discard(name);
  try {
    const file = await open(path, 'w', PRIVATE_FILE_MODE);
    const window = new ByteWindow(withinForm(body), CRLF);
    const receipt = new FormReceipt(file);
    try {
      await receipt.read(new FormReader(window, boundary));
    } finally {
      await window.close();
      await file.close();
    }
    const { file: received, ...fields } = receipt.finish();
    return { ...fields, file: { ...received, path }, dispose };
  } catch (error) {
    await dispose();
    throw isDiskFull(error)
      ? new ConveyanceError('unavailable', NO_ROOM, { retryAfterSeconds: DISK_RETRY_SECONDS, cause: error })
      : error;
  }
}
